// A button that fills a form's fields: data-fill='{"login": "…", "password": "…"}'.
import { $, on } from "./dom.js";

on("click", "[data-fill]", (button) => {
  const values = JSON.parse(button.dataset.fill);
  let form = null;
  for (const [name, value] of Object.entries(values)) {
    const field = $(`[name="${CSS.escape(name)}"]`);
    if (field) { field.value = value; form = field.form; }
  }
  form?.querySelector("[type=submit]")?.focus();
});
