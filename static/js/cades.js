// The CryptoPro browser plug-in: waits for it, lists the certificates of its store, signs bytes (detached CAdES-BES), tells its
// errors in Russian. Used by signing.js (the panel of signing pages) and doctor.js («Проверка электронной подписи»).

const STORE = { currentUser: 2, name: "My", maximumAllowed: 2 };
const ENCODE_BASE64 = 0;
const END_ENTITY_ONLY = 2; // the whole chain fails where it cannot be built on the user's machine
const CADES_BES = 1;
const BASE64_TO_BINARY = 1;
const PLUGIN_WAIT_MS = 25000; // the vendor's script gives up after 20 s
const SERVER_WAIT_MS = 20000;
const MOST_ASKED = 24; // signatures/views/doctor_list.py
const CHUNK = 0x8000;

export const NO_PLUGIN =
  "Плагин КриптоПро не найден. Установите «КриптоПро ЭЦП Browser plug-in» и его расширение для браузера или загрузите файл подписи.";
const UNREADABLE = "Не удалось прочитать сертификаты. Обновите страницу, выберите другой носитель ключа или загрузите файл подписи.";
const CANCELLED = "Подписание отменено.";
const NOT_ALLOWED =
  "Сайту не разрешён доступ к ключам. Повторите и в окне плагина КриптоПро ответьте «Да» или добавьте сайт в список доверенных узлов плагина.";
const NO_KEY = "Закрытый ключ не найден. Подключите носитель ключа (токен, флеш-накопитель), с которым получали сертификат, и повторите.";
const NO_CHAIN =
  "На этом компьютере нет сертификатов удостоверяющего центра. Установите их (корневой и промежуточные: скачайте на сайте центра, выдавшего сертификат) и повторите.";
const NO_READER = "Носитель ключа не виден. Отключите его, подключите снова, проверьте драйвер носителя и повторите.";
const NO_LICENSE = "Истекла лицензия «КриптоПро CSP» на этом компьютере. Введите новую лицензию и повторите.";

// Codes of Windows and CryptoPro that a user meets, and what he can do.
const PLUGIN_ERRORS = {
  "0x800704C7": CANCELLED,
  "0x8010006E": CANCELLED,
  "0x000004C7": CANCELLED,
  "0x80070005": NOT_ALLOWED,
  "0x80090010": NOT_ALLOWED,
  "0x8009000D": NO_KEY,
  "0x80090016": NO_KEY,
  "0x80090019": NO_KEY,
  "0x8009001A": NO_KEY,
  "0x80092004": NO_KEY,
  "0x80100069": "Носитель ключа отключён. Подключите его и повторите.",
  "0x8010000C": NO_READER,
  "0x8010001D": NO_READER,
  "0x8010002E": NO_READER,
  "0x8010006B": "Неверный пароль ключа. После нескольких ошибок носитель блокируется: проверьте раскладку и Caps Lock.",
  "0x8010006C": "Носитель ключа заблокирован после неверных паролей. Разблокируйте его кодом администратора (PUK) или обратитесь в удостоверяющий центр.",
  "0x8007065B": NO_LICENSE,
  "0x80090017": "Программа «КриптоПро CSP» не установлена или повреждена. Установите её заново и повторите.",
  "0x800B0101": "Срок действия сертификата истёк или ещё не начался. Проверьте дату на компьютере или выберите другой сертификат.",
  "0x800B010A": NO_CHAIN,
  "0x800B0109": "Корневой сертификат удостоверяющего центра не установлен на этом компьютере. Установите его и повторите.",
  "0x800B010C": "Сертификат отозван. Выберите другой или получите новый в удостоверяющем центре.",
  "0x80092010": "Сертификат отозван. Выберите другой или получите новый в удостоверяющем центре.",
  "0x800B0110": "Сертификат не предназначен для подписания документов. Выберите другой.",
};

const SUBJECT_PARTS = {
  "2.5.4.3": "cn",
  "2.5.4.4": "surname",
  "2.5.4.42": "givenName",
  "1.2.643.3.131.1.1": "inn",
  "1.2.643.100.4": "innle",
};

export class SigningError extends Error {}

// ---- the plug-in

// cadesplugin is a Promise with members: returned from an async function it would be unwrapped to undefined.
export async function pluginReady() {
  if (!window.cadesplugin) throw new SigningError(NO_PLUGIN);
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new SigningError(NO_PLUGIN)), PLUGIN_WAIT_MS);
  });
  try {
    await Promise.race([window.cadesplugin, late]);
  } catch {
    throw new SigningError(NO_PLUGIN);
  } finally {
    clearTimeout(timer);
  }
}

