"""Segments: stretches of consecutive lines that share journal, number, dates and piece.

An entry of a tidy file is one segment.  Only segments, never lines, are kept on disk for what the
end of the file decides: entries, exercise, shapes, invoices.
"""

from __future__ import annotations

from itertools import repeat
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


class Bundle(NamedTuple):
    """The segments of one batch by columns: written and read in little more than half the time.

    The columns from `runs` to `credits`, `letters` and `banks` have one item per segment, those
    from `kinds` to `nets` one per line; segment `i` has the lines from `starts[i]` to `ends[i]`
    (excluded).  `odd` holds the segments that have something rare, by their ranks.
    """

    runs: list[int]
    journals: list[int]
    numbers: list[str]
    dates: list[str]
    refs: list[str]
    piece_dates: list[str]
    valid_dates: list[str]
    lines: list[int]
    labels: list[str]
    debits: list[int]
    credits: list[int]
    kinds: bytes
    postings: list[int]
    nets: list[int]
    starts: list[int]
    ends: list[int]
    letters: list[list[Letter] | None]
    banks: list[list[Bank] | None]
    odd: dict[int, tuple[Any, ...]]


def unbundled(bundle: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The segments of a bundle, as tuples in the order of `Segment`."""
    *columns, kinds, postings, nets, starts, ends, letters, banks, odd = bundle
    spans = list(map(slice, starts, ends))
    segments: list[tuple[Any, ...]] = list(
        zip(
            *columns,
            map(kinds.__getitem__, spans),
            map(postings.__getitem__, spans),
            map(nets.__getitem__, spans),
            letters,
            banks,
            repeat(None, len(spans)),
            strict=True,
        )
    )
    for rank, segment in odd.items():
        segments[rank] = segment
    return segments
