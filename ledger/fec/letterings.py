"""Lettering groups: lines of one account and third party under one code and date.

Real files letter without a date and reuse codes; the key is (account, auxiliary, code, DateLet or
else the exercise), and a group that does not balance is a partial lettering, told and kept.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zlib import crc32

from ledger.fec.artefacts import Artefacts
from ledger.fec.columns import ECRITURE_LET
from ledger.fec.notes import Note, Notebook, Place
from ledger.fec.postings import Posting, Postings
from ledger.fec.scratch import Partitions, Scratch
from ledger.fec.wording import counted, euros, quoted

_PARTS: Final = 128
_PLACES: Final = 65_536
_WINDOW: Final = 4096

UNBALANCED: Final = -1
_UNBALANCED_PLACE: Final[Place] = ("LETTRAGE_DESEQUILIBRE", ECRITURE_LET, "warning")

LetterTuple = tuple[int, int, str, str, int, int, int]


class _Group:
    """One lettering under way, in cents; `paid` is the last day money moved, as YYYYMMDD."""

    __slots__ = ("code", "credit", "date", "debit", "holes", "line", "paid", "posting")

    def __init__(self, posting: Posting, code: str, date: str, line: int) -> None:
        self.posting, self.code, self.date, self.line = posting, code, date, line
        self.debit = self.credit = self.paid = 0
        self.holes: list[int] = []


@dataclass(slots=True)
class _Shared:
    """Codes that several third parties of an account bear."""

    first: dict[tuple[int, str, str], tuple[int, str]] = field(default_factory=dict)
    told: set[tuple[int, str, str]] = field(default_factory=set)
    count: int = 0
    line: int = 0
    code: str = ""


class Letterings:
    """Gathers lettered lines, then groups and numbers them; `full` and `partial` count groups.

    `numbers` is a file of 32-bit integers: the number of the lettering of each hole, 0 for none.
    A lettered line is known by its hole: its rank among the lettered rows of lines.tsv, from 1.
    Without `wants_places`, nobody will ask for the lettering of a hole.
    """

    def __init__(self, scratch: Scratch, postings: Postings, *, wants_places: bool) -> None:
        self._scratch = scratch
        self._postings = postings.all
        self._letters = scratch.partitions("letters", parts=_PARTS)
        self._holes = 0
        self.numbers = scratch.folder / "numbers"
        self._statuses = scratch.folder / "statuses"
        self._window: tuple[int, array[int]] = 0, array("i")
        self._wants_places = wants_places
        self._count = 0
        self.full = 0
        self.partial = 0

    def add(self, letters: Sequence[LetterTuple], paid: int) -> None:
        """The lettered lines of an entry; `paid` is its date as YYYYMMDD when it moves money."""
        postings, add = self._postings, self._letters.add
        for letter in letters:
            key = crc32(letter[2].encode(), postings[letter[0]].account.no)
            add(key, (*letter, paid))

    def settle(self, holes: int, notes: Notebook, artefacts: Artefacts) -> None:
        """Group what was gathered, write letterings.tsv and what is odd about it.

        `holes` is how many lettered rows there are, those of entries left out too.
        """
        self._holes = holes
        parts = holes // _PLACES + 1
        places = self._scratch.partitions("places", parts=parts, chunk=1024)
        artefacts.write("letterings", "")
        shared = _Shared()
        for letters in self._letters.each():
            groups = self._grouped(letters)
            for group in groups:
                self._judge(group, notes)
            if self._wants_places:
                rows = [self._number(group, places) for group in groups]
                artefacts.write("letterings", "".join(rows))
            _share(groups, shared)
        if shared.count:
            subject = f"Le code de lettrage {quoted(shared.code)} sert"
            if shared.count > 1:
                subject = (
                    f"{counted(shared.count, 'code')} de lettrage, dont {quoted(shared.code)}, "
                    "servent"
                )
            message = f"{subject} à plusieurs tiers : chaque tiers a son propre groupe."
            note = Note(shared.line, ECRITURE_LET, shared.code)
            notes.write("LETTRAGE_PARTAGE", message, note)
        if self._wants_places:
            self._write_places(places)

    def status(self, hole: int) -> int:
        """Of the group of a lettered line: UNBALANCED, else the last day money moved, or 0."""
        start, values = self._window
        if not start <= hole < start + len(values):
            start, values = self._window = self._read_window(hole)
        return values[hole - start]

    def _grouped(self, letters: list[tuple[Any, ...]]) -> list[_Group]:
        groups: dict[tuple[Any, ...], _Group] = {}
        postings = self._postings
        for posting, hole, code, date, debit, credit, line, paid in letters:
            place = postings[posting]
            key = (place.account.no, place.side, code, date)
            group = groups.get(key)
            if group is None:
                group = groups[key] = _Group(place, code, date, line)
            group.debit += debit
            group.credit += credit
            group.holes.append(hole)
            if paid > group.paid:  # noqa: PLR1730 (max and min would cost a call for each line)
                group.paid = paid
            if line < group.line:  # noqa: PLR1730 (idem)
                group.line = line
        return list(groups.values())

    def _judge(self, group: _Group, notes: Notebook) -> None:
        if group.debit == group.credit:
            self.full += 1
        else:
            self.partial += 1
            _tell_unbalanced(group, notes)

    def _number(self, group: _Group, places: Partitions) -> str:
        """Give a group its number, and its row of letterings.tsv."""
        self._count += 1
        number = self._count
        is_balanced = group.debit == group.credit
        status = group.paid if is_balanced else UNBALANCED
        for hole in group.holes:
            places.add(hole // _PLACES, (hole, number, status))
        return (
            f"{number}\t{group.posting.fields}\t{group.code}\t{group.date}\t{group.debit}\t"
            f"{group.credit}\t{'t' if is_balanced else 'f'}\n"
        )

    def _write_places(self, places: Partitions) -> None:
        """Two flat files, one integer per hole: its lettering's number, and its status."""
        with self.numbers.open("wb") as numbers, self._statuses.open("wb") as statuses:
            for file in (numbers, statuses):
                file.truncate(4 * (self._holes + 1))  # lines left out have no number
            for part in places.each():
                start = part[0][0] // _PLACES * _PLACES
                size = min(_PLACES, self._holes + 1 - start)
                number, status = array("i", bytes(4 * size)), array("i", bytes(4 * size))
                for hole, one, how in part:
                    number[hole - start] = one
                    status[hole - start] = how
                numbers.seek(4 * start)
                numbers.write(number.tobytes())
                statuses.seek(4 * start)
                statuses.write(status.tobytes())

    def _read_window(self, hole: int) -> tuple[int, array[int]]:
        values = array("i")
        start = hole // _WINDOW * _WINDOW
        with self._statuses.open("rb") as file:
            file.seek(4 * start)
            values.frombytes(file.read(4 * _WINDOW))
        return start, values


def _share(groups: list[_Group], shared: _Shared) -> None:
    """Count the codes that several third parties of an account bear."""
    shared.first, shared.told = {}, set()
    for group in groups:
        key = group.posting.account.no, group.code, group.date
        first = shared.first.setdefault(key, (group.line, group.posting.side))
        if first[1] != group.posting.side and key not in shared.told:
            shared.told.add(key)
            shared.count += 1
            if not shared.line or first[0] < shared.line:
                shared.line, shared.code = first[0], group.code


def _tell_unbalanced(group: _Group, notes: Notebook) -> None:
    if notes.is_full(_UNBALANCED_PLACE):
        notes.count(_UNBALANCED_PLACE)
        return
    gap = group.debit - group.credit
    message = (
        f"Le lettrage {quoted(group.code)} est déséquilibré de {euros(abs(gap))} : débit "
        f"{euros(group.debit)}, crédit {euros(group.credit)}. Il est repris comme partiel."
    )
    note = Note(group.line, ECRITURE_LET, group.code, amount=gap)
    notes.write("LETTRAGE_DESEQUILIBRE", message, note)
