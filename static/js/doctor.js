// «Проверка электронной подписи»: looks at the workplace (browser, plug-in, clock, store), shows what the server says of every
// certificate found, and makes a trial signature of a one-time text. A file that looks like a private key is not sent at all.
//
// Markup: templates/signatures/doctor.html and _doctor_plugin.html ([data-doctor] and its parts), the server's parts in
// _doctor_certificate.html and _diagnosis.html.

import { SigningError, askServer, cannotRead, csrfToken, pluginError } from "./cades.js";
import { pluginReady, readCertificates, signDetached } from "./cades.js";

const CLOCK_TOLERANCE_MS = 5 * 60 * 1000;
const KEY_NAMES = /\.(pfx|p12|key|pvk|jks|ppk)$/i;
const TEXTS = {
  looking: "Проверяем браузер, плагин и сертификаты. Если плагина нет, это занимает до 25 секунд…",
  ready: "Проверка закончена.",
  script: "Программный модуль плагина не загрузился. Проверьте подключение к сети и обновите страницу.",
  extension:
    "Плагин КриптоПро не отвечает: похоже, в браузере нет или выключено расширение «CryptoPro Extension for CAdES Browser Plug-in». Установите его из магазина расширений, включите и обновите страницу.",
  program:
    "Расширение браузера есть, но не отвечает сама программа «КриптоПро ЭЦП Browser plug-in». Установите её с сайта cryptopro.ru, перезапустите браузер и обновите страницу.",
  plugin: "Плагин КриптоПро работает",
  noCertificates:
    "Сертификатов с закрытым ключом не найдено. Подключите носитель ключа (токен, флеш-накопитель) и нажмите «Проверить ещё раз». Если сертификат есть только на носителе, установите его: «КриптоПро CSP», «Сервис», «Просмотреть сертификаты в контейнере».",
  notAsked: "Кабинет не смог проверить сертификаты. Обновите страницу и повторите.",
  unjudged: "Этот сертификат кабинет прочитать не смог: он повреждён или составлен не по правилам.",
  fetching: "Загружаем одноразовый текст…",
  noChallenge: "Текст для пробной подписи не загрузился. Обновите страницу и повторите.",
  signing: "Делаем пробную подпись. Плагин может спросить разрешение и пароль ключа…",
  sending: "Проверяем пробную подпись…",
  signed: "Пробная подпись проверена, результат ниже.",
  privateKey:
    "Это файл закрытого ключа. Он не отправлен: закрытый ключ нельзя передавать никому. Выберите открытый сертификат (.cer, .crt, .pem).",
};

function counted(number, one, few, many) {
  const [tens, ones] = [number % 100, number % 10];
  if (ones === 1 && tens !== 11) return `${number} ${one}`;
  return `${number} ${ones >= 2 && ones <= 4 && (tens < 12 || tens > 14) ? few : many}`;
}

class Doctor {
  constructor(root) {
    this.root = root;
    this.busy = false;
  }

  part(name) {
    return this.root.querySelector(`[data-doctor-${name}]`);
  }

  say(text) {
    this.part("status").textContent = text;
  }

  check(status, text) {
    const line = this.root.querySelector(`template[data-doctor-check=${status}]`).content.firstElementChild.cloneNode(true);
    line.querySelector("[data-text]").textContent = text;
    this.part("checks").append(line);
    this.part("checks").hidden = false;
  }

  start() {
    this.root.hidden = false;
    this.root.querySelector("button[name=again]").addEventListener("click", () => this.look());
    return this.look();
  }

  async look() {
    if (this.busy) return;
    this.busy = true;
    for (const name of ["checks", "certificates", "result"]) this.part(name).replaceChildren();
    for (const name of ["checks", "result"]) this.part(name).hidden = true;
    this.part("none").hidden = false;
    this.say(TEXTS.looking);
    try {
      if (await this.plugin()) await this.store();
    } finally {
      this.say(TEXTS.ready);
      this.busy = false;
    }
  }

  // Whether the plug-in is there, and what is missing where it is not.
  async plugin() {
    try {
      await pluginReady();
    } catch {
      // the vendor's extension leaves this object in the page; the program behind it may still be missing
      const missing = window.cpcsp_chrome_nmcades ? TEXTS.program : TEXTS.extension;
      this.check("problem", window.cadesplugin ? missing : TEXTS.script);
      return false;
    }
    this.check("ok", `${TEXTS.plugin}${await this.version()}.`);
    return true;
  }

  async version() {
    try {
      const about = await window.cadesplugin.CreateObjectAsync("CAdESCOM.About");
      return `, версия ${await about.Version}`;
    } catch {
      return "";
    }
  }

