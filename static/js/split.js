// A list above (or beside), its detail below: rows with hx-get and hx-trigger="click, open-row"
// fill the pane; the chosen row is marked; Alt ↓ and Alt ↑ walk through the list from anywhere.
import { $, $$, on } from "./dom.js";

function mark(row) {
  $$("tr[aria-current]", row.closest("tbody")).forEach((other) =>
    other.removeAttribute("aria-current"),
  );
  row.setAttribute("aria-current", "true");
}

on("click", ".split tr[hx-get]", mark);
on("open-row", ".split tr[hx-get]", mark);

document.addEventListener("keydown", (event) => {
  const step = event.altKey && { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const rows = step ? $$(".split .pane:first-child tr[hx-get]") : [];
  if (!rows.length) return;
  event.preventDefault();
  const row = rows[rows.findIndex((other) => other.hasAttribute("aria-current")) + step];
  if (!row) return;
  row.scrollIntoView({ block: "nearest" });
  window.htmx.trigger(row, "open-row");
});

// On a phone the detail is under the list: bring it into view.
document.addEventListener("htmx:afterSwap", (event) => {
  const pane = event.detail.target?.closest?.(".pane.drill");
  if (pane && matchMedia("(max-width: 767px)").matches)
    $("h2", pane)?.scrollIntoView({ block: "start" });
});
