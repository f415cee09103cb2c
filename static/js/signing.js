// Signing by the CryptoPro browser plug-in: lists the certificates, signs the exact bytes of the document (detached
// CAdES-BES) and sends the signature in an ordinary form. The server verifies everything again; what is shown here as
// unsuitable only spares the user a refusal.
//
// Markup (templates/signatures/_signing_panel.html; every part inside the root):
//   [data-signing]                  root; data-document-url: answers with the bytes to sign;
//                                   data-organization-inn, data-organization-ogrn: whose certificate is expected;
//                                   data-by-power="yes": the person has a power of attorney, a personal certificate will do
//   [data-signing-plugin]           hidden until this module runs
//   [data-signing-status]           what is going on, role=status
//   [data-signing-certificates]     fieldset, hidden until there are certificates; [data-signing-list] takes the choices
//   template[data-signing-choice]   one choice: input[type=radio], [data-owner], [data-facts], [data-problem]
//   [data-signing-actions]          hidden until there is a suitable certificate; [data-signing-sign] is its button
//   form[data-signing-form]         holds textarea[data-signing-value]: the signature in base64
// The СНИЛС of the signed-in person is not in the page: that the certificate is his own is checked by the server.

const STORE = { currentUser: 2, name: "My", maximumAllowed: 2 };
const ENCODE_BASE64 = 0;
const END_ENTITY_ONLY = 2; // the whole chain fails where it cannot be built on the user's machine
const CADES_BES = 1;
const BASE64_TO_BINARY = 1;
const PLUGIN_WAIT_MS = 25000; // the vendor's script gives up after 20 s
const CHUNK = 0x8000;

const TEXTS = {
  looking: "Ищем плагин КриптоПро и сертификаты…",
  noPlugin:
    "Плагин КриптоПро не найден. Установите «КриптоПро ЭЦП Browser plug-in» и его расширение для браузера или загрузите файл подписи.",
  noCertificates: "Сертификатов с закрытым ключом не найдено. Подключите носитель ключа и обновите страницу или загрузите файл подписи.",
  unreadable: "Не удалось прочитать сертификаты. Обновите страницу, выберите другой носитель ключа или загрузите файл подписи.",
  someUnreadable: "Часть сертификатов не удалось прочитать, их нет в списке.",
  noneSuitable: "Ни один из найденных сертификатов не подходит. Подключите носитель с сертификатом организации или загрузите файл подписи.",
  choose: "Выберите сертификат.",
  chosen: "Подходит один сертификат, он выбран.",
  fetching: "Загружаем документ…",
  noDocument: "Документ не загрузился. Обновите страницу и повторите.",
  signing: "Подписываем. Плагин может спросить разрешение и пароль ключа…",
  sending: "Подпись готова, отправляем…",
};

// Codes of Windows and CryptoPro that a user meets, and what he can do.
const PLUGIN_ERRORS = {
  "0x800704C7": "Подписание отменено.",
  "0x8010006E": "Подписание отменено.",
  "0x000004C7": "Подписание отменено.",
  "0x80070005": "Сайту не разрешён доступ к ключам. Разрешите его в окне плагина КриптоПро и повторите.",
  "0x80090010": "Сайту не разрешён доступ к ключам. Разрешите его в окне плагина КриптоПро и повторите.",
  "0x8009000D": "Закрытый ключ не найден. Подключите носитель ключа и повторите.",
  "0x80090016": "Закрытый ключ не найден. Подключите носитель ключа и повторите.",
  "0x8009001A": "Закрытый ключ не найден. Подключите носитель ключа и повторите.",
  "0x80100069": "Носитель ключа отключён. Подключите его и повторите.",
  "0x8010006B": "Неверный пароль ключа.",
  "0x800B0101": "Срок действия сертификата истёк или ещё не начался.",
  "0x800B010A":
    "На этом компьютере нет сертификатов удостоверяющего центра. Установите их (корневой и промежуточные) и повторите.",
  "0x800B0109": "Корневой сертификат удостоверяющего центра не установлен на этом компьютере. Установите его и повторите.",
};

const SUBJECT_PARTS = {
  "2.5.4.3": "cn",
  "2.5.4.4": "surname",
  "2.5.4.42": "givenName",
  "1.2.643.3.131.1.1": "inn",
  "1.2.643.100.4": "innle",
  "1.2.643.100.1": "ogrn",
  "1.2.643.100.5": "ogrnip",
};

class SigningError extends Error {}

// ---- the plug-in

// cadesplugin is a Promise with members: returned from an async function it would be unwrapped to undefined.
async function pluginReady() {
  if (!window.cadesplugin) throw new SigningError(TEXTS.noPlugin);
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new SigningError(TEXTS.noPlugin)), PLUGIN_WAIT_MS);
  });
  try {
    await Promise.race([window.cadesplugin, late]);
  } catch {
    throw new SigningError(TEXTS.noPlugin);
  } finally {
    clearTimeout(timer);
  }
}

