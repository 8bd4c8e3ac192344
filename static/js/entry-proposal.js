// The counterpart that the journal's past proposes: shown under the rows, taken by « + ».
import { $ } from "./dom.js";
import { add, balance, cell, filled, grid, isEmpty, put, rowsOf, total } from "./entry-rows.js";

let lines = [], asked = 0;
const box = grid && $("[data-proposed]", grid);

export const isProposed = () => lines.length > 0;

export function forget() {
  asked += 1;
  lines = [];
  box.replaceChildren();
  box.hidden = true;
  $("[data-when-proposed]", grid).hidden = true;
}

/** Ask what would follow the only line that is typed so far. */
export async function propose() {
  forget();
  const typed = filled();
  if (typed.length !== 1 || !balance()) return;
  const mine = ++asked, [row] = typed, url = new URL(grid.dataset.proposal, location.href);
  const values = { journal: grid.dataset.journal, compte: "account", tiers: "third", debit: "debit", credit: "credit" };
  for (const [key, name] of Object.entries(values))
    url.searchParams.set(key, key === "journal" ? name : cell(row, name).value);
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (mine !== asked || !answer.ok) return;
  ({ lines } = await answer.json());
  if (lines.length) show();
}

function show() {
  box.replaceChildren(...lines.map((line) => {
    const row = document.createElement("tr");
    const texts = ["", "", line.account, line.third, line.name, line.debit, line.credit, "+"];
    row.append(...texts.map((text, at) => {
      const td = Object.assign(document.createElement("td"), { textContent: text });
      if (at === 5 || at === 6) td.className = "num";
      return td;
    }));
    return row;
  }));
  box.hidden = false;
  $("[data-when-proposed]", grid).hidden = false;
}

/** Write the proposed lines under what is typed; answers the last of them. */
export function accept() {
  const label = cell(filled()[0], "label").value;
  let last = null;
  for (const line of lines) {
    const free = rowsOf().find(isEmpty);
    last = free ?? add();
    put(last, { ...line, label });
  }
  forget();
  total();
  return last;
}
