// Toasts: from HX-Trigger {"toast": {text, undo_url, undo_label, kind, url, url_label}}, from
// Django messages already in the page, from other modules.  « Annuler » stays 10 s, longer under the eye.
import { $, $$, goTo, on } from "./dom.js";

const LIVES = 10000,
  UNDOABLE = 10000,
  PLAIN = 6000;
const timers = new WeakMap();

export function toast({
  text,
  undo_url: undo = "",
  undo_label: label = "Annuler",
  kind = "ok",
  url = "",
  url_label: more = "Voir",
}) {
  const region = $("#toasts"),
    model = $("#toast-model");
  if (!region || !model || !text) return;
  const box = model.content.firstElementChild.cloneNode(true);
  const button = $("[data-undo]", box);
  $("span", box).textContent = text;
  box.dataset.toastKind = kind;
  if (undo) {
    button.dataset.undo = undo;
    button.textContent = label;
    if (url) button.after(anchor(url, more));
  } else if (url) button.replaceWith(anchor(url, more));
  else button.remove();
  // A modal dialog makes the rest of the page inert: the toast must live inside it.
  ($$("dialog[open]").pop() ?? document.body).append(region);
  region.append(box);
  $$(".toast-s", region)
    .slice(0, -4)
    .forEach((old) => old.remove());
  live(box);
}

function anchor(url, label) {
  const made = document.createElement("a");
  made.href = url;
  made.textContent = label;
  return made;
}

function live(box) {
  // An error waits to be read and closed.
  if (box.dataset.toastKind === "danger") return;
  const delay = $("[data-undo]", box) ? UNDOABLE : PLAIN;
  timers.set(
    box,
    setTimeout(() => box.remove(), Math.min(delay, LIVES)),
  );
}

const hold = (box) => clearTimeout(timers.get(box));
on("mouseover", ".toast-s", hold);
on("focusin", ".toast-s", hold);
on("mouseout", ".toast-s", (box, event) => {
  if (!box.contains(event.relatedTarget)) {
    hold(box);
    live(box);
  }
});
on("focusout", ".toast-s", (box, event) => {
  if (!box.contains(event.relatedTarget)) {
    hold(box);
    live(box);
  }
});

on("click", "[data-toast-close]", (button) => button.closest(".toast-s").remove());
on("click", "[data-undo]", (button) => {
  const { undo } = button.dataset;
  button.closest(".toast-s")?.remove();
  window.htmx.ajax("POST", undo, { source: document.body, swap: "none" });
});

/** Ctrl Z outside a field: the latest offer to undo. */
export function undoLast() {
  const button = $$("#toasts [data-undo]").pop();
  button?.click();
  return Boolean(button);
}

document.addEventListener(
  "close",
  (event) => {
    const region = $("#toasts");
    if (event.target.contains(region)) document.body.append(region);
  },
  true,
);
document.addEventListener("toast", (event) => toast(event.detail.value ?? event.detail));
document.addEventListener("go", (event) => goTo(event.detail.value ?? event.detail.url));
on("click", "[data-toast]", (button) =>
  toast({ text: button.dataset.toast, undo_url: button.dataset.undoUrl }),
);
$$("#toasts .toast-s").forEach(live);
