"""Invoices to customers, their credit notes, and what the tills take."""

from __future__ import annotations

from ledger.fec.columns import MONTANT_DEVISE
from ledger.fec.generate.books import Account, Line, letters
from ledger.fec.generate.chart import OUTPUT_VAT
from ledger.fec.generate.desk import CARDS, CREDIT_NOTE, PARTIAL, RECEIPT, STATEMENT, Desk
from ledger.fec.generate.parties import CUSTOMERS, Party
from ledger.fec.generate.plan import draw_net
from ledger.fec.generate.sectors import SaleKind
from ledger.fec.write import Record

_SECOND_PRODUCT_ODDS = 0.26
_THIRD_PRODUCT_ODDS = 0.07
_OPEN_ODDS = 0.03
_PARTIAL_ODDS = 0.045
_CREDIT_NOTE_ODDS = 0.075
_STATEMENT_DELAY = 15
_DOLLARS_PER_100_EUROS = 108
_CARD_SHARE = 0.62


def vat_on(net: int, rate: int) -> int:
    """Cents of VAT, rounded half up; `rate` in hundredths of a percent."""
    return (net * rate + 5_000) // 10_000


class Sales:
    """Writes the journals of sales and of cash."""

    def __init__(self, desk: Desk, *, has_partials: bool) -> None:
        self.desk = desk
        self._partial_odds = _PARTIAL_ODDS if has_partials else 0.0
        self.number = 0
        self.credit_notes = 0
        self.tickets = 0
        self.statements: dict[int, int] = {}  # code rank -> cents to come
        self._statement_of: dict[int, tuple[int, int]] = {}  # party -> (code rank, pay day)
        books = desk.books
        self._customers = desk.parties.customers
        self._receivable = books.account(CUSTOMERS)
        self._kinds = [kind for kind in desk.plan.sector.sale_kinds for _ in range(kind.weight)]
        self._accounts = {kind.account: books.account(kind.account) for kind in self._kinds}
        self._vat = {rate: books.account(number) for rate, number in OUTPUT_VAT.items()}
        self._export = books.account("707900")
        month_ends = {offset: month[-1] for month in desk.calendar.months() for offset in month}
        self._month_end = month_ends

    def invoice(self) -> list[Record]:
        """One invoice to a customer; its payment, if it comes within the year, is promised."""
        desk = self.desk
        chance = desk.random()
        # Squared: a few customers buy much of it all.
        party = self._customers[int(chance * chance * len(self._customers))]
        if party.is_abroad:
            return self._export_invoice(party)
        lines, net, gross = self._products()
        self.number += 1
        ref = desk.sale_ref(self.number)
        lettering, paid_on = self._promise_payment(party, ref, gross)
        date = desk.calendar.days[paid_on] if lettering and lettering.isupper() else None
        lines.insert(0, (self._receivable, party, gross, lettering, date))
        desk.sales.add(net, gross)
        return desk.books.entry(desk.books.sales, ref, f"Facture {ref} {party.name}", lines)

    def _products(self) -> tuple[list[Line], int, int]:
        """The lines of products and VAT (credits), the net and the gross amount."""
        kind, net = self._product()
        chance = self.desk.random()
        if chance >= _SECOND_PRODUCT_ODDS:
            vat = vat_on(net, kind.rate)
            lines: list[Line] = [
                (self._accounts[kind.account], None, -net, "", None),
                (self._vat[kind.rate], None, -vat, "", None),
            ]
            return lines, net, net + vat
        by_account: dict[Account, int] = {self._accounts[kind.account]: net}
        by_rate = {kind.rate: net}
        for _ in range(1 if chance >= _THIRD_PRODUCT_ODDS else 2):
            kind, net = self._product()
            account = self._accounts[kind.account]
            by_account[account] = by_account.get(account, 0) + net
            by_rate[kind.rate] = by_rate.get(kind.rate, 0) + net
        lines = [(account, None, -cents, "", None) for account, cents in by_account.items()]
        vats = {rate: vat_on(cents, rate) for rate, cents in by_rate.items()}
        lines += [(self._vat[rate], None, -vat, "", None) for rate, vat in vats.items()]
        net = sum(by_rate.values())
        return lines, net, net + sum(vats.values())

    def _product(self) -> tuple[SaleKind, int]:
        chance = self.desk.random
        kind = self._kinds[int(chance() * len(self._kinds))]
        return kind, draw_net(kind, chance(), chance()) * self.desk.plan.price_factor

    def _promise_payment(self, party: Party, ref: str, gross: int) -> tuple[str, int]:
        """Decide how an invoice ends; its lettering code ("" when open) and the day of it."""
        desk = self.desk
        if party.pays_statements:
            return self._join_statement(party, ref, gross)
        chance = desk.random()
        paid_on = desk.pay_day(party.delay + int(chance * 100) % 10)
        if not paid_on or chance < _OPEN_ODDS:
            party.keep(ref, desk.books.date, gross)
            return "", 0
        rank = desk.books.new_code()
        if chance < self._partial_odds:
            paid = gross * (30 + int(desk.random() * 40)) // 100
            desk.promise(paid_on, (PARTIAL, party.position, paid, rank, self.number), 2)
            party.keep(ref, desk.books.date, gross - paid)
            desk.books.letterings.partial += 1
            return letters(rank).lower(), 0
        desk.books.letterings.full += 1
        if chance < _CREDIT_NOTE_ODDS and paid_on > desk.offset + 1:
            gross -= self._promise_credit_note(party, gross, rank, paid_on)
        desk.promise(paid_on, (RECEIPT, party.position, gross, rank, self.number), 2)
        return letters(rank), paid_on

    def _promise_credit_note(self, party: Party, gross: int, rank: int, paid_on: int) -> int:
        """A credit note before the payment, on a fifth of the invoice; its gross amount."""
        granted = gross // 5
        day = self.desk.calendar.next_bank[self.desk.offset + 1]
        event = (CREDIT_NOTE, party.position, granted, rank, paid_on)
        self.desk.promise(day, event, 3)
        return granted

    def _join_statement(self, party: Party, ref: str, gross: int) -> tuple[str, int]:
        """Some customers pay once a month all that they were billed in the month before."""
        desk = self.desk
        month_end = self._month_end[desk.offset]
        paid_on = desk.pay_day(month_end - desk.offset + _STATEMENT_DELAY)
        if not paid_on:
            party.keep(ref, desk.books.date, gross)
            return "", 0
        rank, day = self._statement_of.get(party.position, (0, 0))
        if day != paid_on:
            rank = desk.books.new_code()
            self._statement_of[party.position] = (rank, paid_on)
            self.statements[rank] = 0
            desk.books.letterings.full += 1
            desk.promise(paid_on, (STATEMENT, party.position, 0, rank, self.number), 2)
        self.statements[rank] += gross
        return letters(rank), paid_on

    def _export_invoice(self, party: Party) -> list[Record]:
        """Billed in dollars, free of VAT, paid at the rate of the invoice."""
        desk = self.desk
        _, net = self._product()
        self.number += 1
        ref = desk.sale_ref(self.number)
        lettering, paid_on = self._promise_payment(party, ref, net)
        date = desk.calendar.days[paid_on] if lettering and lettering.isupper() else None
        lines: list[Line] = [
            (self._receivable, party, net, lettering, date),
            (self._export, None, -net, "", None),
        ]
        desk.sales.add(net, net)
        label = f"Facture export {ref} {party.name}"
        records = desk.books.entry(desk.books.sales, ref, label, lines)
        return in_dollars(records, 0, net)

    def credit_note(self, party: Party, gross: int, rank: int, paid_on: int) -> list[Record]:
        """Grant what was promised: sales and VAT are taken back, the group keeps its code."""
        desk = self.desk
        self.credit_notes += 1
        ref = f"AV{desk.year}-{self.credit_notes:05d}"
        kind = self._kinds[0]
        rate = 0 if party.is_abroad else kind.rate
        net = gross * 10_000 // (10_000 + rate)
        income = self._export if party.is_abroad else self._accounts[kind.account]
        lines: list[Line] = [(income, None, net, "", None)]
        if rate and gross > net:
            lines.append((self._vat[rate], None, gross - net, "", None))
        paid = desk.calendar.days[paid_on]
        lines.append((self._receivable, party, -gross, letters(rank), paid))
        desk.sales.add(-net, -gross)
        return desk.books.entry(desk.books.sales, ref, f"Avoir {ref} {party.name}", lines)

    def till(self) -> list[Record]:
        """What a till took in a day, in coins and by card; the bank credits the cards later."""
        desk = self.desk
        sector = desk.plan.sector
        self.tickets += 1
        taken = int(sector.till_average * desk.plan.price_factor * (0.6 + 0.8 * desk.random()))
        amounts: dict[str, int] = {"530000": 0, "511500": 0}
        weights = sum(kind.weight for kind in sector.sale_kinds)
        shops = sector.sale_kinds if sector.tills > sector.sales else sector.sale_kinds[:1]
        for kind in shops:
            net = taken * kind.weight // weights
            vat = vat_on(net, kind.rate)
            amounts[kind.account] = amounts.get(kind.account, 0) - net
            account = OUTPUT_VAT[kind.rate]
            amounts[account] = amounts.get(account, 0) - vat
        gross = -sum(amounts.values())
        credited_on = desk.pay_day(1)
        cards = int(gross * _CARD_SHARE) if len(shops) > 1 and credited_on else 0
        amounts["530000"], amounts["511500"] = gross - cards, cards
        if cards:
            desk.promise(credited_on, (CARDS, 0, cards, 0, 0), 3)
        return desk.books.simple(
            desk.books.cash, f"Z{self.tickets:05d}", f"Recettes caisse Z{self.tickets}", amounts
        )


def in_dollars(records: list[Record], position: int, cents: int) -> list[Record]:
    """The same records; the one at `position` says what it was in dollars."""
    dollars = cents * _DOLLARS_PER_100_EUROS // 100
    text = f"{dollars // 100}.{dollars % 100:02d}"
    records[position] = (*records[position][:MONTANT_DEVISE], text, "USD")
    return records
