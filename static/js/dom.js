// Small helpers shared by every behaviour.

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Call `run(element, event)` when `type` happens on what matches `selector`, now or later. */
export function on(type, selector, run, options) {
  document.addEventListener(
    type,
    (event) => {
      const hit = event.target instanceof Element && event.target.closest(selector);
      if (hit) run(hit, event);
    },
    options,
  );
}

/** Call `run(root)` for the page and for every fragment that htmx brings. */
export function onContent(run) {
  document.addEventListener("htmx:load", (event) => run(event.detail.elt));
}

/** True where letters belong to a field. */
export function isTyping(target) {
  return (
    target instanceof Element &&
    Boolean(
      target.closest(
        "input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable]",
      ),
    )
  );
}

export const csrfToken = () => $("meta[name=csrf-token]")?.content ?? "";

/** « 0 ligne », « 2 lignes »: in French 0 and 1 are singular. */
export const plural = (count, one, many) => `${number(count)}\u00a0${count < 2 ? one : many}`;

export const number = (value) => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, "\u00a0");

/** « 3,2 Mo », as firm.formats.file_size writes it. */
export function fileSize(bytes) {
  const units = ["octets", "Ko", "Mo", "Go"];
  let value = bytes,
    unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const shown = unit && value < 9.95 ? value.toFixed(1).replace(/\.0$/, "") : value.toFixed(0);
  return `${shown.replace(".", ",")}\u00a0${units[unit]}`;
}

/** Only same-origin addresses are followed, whatever a page or an answer says. */
export function goTo(url) {
  const target = new URL(url, location.href);
  if (target.origin === location.origin) location.assign(target);
}
