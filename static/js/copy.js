// «Скопировать»: the button is hidden until there is something that can copy.

const SAID_MS = 4000;

function show(root) {
  if (!navigator.clipboard) return;
  root.querySelectorAll("[data-copy][hidden]").forEach((button) => (button.hidden = false));
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const said = button.parentElement.querySelector("[role=status]");
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    said.textContent = "Скопировано";
  } catch {
    said.textContent = "Браузер не разрешил копировать: выделите текст сами";
  }
  setTimeout(() => (said.textContent = ""), SAID_MS);
});

document.addEventListener("htmx:afterSwap", (event) => show(event.target));
show(document);
