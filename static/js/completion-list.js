// The list of proposals under a field: made, and put where nothing cuts it.

/** A listbox of {text, hint} rows. */
export function drawn(rows) {
  const list = Object.assign(document.createElement("div"), { id: "completion", className: "pop completion" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Propositions");
  rows.forEach((row, at) => list.append(option(row, at)));
  return list;
}

function option(row, at) {
  const line = document.createElement("div"), hint = document.createElement("span");
  line.setAttribute("role", "option");
  Object.assign(line, { id: `completion-${at}`, textContent: row.text });
  Object.assign(hint, { className: "muted", textContent: row.hint ?? "" });
  line.append(hint);
  line.choice = row;
  return line;
}

/** Under the field, above everything: a table would cut it. */
export function place(list, field) {
  const box = field.getBoundingClientRect(), below = innerHeight - box.bottom;
  Object.assign(list.style, { position: "fixed", left: `${box.left}px`, minWidth: `${Math.max(box.width, 260)}px` });
  if (below > 260) list.style.top = `${box.bottom + 2}px`;
  else Object.assign(list.style, { top: "auto", bottom: `${innerHeight - box.top + 2}px` });
}
