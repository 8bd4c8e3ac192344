// Lettrage: the running difference of the lines ticked; Entrée letters, U unletters; lines of one
// partial lettering are ticked together.  What becomes of a difference is asked in a dialog.
import { $, $$, on, onContent } from "./dom.js";
import { openDialog } from "./dialogs.js";
import { writeCents } from "./amounts.js";
import { tick } from "./selection.js";

const boxes = (form) => $$("tbody input[name=ids]", form);

function together(box) {
  const { group } = box.dataset;
  if (!group) return;
  for (const other of boxes(box.form))
    if (other !== box && other.dataset.group === group && other.checked !== box.checked)
      tick(other.closest("tr"), box.checked);
}

function sums(form) {
  const ticked = boxes(form).filter((box) => box.checked);
  let debit = 0n, credit = 0n;
  for (const box of ticked) {
    const cents = BigInt(box.dataset.cents);
    if (cents > 0n) debit += cents; else credit -= cents;
  }
  return { ticked, debit, credit, gap: debit - credit };
}

function recount(form) {
  const { ticked, debit, credit, gap } = sums(form), side = gap > 0n ? " D" : gap < 0n ? " C" : "";
  const size = gap < 0n ? -gap : gap;
  $("[data-ticked]", form).textContent = String(ticked.length);
  $("[data-many]", form).hidden = ticked.length < 2;
  $("[data-debit]", form).textContent = writeCents(debit);
  $("[data-credit]", form).textContent = writeCents(credit);
  $("[data-gap]", form).textContent = writeCents(size) + side;
  $("[data-gap]", form).classList.toggle("nil", ticked.length > 1 && gap === 0n);
  $("[data-do-letter]", form).disabled = ticked.length < 2;
  $("[data-unletter]", form).disabled = !ticked.some((box) => box.dataset.group);
  const said = $("[data-gap-said]"), off = $("[data-write-off]");
  if (said) said.textContent = `${writeCents(size)}\u00a0€ au ${gap > 0n ? "débit" : "crédit"}`;
  if (off) off.disabled = size > BigInt(form.dataset.most);
  const rows = $$("tbody tr[tabindex]", form);
  const after = rows.slice(rows.findLastIndex((row) => row.contains(ticked.at(-1) ?? null)) + 1);
  const next = after.find((row) => !$("input:checked", row));
  $("[name=suite]", form).value = next?.id.slice(2) ?? "";
}

function letter(form) {
  const { ticked, gap } = sums(form);
  if (ticked.length < 2) return;
  if (gap === 0n) form.requestSubmit();
  else openDialog("ecart");
}

on("change", "#letter-form input[name=ids]", (box) => {
  together(box);
  recount(box.form);
});

on("click", "[data-do-letter]", (button, event) => {
  if (sums(button.form).gap === 0n) return;
  event.preventDefault();
  letter(button.form);
});

// Before the table's own keys: on a line, Entrée letters what is ticked, else it opens the entry.
on("keydown", "table[data-letter] tr[tabindex]", (row, event) => {
  const form = row.closest("form");
  if (event.key === " " && event.target === row) {  // at once: the next key may follow at once
    const box = $("input[name=ids]", row);
    if (!box || box.disabled) return;
    event.preventDefault();
    event.stopPropagation();
    tick(row);
    together(box);
    recount(form);
    return;
  }
  if (event.shiftKey && event.key.startsWith("Arrow")) setTimeout(() => recount(form));
  if (event.key !== "Enter" || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.target.closest("a") || !sums(form).ticked.length) return;
  event.preventDefault();
  event.stopPropagation();
  letter(form);
}, true);

onContent(() => {
  const form = $("#letter-form");
  if (form && $("[data-ticked]", form)) recount(form);
});
