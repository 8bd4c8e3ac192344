"""Segments: stretches of consecutive lines that share journal, number, dates and piece.

An entry of a tidy file is one segment.  Only segments, never lines, are kept on disk for what the
end of the file decides: entries, exercise, shapes, invoices.
"""

from __future__ import annotations

from typing import Final, NamedTuple

EXCLUDED: Final = 1  # a person left the piece out
TAINTED: Final = 2  # an amount is unreadable: its imbalance is explained already


class Letter(NamedTuple):
    """A lettered line: `hole` is the rank of the lettered line in lines.tsv, from 1."""

    posting: int
    hole: int
    code: str
    date: str
    debit: int
    credit: int
    line: int


class Segment(NamedTuple):
    """Amounts are cents, debit positive in `nets`; dates are ISO, empty when there is none.

    `run` counts the stretches of one (journal, number); `postings` and `nets` have one item per
    line.  `bad_date` is the code and text of an unreadable EcritureDate.  `letters` holds plain
    tuples in the order of `Letter`; `banks` (posting, net, line, label) of the 512 lines; `more`
    what is rare: foreign amounts and due dates by posting.
    """

    run: int
    journal: int
    number: str
    date: str
    ref: str
    piece_date: str
    valid_date: str
    journal_label: str
    line: int
    amount_line: int
    label: str
    debit: int
    credit: int
    kinds: bytes
    postings: list[int]
    nets: list[int]
    letters: list[tuple[int, int, str, str, int, int, int]] | None
    banks: list[tuple[int, int, int, str]] | None
    more: list[tuple[int, str, str, str]] | None
    bad_date: tuple[str, str] | None
    flags: int

    @property
    def header(self) -> tuple[str, str, str, str]:
        """What lines say of their piece: the default of an entry is that of its first segment."""
        return self.journal_label, self.ref, self.piece_date, self.valid_date
