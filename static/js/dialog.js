// A <dialog popover> opens without this, not modal. Here it becomes modal: focus stays inside, Escape closes, focus returns.

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (!dialog?.showModal) return;
    event.preventDefault();
    if (!dialog.open) dialog.showModal();
    return;
  }
  const closer = event.target.closest?.("[data-dialog-close]");
  const dialog = closer ? closer.closest("dialog") : event.target.matches?.("dialog[data-dialog]") ? event.target : null;
  if (dialog?.open && (closer || outside(dialog, event))) {
    event.preventDefault();
    dialog.close();
  }
});

function outside(dialog, event) {
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

// A form inside that came back with errors opens its dialog again.
document.querySelector("dialog[data-dialog] .error-summary")?.closest("dialog").showModal();
