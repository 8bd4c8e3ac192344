// The command palette and the company switcher: a dialog, a combobox, options from the server.
// Without a server address the options of <template data-fallback> are filtered in the page.
import { $, $$, goTo, on } from "./dom.js";

const inputOf = (dialog) => $("[role=combobox]", dialog);
const listOf = (dialog) => $("[role=listbox]", dialog);
const optionsOf = (dialog) => $$("[role=option]:not([hidden])", listOf(dialog));
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function choose(dialog, option) {
  optionsOf(dialog).forEach((other) =>
    other.setAttribute("aria-selected", String(other === option)),
  );
  inputOf(dialog).setAttribute("aria-activedescendant", option?.id ?? "");
  option?.scrollIntoView({ block: "nearest" });
}

function fallback(dialog) {
  const model = $("template[data-fallback]", dialog);
  if (!model) return;
  listOf(dialog).replaceChildren(model.content.cloneNode(true));
  const words = plain(inputOf(dialog).value).split(/\s+/);
  for (const option of $$("[role=option]", listOf(dialog))) {
    const text = plain(option.textContent);
    option.hidden = !words.every((word) => text.includes(word));
  }
  for (const group of $$("[role=group]", listOf(dialog)))
    group.hidden = !$("[role=option]:not([hidden])", group);
  choose(dialog, optionsOf(dialog)[0]);
}

document.addEventListener("dialog-opened", (event) => {
  const dialog = event.target;
  if (!dialog.matches("[data-combo]")) return;
  const input = inputOf(dialog);
  input.value = "";
  fallback(dialog);
  if (input.hasAttribute("hx-get")) window.htmx.trigger(input, "combo-open");
});

on("input", "[data-combo] [role=combobox]", (input) => {
  if (!input.hasAttribute("hx-get")) fallback(input.closest("dialog"));
});

document.addEventListener("htmx:afterSettle", (event) => {
  const dialog = event.detail.target?.closest?.("[data-combo]");
  if (dialog) choose(dialog, optionsOf(dialog)[0]);
});

// The server cannot be reached: what the page knows is better than nothing.
for (const failure of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failure, (event) => {
    const dialog = event.target.closest?.("[data-combo]");
    if (dialog) fallback(dialog);
  });
}

on("keydown", "[data-combo] [role=combobox]", (input, event) => {
  const dialog = input.closest("dialog"),
    options = optionsOf(dialog);
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    choose(dialog, options[(at + step + options.length) % options.length]);
  } else if (event.key === "Enter") {
    event.preventDefault();
    open(options[at], event.ctrlKey || event.metaKey);
  }
});

function open(option, inNewTab) {
  if (!option) return;
  if (option.href && inNewTab) window.open(option.href, "_blank", "noopener");
  else if (option.href) goTo(option.href);
  else option.click();
}

on("click", "[data-combo] button[role=option]", (option) => option.closest("dialog").close());
