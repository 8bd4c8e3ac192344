"""What the banks see: receipts, cheques paid in together, transfers to suppliers, cards."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.fec.generate.books import Line, letters
from ledger.fec.generate.desk import (
    CARDS,
    CREDIT_NOTE,
    PARTIAL,
    PAYMENT,
    PAYMENT_USD,
    RECEIPT,
    STATEMENT,
    Desk,
    Event,
)
from ledger.fec.generate.parties import Party
from ledger.fec.generate.sales import Sales
from ledger.fec.generate.truth import OpenItem
from ledger.fec.write import Record

_CHEQUES_TOGETHER = 8
_CARD_FEE_PER_MILLE = 7
_PAID_WITHIN = 55
_STAYS_OPEN_ODDS = 0.08


class Payments:
    """Writes the journals of the banks from the events of the day."""

    def __init__(self, desk: Desk, sales: Sales) -> None:
        self.desk = desk
        self.sales = sales
        self._cheques: list[Event] = []
        # The lines that each kind was promised for.
        self._promised = {CREDIT_NOTE: 3, PAYMENT_USD: 3, CARDS: 3}

    def of_the_day(self) -> Iterator[list[Record]]:
        """All that falls due today; cheques are paid in by eight."""
        for event in self.desk.due():
            kind, position, *_ = event
            self.desk.pending -= self._promised.get(kind, 2)
            party = self.desk.parties.all[position]
            if kind == RECEIPT and party.pays_by_cheque and event[2] > 0:
                self._cheques.append(event)
                if len(self._cheques) == _CHEQUES_TOGETHER:
                    yield self._pay_in_cheques()
            else:
                yield self._settle(event, party)
        if self._cheques:
            yield self._pay_in_cheques()

    def _settle(self, event: Event, party: Party) -> list[Record]:
        kind, _, cents, rank, number = event
        if kind == CREDIT_NOTE:
            return self.sales.credit_note(party, cents, rank, number)
        if kind == CARDS:
            return self._cards(cents)
        if kind == STATEMENT:
            cents = self.sales.statements.pop(rank)
            return self._receipt(party, cents, letters(rank), "Règlement relevé")
        ref = self.desk.ref_of(party, number)
        if kind == PARTIAL:
            return self._receipt(party, cents, letters(rank).lower(), f"Acompte {ref}")
        if kind == RECEIPT:
            return self._receipt(party, cents, letters(rank), f"Virement {ref}")
        return self._pay(party, cents, letters(rank), ref, kind)

    def _receipt(self, party: Party, cents: int, lettering: str, label: str) -> list[Record]:
        desk = self.desk
        journal, number = desk.bank_of(party)
        day = desk.books.date if lettering.isupper() else None
        lines: list[Line] = [
            (desk.books.account(number), None, cents, "", None),
            (desk.books.account(party.account), party, -cents, lettering, day),
        ]
        return desk.books.entry(journal, desk.bank_ref("VI"), f"{label} {party.name}", lines)

    def _pay_in_cheques(self) -> list[Record]:
        desk, books = self.desk, self.desk.books
        total = sum(event[2] for event in self._cheques)
        lines: list[Line] = [(books.account("512000"), None, total, "", None)]
        for _, position, cents, rank, _ in self._cheques:
            party = desk.parties.all[position]
            account = books.account(party.account)
            lines.append((account, party, -cents, letters(rank), books.date))
        count = len(self._cheques)
        self._cheques.clear()
        label = f"Remise de {count} chèque{'s' if count > 1 else ''}"
        return books.entry(books.bank, desk.bank_ref("RC"), label, lines)

    def _pay(self, party: Party, cents: int, lettering: str, ref: str, kind: int) -> list[Record]:
        """Pay a supplier; in dollars, the rate has moved by up to 2 % since the bill."""
        desk, books = self.desk, self.desk.books
        journal, number = desk.bank_of(party)
        change = int(cents * (desk.random() - 0.5) / 25) if kind == PAYMENT_USD else 0
        lines: list[Line] = [
            (books.account(party.account), party, cents, lettering, books.date),
            (books.account(number), None, -cents - change, "", None),
        ]
        if change:
            account = books.account("666000" if change > 0 else "766000")
            lines.append((account, None, change, "", None))
        label = f"Virement {party.name} {ref}"
        return books.entry(journal, desk.bank_ref("VI"), label, lines)

    def _cards(self, cents: int) -> list[Record]:
        fee = cents * _CARD_FEE_PER_MILLE // 1000
        amounts = {"512000": cents - fee, "627800": fee, "511500": -cents}
        desk = self.desk
        return desk.books.simple(
            desk.books.bank, desk.bank_ref("CB"), "Remise cartes bancaires", amounts
        )

    def promise_old(self, item: OpenItem) -> Line:
        """The opening line of an open item; most of them are paid, and lettered, in two months."""
        desk, books = self.desk, self.desk.books
        party = desk.parties.party_of(item)
        account = books.account(item.account)
        paid_on = desk.pay_day(1 + int(desk.random() * _PAID_WITHIN))
        if not paid_on or desk.random() < _STAYS_OPEN_ODDS:
            party.keep(item.ref, item.date, item.cents)
            return (account, party, item.cents, "", None)
        rank = books.new_code()
        books.letterings.full += 1
        number = desk.remember_ref(item.ref)
        is_customer = party.role == "customer"
        kind, cents = (RECEIPT, item.cents) if is_customer else (PAYMENT, -item.cents)
        desk.promise(paid_on, (kind, party.position, cents, rank, number), 2)
        return (account, party, item.cents, letters(rank), desk.calendar.days[paid_on])
