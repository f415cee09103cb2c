// A form with data-upload is sent with a real percent, can be cancelled, and takes files by drag and drop.
// The server answers as to any form: a redirect (we follow it) or the page again with its errors (we show them).
// Without this module the same form is sent by the browser.

const UNITS = ["Б", "КБ", "МБ", "ГБ"];

function size(bytes) {
  let step = 0;
  while (bytes >= 1024 && step < UNITS.length - 1) {
    bytes /= 1024;
    step += 1;
  }
  return `${bytes.toLocaleString("ru-RU", { maximumFractionDigits: step && bytes < 100 ? 1 : 0 })}\u00a0${UNITS[step]}`;
}

// Says what is wrong with the file, or nothing. What the server said of an earlier file stands in the field, not in the zone.
function wrong(zone, text) {
  const field = zone.closest(".field");
  const input = zone.querySelector("input[type=file]");
  field.querySelectorAll(".field-error").forEach((line) => {
    const others = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== line.id);
    if (others.length) input.setAttribute("aria-describedby", others.join(" "));
    else input.removeAttribute("aria-describedby");
    line.remove();
  });
  if (!text) input.removeAttribute("aria-invalid");
  field.classList.toggle("field-wrong", Boolean(text));
  if (!text) return;
  const line = document.createElement("p");
  line.className = "field-error";
  line.setAttribute("role", "alert");
  line.textContent = `Ошибка: ${text}`;
  zone.prepend(line);
}

function watchZone(zone) {
  const input = zone.querySelector("input[type=file]");
  const chosen = zone.querySelector("[data-dropzone-chosen]");
  const limit = Number(zone.dataset.limit) || Infinity;
  zone.querySelector("[data-dropzone-live]").hidden = false;
  input.classList.add("visually-hidden"); // its label is the button now; the keyboard still stops at the input

  const tell = () => {
    const file = input.files[0];
    chosen.textContent = file ? `Выбран файл: ${file.name}, ${size(file.size)}` : "";
    const advice = zone.dataset.tooLarge ?? "Сожмите его в ZIP или разделите.";
    wrong(zone, file && file.size > limit ? `файл больше ${size(limit)}. ${advice}` : "");
  };
  input.addEventListener("change", tell);

  let depth = 0; // dragenter and dragleave also come from the children
  zone.addEventListener("dragenter", (event) => {
    event.preventDefault();
    depth += 1;
    zone.dataset.over = "";
  });
  zone.addEventListener("dragleave", () => {
    depth -= 1;
    if (depth <= 0) delete zone.dataset.over;
  });
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    delete zone.dataset.over;
    if (!event.dataTransfer.files.length) return;
    if (event.dataTransfer.files.length > 1 && !input.multiple) {
      wrong(zone, "можно отправить только один файл за раз.");
      return;
    }
    input.files = event.dataTransfer.files;
    tell();
  });
}

function bar(cancel) {
  const box = document.createElement("div");
  box.className = "progress upload-bar";
  const head = document.createElement("div");
  head.className = "progress-head";
  const label = document.createElement("span");
  label.textContent = "Загрузка файла";
  const text = document.createElement("span");
  text.className = "progress-text";
  text.setAttribute("role", "status");
  head.append(label, text);
  const meter = document.createElement("progress");
  meter.max = 100;
  meter.value = 0;
  meter.setAttribute("aria-label", "Загрузка файла");
  const stop = document.createElement("button");
  stop.type = "button";
  stop.className = "button button-secondary button-small";
  stop.textContent = "Отменить загрузку";
  stop.addEventListener("click", cancel);
  box.append(head, meter, stop);
  return { box, meter, text, stop };
}

const STATUS_TEXTS = {
  401: "сеанс завершён, файл не отправлен. Войдите снова и отправьте его ещё раз.",
  403: "нет права на загрузку или сеанс закончился. Обновите страницу и войдите снова.",
  413: "файл больше, чем принимает сервер.",
  429: "слишком много попыток. Подождите минуту и повторите.",
};
const FORM_AGAIN = new Set([400, 422]);
const LOST = "связь прервалась, файл не принят. Проверьте сеть и отправьте его ещё раз.";

function showPage(request) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const fresh = page.getElementById("content");
  if (!fresh) return false;
  document.title = page.title;
  document.getElementById("content").replaceWith(fresh);
  watch(fresh);
  // not left to autofocus: a browser obeys it once in the life of a page
  const told = fresh.querySelector(".error-summary") ?? fresh.querySelector("h1");
  if (told) {
    told.tabIndex = -1;
    told.focus();
  }
  window.htmx?.process(fresh);
  return true;
}

function send(form) {
  const zone = form.querySelector("[data-dropzone]");
  const request = new XMLHttpRequest();
  const shown = bar(() => request.abort());
  const buttons = [...form.querySelectorAll("button[type=submit]")];
  let told = -1;

  const finish = (text) => {
    const held = shown.box.contains(document.activeElement) || document.activeElement === document.body;
    form.removeAttribute("data-sending");
    shown.box.remove();
    buttons.forEach((button) => (button.hidden = false));
    if (held) buttons[0]?.focus();
    if (text !== undefined) wrong(zone, text);
  };

  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    const percent = Math.floor((event.loaded / event.total) * 100);
    shown.meter.value = percent;
    // a screen reader hears every tenth percent, not every hundredth
    shown.text.setAttribute("aria-live", Math.floor(percent / 10) > Math.floor(told / 10) ? "polite" : "off");
    told = percent;
    shown.text.textContent = `${percent} %, ${size(event.loaded)} из ${size(event.total)}`;
  });
  request.upload.addEventListener("load", () => {
    shown.meter.removeAttribute("value");
    shown.text.textContent = "Файл передан, ждём ответа сервера";
    shown.stop.hidden = true;
  });
  request.addEventListener("load", () => {
    const here = new URL(form.action, location.href);
    const there = new URL(request.responseURL || here, location.href);
    if (request.status < 400 && there.pathname !== here.pathname) {
      form.removeAttribute("data-sending");
      location.assign(there);
      return;
    }
    if ((request.status < 400 || FORM_AGAIN.has(request.status)) && showPage(request)) return;
    finish(STATUS_TEXTS[request.status] ?? `сервер не принял файл (код ${request.status}). Повторите позже.`);
  });
  request.addEventListener("error", () => finish(LOST));
  request.addEventListener("timeout", () => finish(LOST));
  request.addEventListener("abort", () => finish("загрузка отменена, файл не отправлен."));

  wrong(zone, "");
  form.dataset.sending = "";
  buttons.forEach((button) => (button.hidden = true));
  form.append(shown.box);
  shown.stop.focus();
  request.open("POST", form.action);
  request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
  request.send(new FormData(form));
}

function watch(root) {
  root.querySelectorAll("[data-dropzone]").forEach(watchZone);
  root.querySelectorAll("form[data-upload]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      const input = form.querySelector("input[type=file]");
      if (!input?.files.length) return; // the server says what is missing
      event.preventDefault();
      const zone = input.closest("[data-dropzone]");
      const limit = Number(zone?.dataset.limit) || Infinity;
      if (input.files[0].size > limit || "sending" in form.dataset) return;
      send(form);
    });
  });
}

window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-sending]")) event.preventDefault();
});
watch(document);
