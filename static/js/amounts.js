// Amounts as people type them, in cents (BigInt): « 1 234,5 », 1234.5, 12+3; and back.  The server
// reads the same forms (firm/formats.py), and works everything out again.

const TERM = /([+-]?)(\d[\d.,]*|[.,]\d+)/g;

/** Cents, or null when nothing or nothing readable was typed. */
export function readCents(text) {
  const clean = text.replace(/[\s'’]/g, "").replace(/€$/, "").replace(/[−–]/g, "-");
  const terms = [...clean.matchAll(TERM)];
  if (!clean || terms.map((term) => term[0]).join("") !== clean) return null;
  if (terms.slice(1).some((term) => !term[1])) return null;
  let sum = 0n;
  for (const [, sign, digits] of terms) {
    const cents = readNumber(digits);
    if (cents === null) return null;
    sum += sign === "-" ? -cents : cents;
  }
  return sum;
}

// The last separator is the decimal one, unless it repeats.
function readNumber(digits) {
  const last = Math.max(digits.lastIndexOf(","), digits.lastIndexOf("."));
  const mark = last < 0 ? "" : digits[last];
  const repeats = mark && digits.split(mark).length > 2;
  const whole = (last < 0 || repeats ? digits : digits.slice(0, last)).replace(/[.,]/g, "") || "0";
  const decimals = last < 0 || repeats ? "" : digits.slice(last + 1);
  if (decimals.length > 2) return null;
  return BigInt(whole) * 100n + BigInt(decimals.padEnd(2, "0"));
}

/** A rate in hundredths of a per cent (« 5,5 » is 550), or null. */
export function readRate(text) {
  const clean = text.replace(/[\s%]/g, "").replace(",", ".");
  if (!/^\d{1,3}(\.\d{1,2})?$/.test(clean)) return null;
  const [whole, decimals = ""] = clean.split(".");
  return BigInt(whole) * 100n + BigInt(decimals.padEnd(2, "0"));
}

/** part / whole, rounded, halves away from zero. */
export function divided(part, whole) {
  const sign = part < 0n !== whole < 0n ? -1n : 1n;
  const [up, down] = [part < 0n ? -part : part, whole < 0n ? -whole : whole];
  return sign * ((2n * up + down) / (2n * down));
}

/** « 1 234,56 » */
export function writeCents(cents) {
  const size = cents < 0n ? -cents : cents;
  const whole = String(size / 100n).replace(/\B(?=(\d{3})+(?!\d))/g, "\u00a0");
  return `${cents < 0n ? "−" : ""}${whole},${String(size % 100n).padStart(2, "0")}`;
}