// `failed` makes the text of an error that has no words of its own, from « (код …)» or "".
function pluginError(error, failed = cannotSign) {
  const text = String(window.cadesplugin?.getLastError?.(error) ?? error?.message ?? error);
  const code = text.match(/0x[0-9A-F]{8}/i)?.[0];
  const known = code && PLUGIN_ERRORS[`0x${code.slice(2).toUpperCase()}`];
  if (known) return new SigningError(known);
  return new SigningError(failed(code ? ` (код ${code})` : ""));
}

function cannotSign(named) {
  return `Плагин КриптоПро не смог подписать документ${named}. Повторите, выберите другой сертификат или загрузите файл подписи.`;
}

function cannotRead(named) {
  return TEXTS.unreadable.replace(".", `${named}.`);
}

// {certificates, unreadable}: a certificate that the plug-in or we cannot read is counted and left out, the others are shown.
async function readCertificates() {
  const store = await window.cadesplugin.CreateObjectAsync("CAdESCOM.Store");
  await store.Open(STORE.currentUser, STORE.name, STORE.maximumAllowed);
  try {
    const all = await store.Certificates;
    const count = await all.Count;
    const found = new Map(); // by thumbprint: a store may hold a certificate twice
    let unreadable = 0;
    for (let index = 1; index <= count; index += 1) {
      try {
        const certificate = await all.Item(index); // COM collections count from 1
        if (await certificate.HasPrivateKey()) found.set(await certificate.Thumbprint, await readCertificate(certificate));
      } catch {
        unreadable += 1;
      }
    }
    return { certificates: [...found.values()], unreadable };
  } finally {
    await store.Close();
  }
}

async function readCertificate(certificate) {
  const notBefore = new Date(await certificate.ValidFromDate);
  const notAfter = new Date(await certificate.ValidToDate);
  if (Number.isNaN(notBefore.getTime()) || Number.isNaN(notAfter.getTime())) throw new Error("a certificate without dates");
  return { certificate, notBefore, notAfter, subject: readSubject(fromBase64(await certificate.Export(ENCODE_BASE64))) };
}

async function signDetached(bytes, certificate) {
  const signer = await window.cadesplugin.CreateObjectAsync("CAdESCOM.CPSigner");
  await signer.propset_Certificate(certificate);
  await signer.propset_CheckCertificate(true);
  await signer.propset_Options(END_ENTITY_ONLY);
  const data = await window.cadesplugin.CreateObjectAsync("CAdESCOM.CadesSignedData");
  await data.propset_ContentEncoding(BASE64_TO_BINARY); // before Content, or the plug-in signs UTF-16LE text
  await data.propset_Content(toBase64(bytes));
  return data.SignCades(signer, CADES_BES, true);
}

// ---- bytes

function toBase64(bytes) {
  let text = "";
  for (let start = 0; start < bytes.length; start += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  }
  return btoa(text);
}

function fromBase64(text) {
  return Uint8Array.from(atob(text.replace(/-----[^-]+-----|\s+/g, "")), (letter) => letter.charCodeAt(0));
}

// One DER value at `start`: {tag, content, end}.
function readValue(bytes, start) {
  let length = bytes[start + 1];
  let position = start + 2;
  if (length & 0x80) {
    const digits = length & 0x7f;
    length = 0;
    for (let count = 0; count < digits; count += 1) length = length * 256 + bytes[position + count];
    position += digits;
  }
  return { tag: bytes[start], content: bytes.subarray(position, position + length), end: position + length };
}

function readChildren(bytes) {
  const children = [];
  for (let position = 0; position < bytes.length; ) {
    const value = readValue(bytes, position);
    children.push(value);
    position = value.end;
  }
  return children;
}

function readIdentifier(bytes) {
  const numbers = [Math.min(2, Math.floor(bytes[0] / 40))];
  numbers.push(bytes[0] - 40 * numbers[0]);
  let number = 0;
  for (const byte of bytes.subarray(1)) {
    number = number * 128 + (byte & 0x7f);
    if (!(byte & 0x80)) {
      numbers.push(number);
      number = 0;
    }
  }
  return numbers.join(".");
}

const BMP_STRING = 30;

function readText({ tag, content }) {
  return new TextDecoder(tag === BMP_STRING ? "utf-16be" : "utf-8").decode(content);
}

// The plug-in's SubjectName has other words for the same attributes on every version of Windows: read the certificate.
function readSubject(der) {
  const [body] = readChildren(readValue(der, 0).content);
  const fields = readChildren(body.content);
  const hasVersion = fields[0].tag === 0xa0;
  const name = fields[hasVersion ? 5 : 4];
  const subject = {};
  for (const group of readChildren(name.content)) {
    for (const part of readChildren(group.content)) {
      const [identifier, value] = readChildren(part.content);
      const key = SUBJECT_PARTS[readIdentifier(identifier.content)];
      if (key) subject[key] = readText(value).trim();
    }
  }
  // until 2021 an organization's ИНН stood in the person's attribute with two zeros before it
  if (!subject.innle && /^00\d{10}$/.test(subject.inn ?? "")) {
    subject.innle = subject.inn.slice(2);
    delete subject.inn;
  }
  return subject;
}

