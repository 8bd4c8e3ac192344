// The keys of the entry grid: what each does to the cell that it is pressed in.
import { $$ } from "./dom.js";
import { writeCents } from "./amounts.js";
import { save } from "./entry-desk.js";
import { accept, isProposed } from "./entry-proposal.js";
import { add, balance, cell, cents, filled, grid, put, remove, rowsOf, total } from "./entry-rows.js";

export const AMOUNTS = ["debit", "credit"];
const shown = () => $$("[data-cell]", grid);
export const go = (field) => {
  field?.focus();
  field?.select();
};

/** The cell after this one; at the end of a balanced entry it is saved, else there is a new row. */
function forward(field) {
  const row = field.closest("tr"), name = field.dataset.cell, rows = rowsOf();
  const isSettled = !balance() && filled().length > 1;
  if (name === "account" && !field.value.trim() && isSettled) return save();
  const skipsThird = name === "account" && !/^4[01]/.test(field.value.trim()) && !cell(row, "third").value;
  if (skipsThird) return go(cell(row, "label"));
  if (name === "label" && cents(row, "credit")) return go(cell(row, "credit"));
  const isLast = name === "credit" || (name === "debit" && cents(row, "debit"));
  if (!isLast) return go(shown()[shown().indexOf(field) + 1]);
  const next = rows[rows.indexOf(row) + 1];
  if (next) return go(cell(next, "account"));
  return isSettled ? save() : go(cell(follow(row), "account"));
}

/** A row below, with the label of the one above. */
function follow(row) {
  const next = add(row);
  cell(next, "label").value = cell(row, "label").value;
  return next;
}

function settle(field) {
  const row = field.closest("tr"), over = balance(row);
  const side = over > 0n ? "credit" : "debit";
  cell(row, side === "debit" ? "credit" : "debit").value = "";
  cell(row, side).value = over ? writeCents(over < 0n ? -over : over) : "";
  total();
  go(cell(row, side));
}

function vertical(field, step) {
  const rows = rowsOf(), to = rows[rows.indexOf(field.closest("tr")) + step];
  if (to) go(cell(to, field.dataset.cell) ?? cell(to, "account"));
  return Boolean(to);
}

const withControl = {
  d: (row) => {
    const next = add(row);
    put(next, Object.fromEntries(["account", "third", "label", ...AMOUNTS].map((n) => [n, cell(row, n).value])));
    total();
    return cell(next, "account");
  },
  i: (row) => cell(follow(row), "account"),
  delete: (row) => cell(remove(row), "account"),
};

/** Whether the key was one of ours. */
export function pressed(field, event) {
  const row = field.closest("tr"), key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    const act = withControl[key];
    if (act) go(act(row));
    return Boolean(act);
  }
  if (event.altKey) return false;
  if (key === "enter") return event.shiftKey ? go(shown()[shown().indexOf(field) - 1]) ?? true : (forward(field), true);
  if (key === "=" && AMOUNTS.includes(field.dataset.cell)) return settle(field) ?? true;
  if (key === "+" && !field.value && isProposed()) return go(cell(accept(), "credit")) ?? true;
  if (key === "arrowup" || key === "arrowdown") return field.dataset.cell !== "date" && vertical(field, key === "arrowup" ? -1 : 1);
  if (key !== "escape" || field.value === field.dataset.was) return false;
  field.value = field.dataset.was;
  total();
  return true;
}
