// input[data-date]: « 2011 », « 20/11 », « 20 » become « 20/11/2026 » on leaving the field.  The
// missing month and year are today's, or those of data-year.  The server reads the same forms.
import { on } from "./dom.js";

export function readDate(text, today = new Date(), year = today.getFullYear()) {
  const clean = text.trim();
  const glued = /^(\d{2})(\d{2})(\d{2}|\d{4})?$/.exec(clean);
  const parted = /^(\d{1,2})(?:[/.\- ](\d{1,2})(?:[/.\- ](\d{2}|\d{4}))?)?$/.exec(clean);
  const [, day, month, given] = glued ?? parted ?? [];
  if (!day) return null;
  const wanted = {
    day: Number(day),
    month: Number(month ?? today.getMonth() + 1),
    year: Number(given ?? year),
  };
  if (wanted.year < 100) wanted.year += 2000;
  const date = new Date(wanted.year, wanted.month - 1, wanted.day);
  const exists = date.getDate() === wanted.day && date.getMonth() === wanted.month - 1;
  return exists ? date : null;
}

const two = (value) => String(value).padStart(2, "0");
export const writeDate = (date) =>
  `${two(date.getDate())}/${two(date.getMonth() + 1)}/${date.getFullYear()}`;

function settle(field) {
  const date = readDate(field.value, new Date(), Number(field.dataset.year) || undefined);
  if (date) field.value = writeDate(date);
  field.classList.toggle("is-bad", field.value.trim() !== "" && !date);
}

// Before the form reads it: the capture phase runs ahead of filters.js.
on("change", "input[data-date]", settle, true);

// ↑ and ↓ move by a day.
on("keydown", "input[data-date]", (field, event) => {
  const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  const date = step && readDate(field.value, new Date(), Number(field.dataset.year) || undefined);
  if (!date) return;
  event.preventDefault();
  date.setDate(date.getDate() + step);
  field.value = writeDate(date);
});
