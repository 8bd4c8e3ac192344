// Révision: on the row that has the focus, R revises, S supervises, N opens the note.
import { $, isTyping, on } from "./dom.js";

let noting = false;

on("keydown", "tr[data-sheet]", (row, event) => {
  if (document.body.dataset.singleKeys === "off" || isTyping(event.target)) return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const key = event.key.toLowerCase();
  if (key === "n") {
    event.preventDefault();
    noting = true;
    window.htmx.trigger(row, "open-row");
  } else if (key === "r" || key === "s") {
    event.preventDefault();
    $(`[data-act="${key}"]`, row)?.click();
  }
});

// The note is written once the sheet is there.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "detail" || !noting) return;
  noting = false;
  $("#detail textarea")?.focus();
});
