// The rows of an invoice's lines: there is always an empty one at the end to go on with.
import { $, $$ } from "./dom.js";

const rateOf = (row) => $("[data-part=rate]", row);
const isEmpty = (row) =>
  $$("input:not([type=hidden])", row).every((field) => field.dataset.part === "rate" || !field.value);

/** There is always an empty line at the end to go on with. */
export function extend(table) {
  const rows = $$("tbody tr", table);
  if (rows.length && isEmpty(rows[rows.length - 1])) return rows[rows.length - 1];
  return add(table);
}

function add(table) {
  const form = table.closest("form"), count = $("[name$=TOTAL_FORMS]", form);
  const rows = $$("tbody tr", table), at = Number(count.value);
  const row = $("[data-line-model]", form).content.cloneNode(true).firstElementChild;
  for (const field of $$("[name], [id]", row)) {
    for (const name of ["name", "id"])
      if (field[name]) field[name] = field[name].replace("__prefix__", at);
  }
  for (const named of $$("[aria-label]", row))
    named.setAttribute("aria-label", `${named.getAttribute("aria-label").trimEnd()} ${at + 1}`);
  const last = rows[rows.length - 1];
  if (last) rateOf(row).value = rateOf(last).value;
  $("tbody", table).append(row);
  count.value = at + 1;
  return row;
}