// ---- what is wrong with a certificate, "" for nothing

function problemOf({ subject, notBefore, notAfter }, { inn, ogrn, byPower }, now) {
  if (notAfter < now) return `Срок действия истёк ${formatDate(notAfter)}.`;
  if (notBefore > now) return `Срок действия начнётся ${formatDate(notBefore)}.`;
  if (!inn) return ""; // anybody's own: the server compares the name
  if (byPower && !subject.innle && !subject.ogrn && !subject.ogrnip) return "";
  if (ogrn.length === 15) return traderProblem(subject, inn, ogrn);
  if (!subject.innle && !subject.ogrn) return "Сертификат физического лица: в нём нет ИНН и ОГРН организации.";
  if (subject.innle !== inn) return `Сертификат другой организации: ИНН ${subject.innle ?? "не указан"}, нужен ${inn}.`;
  if (subject.ogrn !== ogrn) return `В сертификате другой ОГРН: ${subject.ogrn ?? "не указан"}, нужен ${ogrn}.`;
  return "";
}

function traderProblem(subject, inn, ogrnip) {
  if (subject.inn !== inn) return `Сертификат другого лица: ИНН ${subject.inn ?? "не указан"}, нужен ${inn}.`;
  if (subject.ogrnip !== ogrnip) return `В сертификате другой ОГРНИП: ${subject.ogrnip ?? "не указан"}, нужен ${ogrnip}.`;
  return "";
}

// by Moscow's calendar, as the cabinet itself dates the certificate after the signing
function formatDate(date) {
  return date.toLocaleDateString("ru-RU", { timeZone: "Europe/Moscow", day: "2-digit", month: "2-digit", year: "numeric" });
}

function describe({ subject, notAfter }) {
  const person = [subject.surname, subject.givenName].filter(Boolean).join(" ");
  const owner = [person, subject.cn !== person ? subject.cn : ""].filter(Boolean).join(", ");
  const inn = subject.innle ?? subject.inn;
  return { owner, facts: [inn && `ИНН ${inn}`, `действует до ${formatDate(notAfter)}`].filter(Boolean).join(" · ") };
}

// ---- the page

class SigningPanel {
  constructor(root) {
    this.root = root;
    const { organizationInn: inn, organizationOgrn: ogrn, byPower } = root.dataset;
    this.organization = { inn, ogrn, byPower: byPower === "yes" };
    this.choices = [];
    this.busy = false;
  }

  part(name) {
    return this.root.querySelector(`[data-signing-${name}]`);
  }

  say(text) {
    this.part("status").textContent = text;
  }

  async start() {
    if (!this.part("plugin")) return;
    this.part("plugin").hidden = false;
    this.part("sign").addEventListener("click", () => this.sign());
    this.say(TEXTS.looking);
    try {
      await pluginReady();
      this.show(await readCertificates());
    } catch (error) {
      this.say((error instanceof SigningError ? error : pluginError(error, cannotRead)).message);
    }
  }

  show({ certificates, unreadable }) {
    const now = new Date();
    const judged = certificates.map((item) => ({ ...item, problem: problemOf(item, this.organization, now) }));
    judged.sort((one, other) => Boolean(one.problem) - Boolean(other.problem) || other.notAfter - one.notAfter);
    this.choices = judged;
    this.part("list").replaceChildren(...judged.map((item, index) => this.choice(item, index)));
    this.part("certificates").hidden = judged.length === 0;
    const suitable = judged.filter((item) => !item.problem);
    this.part("actions").hidden = suitable.length === 0;
    if (suitable.length === 1) this.part("list").querySelector("input:not(:disabled)").checked = true;
    if (judged.length === 0) {
      this.say(unreadable ? TEXTS.unreadable : TEXTS.noCertificates);
      return;
    }
    const said = [TEXTS.noneSuitable, TEXTS.chosen][suitable.length] ?? TEXTS.choose;
    this.say(unreadable ? `${said} ${TEXTS.someUnreadable}` : said);
  }

  choice(item, index) {
    const node = this.part("choice").content.firstElementChild.cloneNode(true);
    const input = node.querySelector("input");
    const { owner, facts } = describe(item);
    input.value = String(index);
    input.disabled = Boolean(item.problem);
    node.querySelector("[data-owner]").textContent = owner;
    node.querySelector("[data-facts]").textContent = facts;
    const problem = node.querySelector("[data-problem]");
    problem.hidden = !item.problem;
    problem.textContent = item.problem;
    return node;
  }

  async sign() {
    const chosen = this.part("list").querySelector("input:checked");
    if (this.busy) return;
    if (!chosen) {
      this.say(TEXTS.choose);
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
      this.say((error instanceof SigningError ? error : pluginError(error)).message);
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
