"""Lettering groups: lines of one account and third party under one code and date.

Real files letter without a date and reuse codes; the key is (account, auxiliary, code, DateLet or
else the exercise), and a group that does not balance is a partial lettering, told and kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ledger.fec.columns import ECRITURE_LET
from ledger.fec.notes import Note, Notebook
from ledger.fec.postings import Postings
from ledger.fec.scratch import Rows
from ledger.fec.wording import counted, euros, quoted

_LETTER: Final = """
CREATE TABLE letter (
    hole INTEGER PRIMARY KEY, account, third, aux, code, date, debit, credit, paid, line)
"""
_LETTERING: Final = """
CREATE TABLE lettering (
    no INTEGER PRIMARY KEY, account, third, code, date, debit, credit, paid, line)
"""
_GROUP: Final = """
INSERT INTO lettering (account, third, code, date, debit, credit, paid, line)
SELECT account, third, code, date, sum(debit), sum(credit), max(paid), min(line)
FROM letter GROUP BY account, code, date, third, aux ORDER BY account, code, date, third, aux
"""
_PLACE: Final = """
CREATE TABLE place (hole INTEGER PRIMARY KEY, lettering)
"""
_NUMBER: Final = """
INSERT INTO place
SELECT hole,
    dense_rank() OVER (ORDER BY account, code, date, third, aux) FROM letter ORDER BY hole
"""
_STATUS: Final = """
SELECT hole, lettering.debit = lettering.credit, lettering.paid
FROM place JOIN lettering ON lettering.no = place.lettering WHERE hole IN ({marks})
"""


class Lettering(NamedTuple):
    """One group; cents; `third` is 0 without third party, `date` empty without DateLet."""

    no: int
    account: int
    third: int
    code: str
    date: str
    debit: int
    credit: int
    line: int

    @property
    def is_balanced(self) -> bool:
        """False: a partial lettering."""
        return self.debit == self.credit


class Letterings:
    """Gathers lettered lines, then groups and numbers them; `full` and `partial` count groups."""

    def __init__(self, database: sqlite3.Connection, postings: Postings) -> None:
        self._database = database
        self._postings = postings.all
        database.execute(_LETTER)
        self._rows = Rows(database, "INSERT INTO letter VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        self.full = 0
        self.partial = 0

    def add(
        self, letters: Sequence[tuple[int, int, str, str, int, int, int]], paid: str | None
    ) -> None:
        """The lettered lines of an entry; `paid` is its date when it moves money."""
        postings, add = self._postings, self._rows.add
        for posting, hole, code, date, debit, credit, line in letters:
            place = postings[posting]
            third = place.third.no if place.third else 0
            account = place.account.no
            add((hole, account, third, place.auxiliary, code, date, debit, credit, paid, line))

    def settle(self, notes: Notebook) -> None:
        """Group what was gathered and write what is odd about it."""
        self._rows.flush()
        for statement in (_LETTERING, _GROUP, _PLACE, _NUMBER):
            self._database.execute(statement)
        self._judge(notes)

    def each(self) -> Iterator[Lettering]:
        """The groups in the order of their numbers."""
        for row in self._database.execute(
            "SELECT no, account, third, code, date, debit, credit, line FROM lettering ORDER BY no"
        ):
            yield Lettering._make(row)

    def places(self) -> Iterator[tuple[int, int]]:
        """(hole, number of its lettering) in order of holes."""
        yield from self._database.execute("SELECT hole, lettering FROM place ORDER BY hole")

    def status(self, holes: Sequence[int]) -> dict[int, tuple[bool, str]]:
        """Of lettered lines: whether their group balances, and the last date money moved in it."""
        found: dict[int, tuple[bool, str]] = {}
        for start in range(0, len(holes), 500):
            some = holes[start : start + 500]
            query = _STATUS.format(marks=", ".join("?" * len(some)))
            for hole, is_balanced, paid in self._database.execute(query, some):
                found[hole] = bool(is_balanced), paid or ""
        return found

    def _judge(self, notes: Notebook) -> None:
        shared, shared_line, shared_code = 0, 0, ""
        before: Lettering | None = None
        is_shared = False
        for one in self.each():
            if one.is_balanced:
                self.full += 1
            else:
                self.partial += 1
                self._tell_unbalanced(one, notes)
            if before and (before.account, before.code, before.date) == (
                one.account, one.code, one.date,
            ):  # fmt: skip
                if not is_shared:
                    shared += 1
                    if not shared_line or before.line < shared_line:
                        shared_line, shared_code = before.line, before.code
                is_shared = True
            else:
                is_shared = False
            before = one
        if shared:
            message = (
                f"{counted(shared, 'code')} de lettrage (dont {quoted(shared_code)}) "
                f"{'servent' if shared > 1 else 'sert'} à plusieurs tiers : chaque tiers a son "
                "propre groupe."
            )
            notes.write("LETTRAGE_PARTAGE", message, Note(shared_line, ECRITURE_LET, shared_code))

    def _tell_unbalanced(self, one: Lettering, notes: Notebook) -> None:
        gap = one.debit - one.credit
        message = (
            f"Le lettrage {quoted(one.code)} est déséquilibré de {euros(abs(gap))} : débit "
            f"{euros(one.debit)}, crédit {euros(one.credit)}. Il est repris comme partiel."
        )
        note = Note(one.line, ECRITURE_LET, one.code, amount=gap)
        notes.write("LETTRAGE_DESEQUILIBRE", message, note)
