"""invoices.tsv: the invoices of a file, once journals and letterings are known.

An entry of a miscellaneous journal that bears the reference of an invoice of the same third party
corrects it: it stays an entry and makes no second invoice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from ledger.fec.artefacts import Artefacts
from ledger.fec.invoices import Invoice
from ledger.fec.journals import Journal
from ledger.fec.letterings import UNBALANCED, Letterings
from ledger.fec.registers import Registers
from ledger.fec.scratch import Rows, Scratch

_BLOCK: Final = 1000
_HOME: Final = frozenset(("sales", "purchases"))

Kept = tuple[Any, ...]


def homes_of(journals: Iterable[Journal]) -> set[int]:
    """Ranks of the journals of sales and purchases, which invoices come from."""
    return {one.no for one in journals if one.nature in _HOME}


class InvoiceTable:
    """Keeps the invoices on disk as they come; `totals` counts those that are made, in cents."""

    def __init__(self, scratch: Scratch, registers: Registers, letterings: Letterings) -> None:
        self._scratch = scratch
        self._spill = scratch.spill("invoices")
        self._registers = registers
        self._letterings = letterings
        self.totals = {"purchase": [0, 0], "sale": [0, 0]}

    def add(self, entry: int, journal: int, invoice: Invoice) -> None:
        """An invoice of the entry of this number, in the journal of this rank."""
        self._spill.add((entry, journal, *invoice))

    def finish(self, artefacts: Artefacts) -> None:
        """Write invoices.tsv and count."""
        artefacts.write("invoices", "")
        home = homes_of(self._registers.journals.all)
        rows: list[str] = []
        for kept in self._own(home):
            count = self.totals[kept[2]]
            count[0] += 1
            count[1] += kept[6]
            if artefacts.folder is None:
                continue
            rows.append(self._row(kept))
            if len(rows) >= _BLOCK:
                artefacts.write("invoices", "".join(rows))
                rows = []
        artefacts.write("invoices", "".join(rows))

    def _own(self, home: set[int]) -> Iterator[Kept]:
        """The invoices without the entries that only correct one."""
        if all(one.no in home for one in self._registers.journals.all if one.has_invoices):
            yield from self._spill
            return
        database = self._scratch.database
        database.execute(
            "CREATE TABLE correction (third, number, is_known, PRIMARY KEY (third, number)) "
            "WITHOUT ROWID"
        )
        strays = Rows(database, "INSERT OR IGNORE INTO correction VALUES (?, ?, 0)")
        known = Rows(database, "UPDATE correction SET is_known = 1 WHERE third = ? AND number = ?")
        for is_home, rows in ((False, strays), (True, known)):
            for _, journal, _, third, number, *_ in self._spill:
                if (journal in home) is is_home:
                    rows.add((third, number))
            rows.flush()
        query = "SELECT is_known FROM correction WHERE third = ? AND number = ?"
        for kept in self._spill:
            if kept[1] in home or not database.execute(query, kept[3:5]).fetchone()[0]:
                yield kept

    def _row(self, kept: Kept) -> str:
        entry, _, direction, _, _, _, _, _, fields, dues, holes = kept
        paid = UNBALANCED
        if holes:
            status = [self._letterings.status(hole) for hole in holes]
            paid = UNBALANCED if UNBALANCED in status else max(status)
        if paid == UNBALANCED:
            return f"{entry}\t{direction}\t{fields}\t\tf\t{dues}\n"
        day = f"{paid // 10000}-{paid // 100 % 100:02d}-{paid % 100:02d}" if paid else ""
        return f"{entry}\t{direction}\t{fields}\t{day}\tt\t{dues}\n"
