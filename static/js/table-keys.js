// Rows of table[data-keys-nav]: ↓ ↑ Début Fin move, Entrée opens, Espace ticks, Maj ↓ extends.
import { $, $$, isTyping, on, onContent } from "./dom.js";
import { tick } from "./selection.js";

const rowsOf = (table) => $$("tbody tr[tabindex]", table);

function focusRow(table, row) {
  rowsOf(table).forEach((other) => {
    other.tabIndex = -1;
  });
  row.tabIndex = 0;
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}

function openRow(row) {
  const target = $("[data-open-row]", row) ?? $("a[href]", row) ?? $("[data-open]", row);
  if (row.matches("[hx-get]")) window.htmx.trigger(row, "open-row");
  else target?.click();
}

on("keydown", "table[data-keys-nav] tr[tabindex]", (row, event) => {
  if (isTyping(event.target) || event.altKey || event.ctrlKey || event.metaKey) return;
  const table = row.closest("table"),
    rows = rowsOf(table),
    at = rows.indexOf(row);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    if (!rows[to]) return;
    if (event.shiftKey && event.key.startsWith("Arrow")) {
      tick(row, true);
      tick(rows[to], true);
    }
    focusRow(table, rows[to]);
  } else if (event.target === row && event.key === " ") {
    event.preventDefault();
    tick(row);
  } else if (event.target === row && event.key === "Enter") {
    event.preventDefault();
    openRow(row);
  }
});

// From the search field, or when nothing has the focus, ↓ goes into the table of the page.
document.addEventListener("keydown", (event) => {
  const { target } = event;
  const fromSearch = target instanceof Element && target.matches("[data-search]");
  const fromPage = target === document.body || target === $("main");
  if (event.key !== "ArrowDown" || event.defaultPrevented || !(fromSearch || fromPage)) return;
  if (event.altKey || event.ctrlKey || event.metaKey || $("dialog[open]")) return;
  const table = $("main table[data-keys-nav]");
  const rows = table ? rowsOf(table) : [];
  if (!rows.length) return;
  event.preventDefault();
  focusRow(table, rows.find((row) => row.tabIndex === 0) ?? rows[0]);
});

on("focusin", "table[data-keys-nav] tr[tabindex]", (row) => {
  rowsOf(row.closest("table")).forEach((other) => {
    other.tabIndex = other === row ? 0 : -1;
  });
});

// A click anywhere on a row marked data-row-link opens it, unless it lands on a control or on text.
on("click", "tr[data-row-link]", (row, event) => {
  if (event.target.closest("a, button, input, select, label, summary") || String(getSelection()))
    return;
  openRow(row);
});

onContent(() => {
  for (const table of $$("table[data-keys-nav]")) {
    const rows = rowsOf(table);
    if (rows.length && !rows.some((row) => row.tabIndex === 0)) rows[0].tabIndex = 0;
  }
});
