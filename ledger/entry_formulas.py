"""What a template of entries gives for a day and an amount.  Plain: nothing here asks the database.

Amounts are cents; a share is in hundredths of a per cent, rounded half away from zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from firm.formats import MONTHS, amount_plain

HOWS = {
    "fixed": "montant fixe", "share": "part du montant", "rest": "solde de l’écriture",
    "free": "à saisir",
}  # fmt: skip
SIDES = {"D": "Débit", "C": "Crédit"}
WHOLE = 10_000


def cells(
    lines: Sequence[Mapping[str, Any]], *, label: str, day: dt.date, amount: int | None
) -> list[dict[str, str]]:
    """The rows of the grid for a day; shares and rests stay empty without an amount."""
    signed = [_signed(line, amount) for line in lines]
    is_known = all(cents is not None for cents, line in zip(signed, lines, strict=True)
                   if line["how"] != "rest")  # fmt: skip
    rest = -sum(cents or 0 for cents in signed) if is_known else None
    out = []
    for line, own in zip(lines, signed, strict=True):
        cents = rest if line["how"] == "rest" else own
        out.append({
            "account": line["account"],
            "third": line["third"],
            "label": dated(line["label"] or label, day),
            "debit": amount_plain(cents) if cents and cents > 0 else "",
            "credit": amount_plain(-cents) if cents and cents < 0 else "",
        })  # fmt: skip
    return out


def _signed(line: Mapping[str, Any], amount: int | None) -> int | None:
    """The cents of a line, positive at the debit; None where nothing tells them."""
    sign = 1 if line["side"] == "D" else -1
    if line["how"] == "fixed":
        return sign * int(line["value"])
    if line["how"] == "share" and amount is not None:
        return sign * ((2 * amount * int(line["value"]) + WHOLE) // (2 * WHOLE))
    return None


def dated(text: str, day: dt.date) -> str:
    """« Loyer {mois} {année} » → « Loyer mars 2026 »."""
    named = text.replace("{mois}", MONTHS[day.month - 1])
    return named.replace("{année}", str(day.year)).replace("{annee}", str(day.year))


def occurrence(since: dt.date, months: int, rank: int) -> dt.date:
    """The day of the occurrence `rank`, from 0: as many months on, within the month."""
    first = since.year * 12 + since.month - 1 + months * rank
    year, month = divmod(first, 12)
    last = (dt.date(year + month // 11, (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(since.day, last))


def next_after(since: dt.date, months: int, day: dt.date) -> dt.date:
    """The first occurrence after a day."""
    gone = (day.year - since.year) * 12 + day.month - since.month
    rank = max(gone // months, 0)
    while occurrence(since, months, rank) <= day:
        rank += 1
    return occurrence(since, months, rank)
