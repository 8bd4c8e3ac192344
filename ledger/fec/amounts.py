"""Amounts of a FEC as integer cents: no float anywhere, and no repair that is not unique.

A47 A-1 XII wants a decimal comma, no thousands, a sign first or last.  What programs and
spreadsheets write instead is repaired when it can mean one thing only, refused otherwise:
« 1.234 » may be a thousand or one and a bit.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_CACHE_SIZE: Final = 65_536
_DIGITS_MAX: Final = 15
_SPACES: Final = " \u00a0\u202f\u2009"

_COMMA: Final = re.compile(r"([0-9]*),?([0-9]*)")
_POINT: Final = re.compile(r"([0-9]*)\.([0-9]*)")
_THOUSANDS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"([0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+)(?:[,.]([0-9]*))?",
        r"([0-9]{1,3}(?:\.[0-9]{3})+),([0-9]*)",
        r"([0-9]{1,3}(?:,[0-9]{3})+)\.([0-9]*)",
        r"([0-9]{1,3}(?:\.[0-9]{3}){2,})()",
        r"([0-9]{1,3}(?:,[0-9]{3}){2,})()",
    )
)
_SCIENTIFIC: Final = re.compile(r"[0-9]*[.,]?[0-9]*[eE][+-]?[0-9]+")
_FOREIGN: Final = re.compile(r"[+-]? ?(?:[0-9]+,?[0-9]*|,[0-9]+)|(?:[0-9]+,?[0-9]*|,[0-9]+) ?[+-]")
_NOT_DIGITS: Final = re.compile(r"[^0-9]")


class Amount(NamedTuple):
    """Cents (None: unreadable) and the code of the rule that the text breaks, if any."""

    cents: int | None
    code: str | None = None


class PlainCents(dict[str, int | None]):
    """Text to cents for what needs no second look: « 1234,56 », « 12 » and the empty zone.

    Negative, repaired and unreadable amounts answer None: ask `read_amount`.  Memory is bounded.
    """

    def __init__(self) -> None:
        super().__init__({"": 0, "0,00": 0, "0": 0})

    def __missing__(self, text: str) -> int | None:
        digits = text.replace(",", "", 1)
        if text[-3:-2] == "," and len(digits) <= _DIGITS_MAX and _is_ascii_number(digits):
            return self._kept(text, int(digits))
        read = read_amount(text)
        if read.cents is None or read.code is not None or read.cents < 0:
            return None
        return self._kept(text, read.cents)

    def _kept(self, text: str, cents: int) -> int:
        if len(self) >= _CACHE_SIZE:
            self.clear()
            self[""] = self["0,00"] = 0
        self[text] = cents
        return cents


def _is_ascii_number(text: str) -> bool:
    return text.isdecimal() and text.isascii()


def read_amount(text: str) -> Amount:
    """The cents of any text, with the rule it breaks; negative and zero-padded amounts are fine."""
    body = text.strip()
    negative = False
    if body and (body[0] in "+-" or body[-1] in "+-"):
        at_left = body[0] in "+-"
        negative = (body[0] if at_left else body[-1]) == "-"
        body = (body[1:] if at_left else body[:-1]).strip()
        if not body:
            return Amount(None, "MONTANT_ILLISIBLE")
    read = _read_unsigned(body)
    if read.cents is None or not negative:
        return read
    return Amount(-read.cents, read.code)


def _read_unsigned(body: str) -> Amount:
    if not body:
        return Amount(0)
    if match := _COMMA.fullmatch(body):
        return _with_comma(*match.groups()) if body != "," else Amount(None, "MONTANT_ILLISIBLE")
    if match := _POINT.fullmatch(body):
        return _with_point(*match.groups()) if body != "." else Amount(None, "MONTANT_ILLISIBLE")
    for pattern in _THOUSANDS:
        if match := pattern.fullmatch(body):
            return _with_thousands(match[1], match[2] or "")
    if _SCIENTIFIC.fullmatch(body):
        return Amount(None, "MONTANT_SCIENTIFIQUE")
    return Amount(None, "MONTANT_ILLISIBLE")


def _with_comma(whole: str, decimals: str) -> Amount:
    if len(decimals) <= 2:
        return _cents(whole, decimals)
    if decimals[2:].strip("0") or _may_be_thousands(whole, decimals):
        return Amount(None, "MONTANT_DECIMALES")
    return _cents(whole, decimals[:2], "MONTANT_ZEROS")


def _with_point(whole: str, decimals: str) -> Amount:
    if len(decimals) > 2 and (decimals[2:].strip("0") or _may_be_thousands(whole, decimals)):
        return Amount(None, "MONTANT_AMBIGU")
    return _cents(whole, decimals[:2], "MONTANT_POINT_DECIMAL")


def _with_thousands(whole: str, decimals: str) -> Amount:
    if decimals[2:].strip("0"):
        return Amount(None, "MONTANT_DECIMALES")
    return _cents(_NOT_DIGITS.sub("", whole), decimals[:2], "MONTANT_MILLIERS")


def _may_be_thousands(whole: str, decimals: str) -> bool:
    """« 1.500 » and « 1,500 » may be fifteen hundred; « 0,500 » and « 1234,500 » may not."""
    return len(decimals) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0"


def _cents(whole: str, decimals: str, code: str | None = None) -> Amount:
    digits = (whole + decimals.ljust(2, "0")).lstrip("0")
    if len(digits) > _DIGITS_MAX:
        return Amount(None, "MONTANT_TROP_GRAND")
    return Amount(int(digits or "0"), code)


def foreign_amount(text: str) -> str | None:
    """An amount in a foreign currency in its own scale, with a decimal point; None: unreadable.

    « -0001234,5 » is « -1234.5 »; the same repairs as for euros are made, silently.
    """
    body = text.strip()
    if not body:
        return ""
    sign = "-" if "-" in (body[0], body[-1]) else ""
    bare = body.strip("+-").strip()
    if match := _COMMA.fullmatch(bare) or _POINT.fullmatch(bare):
        whole, decimals = match.groups()
    else:
        found = next((m for pattern in _THOUSANDS if (m := pattern.fullmatch(bare))), None)
        if found is None:
            return None
        whole, decimals = _NOT_DIGITS.sub("", found[1]), found[2] or ""
    if not whole + decimals or len(whole + decimals) > 30:
        return None
    return f"{sign}{whole.lstrip('0') or '0'}{'.' + decimals if decimals else ''}"


def foreign_fault(text: str) -> str | None:
    """The rule that Montantdevise breaks, None if none: it is numeric like the others.

    `DEVISE_MONTANT`: no number at all.  More than two decimals are fine: some currencies have them.
    """
    body = text.strip()
    if not body or _FOREIGN.fullmatch(body):
        return None
    bare = (body[1:] if body[0] in "+-" else body.rstrip("+-")).strip()
    if _SCIENTIFIC.fullmatch(bare):
        return "MONTANT_SCIENTIFIQUE"
    match = _POINT.fullmatch(bare)
    if match and bare != ".":
        is_doubtful = _may_be_thousands(match[1], match[2])
        return "MONTANT_AMBIGU" if is_doubtful else "MONTANT_POINT_DECIMAL"
    if any(pattern.fullmatch(bare) for pattern in _THOUSANDS):
        return "MONTANT_MILLIERS"
    return "DEVISE_MONTANT"


def side_sign(text: str) -> int | None:
    """Sens of a line (A47 A-1 X): 1 for a debit (D, +1), -1 for a credit (C, -1), else None."""
    return _SIDES.get(text.strip().upper())


_SIDES: Final = {"D": 1, "+1": 1, "C": -1, "-1": -1}