// `failed` makes the text of an error that has no words of its own, from « (код …)» or "".
export function pluginError(error, failed = cannotSign) {
  if (error instanceof SigningError) return error;
  const text = String(window.cadesplugin?.getLastError?.(error) ?? error?.message ?? error);
  const code = text.match(/0x[0-9A-F]{8}/i)?.[0];
  const known = code && PLUGIN_ERRORS[`0x${code.slice(2).toUpperCase()}`];
  if (known) return new SigningError(known === CANCELLED ? known : `${known} Код ошибки: ${code}.`);
  return new SigningError(failed(code ? ` (код ${code})` : ""));
}

function cannotSign(named) {
  return `Плагин КриптоПро не смог подписать документ${named}. Повторите, выберите другой сертификат или загрузите файл подписи.`;
}

export function cannotRead(named) {
  return UNREADABLE.replace(".", `${named}.`);
}

// {certificates, unreadable, keyless, doubles}: a certificate that the plug-in or we cannot read is counted and left out, the
// others are shown; so are those without a private key (`keyless`) and second copies (`doubles`).
export async function readCertificates() {
  const store = await window.cadesplugin.CreateObjectAsync("CAdESCOM.Store");
  await store.Open(STORE.currentUser, STORE.name, STORE.maximumAllowed);
  try {
    const all = await store.Certificates;
    const count = await all.Count;
    const found = new Map(); // by thumbprint: a store may hold a certificate twice
    let unreadable = 0;
    let keyless = 0;
    let doubles = 0;
    for (let index = 1; index <= count; index += 1) {
      try {
        const certificate = await all.Item(index); // COM collections count from 1
        const thumbprint = await certificate.Thumbprint;
        if (!(await certificate.HasPrivateKey())) keyless += 1;
        else if (found.has(thumbprint)) doubles += 1;
        else found.set(thumbprint, await readCertificate(certificate));
      } catch {
        unreadable += 1;
      }
    }
    return { certificates: [...found.values()], unreadable, keyless, doubles };
  } finally {
    await store.Close();
  }
}

async function readCertificate(certificate) {
  const notBefore = new Date(await certificate.ValidFromDate);
  const notAfter = new Date(await certificate.ValidToDate);
  if (Number.isNaN(notBefore.getTime()) || Number.isNaN(notAfter.getTime())) throw new Error("a certificate without dates");
  const base64 = (await certificate.Export(ENCODE_BASE64)).replace(/-----[^-]+-----|\s+/g, "");
  return { certificate, base64, notBefore, notAfter, subject: readSubject(fromBase64(base64)) };
}

export async function signDetached(bytes, certificate) {
  const signer = await window.cadesplugin.CreateObjectAsync("CAdESCOM.CPSigner");
  await signer.propset_Certificate(certificate);
  await signer.propset_CheckCertificate(true);
  await signer.propset_Options(END_ENTITY_ONLY);
  const data = await window.cadesplugin.CreateObjectAsync("CAdESCOM.CadesSignedData");
  await data.propset_ContentEncoding(BASE64_TO_BINARY); // before Content, or the plug-in signs UTF-16LE text
  await data.propset_Content(toBase64(bytes));
  return data.SignCades(signer, CADES_BES, true);
}

// ---- the server's opinion

export function csrfToken() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

// What the server says of these certificates: {now, certificates}, one answer for each in their order (more than MOST_ASKED get
// none). Throws where it cannot be asked, a SigningError where it says why. Only the public certificates are sent.
export async function askServer(url, certificates, more = {}) {
  const body = new URLSearchParams(more);
  for (const { base64 } of certificates.slice(0, MOST_ASKED)) body.append("certificate", base64);
  const answer = await fetch(url, {
    method: "POST",
    body,
    credentials: "same-origin",
    headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "XMLHttpRequest" },
    signal: AbortSignal.timeout(SERVER_WAIT_MS),
  });
  if (answer.status === 429) throw new SigningError((await answer.json()).problem);
  if (!answer.ok || answer.redirected) throw new Error(`the server answers ${answer.status}`);
  return answer.json();
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
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
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

// by Moscow's calendar, as the cabinet itself dates the certificate after the signing
export function formatDate(date) {
  return date.toLocaleDateString("ru-RU", { timeZone: "Europe/Moscow", day: "2-digit", month: "2-digit", year: "numeric" });
}

export function describe({ subject, notAfter }) {
  const person = [subject.surname, subject.givenName].filter(Boolean).join(" ");
  const owner = [person, subject.cn !== person ? subject.cn : ""].filter(Boolean).join(", ");
  const inn = subject.innle ?? subject.inn;
  return { owner, facts: [inn && `ИНН ${inn}`, `действует до ${formatDate(notAfter)}`].filter(Boolean).join(" · ") };
}
