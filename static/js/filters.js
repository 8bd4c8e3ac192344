// form[data-filters="id"]: every change replaces #id and the address; the form still works alone.
import { on } from "./dom.js";

const WAIT = 250;
const timers = new WeakMap();

function address(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value !== "") query.append(name, value);
  const path = new URL(form.action || location.href).pathname;
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

function apply(form) {
  clearTimeout(timers.get(form));
  const id = form.dataset.filters, url = address(form), target = document.getElementById(id);
  if (!target || !window.htmx) { form.submit(); return; }
  if (url === location.pathname + location.search) return;
  history.replaceState(history.state, "", url);
  window.htmx.ajax("GET", url, { source: form, target: `#${id}`, select: `#${id}`, swap: "outerHTML" });
}

on("submit", "form[data-filters]", (form, event) => { event.preventDefault(); apply(form); });
on("change", "form[data-filters]", (form, event) => {
  const field = event.target.closest(".chip");
  field?.classList.toggle("on", event.target.value !== "");
  apply(form);
});
on("input", "form[data-filters] [type=search]", (field) => {
  const { form } = field;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => apply(form), WAIT));
});
