"""The opening entry: what a year inherits, in detail for third parties, and its first consequences.

A first year invents the balance sheet that it starts from; a following one takes the closing of
the year before, account by account.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from ledger.fec.generate.books import Line
from ledger.fec.generate.desk import CARDS, Desk
from ledger.fec.generate.parties import ASSET_SUPPLIERS, CUSTOMERS, SUPPLIERS, Party
from ledger.fec.generate.payments import Payments
from ledger.fec.generate.plan import draw_net
from ledger.fec.generate.truth import Closing, OpenItem
from ledger.fec.write import Record

_DETAILED = (CUSTOMERS, SUPPLIERS, ASSET_SUPPLIERS)
_ITEMS_PER_PARTY = 5


class Opening:
    """Writes the journal of opening balances."""

    def __init__(self, desk: Desk, payments: Payments, given: Mapping[str, int] | None) -> None:
        self.desk = desk
        self.payments = payments
        self.balances = self._invented() if given is None else _detailed(desk, given)

    def entries(self) -> Iterator[list[Record]]:
        """One entry: general accounts, then each open item with its own document."""
        desk, books = self.desk, self.desk.books
        if not self.balances:
            return
        items = self.balances.open_items
        detailed = {item.account for item in items}
        lines: list[Line] = [
            (books.account(number), None, cents, "", None)
            for number, cents in sorted(self.balances.items())
            if cents and number not in detailed
        ]
        lines += [self.payments.promise_old(item) for item in items]
        ref = f"AN{desk.calendar.start:%Y}"
        records = books.entry(
            books.opening, ref, f"À nouveaux au {desk.books.date:%d/%m/%Y}", lines
        )
        first = len(records) - len(items)
        yield records[:first] + [
            (*record[:8], item.ref, item.date, *record[10:])
            for record, item in zip(records[first:], items, strict=True)
        ]
        books.opening_is_over()
        self._promise_cards()

    def _promise_cards(self) -> None:
        cents = self.balances.get("511500", 0)
        paid_on = self.desk.pay_day(1)
        if cents > 0 and paid_on:
            self.desk.promise(paid_on, (CARDS, 0, cents, 0, 0), 3)

    def _invented(self) -> Closing:
        """A sound balance sheet for the turnover; the bank account makes it balance."""
        desk = self.desk
        turnover = desk.plan.turnover
        sector = desk.plan.sector

        def part(per_mille: float) -> int:
            return int(turnover * per_mille / 1000) // 100 * 100

        items = tuple(self._items())
        balances = {
            "101300": -max(1_000_000, part(20)),
            "106100": -max(100_000, part(2)),
            "106800": -part(60),
            "120000": -part(40),
            "164000": -part(50) if desk.plan.has("loan") else 0,
            "205000": part(5),
            "215400": part(80),
            "218200": part(30),
            "218300": part(15),
            "280500": -part(2),
            "281540": -part(40),
            "281820": -part(10),
            "281830": -part(7),
            "408100": -part(4.8),
            "445860": part(0.8),
            "444000": -part(4),
            "445510": -part(6),
            "486000": part(2),
            "512100": part(20) if desk.plan.has("second bank") else 0,
            "530000": 50_000 if desk.plan.has("till") else 0,
        }
        if sector.stock:
            balances[sector.stock] = part(60)
        if desk.plan.has("staff"):
            month = sector.payroll_share * 1000 / 12
            balances |= {"431000": -part(month * 0.3), "437300": -part(month * 0.08)}
        for item in items:
            balances[item.account] = balances.get(item.account, 0) + item.cents
        balances["512000"] = -sum(balances.values())
        return Closing({number: cents for number, cents in balances.items() if cents}, items)

    def _items(self) -> Iterator[OpenItem]:
        """A month of sales and of purchases, not more than five items a party."""
        desk, parties = self.desk, self.desk.parties
        kinds = desk.plan.sector.sale_kinds
        limit = _ITEMS_PER_PARTY * len(parties.customers)
        for rank in range(min(limit, max(2, desk.plan.sales // 12))):
            net = draw_net(kinds[rank % len(kinds)], desk.random(), desk.random())
            gross = net * desk.plan.price_factor * 6 // 5
            party = parties.customers[rank % len(parties.customers)]
            yield self._item(party, f"FA-{rank + 1:05d}", gross)
        groups = list(parties.suppliers.items())
        limit = _ITEMS_PER_PARTY * sum(len(group) for _, group in groups)
        count = min(limit, max(2, desk.plan.purchases // 12))
        for rank in range(count):
            kind, group = groups[rank % len(groups)]
            gross = int(desk.plan.turnover * kind.share * len(groups) / (11 * count))
            step = desk.random()
            cents = max(1_000, int(gross * (0.5 + step)))
            party = group[rank // len(groups) % len(group)]
            yield self._item(party, f"{party.prefix}{party.bills - rank - 1}", -cents)

    def _item(self, party: Party, ref: str, cents: int) -> OpenItem:
        return OpenItem(party.account, party.code, party.name, ref, self._before(), cents)

    def _before(self) -> date:
        return self.desk.calendar.start - timedelta(days=1 + int(self.desk.random() * 45))


def _detailed(desk: Desk, given: Mapping[str, int]) -> Closing:
    """The closing with open items: its own, or some made up for plain balances by account."""
    if isinstance(given, Closing) and given.open_items:
        return given
    items: list[OpenItem] = []
    for number in _DETAILED:
        if given.get(number):
            items += _made_up(desk, number, given[number])
    return Closing(given, tuple(items))


def _made_up(desk: Desk, number: str, cents: int) -> Iterator[OpenItem]:
    """A balance shared among some parties of an account, to the cent."""
    parties = [party for party in desk.parties.all if party.account == number]
    parties = parties[: max(1, min(len(parties), desk.plan.lines // 100))]
    day = desk.calendar.start - timedelta(days=20)
    left = cents
    for rank, party in enumerate(parties, 1):
        share = left if rank == len(parties) else cents // len(parties)
        left -= share
        if share:
            yield OpenItem(number, party.code, party.name, f"SOLDE-{rank}", day, share)
