"""What the books come to, as plain data: told by the second process, adopted by the first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ledger.fec.books import Books
from ledger.fec.openings import Openings
from ledger.fec.registers import Registers


def told(books: Books, registers: Registers) -> dict[str, Any]:
    """Everything that the report, the preview and the last artefacts ask of closed books."""
    return {
        "entries": books.entries,
        "bank": (books.bank_lines, books.bank_amount, sorted(books.bank_accounts)),
        "openings": books.openings.plain(),
        "letterings": (books.letterings.full, books.letterings.partial),
        "invoices": books.invoices.totals,
        "left_out": books.owners.left_out,
        "journals": [
            (one.entries, one.lines, one.debit, one.credit, list(one.shapes.items()))
            for one in registers.journals.all
        ],
    }


def adopt(books: Books, registers: Registers, found: dict[str, Any], numbers: Path) -> None:
    """Make empty books as closed as those that were told; `numbers` are those of letterings."""
    books.is_written = True
    books.entries = found["entries"]
    books.bank_lines, books.bank_amount, accounts = found["bank"]
    books.bank_accounts = set(accounts)
    books.openings = Openings.from_plain(found["openings"])
    books.letterings.full, books.letterings.partial = found["letterings"]
    books.letterings.numbers = numbers
    books.invoices.totals = found["invoices"]
    books.owners.leave_out(found["left_out"])
    for journal, counts in zip(registers.journals.all, found["journals"], strict=True):
        journal.entries, journal.lines, journal.debit, journal.credit, shapes = counts
        journal.shapes.update(dict(shapes))
