"""The end of a line: lettering, foreign currency, and what the file says besides.

Most lines have nothing there.  `PLAIN` is the tail of such a line in lines.tsv; the others are
made one by one, from the `extra` of their head, of their posting and of their own zones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Final

from ledger.fec.amounts import foreign_amount, foreign_fault
from ledger.fec.columns import (
    ALL,
    DATE_LET,
    DATE_RGLT,
    ECRITURE_LET,
    IDEVISE,
    LEGAL,
    MODE_RGLT,
    MONTANT_DEVISE,
    normalised,
)
from ledger.fec.currencies import ISO_4217
from ledger.fec.dates import read_date
from ledger.fec.heads import doubtful_date
from ledger.fec.notes import Note
from ledger.fec.registers import Registers
from ledger.fec.wording import counted, day, quoted

PLAIN: Final = "\t\t\t\t\t\t\n"
HOLE: Final = "\x02"
CODE_MAX: Final = 60
CURRENCY_MAX: Final = 10
FOREIGN: Final = "foreign"
DUE: Final = "due"

_DROPPED: Final = frozenset(("DEVISE_MONTANT", "MONTANT_AMBIGU", "MONTANT_SCIENTIFIQUE"))
_LEGAL_WIDTH: Final = len(LEGAL)
_DUE_NAMES: Final = frozenset(("DATEECHEANCE", "ECHEANCE", "DATEECH", "DATEDECHEANCE"))

Column = Sequence[str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line as its tail sees it: its place in the batch, its number, the date of its entry."""

    rank: int
    number: int
    date: str


