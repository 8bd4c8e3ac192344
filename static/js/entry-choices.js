// The chart of accounts and the third parties of the entry grid: loaded once and searched here, so
// that a keystroke asks nobody; a very large chart is searched by the server.
import { csrfToken } from "./dom.js";
import { grid } from "./entry-rows.js";

const MOST = 12;
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
let accounts = [], thirds = [], names = new Map(), isHere = false;

const account = ([number, label]) => ({ number, label, key: number.toLowerCase(), words: plain(label) });
const third = ([code, label, role, number]) => ({
  third: code, label, number: number ?? "", role, key: code.toLowerCase(),
  words: plain(`${label} ${code}`),
});

let isLoaded;
const loaded = new Promise((done) => (isLoaded = done));

export async function load() {
  await read().catch(() => {});
  isLoaded();
}

async function read() {
  const answer = await fetch(grid.dataset.choices, { headers: { Accept: "application/json" } });
  const { choices } = answer.ok ? await answer.json() : {};
  if (!choices) return;
  accounts = choices.accounts.map(account);
  thirds = choices.thirds.map(third);
  names = new Map(accounts.map(({ number, label }) => [number, label]));
  isHere = true;
}

export const nameOf = (number) => names.get(number) ?? "";
export const thirdOf = (code) => thirds.find((one) => one.third === code);

/** Make an account that is missing; answers why it could not be, or nothing. */
export async function createAccount(number) {
  const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
  const body = new URLSearchParams({ number });
  const answer = await fetch(grid.dataset.createAccount, { method: "POST", body, headers });
  const made = await answer.json();
  if (!answer.ok) return made.detail;
  accounts.push(account([made.number, made.label]));
  accounts.sort((a, b) => (a.number < b.number ? -1 : 1));
  names.set(made.number, made.label);
  return "";
}

function found(rows, typed) {
  const start = typed.toLowerCase(), words = plain(typed).split(/\s+/).filter(Boolean);
  const first = [], then = [];
  for (const row of rows) {
    if (row.key.startsWith(start)) first.push(row);
    else if (then.length < MOST && words.every((word) => row.words.includes(word))) then.push(row);
    if (first.length >= MOST) break;
  }
  return [...first, ...then];
}

const ACCOUNT = /^[1-8]\d{2}[0-9A-Za-z]*$/;

/** What may be meant in an account's cell, or in a third party's; a promise until all is here. */
export function search(typed, isThird) {
  if (!isHere) return loaded.then(() => (isHere ? search(typed, isThird) : ask(typed, isThird)));
  const parties = found(thirds, typed);
  if (isThird) return parties.slice(0, MOST);
  const own = found(accounts, typed);
  const every = /^\d/.test(typed) ? own : [...own, ...parties];
  if (ACCOUNT.test(typed) && !names.has(typed))
    every.splice(MOST - 1, every.length, { number: typed, label: "créer le compte", creates: true });
  return every.slice(0, MOST);
}

async function ask(typed, isThird) {
  if (!typed) return [];
  const url = new URL(grid.dataset.completeUrl, location.href);
  url.searchParams.set("q", typed);
  url.searchParams.set("tiers", "1");
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) return [];
  const { results } = await answer.json();
  return results
    .filter((row) => !isThird || row.third)
    .map((row) => (row.third ? { third: row.number, label: row.label, number: row.account ?? "" } : row));
}
