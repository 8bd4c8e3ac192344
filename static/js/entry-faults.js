// What the server refuses in the entry grid: beside each cell, and the first one takes the focus.
import { $, $$ } from "./dom.js";
import { cell, clearFault, filled, grid, head, rowsOf } from "./entry-rows.js";

let told = 0;

export function clearFaults() {
  rowsOf().forEach(clearFault);
  say("");
}

/** A sentence about the whole entry. */
export function say(text) {
  const place = $("[data-refusal-text]", grid);
  place.textContent = text;
  place.hidden = !text;
}

export function showFaults(faults) {
  clearFaults();
  let first = null;
  // The server counts the rows that hold something.
  const rows = filled();
  for (const { row: at, cell: name, message } of faults) {
    if (at < 0 && name === "journal") {
      say(message);
      continue;
    }
    const row = rows[Math.max(at, 0)] ?? rowsOf()[0];
    const field = at < 0 ? head(name) : cell(row, name);
    mark(field, message);
    first ??= field;
  }
  first?.focus();
  first?.select();
}

function mark(field, message) {
  const row = field.closest("tr");
  let under = row.nextElementSibling;
  if (!under?.matches(".fault")) {
    under = document.createElement("tr");
    under.className = "fault";
    under.append(Object.assign(document.createElement("td"), { colSpan: 8 }));
    row.after(under);
  }
  told += 1;
  const words = Object.assign(document.createElement("span"), { id: `faute-${told}` });
  const name = field.getAttribute("aria-label").split(",")[0];
  words.textContent = `${name}\u00a0: ${message} `;
  under.firstElementChild.append(words);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", words.id);
}

export const isFaulty = () => $$(".fault", grid).length > 0;
