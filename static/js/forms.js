// A form is sent once: its button turns busy, keeps its words, and comes back if the page stays.
import { $$, on } from "./dom.js";

const busyIn = (form) => $$("button[aria-busy]", form);

function send(form, event) {
  // Ahead of htmx's own listener (capture): a second press sends nothing.
  if (busyIn(form).length) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  // The answer of data-download is a file: the page stays and must be usable again.
  if ("download" in form.dataset) return;
  const button = event.submitter ?? form.querySelector("button:not([type=button])");
  // After this event, so that the button's own name and value still travel.
  setTimeout(() => {
    if (!event.defaultPrevented) button?.setAttribute("aria-busy", "true");
  });
}
on("submit", "form[method=post], form[hx-post]", send, true);

const free = (form) => busyIn(form).forEach((button) => button.removeAttribute("aria-busy"));
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches?.("button, form")) {
    const button = event.target.matches("button")
      ? event.target
      : event.detail.requestConfig?.triggeringEvent?.submitter;
    button?.setAttribute("aria-busy", "true");
  }
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.matches?.("form")) free(event.target);
  if (event.target.matches?.("button")) event.target.removeAttribute("aria-busy");
});
// Back from the browser's page cache.
addEventListener("pageshow", (event) => {
  if (event.persisted) free(document);
});

// The first error of a refused form takes the focus.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.xhr?.status === 422)
    event.detail.target.querySelector?.("[aria-invalid=true]")?.focus();
});
document.querySelector("main form:not([data-sample]) [aria-invalid=true]")?.focus();
