// Signing by the CryptoPro browser plug-in (cades.js): lists the certificates, has the server judge them, signs the exact bytes
// of the document and sends the signature in an ordinary form. The server verifies everything again; what is shown here as
// unsuitable only spares the user a refusal.
//
// Markup (templates/signatures/_signing_panel.html; every part inside the root):
//   [data-signing]                  root; data-document-url: answers with the bytes to sign; data-doctor-url: says which
//                                   certificates suit; data-purpose: what is signed
//   [data-signing-plugin]           hidden until this module runs
//   [data-signing-status]           what is going on, role=status; [data-signing-help]: a link to the doctor, after an error
//   [data-signing-certificates]     fieldset, hidden until there are certificates; [data-signing-list] takes the choices,
//                                   [data-signing-unchosen] is shown where none is chosen at the button
//   details[data-signing-rest]      those that do not suit: [data-signing-count] of them in [data-signing-unsuitable]
//   template[data-signing-choice]   one choice: input[type=radio], [data-owner], [data-facts], [data-problem], [data-advice],
//                                   [data-note]
//   [data-signing-actions]          hidden until there is a suitable certificate; [data-signing-sign] is its button
//   form[data-signing-form]         holds textarea[data-signing-value]: the signature in base64
// The СНИЛС of the signed-in person is not in the page: that the certificate is his own is checked by the server.

import { SigningError, askServer, cannotRead, describe, formatDate, pluginError } from "./cades.js";
import { pluginReady, readCertificates, signDetached } from "./cades.js";

const TEXTS = {
  looking: "Ищем плагин КриптоПро и сертификаты…",
  judging: "Проверяем, какие сертификаты подойдут…",
  noCertificates: "Сертификатов с закрытым ключом не найдено. Подключите носитель ключа и обновите страницу или загрузите файл подписи.",
  someUnreadable: "Часть сертификатов не удалось прочитать, их нет в списке.",
  noneSuitable: "Ни один из найденных сертификатов не подходит: ниже сказано, почему и что сделать. Подключите носитель с другим сертификатом или загрузите файл подписи.",
  damaged: "Кабинет не смог прочитать этот сертификат: он повреждён или составлен не по правилам.",
  choose: "Выберите сертификат.",
  chosen: "Подходит один сертификат, он выбран.",
  noAnswer: "Кабинет не ответил, какие сертификаты подойдут. Выберите нужный сами: подпись проверят при отправке.",
  notJudged: "Подойдёт ли этот сертификат, проверят при отправке.",
  fetching: "Загружаем документ…",
  noDocument: "Документ не загрузился. Обновите страницу и повторите.",
  signing: "Подписываем. Плагин может спросить разрешение и пароль ключа…",
  sending: "Подпись готова, отправляем…",
};

// ---- what is said of a certificate: the server's answer. Where it cannot be asked only the dates are known; whose certificate
// suits is for the server alone to say, a rule of our own would refuse what it takes.

function outOfTime({ notBefore, notAfter }, now) {
  if (notAfter < now) return `Срок действия истёк ${formatDate(notAfter)}.`;
  if (notBefore > now) return `Срок действия начнётся ${formatDate(notBefore)}.`;
  return "";
}

function judgement(item, answer, now) {
  if (answer && !answer.readable) return { ...item, ...describe(item), suits: false, problem: TEXTS.damaged, advice: "", note: "" };
  if (answer) {
    const { suits, owner, facts, why, advice, notes } = answer;
    return { ...item, suits, known: true, owner, facts, problem: why.join(" "), advice: suits ? "" : advice.join(" "), note: notes.join(" ") };
  }
  const problem = outOfTime(item, now);
  return { ...item, ...describe(item), suits: !problem, known: false, problem, advice: "", note: problem ? "" : TEXTS.notJudged };
}

// ---- the page

class SigningPanel {
  constructor(root) {
    this.root = root;
    this.choices = [];
    this.busy = false;
  }

  part(name) {
    return this.root.querySelector(`[data-signing-${name}]`);
  }

  say(text, { wrong = false } = {}) {
    this.part("status").textContent = text;
    this.part("help").hidden = !wrong;
  }

