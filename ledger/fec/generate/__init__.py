"""Realistic French books of any size, streamed into a FEC: for tests, benchmarks and the demo.

The same arguments always give the same bytes.  Records come out in legal order, opening first,
in memory that grows with accounts and third parties only; what the file holds is told by `Truth`.
Every name is invented.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain
from pathlib import Path
from typing import IO, Final, Literal

from ledger.fec.columns import (
    COMP_AUX_NUM,
    DATE_LET,
    ECRITURE_DATE,
    JOURNAL_CODE,
    JOURNAL_LIB,
    Layout,
)
from ledger.fec.generate.books import Books
from ledger.fec.generate.closing import Inventory
from ledger.fec.generate.dates import Calendar, year_start
from ledger.fec.generate.desk import Desk
from ledger.fec.generate.monthly import Agenda
from ledger.fec.generate.opening import Opening
from ledger.fec.generate.parties import Parties
from ledger.fec.generate.payments import Payments
from ledger.fec.generate.plan import MINIMUM_LINES, plan
from ledger.fec.generate.purchases import Purchases
from ledger.fec.generate.sales import Sales
from ledger.fec.generate.sectors import SECTORS, SectorName
from ledger.fec.generate.truth import (
    Closing,
    OpenItem,
    ThirdTruth,
    Truth,
    closing_of,
    income_steps,
)
from ledger.fec.write import Record, text_chunks
from ledger.fec.write_xml import xml_chunks

__all__ = [
    "MINIMUM_LINES",
    "SECTORS",
    "Closing",
    "GeneratedBook",
    "OpenItem",
    "SectorName",
    "Truth",
    "generate",
    "year_start",
]

_LAYOUTS: Final[dict[int, Layout]] = {18: "BIC", 21: "BAT", 22: "BNCT"}
_LONGEST_CYCLE: Final = 14  # lines of an invoice, its credit note and its payment
_LONGEST_ENTRY: Final = 8
_MODES: Final = {"BQ": "Virement", "B2": "Carte bancaire", "CA": "Espèces"}


class GeneratedBook:
    """One invented exercise: iterate over `records` once, then ask for `truth`."""

    def __init__(
        self,
        *,
        lines: int,
        year_end: date,
        siren: str,
        seed: int = 1,
        marker: str = "",
        opening: Mapping[str, int] | None = None,
        sector: SectorName = "negoce",
        partial_letterings: bool = True,
    ) -> None:
        identity = f"{seed} {siren} {sector}"
        suffix = f" {marker}" if marker else ""
        trade = SECTORS[sector]
        self.siren = siren
        self.lines = lines
        self._fixed_lines = 0
        self.calendar = Calendar(year_end)
        self.books = Books(self.calendar.start, suffix=suffix)
        parties = Parties(trade, lines=lines, identity=identity, suffix=suffix)
        self.desk = Desk(plan(trade, lines), self.calendar, parties, self.books, identity)
        self.sales = Sales(self.desk, has_partials=partial_letterings)
        self.purchases = Purchases(self.desk)
        self.payments = Payments(self.desk, self.sales)
        self.agenda = Agenda(self.desk, self.purchases)
        self.inventory = Inventory(self.desk)
        self.opening = Opening(self.desk, self.payments, opening)

    def records(self) -> Iterator[Record]:
        """Every record of the year, once, in legal order."""
        return chain.from_iterable(self._entries())

    def truth(self) -> Truth:
        """What the records hold, once all of them have been read."""
        books, desk = self.books, self.desk
        balances = books.balances()
        steps = income_steps(balances)
        parties = [party for party in desk.parties.all if party.lines]
        items = chain.from_iterable(party.open_items(self.calendar.end) for party in parties)
        return Truth(
            siren=self.siren,
            year_start=self.calendar.start,
            year_end=self.calendar.end,
            lines=books.lines,
            entries=sum(journal.number for journal in books.journals),
            debit=sum(account.debit for account in books.accounts.values()),
            credit=sum(account.credit for account in books.accounts.values()),
            result=steps.net,
            accounts=books.account_truth(),
            third_parties={
                one.code: ThirdTruth(one.role, one.account, one.name, one.lines, one.balance)
                for one in parties
            },
            journals=books.journal_truth(),
            sales=desk.sales,
            purchases=desk.purchases,
            bank=books.bank_truth(),
            letterings=books.letterings,
            closing=closing_of(balances, tuple(items)),
            steps=steps,
        )

    def _entries(self) -> Iterator[list[Record]]:
        desk = self.desk
        desk.move_to(0)
        yield from self._fixed(self.opening.entries())
        yield from self._fixed(self.inventory.reversals())
        for offset in self.calendar.trading:
            desk.move_to(offset)
            yield from self.payments.of_the_day()
            yield from self._fixed(self.agenda.morning())
            yield from self._trade()
            yield from self._fixed(self.agenda.evening())
        yield from self.inventory.entries(self.lines)

    def _fixed(self, entries: Iterator[list[Record]]) -> Iterator[list[Record]]:
        """Entries that come whatever the size: trade shares what they leave."""
        for records in entries:
            self._fixed_lines += len(records)
            yield records

    def _trade(self) -> Iterator[list[Record]]:
        """Invoices, bills and tills until the day has its part of the year's lines."""
        desk, books = self.desk, self.desk.books
        sector = desk.plan.sector
        until_tills = sector.sales + (sector.tills if desk.plan.has("till") else 0.0)
        end = self._lines_by_tonight()
        while books.lines + desk.pending < end:
            chance = desk.random()
            if chance < sector.sales:
                yield self.sales.invoice()
            elif chance < until_tills:
                yield self.sales.till()
            else:
                yield self.purchases.bill()

    def _lines_by_tonight(self) -> float:
        is_last = self.desk.offset == self.calendar.trading[-1]
        reserved = self.agenda.reserved
        reserved += self.inventory.expected_lines() if is_last else Inventory.MOST_LINES
        progress = self.calendar.progress[self.desk.offset]
        share = (self.lines - reserved - self._fixed_lines) * progress
        # The last day promises no payment any more: its cycles are shorter.
        longest = _LONGEST_ENTRY if is_last else _LONGEST_CYCLE
        return min(self._fixed_lines + share, self.lines - reserved - longest)


