// What the entry grid sends and opens: an entry saved, reopened, filled from a template.
import { $, csrfToken } from "./dom.js";
import { toast } from "./toasts.js";
import { add, clear, grid, head, put, rowsOf, total, values } from "./entry-rows.js";
import { clearFaults, say, showFaults } from "./entry-faults.js";
import { forget } from "./entry-proposal.js";
import { documentChosen, forgetDocument } from "./entry-document.js";

const JSON_ONLY = { Accept: "application/json" };
const LOST = "La saisie n’a pas pu être enregistrée\u00a0: vérifiez votre connexion, puis recommencez. Rien n’est perdu ici.";
let opened = null, mayUnletter = false, isBusy = false;

/** A new entry in the same place, from the day and the next piece number. */
export function start({ date = head("date")?.value ?? "", piece = grid.dataset.piece } = {}) {
  opened = null;
  mayUnletter = false;
  clear();
  clearFaults();
  forget();
  forgetDocument();
  head("date").value = date;
  head("piece").value = piece;
  grid.dataset.clean = JSON.stringify(values());
  total();
}

export const isDirty = () => JSON.stringify(values()) !== grid.dataset.clean;

export function fill(entry) {
  start({ date: entry.date, piece: entry.piece });
  entry.lines.forEach((line, at) => put(at ? add() : rowsOf()[0], line));
  grid.dataset.clean = JSON.stringify(values());
  total();
}

export function open(entry) {
  if (entry.refusal) return toast({ text: entry.refusal, kind: "danger", url: entry.url });
  fill(entry);
  opened = entry;
  say("");
  head("date").focus();
  head("date").select();
}

export async function reopen(url) {
  const answer = await fetch(url, { headers: JSON_ONLY });
  const entry = await answer.json();
  if (answer.ok) open(entry);
  else toast({ text: entry.detail, kind: "danger" });
}

export async function save() {
  if (isBusy) return;
  isBusy = true;
  const button = $("[data-save-entry]", grid);
  button.setAttribute("aria-busy", "true");
  try {
    await send();
  } catch {
    say(LOST);
  }
  button.removeAttribute("aria-busy");
  isBusy = false;
}

async function send() {
  const body = JSON.stringify({
    ...values(), journal: grid.dataset.journal, month: grid.dataset.month, unletter: mayUnletter,
    version: opened?.version ?? "", document: documentChosen(),
  });
  const headers = { ...JSON_ONLY, "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
  const url = opened ? `${grid.dataset.save}${opened.id}/` : grid.dataset.save;
  const answer = await fetch(url, { method: "POST", body, headers });
  const told = await answer.json();
  if (!answer.ok) return refused(told);
  grid.dataset.piece = told.piece;
  start();
  toast(told.toast);
  list();
  head("date").focus();
  head("date").select();
}

function refused(told) {
  if (told.faults) return showFaults(told.faults);
  clearFaults();
  // Said once: saving again means yes.
  if (told.code === "entry_lettered") mayUnletter = true;
  say(told.detail);
}

/** What stands beneath the grid, anew. */
export function list() {
  const url = new URL(grid.dataset.list, location.href);
  url.searchParams.set("journal", grid.dataset.journal);
  url.searchParams.set("mois", grid.dataset.month);
  window.htmx.ajax("GET", `${url.pathname}${url.search}`, { target: "#saisies", swap: "outerHTML" });
}
