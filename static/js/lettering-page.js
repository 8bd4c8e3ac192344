// Lettrage: the third party shown is part of the address; the keyboard stands on its lines.
import { $, $$ } from "./dom.js";
import "./lettering.js"; // its keys are there before a line has the focus

// The third party shown in the pane is part of the page's address and of its filters.
function remember(party) {
  const url = new URL(location.href);
  if (party) url.searchParams.set("tiers", party); else url.searchParams.delete("tiers");
  history.replaceState(history.state, "", url);
  for (const field of $$("input[data-pane-party], #propose-form [name=tiers]")) field.value = party;
  for (const row of $$(".letters tr[data-party]")) {
    const here = row.dataset.party === party;
    if (here) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
  }
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "detail") return;
  remember($("#detail [data-party-of]")?.dataset.partyOf ?? "");
  $("#detail tbody tr[tabindex]")?.focus();
});

// Lettered: the page comes anew, with its toast and « Annuler », on the line that follows.
document.addEventListener("letterings-changed", (event) => {
  const url = new URL(event.detail.value, location.href);
  const isHere = url.pathname === location.pathname && url.search === location.search;
  if (!isHere) location.assign(url);
  else {
    history.replaceState(history.state, "", url);
    location.reload();
  }
});

const start = location.hash.startsWith("#l-") && document.getElementById(location.hash.slice(1));
if (start) start.focus();
else if (location.hash.startsWith("#l-") || $("#detail [data-party-of]"))
  $("#detail tbody tr[tabindex]")?.focus();
