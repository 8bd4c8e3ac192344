"""Opening entries (à-nouveaux): what they carry per account, where they stand in the file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from ledger.fec.columns import ECRITURE_DATE, ECRITURE_NUM
from ledger.fec.notes import Note, Notebook
from ledger.fec.postings import Posting
from ledger.fec.segments import Segment
from ledger.fec.wording import day

# Two openings this far apart belong to two exercises.
_APART: Final = 300


@dataclass(slots=True)
class Carried:
    """What the opening carries on one account: cents (debit positive), first line."""

    net: int
    line: int


@dataclass(slots=True)
class Openings:
    """Gathers the opening entries of a file; `accounts` by account number."""

    accounts: dict[str, Carried] = field(default_factory=dict)
    days: Counter[str] = field(default_factory=Counter)
    lines: dict[str, int] = field(default_factory=dict)
    first_line: int = 0
    first_other_line: int = 0

    def add(self, entry: Segment, postings: list[Posting]) -> None:
        """Take in an opening entry."""
        self.days[entry.date] += len(entry.postings)
        self.lines.setdefault(entry.date, entry.line)
        self.first_line = self.first_line or entry.line
        for posting, net in zip(entry.postings, entry.nets, strict=True):
            account = postings[posting].account
            number = account.number
            carried = self.accounts.get(number)
            if carried is None:
                # The account's first line in the file, unless it was seen before the opening.
                self.accounts[number] = Carried(net, max(entry.line, account.line))
            else:
                carried.net += net

    def plain(self) -> tuple[Any, ...]:
        """Everything as plain data, which `from_plain` reads."""
        accounts = [(number, one.net, one.line) for number, one in self.accounts.items()]
        days, lines = list(self.days.items()), list(self.lines.items())
        return accounts, days, lines, self.first_line, self.first_other_line

    @classmethod
    def from_plain(cls, plain: tuple[Any, ...]) -> Openings:
        """The openings that gave this plain data."""
        accounts, days, lines, first_line, first_other_line = plain
        carried = {number: Carried(net, line) for number, net, line in accounts}
        return cls(carried, Counter(dict(days)), dict(lines), first_line, first_other_line)

    def judge(self, notes: Notebook) -> None:
        """Write openings that do not come first, or that open several exercises."""
        if self.first_line and 0 < self.first_other_line < self.first_line:
            message = (
                "Les à-nouveaux ne sont pas les premières écritures du fichier, comme le veut "
                "l’article A47 A-1 : ils sont reconnus et repris en tête."
            )
            notes.write("OUVERTURE_NON_EN_TETE", message, Note(self.first_line, ECRITURE_NUM))
        opened = sorted(iso for iso in self.days if iso)
        later = [iso for iso in opened if _apart(opened[0], iso)]
        if later:
            message = (
                f"Des à-nouveaux sont datés du {day(opened[0])} et du {day(later[0])} : le fichier "
                "réunit plusieurs exercices."
            )
            note = Note(self.lines[later[0]], ECRITURE_DATE)
            notes.write("OUVERTURES_MULTIPLES", message, note)


def _apart(first: str, other: str) -> bool:
    return (date.fromisoformat(other) - date.fromisoformat(first)).days >= _APART