  async store() {
    let read;
    try {
      read = await readCertificates();
    } catch (error) {
      this.check("problem", pluginError(error, cannotRead).message);
      return;
    }
    const { certificates, unreadable, keyless, doubles } = read;
    if (certificates.length) this.check("ok", `Найдено с закрытым ключом: ${counted(certificates.length, "сертификат", "сертификата", "сертификатов")}.`);
    else this.check("problem", TEXTS.noCertificates);
    if (keyless) {
      const many = counted(keyless, "сертификат", "сертификата", "сертификатов");
      this.check("warning", `Без закрытого ключа: ${many}. Подписать ими нельзя; если нужный среди них, подключите его носитель или установите его заново из контейнера.`);
    }
    if (doubles) this.check("warning", `Установлено повторно: ${counted(doubles, "сертификат", "сертификата", "сертификатов")}. Это не мешает, лишние можно удалить.`);
    if (unreadable) this.check("warning", `Не удалось прочитать: ${counted(unreadable, "сертификат", "сертификата", "сертификатов")}.`);
    await this.judge(certificates);
  }

  async judge(certificates) {
    if (!certificates.length) return;
    let answer;
    const before = Date.now();
    try {
      answer = await askServer(this.root.dataset.certificatesUrl, certificates, { full: "1" });
    } catch (error) {
      this.check("problem", error instanceof SigningError ? error.message : TEXTS.notAsked);
      return;
    }
    this.clock(new Date(answer.now).getTime(), before, Date.now());
    this.part("none").hidden = true;
    const pairs = answer.certificates.map((judged, index) => ({ judged, item: certificates[index] }));
    pairs.sort((one, other) => Boolean(other.judged.suits) - Boolean(one.judged.suits)); // the others stay in their order
    for (const { judged, item } of pairs) this.show(judged, item);
  }

  // The server's moment lies between the sending and the answer, if both clocks are right.
  clock(server, before, after) {
    const off = server < before ? before - server : server > after ? server - after : 0;
    if (off <= CLOCK_TOLERANCE_MS) {
      this.check("ok", "Часы компьютера идут верно.");
      return;
    }
    const minutes = counted(Math.round(off / 60000), "минуту", "минуты", "минут");
    const how = server < before ? "спешат" : "отстают";
    this.check("problem", `Часы этого компьютера ${how} на ${minutes}. Исправьте дату, время и часовой пояс: иначе подпись может быть признана недействительной.`);
  }

  show(judged, item) {
    const place = document.createElement("div");
    if (judged.readable) place.innerHTML = judged.html; // made by our own templates, escaped
    else place.textContent = TEXTS.unjudged;
    place.querySelector("button[name=trial]")?.addEventListener("click", () => this.trial(item));
    this.part("certificates").append(place);
  }

  async trial(item) {
    if (this.busy) return;
    this.busy = true;
    try {
      this.say(TEXTS.fetching);
      const { code, bytes } = await this.challenge();
      this.say(TEXTS.signing);
      const signature = await signDetached(bytes, item.certificate);
      this.say(TEXTS.sending);
      this.result(await this.diagnosis(code, signature));
      this.say(TEXTS.signed);
    } catch (error) {
      const text = pluginError(error).message.replace("подписать документ", "сделать пробную подпись");
      this.say(text);
      this.part("status").scrollIntoView({ block: "center" });
    } finally {
      this.busy = false;
    }
  }

  async challenge() {
    try {
      const answer = await fetch(this.root.dataset.challengeUrl, { credentials: "same-origin", cache: "no-store" });
      const code = answer.headers.get("X-Trial-Code");
      if (!answer.ok || answer.redirected || !code) throw new Error("no challenge");
      return { code, bytes: new Uint8Array(await answer.arrayBuffer()) };
    } catch {
      throw new SigningError(TEXTS.noChallenge);
    }
  }

  async diagnosis(code, signature) {
    const body = new FormData();
    body.append("code", code);
    body.append("signature_file", new Blob([signature]), "trial.sig");
    const headers = { "X-CSRFToken": csrfToken(), "X-Requested-With": "XMLHttpRequest" };
    const answer = await fetch(this.root.dataset.signatureUrl, { method: "POST", body, headers, credentials: "same-origin" });
    if (answer.status === 422 || answer.status === 429) throw new SigningError(await answer.text());
    if (!answer.ok || answer.redirected) throw new SigningError(TEXTS.notAsked);
    return answer.text();
  }

  result(html) {
    const place = this.part("result");
    place.innerHTML = html; // made by our own templates, escaped
    place.hidden = false;
    place.focus();
    place.scrollIntoView({ block: "start" });
  }
}

// A private key chosen by mistake stays on the computer: it is told by its name, or by its PEM header.
async function guard(input) {
  const file = input.files[0];
  const isKey = file && (KEY_NAMES.test(file.name) || (await file.slice(0, 65536).text()).includes("PRIVATE KEY-----"));
  if (isKey) input.value = "";
  input.setCustomValidity(isKey ? TEXTS.privateKey : "");
  if (isKey) input.reportValidity();
}

for (const input of document.querySelectorAll("input[data-doctor-file]")) {
  input.addEventListener("change", () => guard(input));
  input.form.addEventListener("submit", (event) => {
    if (input.validationMessage === TEXTS.privateKey) {
      event.preventDefault();
      input.reportValidity();
    }
  });
}
for (const plain of document.querySelectorAll("[data-doctor-plain]")) plain.hidden = true;
for (const root of document.querySelectorAll("[data-doctor]")) new Doctor(root).start();
