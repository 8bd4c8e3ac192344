"""How lines become entries: by (journal, number), or down a ladder when numbers are unusable.

fec.md section 3.5.  A number is unusable when it is empty, when a journal has one value only over
several dates, or when more than 5 % of the groups have several dates.  Then the first level counts
on which every group balances and has one date (the month level excepted):
(J, Num, Date) → (J, Date, PieceRef) → (J, Num, month) → (J, Date); none → reject.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ledger.fec.columns import ECRITURE_NUM
from ledger.fec.findings import Severity
from ledger.fec.index import SegmentIndex
from ledger.fec.journals import Journal, Journals
from ledger.fec.notes import Note, Notebook
from ledger.fec.scratch import Spill
from ledger.fec.segments import Segment
from ledger.fec.wording import counted, quoted

_SHARE: Final = 0.05


class Level(NamedTuple):
    """A way to tell entries apart; `update` sets the two keys of the segments of a journal."""

    name: str
    update: str
    may_mix_dates: bool = False


_NUMBER: Final = Level("numéro", "UPDATE segment SET k1 = number, k2 = '' WHERE journal = ?")
LADDER: Final = (
    Level("numéro et date", "UPDATE segment SET k1 = number, k2 = date WHERE journal = ?"),
    Level("date et pièce", "UPDATE segment SET k1 = date, k2 = ref WHERE journal = ?"),
    Level(
        "numéro et mois",
        "UPDATE segment SET k1 = number, k2 = substr(date, 1, 7) WHERE journal = ?",
        may_mix_dates=True,
    ),
    Level("date", "UPDATE segment SET k1 = date, k2 = '' WHERE journal = ?"),
)
_FAULTS: Final = """
SELECT count(*), coalesce(sum(gap <> 0), 0), coalesce(sum(dates > 1), 0) FROM (
    SELECT sum(debit) - sum(credit) AS gap, count(DISTINCT nullif(date, '')) AS dates
    FROM segment WHERE journal = ? AND flags = 0 GROUP BY k1, k2)
"""


class Groups(NamedTuple):
    """Groups of a journal at one level: how many, unbalanced, with several dates."""

    total: int
    unbalanced: int
    several_dates: int


class Grouping:
    """The entries of a file.

    `is_identity`: each run of the lines is an entry, in the same order; `by_number`: journals whose
    numbers are used; `may_mix_dates`: those whose entries are told apart by month.
    """

    def __init__(self, spill: Spill, index: SegmentIndex, journals: Journals) -> None:
        self._spill = spill
        self._index = index
        self._journals = journals.all
        self.is_identity = True
        self.may_mix_dates: frozenset[int] = frozenset()
        self.by_number = list(journals.all)
        self.entries = sum(journal.numbers.runs for journal in journals.all)

    def settle(self, notes: Notebook) -> None:
        """Choose how entries are told apart, and say it when it is not by their number."""
        if all(journal.numbers.is_plain for journal in self._journals):
            return
        unusable = self._unusable()
        for journal in self._journals:
            if journal.no in unusable:
                if self._descend(journal, unusable[journal.no], notes):
                    self.by_number.remove(journal)
            elif journal.numbers.empty:
                self._tell_empty(journal, notes, is_settled=False)
        is_by_number = len(self.by_number) == len(self._journals)
        runs = self.entries
        self.entries, scattered, line = self._index.group()
        self.is_identity = is_by_number and not scattered and self.entries == runs
        if scattered and is_by_number:
            whose = "d’une écriture" if scattered == 1 else f"de {counted(scattered, 'écriture')}"
            message = (
                f"Les lignes {whose} sont dispersées dans le fichier : elles sont regroupées par "
                "journal et numéro."
            )
            notes.write("ECRITURE_DISPERSEE", message, Note(line, ECRITURE_NUM))

    def each(self) -> Iterator[list[Segment]]:
        """The segments of each entry."""
        if not self.is_identity:
            yield from self._index.entries()
            return
        current: list[Segment] = []
        for one in map(Segment._make, self._spill):
            if current and one.run == current[0].run:
                current.append(one)
            else:
                if current:
                    yield current
                current = [one]
        if current:
            yield current

    def _unusable(self) -> dict[int, Groups]:
        """The journals whose numbers cannot tell entries apart, with their groups by number."""
        groups = {journal.no: self._groups(journal) for journal in self._journals}
        total = sum(one.total for one in groups.values())
        several = sum(one.several_dates for one in groups.values())
        is_widespread = several > _SHARE * total
        found: dict[int, Groups] = {}
        for journal in self._journals:
            numbers, mine = journal.numbers, groups[journal.no]
            is_empty = numbers.empty == numbers.runs
            is_constant = numbers.is_constant and bool(mine.several_dates)
            is_reused = is_widespread and mine.several_dates > _SHARE * mine.total
            if is_empty or is_constant or is_reused:
                found[journal.no] = mine
        return found

    def _groups(self, journal: Journal) -> Groups:
        return Groups(*self._index.database.execute(_FAULTS, (journal.no,)).fetchone())

    def _descend(self, journal: Journal, by_number: Groups, notes: Notebook) -> bool:
        """Down the ladder; True when a level was found, which then keys the journal."""
        numbers = journal.numbers
        for level in LADDER:
            self._index.database.execute(level.update, (journal.no,))
            groups = self._groups(journal)
            # The month level must tell apart more than the numbers do, else it only hides the
            # second date of an entry.
            is_good = not groups.unbalanced and (
                groups.total > by_number.total if level.may_mix_dates else not groups.several_dates
            )
            if is_good:
                if numbers.empty:
                    self._tell_empty(journal, notes, is_settled=numbers.empty == numbers.runs)
                self._tell_level(journal, level, notes)
                if level.may_mix_dates:
                    self.may_mix_dates |= {journal.no}
                return True
        self._index.database.execute(_NUMBER.update, (journal.no,))
        if numbers.empty:
            self._tell_empty(journal, notes, is_settled=False)
        if numbers.is_constant or by_number.several_dates > 1:
            self._tell_none(journal, notes)
        return False

    def _tell_empty(self, journal: Journal, notes: Notebook, *, is_settled: bool) -> None:
        message = f"EcritureNum est vide dans le journal {journal.code}."
        severity: Severity = "warning" if is_settled else "error"
        note = Note(journal.numbers.empty_line, ECRITURE_NUM)
        notes.write("NUMERO_VIDE", message, note, severity=severity)

    def _tell_level(self, journal: Journal, level: Level, notes: Notebook) -> None:
        numbers = journal.numbers
        why = "ne distingue pas les écritures"
        if numbers.is_constant:
            why = f"vaut {quoted(numbers.only)} partout" if numbers.only else "est vide"
        message = (
            f"EcritureNum {why} dans le journal {journal.code} : les écritures sont reconstituées "
            f"par journal, {level.name}."
        )
        notes.write("NUMERO_INUTILISABLE", message, Note(journal.line, ECRITURE_NUM))

    def _tell_none(self, journal: Journal, notes: Notebook) -> None:
        message = (
            f"Les écritures du journal {journal.code} ne se reconstituent ni par numéro, ni par "
            "date, ni par pièce : demander un fichier dont EcritureNum identifie chaque écriture."
        )
        notes.write("ECRITURES_NON_RECONSTITUABLES", message, Note(journal.line, ECRITURE_NUM))
