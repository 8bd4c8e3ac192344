// What may be meant by the text of input[data-complete="url"]: asked, shown, taken.  The id of what
// was chosen goes into the field « <name>_id » beside it, if there is one; around
// [data-create], what does not exist is offered to be created when the form is sent.
import { $ } from "./dom.js";
import { drawn, place } from "./completion-list.js";

let asked = 0;
/** The list that is open and its field, or null. */
export let open = null;

export const optionsOf = (list) => [...list.querySelectorAll("[role=option]")];

export function close() {
  asked += 1;
  if (!open) return;
  open.list.remove();
  open.field.setAttribute("aria-expanded", "false");
  open.field.removeAttribute("aria-activedescendant");
  open = null;
}

export async function ask(field) {
  const mine = ++asked, url = new URL(field.dataset.complete, location.href);
  url.searchParams.set("q", field.value.trim());
  let found;
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    found = answer.ok ? rowsOf(await answer.json()) : [];
  } catch {
    found = [];
  }
  if (mine === asked && document.activeElement === field) show(field, found);
}

/** Third parties come as {id, text, hint}, accounts as {number, label}. */
const rowsOf = ({ options, results }) =>
  options ?? results.map(({ number, label }) => ({ text: number, hint: label }));

function show(field, found) {
  close();
  const typed = field.value.trim(), what = field.closest("[data-create]")?.dataset.create;
  const isKnown = found.some((row) => row.text.toLowerCase() === typed.toLowerCase());
  const rows = [...found];
  if (what && typed && !isKnown) rows.push({ text: `Créer «\u00a0${typed}\u00a0»`, hint: what, creates: true });
  if (!rows.length) return;
  const list = drawn(rows);
  field.parentElement.append(list);
  place(list, field);
  field.setAttribute("aria-expanded", "true");
  open = { field, list };
  choose(found.length && typed ? 0 : -1);
}

export function choose(at) {
  const rows = optionsOf(open.list);
  rows.forEach((row, n) => row.setAttribute("aria-selected", String(n === at)));
  if (rows[at]) open.field.setAttribute("aria-activedescendant", rows[at].id);
  else open.field.removeAttribute("aria-activedescendant");
  rows[at]?.scrollIntoView({ block: "nearest" });
}

export const chosen = () => optionsOf(open.list).findIndex((row) => row.getAttribute("aria-selected") === "true");

export function take(row) {
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
}
