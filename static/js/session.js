// Tells a person that his session is about to end of idleness, and lets him go on by one press; afterwards, that it is over.
// The server alone decides: its answer says how long the session lasts. Without this module nothing is shown.
//
// What a person's own press asks through htmx is marked, so that the server can tell it from a page that asks by itself.

const TICK_MS = 1000;
const NOTED_EVERY_S = 60; // the server notes a press at most that often (accounts/sessions.py)
const CHANNEL = "lkot-session";
const BY_PERSON = "X-By-Person";

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.triggeringEvent?.isTrusted) event.detail.headers[BY_PERSON] = "1";
});

const box = document.querySelector("[data-session]");
if (box) watch(box);

function watch(box) {
  const says = Object.fromEntries([...box.querySelectorAll("[data-session-say]")].map((part) => [part.dataset.sessionSay, part]));
  const form = box.querySelector("[data-session-continue]");
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(CHANNEL) : null;
  const warnMs = Number(box.dataset.warn) * 1000;
  let idleEnd = 0;
  let wholeEnd = 0;

  const take = ({ idle, whole }) => {
    idleEnd = Date.now() + idle * 1000;
    wholeEnd = Date.now() + whole * 1000;
    channel?.postMessage({ idleEnd, wholeEnd });
    tell();
  };

  // another tab was answered later, so it knows better
  channel?.addEventListener("message", ({ data }) => {
    idleEnd = Math.max(idleEnd, data.idleEnd);
    wholeEnd = Math.max(wholeEnd, data.wholeEnd);
    tell();
  });

  const tell = () => {
    const left = Math.min(idleEnd, wholeEnd) - Date.now();
    const what = left <= 0 ? "over" : left > warnMs ? "" : wholeEnd <= idleEnd ? "whole" : "idle";
    for (const [name, part] of Object.entries(says)) part.hidden = name !== what;
    box.hidden = !what;
    const place = says[what]?.querySelector("[data-session-left]");
    // whole minutes, and written only when they change: a screen reader is not to count the seconds
    if (place && place.textContent !== inWords(left)) place.textContent = inWords(left);
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "XMLHttpRequest" },
        credentials: "same-origin",
      });
      if (answer.ok) take(await answer.json());
      else take({ idle: 0, whole: 0 });
    } catch {
      // no network: the warning stays, and the button with it
    }
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const config = event.detail.requestConfig;
    if (event.detail.successful && (config?.headers?.[BY_PERSON] || config?.verb !== "get")) {
      take({ idle: Number(box.dataset.idle) - NOTED_EVERY_S, whole: (wholeEnd - Date.now()) / 1000 });
    }
  });

  take({ idle: Number(box.dataset.idle), whole: Number(box.dataset.whole) });
  setInterval(tell, TICK_MS);
  window.addEventListener("pageshow", tell);
}

function inWords(ms) {
  const minutes = Math.ceil(ms / 60000);
  return minutes <= 1 ? "минуту" : minutes < 5 ? `${minutes} минуты` : `${minutes} минут`;
}