  // Nothing is chosen at the button: said where one chooses.
  miss(missing) {
    this.part("unchosen").hidden = !missing;
    this.part("certificates").classList.toggle("field-wrong", missing);
    if (missing) this.part("list").querySelector("input").focus();
  }

  async start() {
    if (!this.part("plugin")) return;
    this.part("plugin").hidden = false;
    this.part("sign").addEventListener("click", () => this.sign());
    this.part("list").addEventListener("change", () => this.miss(false));
    this.say(TEXTS.looking);
    try {
      await pluginReady();
      const read = await readCertificates();
      this.show(read, await this.ask(read.certificates));
    } catch (error) {
      this.say(pluginError(error, cannotRead).message, { wrong: true });
    }
  }

  // One answer for each certificate; none where the server cannot be asked.
  async ask(certificates) {
    if (!certificates.length || !this.root.dataset.doctorUrl) return [];
    this.say(TEXTS.judging);
    try {
      const { certificates: answers } = await askServer(this.root.dataset.doctorUrl, certificates, { purpose: this.root.dataset.purpose });
      return answers;
    } catch {
      return [];
    }
  }

  show({ certificates, unreadable }, answers) {
    const now = new Date();
    const judged = certificates.map((item, index) => judgement(item, answers[index], now));
    judged.sort((one, other) => other.suits - one.suits || Boolean(other.known) - Boolean(one.known) || other.notAfter - one.notAfter);
    this.choices = judged;
    const nodes = judged.map((item, index) => this.choice(item, index));
    const suitable = judged.filter((item) => item.suits);
    const rest = judged.length - suitable.length;
    this.part("list").replaceChildren(...nodes.slice(0, suitable.length));
    this.part("unsuitable").replaceChildren(...nodes.slice(suitable.length));
    this.part("certificates").hidden = suitable.length === 0;
    this.part("count").textContent = String(rest);
    this.part("rest").hidden = rest === 0;
    this.part("rest").open = suitable.length === 0;
    this.part("actions").hidden = suitable.length === 0;
    const isOnly = suitable.length === 1 && suitable[0].known;
    if (isOnly) this.part("list").querySelector("input:not(:disabled)").checked = true;
    if (judged.length === 0) {
      this.say(unreadable ? cannotRead("") : TEXTS.noCertificates, { wrong: true });
      return;
    }
    const said = this.summary(suitable.length, isOnly, answers.length > 0);
    this.say(unreadable ? `${said} ${TEXTS.someUnreadable}` : said, { wrong: suitable.length === 0 });
  }

  summary(count, isOnly, isAnswered) {
    if (!count) return TEXTS.noneSuitable;
    if (isOnly) return TEXTS.chosen;
    return isAnswered ? TEXTS.choose : TEXTS.noAnswer;
  }

  choice(item, index) {
    const node = this.part("choice").content.firstElementChild.cloneNode(true);
    const input = node.querySelector("input");
    input.value = String(index);
    input.disabled = !item.suits;
    for (const name of ["owner", "facts", "problem", "advice", "note"]) {
      const place = node.querySelector(`[data-${name}]`);
      place.textContent = item[name];
      place.hidden = !item[name];
    }
    return node;
  }

  async sign() {
    const chosen = this.part("list").querySelector("input:checked");
    if (this.busy) return;
    if (!chosen) {
      this.miss(true);
      return;
    }
    this.busy = true;
    try {
      const bytes = await this.documentBytes();
      this.say(TEXTS.signing);
      const signature = await signDetached(bytes, this.choices[Number(chosen.value)].certificate);
      this.say(TEXTS.sending);
      this.part("value").value = signature;
      this.part("form").requestSubmit();
    } catch (error) {
      this.say(pluginError(error).message, { wrong: true });
      this.busy = false;
    }
  }

  async documentBytes() {
    this.say(TEXTS.fetching);
    try {
      const answer = await fetch(this.root.dataset.documentUrl, { credentials: "same-origin", cache: "no-store" });
      if (!answer.ok || answer.redirected) throw new SigningError(TEXTS.noDocument);
      return new Uint8Array(await answer.arrayBuffer());
    } catch {
      throw new SigningError(TEXTS.noDocument);
    }
  }
}

for (const root of document.querySelectorAll("[data-signing]")) new SigningPanel(root).start();
