// « 18 affichés sur 132 »: after « Afficher les 50 suivants » the count is that of the rows on
// screen, and the keyboard goes on with the first row that came.
import { $$, number } from "./dom.js";

function recount() {
  for (const place of $$("[data-shown]")) {
    const body = document.getElementById(place.dataset.shown);
    if (body)
      place.textContent = number(
        $$(":scope > tr:not(.group):not(.subtotal):not(.total):not(.sub)", body).length,
      );
  }
}

document.addEventListener("htmx:afterSettle", recount);
document.addEventListener("htmx:oobAfterSwap", recount);

let before = null;
document.addEventListener("htmx:beforeRequest", (event) => {
  const body = event.target.closest?.(".tbl-foot") && event.detail.target;
  if (body) before = { body, count: body.rows.length };
});
document.addEventListener("htmx:afterSettle", () => {
  const row = before?.body.rows[before.count];
  if (row?.hasAttribute("tabindex")) row.focus();
  if (row) before = null;
});
