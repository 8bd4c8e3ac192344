// Dialogs and drawers: data-open="id" opens, data-close closes, a swapped #volet opens by itself.
import { $, $$, on, onContent } from "./dom.js";

const willed = new WeakSet();

export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  // A palette or the key list gives way to whatever opens next.
  $$("dialog.palette[open], dialog.keys[open]").forEach(shut);
  dialog.showModal();
  const first = $("[autofocus], [role=combobox]", dialog) ?? $("h2[tabindex]", dialog);
  first?.focus();
  dialog.dispatchEvent(new CustomEvent("dialog-opened", { bubbles: true }));
}

/** Close without asking. */
export function shut(dialog) {
  willed.add(dialog);
  dialog.close();
}

/** Ask to close: unsaved.js may hold it back. */
export function closeDialog(dialog) {
  if (mayClose(dialog)) shut(dialog);
}

function mayClose(dialog) {
  const leaving = new CustomEvent("dialog-closing", { bubbles: true, cancelable: true });
  return dialog.dispatchEvent(leaving);
}

on("click", "[data-open]", (button, event) => {
  event.preventDefault();
  openDialog(button.dataset.open);
});
on("click", "[data-close]", (button) => {
  const dialog = button.closest("dialog");
  if (dialog) closeDialog(dialog);
});

// A press on the backdrop closes what can be closed without loss.
document.addEventListener("mousedown", (event) => {
  if (!(event.target instanceof HTMLDialogElement)) return;
  const { left, right, top, bottom } = event.target.getBoundingClientRect();
  const { clientX: x, clientY: y } = event;
  if (x < left || x > right || y < top || y > bottom) closeDialog(event.target);
});

const onDialog = (type, run) =>
  document.addEventListener(
    type,
    (event) => {
      if (event.target instanceof HTMLDialogElement) run(event.target, event);
    },
    true,
  );
onDialog("cancel", (dialog, event) => {
  event.preventDefault();
  closeDialog(dialog);
});
// Browsers let a second Échap through without asking: reopen what must not be lost.
onDialog("close", (dialog) => {
  if (!willed.delete(dialog) && !mayClose(dialog)) dialog.showModal();
});

document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.detail.target?.closest?.("dialog");
  if (dialog && !dialog.open && dialog.textContent.trim()) openDialog(dialog.id);
});

// The server closes the drawer after success: HX-Trigger: {"close-drawer": true}.
document.addEventListener("close-drawer", () => $$("dialog.drawer[open]").forEach(shut));

onContent((root) => {
  const selector = "dialog[data-autoopen]";
  const dialogs = root.matches?.(selector) ? [root] : $$(selector, root);
  dialogs.forEach((dialog) => openDialog(dialog.id));
});
