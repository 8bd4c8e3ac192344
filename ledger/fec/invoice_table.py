"""invoices.tsv: the invoices of a file, once journals and letterings are known.

An entry of a miscellaneous journal that bears the reference of an invoice of the same third party
corrects it: it stays an entry and makes no second invoice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from ledger.fec.artefacts import Artefacts, row_of
from ledger.fec.invoices import Invoice
from ledger.fec.letterings import Letterings
from ledger.fec.registers import Registers
from ledger.fec.scratch import Rows, Scratch

_BLOCK: Final = 1000
_HOME: Final = frozenset(("sales", "purchases"))

Kept = tuple[Any, ...]


class InvoiceTable:
    """Keeps the invoices on disk as they come; `totals` counts those that are made."""

    def __init__(self, scratch: Scratch, registers: Registers, letterings: Letterings) -> None:
        self._scratch = scratch
        self._spill = scratch.spill("invoices")
        self._registers = registers
        self._letterings = letterings
        self.totals = {"purchases": [0, 0], "sales": [0, 0]}

    def add(self, entry: int, journal: int, invoice: Invoice) -> None:
        """An invoice of the entry of this number, in the journal of this rank."""
        self._spill.extend(
            [
                (
                    journal, entry, invoice.direction, invoice.is_credit_note, invoice.number,
                    invoice.issue_date, invoice.third, invoice.net, invoice.vat, invoice.gross,
                    invoice.currency, invoice.foreign_gross, invoice.vat_lines,
                    invoice.due_dates, invoice.holes, invoice.is_whole,
                )
            ]
        )  # fmt: skip

    def finish(self, artefacts: Artefacts) -> None:
        """Write invoices.tsv and count."""
        artefacts.table("invoices", ())
        home = {one.no for one in self._registers.journals.all if one.nature in _HOME}
        stream = self._own(home)
        while block := list(islice(stream, _BLOCK)):
            holes = [hole for kept in block for hole in kept[14]]
            status = self._letterings.status(holes)
            artefacts.write("invoices", "".join(self._row(kept, status) for kept in block))

    def _own(self, home: set[int]) -> Iterator[Kept]:
        """The invoices without the entries that only correct one."""
        database = self._scratch.database
        database.execute(
            "CREATE TABLE correction (third, number, is_known, PRIMARY KEY (third, number)) "
            "WITHOUT ROWID"
        )
        strays = Rows(database, "INSERT OR IGNORE INTO correction VALUES (?, ?, 0)")
        strays.extend((kept[6], kept[4]) for kept in self._spill if kept[0] not in home)
        strays.flush()
        if not database.execute("SELECT 1 FROM correction LIMIT 1").fetchone():
            yield from self._spill
            return
        known = Rows(database, "UPDATE correction SET is_known = 1 WHERE third = ? AND number = ?")
        for kept in self._spill:
            if kept[0] in home:
                known.add((kept[6], kept[4]))
        known.flush()
        query = "SELECT is_known FROM correction WHERE third = ? AND number = ?"
        for kept in self._spill:
            is_stray = kept[0] not in home
            if not is_stray or not database.execute(query, (kept[6], kept[4])).fetchone()[0]:
                yield kept

    def _row(self, kept: Kept, status: dict[int, tuple[bool, str]]) -> str:
        (
            _, entry, direction, is_credit_note, number, issued, third, net, vat, gross, currency,
            foreign, vat_lines, dues, holes, is_whole,
        ) = kept  # fmt: skip
        groups = [status.get(hole, (False, "")) for hole in holes]
        is_paid = is_whole and bool(groups) and all(balanced for balanced, _ in groups)
        paid_on = max((paid for _, paid in groups), default="") if is_paid else ""
        total = self.totals["sales" if direction == "sale" else "purchases"]
        total[0] += 1
        total[1] += -gross if is_credit_note else gross
        kind = "credit_note" if is_credit_note else "invoice"
        return row_of(
            (
                entry, direction, kind, number, issued, third, net, vat, gross, currency, foreign,
                vat_lines, paid_on, is_paid, json.dumps(dues) if dues else "",
            )
        )  # fmt: skip