class Tails:
    """Makes the tails of one file and numbers its lettered lines, from 1."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers
        self._notes = registers.notes
        self._names = (*ALL, *registers.extra)
        self._due = next(
            (
                len(ALL) + rank
                for rank, name in enumerate(registers.extra)
                if normalised(name) in _DUE_NAMES
            ),
            None,
        )
        self._unsettled: dict[int, tuple[int, int]] = {}  # column → first line, count
        self.holes = 0

    def count_unsettled(self, lines: Sequence[int], columns: Sequence[Column]) -> None:
        """Count the lines of a treasury form without DateRglt or ModeRglt (A47 A-1 VIII)."""
        for index in (DATE_RGLT, MODE_RGLT):
            if index < len(columns) and "" in columns[index]:
                first, count = self._unsettled.get(index, (0, 0))
                first = first or lines[columns[index].index("")]
                self._unsettled[index] = first, count + columns[index].count("")

    def close(self) -> None:
        """Write what only the whole file tells."""
        for index, (line, count) in self._unsettled.items():
            name = ALL[index]
            message = f"{name} est vide sur {counted(count, 'ligne')} : la loi veut ces règlements."
            self._notes.write("REGLEMENT_VIDE", message, Note(line, index))

    def odd_ranks(
        self, columns: Sequence[Column], postings: list[int], has_long: Iterable[int]
    ) -> set[int]:
        """The ranks of the lines that need more than a lettering."""
        odd = set(has_long)
        size = range(len(postings))
        for index in (MONTANT_DEVISE, IDEVISE, *range(_LEGAL_WIDTH, len(columns))):
            if any(columns[index]):
                odd.update(compress(size, columns[index]))
        if any(columns[DATE_LET]):
            dates, codes = columns[DATE_LET], columns[ECRITURE_LET]
            odd.update(i for i in compress(size, dates) if not codes[i].strip())
        saying = self._registers.postings.with_extra
        if saying and not saying.isdisjoint(postings):
            odd.update(i for i, posting in enumerate(postings) if posting in saying)
        return odd

    def letter(self, line: Line, columns: Sequence[Column]) -> tuple[str, str]:
        """The lettering code and ISO date of a line; two empty texts when it has none."""
        texts, notes = self._registers.texts, self._notes
        code = texts.code(columns[ECRITURE_LET][line.rank], line.number, ECRITURE_LET)
        zone = columns[DATE_LET][line.rank]
        date = self._registers.dates[DATE_LET].known.get(zone)
        if date is None:
            date = doubtful_date(self._registers, DATE_LET, zone, line.number)
        if not code:
            if date:
                message = f"DateLet ({day(date)}) est rempli sans code de lettrage."
                notes.write("LETTRAGE_DATE_SEULE", message, Note(line.number, DATE_LET, zone))
            return "", date
        if date and date < line.date:
            message = f"Le lettrage du {day(date)} précède l’écriture du {day(line.date)}."
            notes.write("LETTRAGE_AVANT_ECRITURE", message, Note(line.number, DATE_LET, zone))
        if len(code) > CODE_MAX:
            message = f"Le code de lettrage {quoted(code)} dépasse {CODE_MAX} caractères."
            notes.write("VALEUR_TROP_LONGUE", message, Note(line.number, ECRITURE_LET, code))
        return code, date

    def foreign(self, line: Line, columns: Sequence[Column]) -> tuple[str, str]:
        """The foreign amount, in its own scale with a decimal point, and its currency."""
        texts, notes, number = self._registers.texts, self._notes, line.number
        zone = texts.code(columns[MONTANT_DEVISE][line.rank], number, MONTANT_DEVISE)
        currency = texts.code(columns[IDEVISE][line.rank], number, IDEVISE)[:CURRENCY_MAX]
        amount = self._foreign_amount(zone, number)
        is_amount = bool(amount.strip("-0."))
        if is_amount != bool(currency) and (is_amount or currency != "EUR"):
            column = IDEVISE if is_amount else MONTANT_DEVISE
            message = "Montantdevise et Idevise vont ensemble : l’un des deux manque."
            notes.write("DEVISE_INCOMPLETE", message, Note(number, column, zone or currency))
        if currency and currency.upper() not in ISO_4217:
            message = f"{quoted(currency)} n’est pas un code de devise ISO 4217."
            notes.write("DEVISE_INCONNUE", message, Note(number, IDEVISE, currency))
        return amount, currency

    def _foreign_amount(self, zone: str, number: int) -> str:
        """A foreign amount: it books nothing, so a doubtful one is told and dropped."""
        code = foreign_fault(zone)
        amount = None if code in _DROPPED else foreign_amount(zone)
        if code is None and amount is not None:
            return amount
        if amount is None:
            message = f"Le montant en devise {quoted(zone)} est illisible : il est ignoré."
            note = Note(number, MONTANT_DEVISE, zone)
            self._notes.write(code or "DEVISE_MONTANT", message, note, severity="warning")
            return ""
        new = amount.replace(".", ",")
        message = f"Le montant en devise {quoted(zone)} est lu {new}."
        self._notes.write(
            code or "DEVISE_MONTANT", message, Note(number, MONTANT_DEVISE, zone, new)
        )
        return amount

    def more(self, line: Line, columns: Sequence[Column]) -> dict[str, str]:
        """The treasury and unknown columns of the line, those that are not empty."""
        extra: dict[str, str] = {}
        for index in range(_LEGAL_WIDTH, len(columns)):
            value = columns[index][line.rank].strip()
            if value and index == DATE_RGLT:
                value = self._settlement_date(value, line.number)
            if value:
                extra[self._names[index]] = value
        return extra

    def due_date(self, line: Line, columns: Sequence[Column]) -> str:
        """The ISO due date of a file that has a column for it, else an empty text."""
        if self._due is None or self._due >= len(columns):
            return ""
        zone = columns[self._due][line.rank]
        return read_date(zone).iso

    def _settlement_date(self, zone: str, number: int) -> str:
        iso = self._registers.dates[DATE_RGLT].known.get(zone)
        return doubtful_date(self._registers, DATE_RGLT, zone, number) if iso is None else iso


def tail(hole: str, letter: tuple[str, str], foreign: tuple[str, str], extra: str) -> str:
    """The last six columns of a row of lines.tsv."""
    return f"\t{hole}\t{letter[0]}\t{letter[1]}\t{foreign[0]}\t{foreign[1]}\t{extra}\n"


def json_text(extra: dict[str, str]) -> str:
    """`extra` as JSON on one line, empty when there is nothing: control characters are escaped."""
    return json.dumps(extra, ensure_ascii=False, separators=(",", ":")) if extra else ""
