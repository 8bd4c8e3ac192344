// Tabs of one page: role=tab + aria-controls; arrows, Début and Fin move.
import { $$, on } from "./dom.js";

function select(tab) {
  for (const other of $$("[role=tab]", tab.closest("[role=tablist]"))) {
    const chosen = other === tab;
    other.setAttribute("aria-selected", String(chosen));
    other.tabIndex = chosen ? 0 : -1;
    const panel = document.getElementById(other.getAttribute("aria-controls"));
    if (panel) panel.hidden = !chosen;
  }
  // On a phone a two-pane page shows one pane: data-view names it, [data-m] obeys.
  const view = tab.dataset.view && tab.closest("main")?.querySelector("[data-m]");
  if (view) view.dataset.m = tab.dataset.view;
}

on("click", "[role=tab]", select);
on("click", "[data-view-to]", (link, event) => {
  event.preventDefault();
  link.closest("[data-m]").dataset.m = link.dataset.viewTo;
});
on("keydown", "[role=tab]", (tab, event) => {
  const tabs = $$("[role=tab]", tab.closest("[role=tablist]"));
  const at = tabs.indexOf(tab),
    last = tabs.length - 1;
  const to = {
    ArrowRight: at === last ? 0 : at + 1,
    ArrowLeft: at ? at - 1 : last,
    Home: 0,
    End: last,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  select(tabs[to]);
  tabs[to].focus();
});

// Buttons of a segmented control that act in the page.
on("click", ".seg [aria-pressed]", (button) => {
  $$("[aria-pressed]", button.parentElement).forEach((other) =>
    other.setAttribute("aria-pressed", String(other === button)),
  );
});
