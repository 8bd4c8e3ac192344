// The rows of the entry grid: made, read, summed, and what is wrong told under each.
import { $, $$ } from "./dom.js";
import { readCents, writeCents } from "./amounts.js";

export const grid = $("[data-entry-grid]");
const body = grid && $("[data-rows]", grid);
const NAMES = { account: "Compte", third: "Tiers", label: "Libellé", debit: "Débit", credit: "Crédit" };
const LINE = Object.keys(NAMES);

export const rowsOf = () => $$("tr[data-row]", body);
export const cell = (row, name) => $(`[data-cell=${name}]`, row);
export const head = (name) => $(`[data-cell=${name}]`, body);
export const cents = (row, name) => readCents(cell(row, name).value) ?? 0n;
export const isEmpty = (row) =>
  ["account", "third", "debit", "credit"].every((name) => !cell(row, name).value.trim());
export const filled = () => rowsOf().filter((row) => !isEmpty(row));

/** A new row after another, or at the end; date and piece stand in the first one alone. */
export function add(after) {
  const row = $("[data-row-model]").content.cloneNode(true).firstElementChild;
  if (after) after.after(row);
  else body.append(row);
  renumber();
  return row;
}

export function remove(row) {
  clearFault(row);
  const rows = rowsOf(), at = rows.indexOf(row);
  if (rows.length === 1) return row;
  if (!at) keepHead(row, rows[1]);
  row.remove();
  renumber();
  total();
  return rowsOf()[Math.max(at - 1, 0)];
}

function keepHead(from, to) {
  for (const name of ["date", "piece"]) {
    const field = cell(from, name);
    if (field) to.cells[name === "date" ? 0 : 1].replaceChildren(field);
  }
}

function renumber() {
  rowsOf().forEach((row, at) => {
    for (const [name, label] of Object.entries(NAMES))
      cell(row, name).setAttribute("aria-label", `${label}, ligne ${at + 1}`);
    $("[data-remove-row]", row).setAttribute("aria-label", `Retirer la ligne ${at + 1}`);
    for (const td of [row.cells[0], row.cells[1]]) {
      if (at) td.replaceChildren();
      td.classList.toggle("off", at > 0);
    }
    cell(row, "date")?.setAttribute("aria-label", "Date");
    cell(row, "piece")?.setAttribute("aria-label", "Pièce");
  });
}

export function clear() {
  body.replaceChildren();
  return add();
}

/** What is in the grid, as the server reads it. */
export const values = () => ({
  date: head("date").value,
  piece: head("piece").value,
  lines: rowsOf().filter((row) => !isEmpty(row)).map((row) =>
    Object.fromEntries(LINE.map((name) => [name, cell(row, name).value]))),
});

export function put(row, line) {
  for (const name of LINE) if (name in line) cell(row, name).value = line[name];
}

/** Debit less credit of every row but one, in cents. */
export function balance(without) {
  return rowsOf().reduce((sum, row) =>
    row === without ? sum : sum + cents(row, "debit") - cents(row, "credit"), 0n);
}

export function total() {
  for (const name of ["debit", "credit"]) {
    const sum = rowsOf().reduce((all, row) => all + cents(row, name), 0n);
    $(`[data-sum=${name}]`, grid).textContent = writeCents(sum);
  }
  const over = balance(), place = $("[data-balance]", grid), count = filled().length;
  const side = over > 0n ? "crédit" : "débit", missing = writeCents(over < 0n ? -over : over);
  const words = over ? `Il manque ${missing}\u00a0€ au ${side}` : count > 1 ? "Équilibrée" : "";
  if (place.textContent !== words) place.textContent = words;
  place.className = over ? "st danger" : words ? "st ok" : "";
}

const faultOf = (row) => (row.nextElementSibling?.matches(".fault") ? row.nextElementSibling : null);
export function clearFault(row) {
  faultOf(row)?.remove();
  for (const field of $$("[aria-invalid]", row))
    for (const name of ["aria-invalid", "aria-describedby"]) field.removeAttribute(name);
}
