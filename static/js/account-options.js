// The list of options below an account typed: shown, marked, closed (account-input.js).
import { $, $$ } from "./dom.js";

const NUMBER = /^[1-8]\d{2}[0-9A-Za-z]*$/;

export const boxOf = (input) => input.closest("[data-account-input]");
export const listOf = (box) => $("[role=listbox]", box);
export const optionsOf = (box) => $$("[role=option]", listOf(box));

export function close(box) {
  const input = $("[role=combobox]", box);
  listOf(box).hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-activedescendant", "");
}

export function mark(box, option) {
  for (const other of optionsOf(box)) other.setAttribute("aria-selected", String(other === option));
  $("[role=combobox]", box).setAttribute("aria-activedescendant", option?.id ?? "");
  option?.scrollIntoView({ block: "nearest" });
}

function optionFor(box, found, rank) {
  const option = document.createElement("li");
  const number = document.createElement("b");
  option.id = `${listOf(box).id}-${rank}`;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  number.textContent = found.number;
  option.append(number, ` ${found.label}`);
  option.dataset.number = found.number;
  option.dataset.label = found.label;
  option.dataset.third = found.third ?? "";
  if (found.create) option.dataset.create = "";
  return option;
}

export function show(box, results) {
  const input = $("[role=combobox]", box);
  const typed = input.value.trim();
  const isNew = NUMBER.test(typed) && !results.some((one) => one.number === typed);
  const create = { number: typed, label: "Créer le compte", create: true };
  const every = isNew && box.dataset.create ? [...results, create] : results;
  listOf(box).replaceChildren(...every.map((found, rank) => optionFor(box, found, rank)));
  listOf(box).hidden = every.length === 0;
  input.setAttribute("aria-expanded", String(every.length > 0));
  if (every.length) mark(box, optionsOf(box)[0]);
}
