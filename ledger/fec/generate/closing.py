"""The last day: inventory entries, the few that make the number of lines exact, and the tax.

Entries that close classes 6 and 7 are never written: a FEC must not hold them (A47 A-1 VII-1°).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

from ledger.fec.generate.chart import DEPRECIATION
from ledger.fec.generate.desk import Desk
from ledger.fec.write import Record

_TAX_FROM = 500_000  # cents of profit before tax; below, no tax entry
_TAX_LINES = 2
_LIFE_YEARS = 5
_CHARGES = (
    "Commission de mouvement",
    "Agios du trimestre",
    "Frais sur virement international",
    "Cotisation carte professionnelle",
    "Commission d'engagement",
    "Frais de rejet de prélèvement",
)


@dataclass(frozen=True, slots=True)
class _Draft:
    """An entry without number: `amounts` by account, zero ones are not written."""

    ref: str
    label: str
    amounts: dict[str, int]

    @property
    def lines(self) -> int:
        return sum(1 for cents in self.amounts.values() if cents)


class Inventory:
    """Writes the journal of miscellaneous operations at both ends of the year."""

    MOST_LINES = 26

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def reversals(self) -> Iterator[list[Record]]:
        """Accruals of last year are undone on the first day."""
        books = self.desk.books
        bill, vat = books.balance("408100"), books.balance("445860")
        if bill:
            cost = {"408100": -bill, "445860": -vat, "604000": bill + vat}
            yield books.simple(books.misc, "EXT-FNP", "Extourne factures non parvenues", cost)
        for number, cost_account, label in (
            ("486000", "616000", "Extourne charges constatées d'avance"),
            ("168840", "661100", "Extourne intérêts courus"),
        ):
            cents = books.balance(number)
            if cents:
                amounts = {number: -cents, cost_account: cents}
                yield books.simple(books.misc, f"EXT-{number[:3]}", label, amounts)

    def expected_lines(self) -> int:
        """How many lines the inventory will write, as the books stand."""
        return sum(draft.lines for draft in self._drafts()) + _TAX_LINES

    def entries(self, wanted: int) -> Iterator[list[Record]]:
        """Fill up to `wanted` lines in all, then take stock of the year."""
        books, calendar = self.desk.books, self.desk.calendar
        drafts = [draft for draft in self._drafts() if draft.lines]
        lines = sum(draft.lines for draft in drafts)
        is_taxed = self._profit(drafts) > _TAX_FROM
        yield from self._fill(wanted - books.lines - lines - is_taxed * _TAX_LINES)
        books.date, books.valid = calendar.end, calendar.closed_on
        for draft in drafts:
            yield books.simple(books.misc, draft.ref, draft.label, draft.amounts)
        if is_taxed:
            tax = max(100, self._profit([]) // 4 // 100 * 100)
            label = "Impôt sur les bénéfices"
            yield books.simple(books.misc, "IS", label, {"695000": tax, "444000": -tax})

    def _profit(self, drafts: list[_Draft]) -> int:
        cents = sum(
            balance for number, balance in self.desk.books.balances().items() if number[0] in "67"
        )
        for draft in drafts:
            cents += sum(amount for number, amount in draft.amounts.items() if number[0] in "67")
        return -cents

    def _fill(self, missing: int) -> Iterator[list[Record]]:
        """Bank charges of two or three lines: no VAT, no third party, any number but one."""
        books, desk = self.desk.books, self.desk
        labels = cycle(_CHARGES)
        while missing > 1:
            fee = 350 + int(desk.random() * 900)
            amounts = {"627000": fee, "512000": -fee}
            if missing == 3 or missing > 4:
                amounts = {"627000": fee, "661100": 120, "512000": -fee - 120}
            missing -= len(amounts)
            yield books.simple(books.bank, desk.bank_ref("FR"), next(labels), amounts)

    def _drafts(self) -> Iterator[_Draft]:
        turnover = self.desk.plan.turnover
        yield from self._stock()
        yield from self._depreciation()
        late = turnover * 4 // 1000
        amounts = {"604000": late, "445860": late // 5, "408100": -late - late // 5}
        yield _Draft("FNP", "Factures non parvenues", amounts)
        ahead = turnover * 2 // 1000
        label = "Charges constatées d'avance"
        yield _Draft("CCA", label, {"486000": ahead, "616000": -ahead})
        owed = -self.desk.books.balance("164000")
        accrued = max(0, owed) * 24 // 10_000
        label = "Intérêts courus non échus"
        yield _Draft("ICNE", label, {"661100": accrued, "168840": -accrued})

    def _stock(self) -> Iterator[_Draft]:
        sector = self.desk.plan.sector
        if not sector.stock or not sector.stock_change:
            return
        before = self.desk.books.balance(sector.stock)
        after = self.desk.plan.turnover * (55 + self.desk.calendar.end.year % 10) // 1000
        yield _Draft(
            "STK1",
            "Annulation du stock initial",
            {sector.stock_change: before, sector.stock: -before},
        )
        yield _Draft("STK2", "Stock final", {sector.stock: after, sector.stock_change: -after})

    def _depreciation(self) -> Iterator[_Draft]:
        """A fifth of each asset a year, never more than what is left of it."""
        books = self.desk.books
        tangible: dict[str, int] = {}
        for asset, written_off in DEPRECIATION.items():
            cost, done = books.balance(asset), -books.balance(written_off)
            charge = min(cost // _LIFE_YEARS, cost - done)
            if charge <= 0:
                continue
            if asset.startswith("20"):
                label = "Dotation aux amortissements - incorporelles"
                yield _Draft("DAP1", label, {"681110": charge, written_off: -charge})
            else:
                tangible[written_off] = -charge
        if tangible:
            label = "Dotation aux amortissements - corporelles"
            yield _Draft("DAP2", label, {"681120": -sum(tangible.values()), **tangible})