def generate(  # noqa: PLR0913 (keyword-only: what is in the file, then its form)
    target: str | Path | IO[bytes],
    *,
    lines: int,
    year_end: date,
    siren: str,
    seed: int = 1,
    marker: str = "",
    opening: Mapping[str, int] | None = None,
    sector: SectorName = "negoce",
    partial_letterings: bool = True,
    separator: str = "\t",
    encoding: str = "utf-8",
    eol: str = "\r\n",
    layout: Literal[18, 21, 22] = 18,
    montant_sens: bool = False,
    xml: bool = False,
) -> Truth:
    """Write an invented exercise of twelve months that ends on `year_end`; tell what it holds.

    `target` is a path or a binary stream.  `marker` ends every name of a third party and every
    label.  `opening` is what the year inherits, signed cents by account, debit positive: the
    `closing` of the year before makes two continuous files, an empty mapping a first exercise,
    None an invented past.  `partial_letterings` off leaves only groups that balance.

    The file has exactly `lines` lines from some 1 000 on, and a few more when so little room is
    left that opening, pay, VAT and inventory fill it.  `separator`, `encoding` and `eol` may be
    unlawful, to make files that a reader must repair.

    Raises:
        ValueError: fewer lines than MINIMUM_LINES.
    """
    book = GeneratedBook(
        lines=lines,
        year_end=year_end,
        siren=siren,
        seed=seed,
        marker=marker,
        opening=opening,
        sector=sector,
        partial_letterings=partial_letterings,
    )
    records = book.records() if layout == 18 else map(_with_treasury, book.records())
    kind = _LAYOUTS[layout]
    if layout == 21:
        records = (record[:21] for record in records)
    if xml:
        chunks = xml_chunks(
            records, year_end=year_end, encoding=encoding, layout=kind, signed=montant_sens
        )
    else:
        chunks = text_chunks(
            records,
            separator=separator,
            encoding=encoding,
            eol=eol,
            layout=kind,
            signed=montant_sens,
        )
    if isinstance(target, str | Path):
        with Path(target).open("wb") as stream:
            stream.writelines(chunks)
    else:
        target.writelines(chunks)
    return book.truth()


def _with_treasury(record: Record) -> Record:
    """DateRglt, ModeRglt, NatOp and IdClient: a lettered line is settled on its lettering."""
    settled_on = record[DATE_LET] or record[ECRITURE_DATE]
    mode = _MODES.get(record[JOURNAL_CODE], "Virement")
    return (*record, settled_on, mode, record[JOURNAL_LIB], record[COMP_AUX_NUM])
