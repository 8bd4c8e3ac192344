// « Saisie »: the entry grid.  Entrée goes on and, at the end of a balanced entry, saves it.
import { $, on } from "./dom.js";
import { readCents, writeCents } from "./amounts.js";
import { readDate, writeDate } from "./dates.js";
import { load } from "./entry-choices.js";
import { fill, isDirty, open, reopen, save, start } from "./entry-desk.js";
import { AMOUNTS, go, pressed } from "./entry-keys.js";
import { describe } from "./entry-list.js";
import { propose } from "./entry-proposal.js";
import { say } from "./entry-faults.js";
import { cell, clearFault, filled, grid, remove, rowsOf, total } from "./entry-rows.js";

const CELL = "[data-entry-grid] [data-cell]";

on("keydown", CELL, (field, event) => {
  if (event.defaultPrevented || event.isComposing || !pressed(field, event)) return;
  event.preventDefault();
  event.stopPropagation();
});
on("focusin", CELL, (field) => {
  field.dataset.was = field.value;
  $("[data-said]", grid).textContent = describe(field.closest("tr"));
});
on("input", CELL, (field) => {
  clearFault(field.closest("tr"));
  if (AMOUNTS.includes(field.dataset.cell)) total();
});
on("change", CELL, (field) => {
  const row = field.closest("tr"), name = field.dataset.cell;
  if (name === "date") {
    const [year, month] = grid.dataset.month.split("-").map(Number);
    const date = readDate(field.value, new Date(year, month - 1, 1), year);
    if (date) field.value = writeDate(date);
  } else if (AMOUNTS.includes(name)) {
    const value = readCents(field.value);
    if (value !== null) field.value = writeCents(value);
    propose();
  }
  total();
  $("[data-said]", grid).textContent = describe(row);
});
on("click", "[data-remove-row]", (button) => go(cell(remove(button.closest("tr")), "account")));
on("click", "[data-save-entry]", save);
on("click", "[data-clear]", () => {
  start();
  go($("[data-cell=date]", grid));
});
// What is being typed is not lost for another entry.
const HELD = "Enregistrez d’abord l’écriture en cours, ou abandonnez-la.";
const isHeld = () => isDirty() && filled().length > 0 && (say(HELD), true);
on("click", "[data-reopen]", (link, event) => {
  event.preventDefault();
  event.stopPropagation();
  if (!isHeld()) reopen(link.dataset.reopen);
}, true);
on("change", "[data-desk-place] select", (field) => field.form.requestSubmit());
on("change", "[data-template]", async (field) => {
  const option = field.selectedOptions[0], url = option.dataset.url;
  field.value = "";
  if (!url || isHeld()) return;
  const answer = await fetch(`${url}?mois=${grid.dataset.month}`, { headers: { Accept: "application/json" } });
  if (answer.ok) fill(await answer.json());
  go(rowsOf().map((row) => AMOUNTS.map((n) => cell(row, n)).find((one) => !one.value)).find(Boolean));
});
addEventListener("beforeunload", (event) => grid && isDirty() && filled().length && event.preventDefault());

if (grid) {
  load().then(() => (grid.dataset.ready = "1"));
  start({ date: "" });
  const given = $("#ecriture-ouverte");
  if (given) open(JSON.parse(given.textContent));
  else go($("[data-cell=date]", grid));
}
