// Keys: Ctrl K, /, ?, G then a letter, Maj T, Ctrl Entrée, Ctrl Z, Ctrl A, and any [data-key="a"].
// Single letters rest while typing, and for good with data-single-keys="off" (WCAG 2.1.4).
import { $, $$, isTyping, on, onContent } from "./dom.js";
import { openDialog } from "./dialogs.js";
import { tickAll } from "./selection.js";
import { toggleTheme } from "./theme.js";
import { undoLast } from "./toasts.js";

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const GO_WAIT = 1500;
let going = 0;

/** Where keys act now: the topmost dialog, or the page. */
const scope = () => $$("dialog[open]").pop() ?? document;
const visible = (element) => element.checkVisibility?.() ?? true;
const press = (selector) => {
  const target = $$(selector, scope()).find((element) => visible(element) && !element.disabled);
  target?.click();
  return Boolean(target);
};

function withControl(event) {
  const key = event.key.toLowerCase();
  if (key === "k") {
    openDialog("palette");
    return true;
  }
  if (key === "enter") return press("[data-main]");
  if (isTyping(event.target)) return false;
  if (key === "z" && !event.shiftKey) return undoLast();
  const table = key === "a" && ($("table:focus-within", scope()) ?? $("main table[data-keys-nav]"));
  if (table && $("tbody input[name=ids]", table)) {
    tickAll(table);
    return true;
  }
  return false;
}

function single(event) {
  const key = event.key.toLowerCase();
  if (going > Date.now()) {
    going = 0;
    return press(`.side [data-go="${CSS.escape(key)}"]`);
  }
  if (event.key === "T" && event.shiftKey) {
    toggleTheme();
    return true;
  }
  if (event.key === "?") {
    openDialog("keys");
    return true;
  }
  if (key === "/") return searchField();
  if (event.shiftKey) return false;
  if (key === "g") {
    going = Date.now() + GO_WAIT;
    return true;
  }
  return press(`[data-key="${CSS.escape(key)}"]`);
}

function searchField() {
  const field = $$("[data-search]", scope()).find(visible);
  if (field) {
    field.focus();
    field.select();
  } else openDialog("palette");
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (isMac ? event.metaKey : event.ctrlKey) {
    if (withControl(event)) event.preventDefault();
    return;
  }
  const off = document.body.dataset.singleKeys === "off";
  if (off || event.altKey || event.metaKey || event.ctrlKey || event.key.length > 1) return;
  if (isTyping(event.target) || $("dialog[data-combo][open]")) return;
  if (single(event)) event.preventDefault();
});

on("keydown", "[data-search]", (field, event) => {
  if (event.key === "Escape" && !field.value) field.blur();
});

// Pages are written for Windows and Linux; a Mac reads its own signs.
if (isMac) {
  onContent((root) =>
    $$("kbd", root).forEach((kbd) => {
      kbd.textContent = kbd.textContent
        .replace("Ctrl", "⌘")
        .replace("Alt", "⌥")
        .replace("Maj", "⇧");
    }),
  );
}
