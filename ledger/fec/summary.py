"""The preview of an import as plain data: what was read, and what would be created."""

from __future__ import annotations

from typing import Any

from ledger.fec.books import Books
from ledger.fec.catalogue_structure import STRUCTURE
from ledger.fec.exercise import Exercise
from ledger.fec.findings import Finding, FindingSink
from ledger.fec.journals import Journal
from ledger.fec.kinds import Kind
from ledger.fec.reading import Reading
from ledger.fec.registers import Registers

_ASKED: int = 5


def of_reading(reading: Reading) -> dict[str, Any]:
    """How the file was read."""
    return {
        "name": reading.name,
        "size": reading.size,
        "sha256": reading.sha256,
        "encoding": reading.encoding,
        "separator": reading.separator,
        "eol": reading.eol,
        "layout": reading.layout,
        "is_xml": reading.is_xml,
        "signed": reading.signed,
        "extra_columns": list(reading.extra),
    }


def of_books(books: Books, registers: Registers, exercise: Exercise | None) -> dict[str, Any]:
    """What an import writes; amounts are integer cents."""
    purchases, sales = books.invoices.totals["purchase"], books.invoices.totals["sale"]
    period = {"start": exercise.start, "end": exercise.end} if exercise else None
    return {
        "period": period,
        "years": [period] if period else [],
        "journals": [_journal(one) for one in registers.journals.all if one.entries],
        "accounts": len(registers.accounts),
        "third_parties": {
            "customers": registers.thirds.count("customer"),
            "suppliers": registers.thirds.count("supplier"),
        },
        "invoices": {
            "purchases": {"count": purchases[0], "amount": purchases[1]},
            "sales": {"count": sales[0], "amount": sales[1]},
        },
        "bank_transactions": {
            "count": books.bank_lines,
            "amount": books.bank_amount,
            "accounts": sorted(books.bank_accounts),
        },
        "letterings": {"full": books.letterings.full, "partial": books.letterings.partial},
        "imported": {
            "lines": sum(one.lines for one in registers.journals.all),
            "entries": books.entries,
            "debit": sum(one.debit for one in registers.journals.all),
            "credit": sum(one.credit for one in registers.journals.all),
        },
        "result": result_of(registers),
    }


def result_of(registers: Registers) -> int:
    """Income less charges, in cents: a profit is positive."""
    postings = registers.postings
    return -sum(
        net
        for posting, net in zip(postings.all, postings.net, strict=True)
        if posting.account.number[:1] in ("6", "7") and posting.kind != Kind.INVALID
    )


def balances_of(registers: Registers) -> dict[str, int]:
    """What an import leaves on each account, in cents, debit positive."""
    postings = registers.postings
    found: dict[str, int] = {}
    for posting, net in zip(postings.all, postings.net, strict=True):
        number = posting.account.number
        found[number] = found.get(number, 0) + net
    return found


def questions_of(sink: FindingSink, asked: list[dict[str, object]]) -> list[dict[str, Any]]:
    """What a person can settle: about the reading first, then about values."""
    about_reading = [
        _question(found)
        for code in sink.counts
        if code in STRUCTURE
        for found in sink.first(code, _ASKED)
        if found.settle
    ]
    return [*about_reading, *asked]


def _question(found: Finding) -> dict[str, Any]:
    return {
        "code": found.code,
        "line": found.line,
        "column": found.column,
        "old": found.old,
        "prompt": found.message,
        "kind": found.settle,
        "new": found.new,
        "piece": None,
    }


def _journal(journal: Journal) -> dict[str, Any]:
    return {
        "code": journal.code,
        "label": journal.label,
        "nature": journal.nature,
        "entries": journal.entries,
        "lines": journal.lines,
        "debit": journal.debit,
        "credit": journal.credit,
    }
