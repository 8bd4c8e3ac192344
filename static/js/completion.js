// input[data-complete="url"]: what is typed is looked for, ↓ ↑ choose, Entrée takes, Échap leaves.
// The id of what was chosen goes into the field « <name>_id » beside it, if there is one; around
// [data-create], what does not exist is offered to be created when the form is sent.
import { $, on } from "./dom.js";

const WAIT = 150;
let timer = 0, asked = 0, open = null;

const optionsOf = (list) => [...list.querySelectorAll("[role=option]")];

function wire(field) {
  if (field.dataset.wired) return;
  field.dataset.wired = "1";
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", "completion");
}

function close() {
  clearTimeout(timer);
  asked += 1;
  if (!open) return;
  open.list.remove();
  open.field.setAttribute("aria-expanded", "false");
  open.field.removeAttribute("aria-activedescendant");
  open = null;
}

async function ask(field) {
  const mine = ++asked, url = new URL(field.dataset.complete, location.href);
  url.searchParams.set("q", field.value.trim());
  let found;
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    found = answer.ok ? (await answer.json()).options : [];
  } catch {
    found = [];
  }
  if (mine === asked && document.activeElement === field) show(field, found);
}

function show(field, found) {
  close();
  const typed = field.value.trim(), what = field.closest("[data-create]")?.dataset.create;
  const isKnown = found.some((row) => row.text.toLowerCase() === typed.toLowerCase());
  const rows = [...found];
  if (what && typed && !isKnown) rows.push({ text: `Créer «\u00a0${typed}\u00a0»`, hint: what, creates: true });
  if (!rows.length) return;
  const list = Object.assign(document.createElement("div"), { id: "completion", className: "pop completion" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Propositions");
  rows.forEach((row, at) => list.append(option(row, at)));
  field.parentElement.append(list);
  place(list, field);
  field.setAttribute("aria-expanded", "true");
  open = { field, list };
  choose(found.length && typed ? 0 : -1);
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
function place(list, field) {
  const box = field.getBoundingClientRect(), below = innerHeight - box.bottom;
  Object.assign(list.style, { position: "fixed", left: `${box.left}px`, minWidth: `${Math.max(box.width, 260)}px` });
  if (below > 260) list.style.top = `${box.bottom + 2}px`;
  else Object.assign(list.style, { top: "auto", bottom: `${innerHeight - box.top + 2}px` });
}

function choose(at) {
  const rows = optionsOf(open.list);
  rows.forEach((row, n) => row.setAttribute("aria-selected", String(n === at)));
  if (rows[at]) open.field.setAttribute("aria-activedescendant", rows[at].id);
  else open.field.removeAttribute("aria-activedescendant");
  rows[at]?.scrollIntoView({ block: "nearest" });
}

const chosen = () => optionsOf(open.list).findIndex((row) => row.getAttribute("aria-selected") === "true");

function take(row) {
  const { field } = open, { choice } = row, form = field.form;
  const id = form?.elements[`${field.name}_id`];
  $("input[type=hidden][name=creer]", form)?.remove();
  if (choice.creates) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "creer", value: "1" }));
    if (id) id.value = "";
  } else {
    field.value = choice.text;
    if (id) id.value = choice.id;
  }
  close();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  close();
}

on("focusin", "[data-complete]", wire);
on("input", "[data-complete]", (field, event) => {
  if (!event.isTrusted) return;
  clearTimeout(timer);
  const id = field.form?.elements[`${field.name}_id`];
  if (id) id.value = "";
  timer = setTimeout(() => ask(field), WAIT);
});
on("keydown", "[data-complete]", (field, event) => {
  if (!open && event.key === "ArrowDown") {
    event.preventDefault();
    ask(field);
  }
  if (!open || open.field !== field) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], rows = optionsOf(open.list), at = chosen();
  if (step) {
    event.preventDefault();
    choose((at + step + rows.length) % rows.length);
  } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && rows[at]) {
    event.preventDefault();
    take(rows[at]);
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close();
  } else if (event.key === "Tab") close();
}, true);
on("mousedown", "#completion [role=option]", (row, event) => {
  event.preventDefault();
  take(row);
});
document.addEventListener("focusout", (event) => {
  if (open && event.target === open.field) close();
});
addEventListener("scroll", close, true);
