// The list under a cell of the entry grid: opened as one types, taken by Entrée or Tab.
import { on } from "./dom.js";
import { drawn, place } from "./completion-list.js";
import { createAccount, nameOf, search, thirdOf } from "./entry-choices.js";
import { cell, clearFault, grid } from "./entry-rows.js";
import { say } from "./entry-faults.js";

const FIELDS = "[data-entry-grid] [data-cell=account], [data-entry-grid] [data-cell=third]";
let open = null, asked = 0;

export function close() {
  asked += 1;
  if (!open) return;
  open.list.remove();
  open.field.setAttribute("aria-expanded", "false");
  open.field.removeAttribute("aria-activedescendant");
  open = null;
}

async function show(field) {
  const mine = ++asked, typed = field.value.trim();
  const answer = search(typed, field.dataset.cell === "third"), isLate = answer instanceof Promise;
  if (isLate) field.dataset.late = typed;
  const found = isLate ? await answer : answer;
  if (mine !== asked || document.activeElement !== field) return;
  delete field.dataset.late;
  close();
  if (!found.length || !typed) return;
  const list = drawn(found.map((one) => ({
    ...one, text: one.third ?? one.number, hint: one.third ? `${one.label} (tiers)` : one.label,
  })));
  grid.append(list);
  place(list, field);
  field.setAttribute("aria-expanded", "true");
  open = { field, list, at: 0 };
  choose(0);
}

function choose(at) {
  const rows = [...open.list.children];
  open.at = (at + rows.length) % rows.length;
  rows.forEach((row, n) => row.setAttribute("aria-selected", String(n === open.at)));
  open.field.setAttribute("aria-activedescendant", rows[open.at].id);
  rows[open.at].scrollIntoView({ block: "nearest" });
}

/** Put what was chosen into its row; a third party brings its account. */
export function take(choice, field) {
  const row = field.closest("tr");
  if (open?.field === field) close();
  clearFault(row);
  if (choice.creates) createAccount(choice.number).then((refusal) => refusal && say(refusal));
  if (choice.third) {
    cell(row, "third").value = choice.third;
    const held = cell(row, "account"), isParty = /^4[01]/.test(held.value.trim());
    if (choice.number && (field === held || !isParty)) held.value = choice.number;
  } else field.value = choice.number;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

/** The words beside the balance: the names of the row's account and third party. */
export function describe(row) {
  const third = thirdOf(cell(row, "third").value.trim());
  const words = [nameOf(cell(row, "account").value.trim()), third?.label].filter(Boolean);
  return words.join(" · ");
}

on("input", FIELDS, (field, event) => event.isTrusted && show(field));
on("keydown", FIELDS, (field, event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!open || open.field !== field) return;
  if (step) {
    event.preventDefault();
    event.stopImmediatePropagation();
    choose(open.at + step);
  } else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) {
    take(open.list.children[open.at].choice, field); // and the key goes on to the next cell
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopImmediatePropagation();
    close();
  }
}, true);
// Left before its list had come: the first that was meant is taken then.
on("change", FIELDS, async (field) => {
  const typed = field.dataset.late;
  delete field.dataset.late;
  if (!typed || typed !== field.value.trim()) return;
  const [first] = await search(typed, field.dataset.cell === "third");
  if (first && !first.creates && field.value.trim() === typed) take(first, field);
});
on("mousedown", "[data-entry-grid] #completion [role=option]", (row, event) => {
  event.preventDefault();
  take(row.choice, open.field);
});
on("focusout", FIELDS, close);
