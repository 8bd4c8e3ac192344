// The anomalies: the rule shown in the pane is part of the page's address and of its filters.
import { $, $$ } from "./dom.js";

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "detail") return;
  const rule = $("#detail [data-rule-of]")?.dataset.ruleOf ?? "";
  const url = new URL(location.href);
  url.searchParams.set("regle", rule);
  url.searchParams.delete("apres");
  history.replaceState(history.state, "", url);
  for (const row of $$("#anomalies tr[data-rule]")) {
    if (row.dataset.rule === rule) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
});
