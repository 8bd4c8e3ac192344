// input[data-complete]: what is typed is looked for; ↓ ↑ choose, Entrée takes, Échap leaves.
import { on } from "./dom.js";
import { ask, choose, chosen, close, open, optionsOf, take } from "./completion.js";

const WAIT = 150;
let timer = 0;

function wire(field) {
  if (field.dataset.wired) return;
  field.dataset.wired = "1";
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", "completion");
}

on("focusin", "[data-complete]", wire);
on("input", "[data-complete]", (field, event) => {
  if (!event.isTrusted) return;
  clearTimeout(timer);
  const id = field.form?.elements[`${field.name}_id`];
  if (id) id.value = "";
  timer = setTimeout(() => ask(field), WAIT);
});
on("keydown", "[data-complete]", (field, event) => {
  if (!open && event.key === "ArrowDown") {
    event.preventDefault();
    ask(field);
  }
  if (!open || open.field !== field) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], rows = optionsOf(open.list), at = chosen();
  if (step) {
    event.preventDefault();
    choose((at + step + rows.length) % rows.length);
  } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && rows[at]) {
    event.preventDefault();
    take(rows[at]);
  } else if (event.key === "Enter") close();
  else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close();
  } else if (event.key === "Tab") close();
  if (!open) clearTimeout(timer);
}, true);
on("mousedown", "#completion [role=option]", (row, event) => {
  event.preventDefault();
  take(row);
});
document.addEventListener("focusout", (event) => {
  if (open && event.target === open.field) close();
});
addEventListener("scroll", ({ target }) => open && target !== open.list && target !== open.field && close(), true);
