// Purchases and sales: their fields, and files dropped anywhere on the list.
import "./completion-keys.js";
import "./invoice-lines.js";
import { $, $$, on } from "./dom.js";
import { openDialog } from "./dialogs.js";

on("click", "[data-focus]", (button) => {
  const field = $(button.dataset.focus);
  field?.focus();
  field?.select?.();
});

// The button that goes on to the next invoice says which.
on("click", "button[data-next]", (button) => {
  if (button.form.elements.suivante) button.form.elements.suivante.value = button.dataset.next;
}, true);

// Entrée goes to the next field, as in a grid; Ctrl Entrée sends.
on("keydown", "[data-enter-next] input", (field, event) => {
  if (event.key !== "Enter" || event.defaultPrevented || event.ctrlKey || event.metaKey || event.isComposing) return;
  event.preventDefault();
  const fields = $$("input:not([type=hidden]), select, textarea", field.form).filter((one) => one.checkVisibility());
  const next = fields[fields.indexOf(field) + 1];
  next?.focus();
  next?.select?.();
});

// A file carried over the page opens the place where it is to be dropped.
const opener = $("[data-drop-opens]");
if (opener) {
  addEventListener("dragenter", (event) => {
    if (event.dataTransfer?.types.includes("Files") && !$("dialog[open]")) openDialog(opener.dataset.open);
  });
  // Missing the zone must not make the browser leave the page for the file.
  for (const type of ["dragover", "drop"]) addEventListener(type, (event) => event.preventDefault());
}

// After several files of which one was refused, the list shows those that were kept.
let waiting = 0;
document.addEventListener("uploaded", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    if (!$("#factures")) return;
    window.htmx.ajax("GET", location.href, { target: "#factures", select: "#factures", swap: "outerHTML" });
  }, 300);
});
