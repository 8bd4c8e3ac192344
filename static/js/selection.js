// Ticked rows: header box, bulk bar in place of the filters, « Sélectionner les 132 ».
import { $, $$, on, onContent, plural } from "./dom.js";

const boxesOf = (table) => $$("tbody input[type=checkbox][name=ids]", table);

/** The bar of a table: [data-bulk] names the table's block by id. */
function barOf(table) {
  const block = table.closest("[id]");
  return $$("[data-bulk]").find(
    (bar) =>
      document.getElementById(bar.dataset.bulk)?.contains(table) || bar.dataset.bulk === block?.id,
  );
}

export function tick(row, state) {
  const box = $("input[type=checkbox][name=ids]", row);
  if (!box || box.disabled) return;
  box.checked = state ?? !box.checked;
  refresh(row.closest("table"));
}

function refresh(table) {
  const boxes = boxesOf(table),
    chosen = boxes.filter((box) => box.checked);
  for (const box of boxes) box.closest("tr").setAttribute("aria-selected", String(box.checked));
  const all = $("thead input[type=checkbox]", table);
  if (all) {
    all.checked = boxes.length > 0 && chosen.length === boxes.length;
    all.indeterminate = chosen.length > 0 && !all.checked;
  }
  const bar = barOf(table);
  if (bar) show(bar, chosen.length, boxes.length);
}

function show(bar, count, onPage, everything = false) {
  const words = $("[data-count]", bar),
    more = $("[data-select-all]", bar);
  bar.hidden = count === 0;
  $("[name=tout]", bar).value = everything ? "1" : "";
  const shown = everything ? Number(more.dataset.selectAll) : count;
  words.textContent = plural(shown, words.dataset.one, words.dataset.many);
  if (more) more.hidden = everything || count < onPage || Number(more.dataset.selectAll) <= onPage;
  $$(`form[data-filters="${CSS.escape(bar.dataset.bulk)}"]`).forEach((form) => {
    form.hidden = count > 0;
  });
}

/** Ctrl A in a table that can be ticked. */
export function tickAll(table, state = true) {
  boxesOf(table).forEach((box) => {
    if (!box.disabled) box.checked = state;
  });
  refresh(table);
}

on("change", "table input[type=checkbox]", (box) => {
  const table = box.closest("table");
  if (box.closest("thead")) tickAll(table, box.checked);
  else if (box.name === "ids") refresh(table);
});

let last = null;
on("click", "tbody input[type=checkbox][name=ids]", (box, event) => {
  const boxes = boxesOf(box.closest("table"));
  if (event.shiftKey && last && boxes.includes(last)) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    boxes.slice(from, to + 1).forEach((other) => {
      other.checked = box.checked;
    });
  }
  last = box;
});

on("click", "[data-select-all]", (button) => show(button.closest("[data-bulk]"), 1, 0, true));
on("keydown", "[data-bulk]", (bar, event) => {
  if (event.key === "Escape")
    $$(`#${CSS.escape(bar.dataset.bulk)} table`).forEach((table) => tickAll(table, false));
});

onContent(() =>
  $$("table")
    .filter((table) => boxesOf(table).length)
    .forEach(refresh),
);
