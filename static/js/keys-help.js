// The list of keys (?): only those that do something on this page. A row says by data-when which
// element its key acts on; a column without rows goes with its title.
import { $$ } from "./dom.js";

const isThere = (selector) => $$(selector).some((element) => element.checkVisibility?.() ?? true);

document.addEventListener("dialog-opened", ({ target }) => {
  if (target.id !== "keys") return;
  for (const row of $$("[data-when]", target)) row.hidden = !isThere(row.dataset.when);
  for (const column of $$(".keys-cols > *", target))
    column.hidden = !$$(".row-x", column).some((row) => !row.hidden);
});
