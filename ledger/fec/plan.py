"""Writes the artefacts that only the end of the file can: registers, letterings, final lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ledger.fec.artefacts import Artefacts
from ledger.fec.books import Books
from ledger.fec.final_lines import Relabelled, fill_marks, lettering_numbers, rewrite
from ledger.fec.registers import Registers
from ledger.fec.scratch import Spill

Row = tuple[object, ...]


def write_plan(
    artefacts: Artefacts, registers: Registers, books: Books, spill: Spill, draft: Path
) -> None:
    """Write every artefact that `Books` has not written yet; `draft` are the rows of the walk.

    Without a folder only the invoices are counted.
    """
    if not books.is_written:
        books.invoices.finish(artefacts)
        artefacts.write("entries", "")
        artefacts.write("bank", "")
    if artefacts.folder is None:
        return
    for name, rows in (
        ("journals", _journals(registers)),
        ("accounts", _accounts(registers)),
        ("thirds", _thirds(registers)),
    ):
        artefacts.table(name, rows)
    relabelled = _relabelled(registers)
    final = artefacts.folder / "lines.tsv"
    numbers = lettering_numbers(books.letterings.numbers)
    if books.owners.is_plain and not relabelled:
        fill_marks(draft, final, numbers)
    else:
        rewrite(draft, final, numbers, books.owners.each(iter(spill)), relabelled)


def _journals(registers: Registers) -> Iterator[Row]:
    for one in registers.journals.all:
        yield one.no, one.code, one.label, one.nature


def _accounts(registers: Registers) -> Iterator[Row]:
    for one in registers.accounts.all:
        yield one.no, one.number, one.labels.kept or one.number


def _thirds(registers: Registers) -> Iterator[Row]:
    for one in registers.thirds.all:
        yield one.no, one.role, one.code, one.label, one.account.no, one.is_derived


def _relabelled(registers: Registers) -> Relabelled:
    """Where the label to keep is not the one that silent lines bear."""
    return Relabelled(
        {
            str(one.no): (one.labels.first, one.labels.kept)
            for one in registers.accounts.all
            if one.labels.kept != one.labels.first
        },
        {
            str(one.no): (one.labels.first, one.labels.kept)
            for one in registers.thirds.all
            if one.labels.kept != one.labels.first
        },
    )
