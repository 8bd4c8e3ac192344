// Destruction is confirmed by typing a word: input[data-expect] frees [data-typed-submit] of its
// form.
import { $$, on, onContent } from "./dom.js";

function check(field) {
  const right = field.value.trim() === field.dataset.expect;
  const root = field.form ?? field.closest("section, dialog, main");
  $$("[data-typed-submit]", root).forEach((button) => {
    button.disabled = !right;
  });
}

on("input", "[data-expect]", check);
onContent((root) => $$("[data-expect]", root).forEach(check));
