// Menus: data-pop="id" toggles; Échap, a click outside or the arrows act as in any menu.
import { $, $$, on } from "./dom.js";

function button(pop) {
  return $(`[data-pop="${CSS.escape(pop.id)}"]`);
}

function hide(pop, refocus = false) {
  pop.hidden = true;
  pop.classList.remove("fixed");
  const opener = button(pop);
  opener?.setAttribute("aria-expanded", "false");
  if (refocus) opener?.focus();
}

// A menu hangs from the right edge of its button, from the left one near the page's left side.
// Inside a scrolling table it would be cut off: it is placed against the window instead.
function place(pop, opener) {
  const box = opener.getBoundingClientRect();
  pop.classList.toggle("left", box.right - pop.offsetWidth < 8);
  if (!opener.closest(".tbl-wrap")) return;
  pop.classList.add("fixed");
  const below = box.bottom + 4 + pop.offsetHeight <= innerHeight;
  const top = below ? box.bottom + 4 : Math.max(8, box.top - 4 - pop.offsetHeight);
  pop.style.top = `${top}px`;
  pop.style.left = `${Math.max(8, box.right - pop.offsetWidth)}px`;
}

const opened = () => $$(".pop[id]:not([hidden])").filter(button);

on("click", "[data-pop]", (opener) => {
  const pop = document.getElementById(opener.dataset.pop);
  const show = pop.hidden;
  opened().forEach((other) => hide(other));
  if (!show) return;
  pop.hidden = false;
  opener.setAttribute("aria-expanded", "true");
  place(pop, opener);
  if (pop.matches(".menu")) $("a, button", pop)?.focus();
});

document.addEventListener("click", (event) => {
  for (const pop of opened()) {
    const inside = pop.contains(event.target) || button(pop)?.contains(event.target);
    if (!inside || event.target.closest(".menu a, .menu button")) hide(pop);
  }
});

document.addEventListener("keydown", (event) => {
  const [pop] = opened();
  if (!pop) return;
  if (event.key === "Escape") {
    event.preventDefault();
    hide(pop, true);
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !pop.matches(".menu") || !pop.contains(document.activeElement)) return;
  event.preventDefault();
  const items = $$("a, button", pop);
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
});

addEventListener(
  "scroll",
  (event) => {
    if (event.target instanceof Element && event.target.matches(".tbl-wrap"))
      opened().forEach((pop) => hide(pop));
  },
  true,
);
