// Forms marked data-dirty: count the changes in [data-changes], ask before they are lost.
import { $, $$, on, plural } from "./dom.js";
import { openDialog } from "./dialogs.js";

let held = null;
let leaving = false;

const changed = (field) => {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field instanceof HTMLSelectElement) {
    const declared = [...field.options].some((option) => option.defaultSelected);
    return [...field.options].some((option, at) => option.selected !== (declared ? option.defaultSelected : at === 0));
  }
  return field.value !== field.defaultValue;
};

function changes(root) {
  return $$("form[data-dirty]", root).flatMap((form) => [...form.elements])
    .filter((field) => field.name && field.type !== "hidden" && field.type !== "file" && changed(field)).length;
}

on("input", "form[data-dirty]", (form) => {
  const count = changes(form.parentElement);
  const words = count ? plural(count, "changement non enregistré", "changements non enregistrés") : "";
  $$("[data-changes]", form.closest("dialog") ?? form).forEach((place) => { place.textContent = words; });
});

on("submit", "form[data-dirty]", () => { leaving = true; });
document.addEventListener("htmx:afterRequest", () => { leaving = false; });

document.addEventListener("dialog-closing", (event) => {
  if (event.target.id === "abandon" || !changes(event.target)) return;
  event.preventDefault();
  held = event.target;
  openDialog("abandon");
});

on("click", "[data-abandon]", () => {
  $("#abandon").close();
  $$("form[data-dirty]", held ?? document).forEach((form) => form.reset());
  $$("[data-changes]", held ?? document).forEach((place) => { place.textContent = ""; });
  held?.close();
  held = null;
});

addEventListener("beforeunload", (event) => {
  if (!leaving && changes(document)) event.preventDefault();
});
