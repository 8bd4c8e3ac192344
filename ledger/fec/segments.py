"""Segments: stretches of consecutive lines that share journal, number, dates and piece.

An entry of a tidy file is one segment.  Only segments, never lines, are kept on disk for what the
end of the file decides: entries, exercise, shapes, invoices.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

EXCLUDED: Final = 1  # a person left the piece out
TAINTED: Final = 2  # an amount is unreadable: its imbalance is explained already

# A lettered line: posting, hole (its rank among the lettered rows, from 1), code, ISO date, debit,
# credit, line.
Letter = tuple[int, int, str, str, int, int, int]
# A line of a 512 account: posting, net, line, label.
Bank = tuple[int, int, int, str]
# Foreign amounts and due dates: posting, which of the two, value, currency.
More = tuple[int, str, str, str]
# Code and text of an unreadable EcritureDate.
BadDate = tuple[str, str]


class Rare(NamedTuple):
    """What few segments have: the first line with an amount when lines without one are dropped."""

    amount_line: int
    more: list[More] | None
    bad_date: BadDate | None
    flags: int


class Segment(NamedTuple):
    """Amounts are cents, debit positive in `nets`; dates are ISO, empty when there is none.

    `run` counts the stretches of one (journal, number); `kinds`, `postings` and `nets` have one
    item per line.
    """

    run: int
    journal: int
    number: str
    date: str
    ref: str
    piece_date: str
    valid_date: str
    line: int
    label: str
    debit: int
    credit: int
    kinds: bytes
    postings: list[int]
    nets: list[int]
    letters: list[Letter] | None
    banks: list[Bank] | None
    rare: tuple[Any, ...] | None

    @property
    def amount_line(self) -> int:
        """The first line that has an amount."""
        return self.rare[0] if self.rare else self.line

    @property
    def more(self) -> list[More]:
        """Foreign amounts and due dates."""
        return (self.rare[1] if self.rare else None) or []

    @property
    def bad_date(self) -> BadDate | None:
        """Why there is no date."""
        return self.rare[2] if self.rare else None

    @property
    def flags(self) -> int:
        """EXCLUDED, TAINTED."""
        return self.rare[3] if self.rare else 0
