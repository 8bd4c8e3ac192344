// form[data-filters="id"]: every change replaces #id and the address; the form still works alone.
import { on } from "./dom.js";

const WAIT = 250;
const timers = new WeakMap();
const searched = new WeakMap();

/** The page's address with the form's values; sorting and other parameters stay, the cursor goes. */
function address(form) {
  const query = new URLSearchParams(location.search);
  const fields = [...form.elements].filter((field) => field.name && field.type !== "hidden");
  for (const name of ["apres", ...fields.map((field) => field.name)]) query.delete(name);
  const values = new FormData(form);
  for (const { name } of fields) {
    for (const value of new Set(values.getAll(name))) if (value) query.append(name, value);
  }
  const text = query.toString();
  return text ? `${location.pathname}?${text}` : location.pathname;
}

function apply(form) {
  clearTimeout(timers.get(form));
  searched.set(form, form.elements.q?.value);
  const target = document.getElementById(form.dataset.filters);
  const url = address(form);
  if (!target || !window.htmx) {
    form.submit();
    return;
  }
  if (url === location.pathname + location.search) return;
  history.replaceState(history.state, "", url);
  const selector = `#${form.dataset.filters}`;
  window.htmx.ajax("GET", url, {
    source: form,
    target: selector,
    select: selector,
    swap: "outerHTML",
  });
}

on("submit", "form[data-filters]", (form, event) => {
  event.preventDefault();
  apply(form);
});
on("change", "form[data-filters]", (form, event) => {
  // Leaving the search field says again what its input has already asked: the rows must stay,
  // ↓ has just gone into them.
  if (event.target.name === "q" && event.target.value === searched.get(form)) return;
  event.target.closest(".chip")?.classList.toggle("on", event.target.value !== "");
  apply(form);
});
on("input", "form[data-filters] [type=search]", ({ form }) => {
  clearTimeout(timers.get(form));
  timers.set(
    form,
    setTimeout(() => apply(form), WAIT),
  );
});
