// The books: print, unfold what is under a row, and keep the balance in step with its ledger pane.
import { $, $$, on } from "./dom.js";

on("click", "[data-print]", () => window.print());

// Filters change the address without a new page: an export takes those of the moment.
on("click", "a[data-export]", (link) => {
  const url = new URL(link.href), now = new URLSearchParams(location.search);
  for (const name of ["apres", "avant", "fin"]) now.delete(name);
  now.set("format", url.searchParams.get("format"));
  url.search = now;
  link.href = url;
}, true);

// [data-unfold="url"] in a row: its detail is fetched once, put under the row, then shown or hidden.
on("click", "[data-unfold]", async (button, event) => {
  event.preventDefault();
  event.stopPropagation();
  const row = button.closest("tr"), under = row.nextElementSibling;
  const isOpen = button.getAttribute("aria-expanded") === "true";
  $$("[data-unfold]", row).forEach((other) => other.setAttribute("aria-expanded", "false"));
  if (under?.matches("tr.sub")) under.remove();
  if (isOpen) return;
  button.setAttribute("aria-expanded", "true");
  await window.htmx.ajax("GET", button.dataset.unfold, { source: button, target: row, swap: "afterend" });
}, true);

// The account shown in the pane is part of the page's address and of its filters.
function remember(account) {
  const url = new URL(location.href);
  if (account) url.searchParams.set("compte", account); else url.searchParams.delete("compte");
  history.replaceState(history.state, "", url);
  const field = $("input[data-pane-account]");
  if (field) field.value = account;
}

function mark(account) {
  for (const row of $$(".split .pane:first-child tr[data-account]")) {
    const here = row.dataset.account === account;
    if (here) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
    if (here) row.scrollIntoView({ block: "nearest" });
  }
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "detail") return;
  const account = $("#detail [data-ledger-of]")?.dataset.ledgerOf ?? "";
  remember(account);
  mark(account);
});

// A page that comes with its pane shows the row it belongs to.
const shown = $("#detail [data-ledger-of]");
if (shown) mark(shown.dataset.ledgerOf);

function close() {
  const pane = $("#detail"), row = $(".split tr[aria-current]");
  if (!pane?.firstElementChild) return false;
  pane.replaceChildren();
  remember("");
  row?.removeAttribute("aria-current");
  row?.focus();
  return true;
}

on("click", "[data-close-pane]", close);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || $("dialog[open]")) return;
  if (event.target.closest?.("#detail, .split") && close()) event.preventDefault();
});
