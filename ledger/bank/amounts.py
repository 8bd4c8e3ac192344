"""Amounts as banks write them, in cents: `1 234,56`, `1.234,56-`, `(12.50)`, `-1,234.56`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

MOST = 10**15  # cents: beyond, the file is not read as it should be
_SPACES = re.compile(r"[\s\u00a0\u202f'’]")
_WHOLE = re.compile(r"\d+")
_GROUPED = re.compile(r"\d{1,3}(?:G\d{3})+")


def cents(text: str, decimal: str = ",") -> int | None:
    """The amount, `decimal` being its decimal mark (comma or point); None for an empty text.

    The other mark and spaces part thousands; a minus may stand before or after, or be brackets; a
    currency sign and an explicit plus are left out.

    Raises:
        ValueError: it is no amount.
    """
    clean = _SPACES.sub("", text).replace("−", "-").replace("–", "-")
    clean = re.sub(r"(€|EUR)$|^(€|EUR)", "", clean, flags=re.IGNORECASE)
    if not clean:
        return None
    sign, body = _signed(clean)
    whole, mark, rest = body.partition(decimal)
    other = "." if decimal == "," else ","
    grouped = re.compile(_GROUPED.pattern.replace("G", re.escape(other)))
    if not (_WHOLE.fullmatch(whole) or grouped.fullmatch(whole) or (mark and not whole)):
        raise ValueError(text)
    if not re.fullmatch(r"\d{0,2}0*", rest) or (mark and not rest and not whole):
        raise ValueError(text)
    value = int(whole.replace(other, "") or 0) * 100 + int(rest[:2].ljust(2, "0"))
    if value > MOST:
        raise ValueError(text)
    return sign * value


def _signed(clean: str) -> tuple[int, str]:
    if clean.startswith("(") and clean.endswith(")"):
        return -1, clean[1:-1]
    for take in (str.removeprefix, str.removesuffix):
        for mark, sign in (("-", -1), ("+", 1)):
            if (body := take(clean, mark)) != clean:
                return sign, body
    return 1, clean


def decimal_cents(text: str) -> int:
    """Cents of a number with a point (XML): exact, signed.

    Raises:
        ValueError: not a number, or finer than a cent.
    """
    try:
        value = Decimal(text.strip()) * 100
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not value.is_finite() or abs(value) > MOST or value != value.to_integral_value():
        raise ValueError(text)
    return int(value)


def decimal_mark(texts: Iterable[str]) -> str:
    """The decimal mark of a column: the one that two digits or one follow at the end."""
    votes = {",": 0, ".": 0}
    for text in texts:
        found = re.search(r"([.,])\d{1,2}\D*$", _SPACES.sub("", text))
        if found:
            votes[found[1]] += 1
    return "." if votes["."] > votes[","] else ","
