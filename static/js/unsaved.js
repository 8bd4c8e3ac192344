// Forms marked data-dirty: count the changes in [data-changes], ask before they are lost.
import { $, $$, on, plural } from "./dom.js";
import { openDialog, shut } from "./dialogs.js";

const COUNTED = "input:not([type=hidden]):not([type=file]), select, textarea";
let held = null;
let leaving = false;

const fieldsOf = (form) => $$(COUNTED, form).filter((field) => field.name);
const ticked = (field) => field.type === "checkbox" || field.type === "radio";

function isChanged(field) {
  if (ticked(field)) return field.checked !== field.defaultChecked;
  if (!(field instanceof HTMLSelectElement)) return field.value !== field.defaultValue;
  const options = [...field.options];
  const declared = options.some((option) => option.defaultSelected);
  return options.some((option, at) => {
    const first = declared ? option.defaultSelected : at === 0 && !field.multiple;
    return option.selected !== first;
  });
}

const changes = (root) => $$("form[data-dirty]", root).flatMap(fieldsOf).filter(isChanged).length;

function show(root) {
  const count = changes(root);
  const words = plural(count, "changement non enregistré", "changements non enregistrés");
  $$("[data-changes]", root).forEach((place) => (place.textContent = count ? words : ""));
}

const around = (form) => form.closest("dialog") ?? form.parentElement;
on("input", "form[data-dirty]", (form) => show(around(form)));

/** What was saved is the new starting point. */
function settle(form) {
  for (const field of fieldsOf(form)) {
    if (ticked(field)) field.defaultChecked = field.checked;
    else if (!(field instanceof HTMLSelectElement)) field.defaultValue = field.value;
    else [...field.options].forEach((option) => (option.defaultSelected = option.selected));
  }
  show(around(form));
}

on("submit", "form[data-dirty]", () => (leaving = true));
document.addEventListener("htmx:afterRequest", (event) => {
  leaving = false;
  const form = event.target;
  const saved = event.detail.successful && event.detail.requestConfig?.verb !== "get";
  if (saved && form.matches?.("form[data-dirty]")) settle(form);
});

document.addEventListener("dialog-closing", (event) => {
  if (event.target.id === "abandon" || !changes(event.target)) return;
  event.preventDefault();
  held = event.target;
  setTimeout(() => openDialog("abandon"));
});

on("click", "[data-abandon]", () => {
  shut($("#abandon"));
  if (!held) return;
  $$("form[data-dirty]", held).forEach((form) => form.reset());
  show(held);
  shut(held);
  held = null;
});

addEventListener("beforeunload", (event) => {
  if (!leaving && changes(document)) event.preventDefault();
});
