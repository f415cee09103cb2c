// Menus are <details>: they open and close without this. Here: Escape, a press outside, arrow keys, one open at a time,
// a place that no scrolling table can cut off, and the drawer of the left navigation.

const openMenus = () => document.querySelectorAll("details[data-menu][open]");

function close(menu, { focus = false } = {}) {
  menu.open = false;
  if (focus) menu.querySelector("summary").focus();
}

function place(menu) {
  const panel = menu.querySelector(".menu-panel");
  if (!panel || !menu.closest(".datatable, .top, .tabs")) return;
  panel.dataset.placed = "";
  const anchor = menu.querySelector("summary").getBoundingClientRect();
  const width = panel.offsetWidth;
  const height = panel.offsetHeight;
  const wanted = menu.classList.contains("menu-end") ? anchor.right - width : anchor.left;
  const left = Math.max(8, Math.min(wanted, document.documentElement.clientWidth - width - 8));
  const below = anchor.bottom + 4;
  const fits = below + height <= window.innerHeight - 8 || anchor.top - height - 4 < 64;
  panel.style.left = `${left}px`;
  panel.style.top = `${fits ? (menu.closest(".top") ? anchor.bottom : below) : anchor.top - height - 4}px`;
}

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLDetailsElement) || !menu.matches("[data-menu]") || !menu.open) return;
    openMenus().forEach((other) => other !== menu && close(other));
    place(menu);
  },
  true,
);

document.addEventListener("pointerdown", (event) => {
  openMenus().forEach((menu) => menu.contains(event.target) || close(menu));
});

document.addEventListener("focusin", (event) => {
  openMenus().forEach((menu) => menu.contains(event.target) || close(menu));
});

window.addEventListener("scroll", () => openMenus().forEach(place), { passive: true, capture: true });
window.addEventListener("resize", () => openMenus().forEach(place));

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    openMenus().forEach((menu) => close(menu, { focus: menu.contains(document.activeElement) }));
    setDrawer(false);
    return;
  }
  const menu = event.target instanceof Element && event.target.closest("details[data-menu]");
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  if (!menu.open) {
    if (event.key !== "ArrowDown") return;
    menu.open = true;
  }
  const items = [...menu.querySelectorAll(".menu-item")];
  if (!items.length) return;
  event.preventDefault();
  const now = items.indexOf(document.activeElement);
  const next = { Home: 0, End: items.length - 1 }[event.key] ?? (now < 0 && event.key === "ArrowUp" ? -1 : now + STEPS[event.key]);
  items.at(next % items.length).focus();
});

// The drawer: a link to #nav shows it by :target; here it opens without leaving a trace in the history.
const drawer = document.querySelector("[data-drawer]");
const opener = document.querySelector("[data-drawer-open]");

function setDrawer(open) {
  if (!drawer || !opener || open === "open" in drawer.dataset) return;
  drawer.toggleAttribute("data-open", open);
  opener.setAttribute("aria-expanded", String(open));
  (open ? drawer.querySelector("a") : opener).focus();
}

if (drawer && opener) {
  opener.setAttribute("aria-expanded", "false");
  opener.setAttribute("role", "button");
  document.addEventListener("click", (event) => {
    const closing = event.target.closest?.("[data-drawer-close]");
    if (!closing && !event.target.closest?.("[data-drawer-open]")) return;
    if (location.hash === "#nav") return; // opened without this module: the link closes it
    event.preventDefault();
    setDrawer(!closing);
  });
  opener.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    opener.click();
  });
}
