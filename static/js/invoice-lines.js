// table[data-invoice-lines]: TVA and TTC follow from HT and rate, HT from TTC; totals below.
// What a person typed is not taken away: only the parts that follow from it change.
import { $, $$, on, onContent } from "./dom.js";
import { divided, readCents, readRate, writeCents } from "./amounts.js";
import { extend } from "./invoice-rows.js";

const WHOLE = 10000n;
const part = (row, name) => $(`[data-part=${name}]`, row);
const cents = (row, name) => readCents(part(row, name).value);
const put = (row, name, value) => {
  part(row, name).value = value === null ? "" : writeCents(value);
};

/** No VAT is due on the document: the regime says so. */
function isWithoutVat(table) {
  const regime = table.closest("form")?.elements.regime?.value;
  return (table.dataset.withoutVat ?? "").split(" ").includes(regime);
}

function follow(row, changed) {
  const table = row.closest("table");
  const rate = isWithoutVat(table) ? 0n : (readRate(part(row, "rate").value) ?? 0n);
  const net = cents(row, "net"), vat = cents(row, "vat"), gross = cents(row, "gross");
  if (changed === "net" || changed === "gross") row.dataset.from = changed;
  // Another rate keeps what was typed: the TTC of a till receipt, the HT of an invoice.
  if ((changed === "gross" || (changed === "rate" && row.dataset.from === "gross")) && gross !== null) {
    const base = divided(gross * WHOLE, WHOLE + rate);
    put(row, "net", base);
    put(row, "vat", gross - base);
  } else if (changed === "vat" && net !== null) {
    put(row, "gross", net + (vat ?? 0n));
  } else if (net !== null) {
    const due = divided(net * rate, WHOLE);
    put(row, "vat", due);
    put(row, "gross", net + due);
  }
}

function total(table) {
  for (const name of ["net", "vat", "gross"]) {
    const values = $$(`tbody [data-part=${name}]`, table).map((field) => readCents(field.value));
    const sum = values.reduce((all, value) => all + (value ?? 0n), 0n);
    $(`[data-sum=${name}]`, table).textContent = writeCents(sum);
    if (name === "gross") convert(table, sum);
  }
}

/** « soit 1 234,56 € » under an invoice in another currency. */
function convert(table, gross) {
  const form = table.closest("form"), place = form && $("[data-converted]", form);
  if (!place) return;
  const currency = form.elements.currency?.value.trim().toUpperCase();
  const rate = form.elements.fx_rate?.value.replace(/\s/g, "").replace(",", ".") ?? "";
  place.hidden = !currency || currency === "EUR" || !/^\d{1,9}(\.\d{1,8})?$/.test(rate);
  if (place.hidden) return;
  const [whole, decimals = ""] = rate.split(".");
  const scaled = BigInt(whole + decimals.padEnd(8, "0"));
  place.textContent = `Montants en ${currency}, soit environ ${writeCents(divided(gross * scaled, 10n ** 8n))}\u00a0€ TTC.`;
}

on("change", "[data-invoice-lines] [data-part]", (field) => {
  const row = field.closest("tr"), value = readCents(field.value);
  const isRate = field.dataset.part === "rate";
  field.classList.toggle("is-bad", !isRate && field.value.trim() !== "" && value === null);
  if (!isRate && value !== null) field.value = writeCents(value);
  follow(row, field.dataset.part);
  total(row.closest("table"));
  extend(row.closest("table"));
});
on("input", "[data-invoice-lines] [data-part]", (field) => total(field.closest("table")));

// Another regime asks the VAT of every line anew.
on("change", "form [name=regime], form [name=currency], form [name=fx_rate]", (field) => {
  const table = $("[data-invoice-lines]", field.form);
  if (!table) return;
  if (field.name === "regime") $$("tbody tr", table).forEach((row) => follow(row, "rate"));
  total(table);
});

on("click", "[data-add-line]", (button) => {
  const table = $("[data-invoice-lines]", button.closest("form"));
  $("input:not([type=hidden])", extend(table)).focus();
});
on("click", "[data-clear-line]", (button) => {
  const row = button.closest("tr"), table = row.closest("table");
  for (const field of $$("input:not([type=hidden])", row)) field.value = "";
  total(table);
  row.dispatchEvent(new Event("input", { bubbles: true }));
  $("input:not([type=hidden])", row).focus();
});

onContent((root) => $$("[data-invoice-lines]", root).forEach(total));
