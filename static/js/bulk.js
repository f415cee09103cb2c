// The bar of ticked rows: counts, ticks the whole page. Without this the bar's buttons take what is ticked all the same.

for (const bar of document.querySelectorAll("[data-bulk]")) {
  const form = document.getElementById(bar.dataset.bulk);
  const all = bar.querySelector("[data-bulk-all]");
  const count = bar.querySelector("[data-bulk-word]");
  const ticks = () => [...(form?.elements ?? [])].filter((input) => input.type === "checkbox" && input.closest(".tick-cell"));

  const tell = () => {
    const boxes = ticks();
    const chosen = boxes.filter((box) => box.checked).length;
    count.textContent = chosen ? `${count.dataset.bulkWord} ${chosen}` : "";
    bar.toggleAttribute("data-some", chosen > 0);
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  };

  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    ticks().forEach((box) => (box.checked = all.checked));
    tell();
  });
  document.addEventListener("change", (event) => event.target.closest?.(".tick-cell") && tell());
  window.addEventListener("pageshow", tell);
  tell();
}
