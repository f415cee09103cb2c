// A link with data-page-dialog opens its page inside that dialog: htmx fetches it, and keeps the links and forms in it there.
// Without this the link simply leads to the page.

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-page-dialog]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0 || !window.htmx) return;
  const dialog = document.getElementById(link.dataset.pageDialog);
  const body = dialog?.querySelector(".dialog-body");
  if (!body) return;
  event.preventDefault();
  window.htmx.ajax("GET", link.href, { target: body, swap: "innerHTML" }).then(() => {
    if (!dialog.open) dialog.showModal();
  });
});

// An answer that refuses (422) is shown too: its errors stand in the form.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.target.closest?.("dialog")) return;
  if ([403, 404, 409, 422, 429, 502, 503, 504].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// What was opened is announced: the focus goes to the errors, else to the heading.
document.body.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.target.closest?.("dialog");
  if (!dialog) return;
  (dialog.querySelector(".error-summary, .notice-stop") ?? dialog.querySelector("h2"))?.focus();
});
