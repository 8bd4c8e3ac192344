"""Bills of suppliers: goods, overheads, rent, assets; from the Union, in dollars, without VAT."""

from __future__ import annotations

from datetime import date, timedelta

from ledger.fec.generate.books import Line, letters
from ledger.fec.generate.desk import PAYMENT, PAYMENT_USD, Desk
from ledger.fec.generate.parties import Party
from ledger.fec.generate.sales import in_dollars, vat_on
from ledger.fec.generate.sectors import PurchaseKind
from ledger.fec.write import Record

_OPEN_ODDS = 0.03
_CREDIT_NOTE_ODDS = 0.05
_TWO_RATES_ODDS = 0.09
_STANDARD_RATE = 2000
_REDUCED_RATE = 550
_RENT_PAID_AFTER = 9


class Purchases:
    """Writes the journal of purchases."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        kinds = desk.plan.sector.purchase_kinds
        self._kinds = [kind for kind in kinds for _ in range(kind.weight)]
        weights = len(self._kinds)
        turnover, count = desk.plan.turnover, desk.plan.purchases
        # What one bill of a kind costs on average, so that the year costs its share.
        self._average = {
            kind: int(turnover * kind.share * weights / (count * kind.weight)) for kind in kinds
        }
        self._vat = desk.books.account("445660")

    def bill(self) -> list[Record]:
        """One bill of a supplier; its payment, if it comes within the year, is promised."""
        desk, chance = self.desk, self.desk.random
        kind = self._kinds[int(chance() * len(self._kinds))]
        suppliers = desk.parties.suppliers[kind]
        step = chance()
        party = suppliers[int(step * step * len(suppliers))]
        step = chance()
        net = max(500, int(self._average[kind] * (0.2 + 2.4 * step * step)))
        ref = f"{party.prefix}{party.next_bill(int(step * 100) % 7)}"
        if kind.treatment == "normal" and chance() < _CREDIT_NOTE_ODDS:
            return self._credit_note(kind, party, net // 3, ref)
        if kind.treatment == "usd":
            return self._foreign(kind, party, net, ref, PAYMENT_USD)
        if kind.treatment == "eu":
            return self._foreign(kind, party, net, ref, PAYMENT)
        lines = self._domestic(kind, net)
        return self._enter(party, ref, f"{kind.label} {party.name} {ref}", net, lines)

    def _domestic(self, kind: PurchaseKind, net: int) -> list[Line]:
        account = self.desk.books.account(kind.account)
        if not kind.rate:
            return [(account, None, net, "", None)]
        if kind.rate != _STANDARD_RATE or self.desk.random() >= _TWO_RATES_ODDS:
            vat = vat_on(net, kind.rate)
            return [(account, None, net, "", None), (self._vat, None, vat, "", None)]
        reduced = net // 4
        full = net - reduced
        return [
            (account, None, full, "", None),
            (account, None, reduced, "", None),
            (self._vat, None, vat_on(full, _STANDARD_RATE), "", None),
            (self._vat, None, vat_on(reduced, _REDUCED_RATE), "", None),
        ]

    def _foreign(
        self, kind: PurchaseKind, party: Party, net: int, ref: str, payment: int
    ) -> list[Record]:
        """The buyer accounts for the VAT: due and deductible at once (CGI 283-2)."""
        books = self.desk.books
        vat = vat_on(net, kind.rate)
        lines: list[Line] = [
            (books.account(kind.account), None, net, "", None),
            (books.account("445662"), None, vat, "", None),
            (books.account("445200"), None, -vat, "", None),
        ]
        label = f"{kind.label} {party.name} {ref}"
        records = self._enter(party, ref, label, net, lines, payment=payment)
        return in_dollars(records, -1, net) if payment == PAYMENT_USD else records

    def _credit_note(self, kind: PurchaseKind, party: Party, net: int, ref: str) -> list[Record]:
        """A refund that nobody has asked back yet: it stays open."""
        desk, books = self.desk, self.desk.books
        vat = vat_on(net, kind.rate)
        lines: list[Line] = [
            (books.account(party.account), party, net + vat, "", None),
            (books.account(kind.account), None, -net, "", None),
            (self._vat, None, -vat, "", None),
        ]
        party.keep(ref, books.date, net + vat)
        desk.purchases.add(-net, -net - vat)
        return books.entry(books.purchases, ref, f"Avoir {party.name} {ref}", lines)

    def _enter(
        self,
        party: Party,
        ref: str,
        label: str,
        net: int,
        lines: list[Line],
        *,
        payment: int = PAYMENT,
        delay: int | None = None,
    ) -> list[Record]:
        desk, books = self.desk, self.desk.books
        gross = sum(line[2] for line in lines)
        lettering, day = "", None
        paid_on = desk.pay_day(party.delay if delay is None else delay)
        if paid_on and (delay is not None or desk.random() >= _OPEN_ODDS):
            rank = books.new_code()
            lettering, day = letters(rank), desk.calendar.days[paid_on]
            books.letterings.full += 1
            event = (payment, party.position, gross, rank, party.bills)
            desk.promise(paid_on, event, 3 if payment == PAYMENT_USD else 2)
        else:
            party.keep(ref, books.date, -gross)
        lines.append((books.account(party.account), party, -gross, lettering, day))
        desk.purchases.add(net, gross)
        return books.entry(books.purchases, ref, label, lines, piece_date=self._piece_date())

    def _piece_date(self) -> date:
        """Bills are entered up to three days after their date, never before the year."""
        desk = self.desk
        late = min(desk.offset, int(desk.random() * 4))
        return desk.books.date - timedelta(days=late)

    def rent(self, month: str) -> list[Record]:
        """The rent of a month, some 2 % of the turnover a year, paid nine days later."""
        party = self.desk.parties.landlord
        net = max(40_000, self.desk.plan.turnover // 600)
        party.next_bill(0)
        ref = f"{party.prefix}{party.bills}"
        account = self.desk.books.account("613200")
        vat = vat_on(net, _STANDARD_RATE)
        lines: list[Line] = [(account, None, net, "", None), (self._vat, None, vat, "", None)]
        label = f"Loyer {month} {party.name}"
        return self._enter(party, ref, label, net, lines, delay=_RENT_PAID_AFTER)

    def asset(self, number: str) -> list[Record]:
        """A fixed asset, bought of a supplier of its own collective account (404)."""
        desk, books = self.desk, self.desk.books
        party = desk.parties.dealers[int(desk.random() * 2)]
        party.next_bill(3)
        ref = f"{party.prefix}{party.bills}"
        share = desk.plan.turnover // 100 // max(1, desk.plan.assets_bought)
        net = max(60_000, int(share * (0.5 + desk.random())))
        vat = vat_on(net, _STANDARD_RATE)
        lines: list[Line] = [
            (books.account(number), None, net, "", None),
            (books.account("445620"), None, vat, "", None),
        ]
        return self._enter(party, ref, f"Acquisition {party.name} {ref}", net, lines, delay=30)
