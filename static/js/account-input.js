// An account typed by number or name: a combobox fed by the server, third parties too where asked.
// <div data-account-input data-url data-create data-parties><input role="combobox">…<ul role="listbox">
import { boxOf, close, listOf, mark, optionsOf, show } from "./account-options.js";
import { $, csrfToken, on } from "./dom.js";

const WAIT = 120;
const asked = new WeakMap();

async function search(box, input) {
  const typed = input.value.trim();
  if (!typed) return close(box);
  const url = new URL(box.dataset.url, location.href);
  url.searchParams.set("q", typed);
  if ("parties" in box.dataset) url.searchParams.set("tiers", "1");
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  // What is typed by now counts, and only while the field still has the focus.
  if (!answer.ok || input.value.trim() !== typed || document.activeElement !== input) return;
  show(box, (await answer.json()).results);
}

function say(box, label) {
  const said = $("[data-account-label]", box);
  if (said) said.textContent = label;
}

async function choose(box, option) {
  const input = $("[role=combobox]", box),
    third = $("[data-account-third]", box);
  let { label } = option.dataset;
  if ("create" in option.dataset) {
    const body = new URLSearchParams({ number: option.dataset.number });
    const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
    const answer = await fetch(box.dataset.create, { method: "POST", body, headers });
    if (!answer.ok) return say(box, "Ce compte n’a pas pu être créé.");
    ({ label } = await answer.json());
  }
  input.value = option.dataset.number;
  if (third) third.value = option.dataset.third;
  say(box, label);
  close(box);
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

on("input", "[data-account-input] [role=combobox]", (input) => {
  const box = boxOf(input),
    third = $("[data-account-third]", box);
  if (third) third.value = "";
  say(box, "");
  clearTimeout(asked.get(input));
  asked.set(
    input,
    setTimeout(() => search(box, input), WAIT),
  );
});

on("keydown", "[data-account-input] [role=combobox]", (input, event) => {
  const box = boxOf(input);
  if (event.ctrlKey || event.metaKey) return;
  if (listOf(box).hidden) {
    if (event.key === "ArrowDown") {
      event.preventDefault();
      search(box, input);
    }
    return;
  }
  const options = optionsOf(box);
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) mark(box, options[(at + step + options.length) % options.length]);
  else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) choose(box, options[at]);
  else if (event.key === "Escape") close(box);
  else return;
  if (event.key !== "Tab") event.preventDefault();
  event.stopPropagation();
});

// Before the field loses the focus: a click that waited for it would find the list gone.
on("mousedown", "[data-account-input] [role=option]", (option, event) => {
  event.preventDefault();
  choose(option.closest("[data-account-input]"), option);
});
on("focusout", "[data-account-input] [role=combobox]", (input) => close(boxOf(input)));
