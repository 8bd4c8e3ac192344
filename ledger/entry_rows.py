"""What is typed in the entry grid, sent to the API or read from a sheet: texts, read cell by cell.

Every fault is a value that names its row and its cell; nothing here touches the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from firm.formats import amount, parse_amount_fr, parse_date_fr

HEAD = -1  # the row of what belongs to the whole entry
MOST_LINES = 500
LONGEST = {"account": 60, "third": 300, "label": 500, "piece": 200}
CELLS = ("account", "third", "label", "debit", "credit")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell, and what to do; `row` counts from 0, or is `HEAD`."""

    row: int
    cell: str
    message: str


@dataclass(slots=True)
class TypedLine:
    """One row: its texts, and the amounts read of them in cents."""

    account: str = ""
    third: str = ""
    label: str = ""
    debit: int | None = None
    credit: int | None = None

    @property
    def cents(self) -> int:
        """Signed: positive is a debit."""
        return (self.debit or 0) - (self.credit or 0)


@dataclass
class TypedEntry:
    """One entry as it was typed, with what could not be read of it."""

    journal: str = ""
    date: dt.date | None = None
    piece: str = ""
    lines: list[TypedLine] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, row: int, cell: str, message: str) -> None:
        """Write a fault down."""
        self.faults.append(Fault(row, cell, message))

    @property
    def label(self) -> str:
        """The first label typed."""
        return next((line.label for line in self.lines if line.label), "")


def read_entry(
    journal: str, date: str, piece: str, rows: Sequence[Mapping[str, str]], *, today: dt.date
) -> TypedEntry:
    """Read an entry typed; rows without any text are left out.

    `today` gives the month and the year that a day alone lacks.
    """
    entry = TypedEntry(journal=squeezed(journal), piece=squeezed(piece))
    entry.date = _day(entry, date, today)
    if len(entry.piece) > LONGEST["piece"]:
        entry.fault(HEAD, "piece", f"La pièce dépasse {LONGEST['piece']} caractères.")
    filled = [row for row in rows if any(squeezed(row.get(cell, "")) for cell in CELLS)]
    if len(filled) > MOST_LINES:
        entry.fault(HEAD, "date", f"Une écriture a {MOST_LINES} lignes au plus : partagez-la.")
        return entry
    for at, row in enumerate(filled):
        entry.lines.append(_line(entry, at, row))
    _carry_labels(entry)
    _check(entry)
    return entry


def squeezed(text: str) -> str:
    """One line of text, spaces squeezed."""
    return " ".join(str(text).replace("\0", "").split())


def _day(entry: TypedEntry, typed: str, today: dt.date) -> dt.date | None:
    typed = squeezed(typed)
    try:
        found = parse_date_fr(typed, today)
    except ValueError:
        entry.fault(HEAD, "date", f"« {typed} » n’est pas une date : écrivez jj ou jj/mm/aaaa.")
        return None
    if found is None:
        entry.fault(HEAD, "date", "Indiquez la date de l’écriture.")
    return found


def _line(entry: TypedEntry, at: int, row: Mapping[str, str]) -> TypedLine:
    line = TypedLine()
    for cell in ("account", "third", "label"):
        text = squeezed(row.get(cell, ""))
        if len(text) > LONGEST[cell]:
            entry.fault(at, cell, f"Ce texte dépasse {LONGEST[cell]} caractères.")
        setattr(line, cell, text[: LONGEST[cell]])
    line.debit = _cents(entry, at, "debit", row.get("debit", ""))
    line.credit = _cents(entry, at, "credit", row.get("credit", ""))
    return line


def _cents(entry: TypedEntry, at: int, cell: str, typed: str) -> int | None:
    typed = squeezed(typed)
    try:
        cents = parse_amount_fr(typed)
    except ValueError:
        message = f"« {typed} » n’est pas un montant : écrivez par exemple 1 234,56."
        entry.fault(at, cell, message)
        return None
    if cents is not None and cents < 0:
        side = "crédit" if cell == "debit" else "débit"
        entry.fault(at, cell, f"Un montant est positif : passez-le au {side}.")
        return None
    if cents is not None and cents > 10**14:
        entry.fault(at, cell, "Ce montant est trop grand : vérifiez-le.")
        return None
    return cents


def _carry_labels(entry: TypedEntry) -> None:
    """A line without a label bears that of the line above."""
    above = entry.label
    for line in entry.lines:
        line.label = above = line.label or above


def _check(entry: TypedEntry) -> None:
    """What an entry needs, beside the cell that lacks it."""
    if not entry.lines:
        entry.fault(0, "account", "Saisissez au moins deux lignes.")
        return
    if not entry.label:
        entry.fault(0, "label", "Indiquez le libellé de l’écriture.")
    faulty = {(one.row, one.cell) for one in entry.faults}
    for at, line in enumerate(entry.lines):
        if not line.account:
            entry.fault(at, "account", "Indiquez le compte.")
        if line.debit and line.credit:
            message = "Une ligne porte un débit ou un crédit, pas les deux."
            entry.fault(at, "credit", message)
        elif not (line.debit or line.credit or {(at, "debit"), (at, "credit")} & faulty):
            entry.fault(at, "debit", "Indiquez un montant, au débit ou au crédit.")
    if not entry.faults:
        _check_balance(entry)


def _check_balance(entry: TypedEntry) -> None:
    last = len(entry.lines) - 1
    if not last:
        entry.fault(0, "account", "Une écriture a au moins deux lignes.")
        return
    over = sum(line.cents for line in entry.lines)
    if over:
        side, cell = ("crédit", "credit") if over > 0 else ("débit", "debit")
        entry.fault(last, cell, f"Il manque {amount(abs(over))} au {side}.")
