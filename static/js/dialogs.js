// Dialogs and drawers: data-open="id" opens, data-close closes, a swapped #volet opens by itself.
import { $, $$, on, onContent } from "./dom.js";

export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  // Layers never pile up by chance: a palette replaces the key list, and so on.
  if (!dialog.matches("#abandon")) $$("dialog.palette[open], dialog.keys[open]").forEach((other) => other.close());
  dialog.showModal();
  const first = $("[autofocus], [role=combobox]", dialog) ?? $("h2[tabindex]", dialog);
  first?.focus();
  dialog.dispatchEvent(new CustomEvent("dialog-opened", { bubbles: true }));
}

/** Ask to close: unsaved.js may hold it back. */
export function closeDialog(dialog) {
  const leaving = new CustomEvent("dialog-closing", { bubbles: true, cancelable: true });
  if (dialog.dispatchEvent(leaving)) dialog.close();
}

on("click", "[data-open]", (button, event) => {
  event.preventDefault();
  openDialog(button.dataset.open);
});
on("click", "[data-close]", (button) => {
  const dialog = button.closest("dialog");
  if (dialog) closeDialog(dialog);
});

// A click on the backdrop closes what can be closed without loss.
document.addEventListener("mousedown", (event) => {
  if (!(event.target instanceof HTMLDialogElement)) return;
  const box = event.target.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right
    && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) closeDialog(event.target);
});

document.addEventListener("cancel", (event) => {
  if (!(event.target instanceof HTMLDialogElement)) return;
  event.preventDefault();
  closeDialog(event.target);
}, true);

document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.detail.target?.closest?.("dialog");
  if (dialog && !dialog.open && dialog.textContent.trim()) openDialog(dialog.id);
});

// The server closes the drawer after success: HX-Trigger: {"close-drawer": true}.
document.addEventListener("close-drawer", () => $$("dialog.drawer[open]").forEach((dialog) => dialog.close()));

onContent((root) => {
  const dialogs = root.matches?.("dialog[data-autoopen]") ? [root] : $$("dialog[data-autoopen]", root);
  dialogs.forEach((dialog) => openDialog(dialog.id));
});
