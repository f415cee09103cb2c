// The second click of a double click sends no form again: the server does a thing once anyway, but it would answer the second
// sending, and say to whom has just granted a right that the request is answered already.

const DOUBLE_CLICK_MS = 700;
let last = { form: null, by: null, at: 0 };

document.addEventListener(
  "submit",
  (event) => {
    const { target: form, submitter: by, timeStamp: at } = event;
    if (form === last.form && by === last.by && at - last.at < DOUBLE_CLICK_MS) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    last = { form, by, at };
  },
  { capture: true }, // before htmx and upload.js
);
