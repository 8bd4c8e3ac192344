"""Customers and suppliers of the invented books; a seed and a SIREN always give the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Final

from ledger.fec.generate.sectors import PurchaseKind, Sector
from ledger.fec.generate.truth import OpenItem, Role
from ledger.fec.generate.words import (
    FIRST_NAMES,
    FOREIGN_NAMES,
    FORMS,
    LONG_NAMES,
    NAMES,
    PLACES,
    SURNAMES,
    TRADES,
)

CUSTOMERS: Final = "411000"
SUPPLIERS: Final = "401000"
ASSET_SUPPLIERS: Final = "404000"

_ITEMS_KEPT: Final = 6
_DELAYS: Final = (8, 15, 30, 30, 30, 45, 45, 60)
_LONG_NAME_ODDS: Final = 0.03
_STATEMENT_ODDS: Final = 0.08
_CHEQUE_ODDS: Final = 0.2
_EXPORT_ODDS: Final = 0.02


@dataclass(slots=True, eq=False)
class Party:
    """One third party, its habits and what it owes at this moment."""

    position: int
    code: str
    name: str
    role: Role
    account: str
    delay: int = 30
    pays_by_cheque: bool = False
    pays_statements: bool = False
    is_abroad: bool = False
    uses_second_bank: bool = False
    prefix: str = ""
    bills: int = 0
    lines: int = 0
    balance: int = 0
    items: list[tuple[str, date, int]] = field(default_factory=list)

    def next_bill(self, step: int) -> int:
        """The number of its next bill: suppliers have other customers between two of ours."""
        self.bills += 1 + step
        return self.bills

    def keep(self, ref: str, day: date, cents: int) -> None:
        """Remember an unpaid item; the oldest ones melt into one, so that memory stays flat."""
        if len(self.items) == _ITEMS_KEPT:
            del self.items[0]
        self.items.append((ref, day, cents))

    def open_items(self, closed_on: date) -> Iterator[OpenItem]:
        """What makes its balance: the items kept, and one for all that is older."""
        older = self.balance - sum(cents for _, _, cents in self.items)
        items = [("SOLDE", closed_on, older), *self.items] if older else self.items
        for ref, day, cents in items:
            yield OpenItem(self.account, self.code, self.name, ref, day, cents)


class Parties:
    """All third parties of one book, in one list; events keep a position in it."""

    def __init__(self, sector: Sector, *, lines: int, identity: str, suffix: str) -> None:
        self.all: list[Party] = []
        self.by_code: dict[str, Party] = {}
        self._identity = identity
        self._suffix = suffix
        self._taken: set[str] = set()
        self.customers = self._customers(max(6, min(3000, lines // 40)))
        wanted = max(len(sector.purchase_kinds), min(900, lines // 120))
        self.suppliers = self._suppliers(sector, wanted)
        self.landlord = self._one("FLOYER", "SCI ", SUPPLIERS)
        self.dealers = [
            self._one(f"FIMM{rank}", "Équipements ", ASSET_SUPPLIERS) for rank in (1, 2)
        ]

    def party_of(self, item: OpenItem) -> Party:
        """The party of an opening item: one of ours, or one that only the past knew."""
        known = self.by_code.get(item.third)
        if known:
            return known
        role: Role = "customer" if item.account.startswith("41") else "supplier"
        return self._add(item.third, item.third_label, role, item.account, prefix="F")

    def _customers(self, count: int) -> list[Party]:
        rng = self._rng("customers")
        found = []
        for rank in range(1, count + 1):
            is_abroad = rng.random() < _EXPORT_ODDS
            name = self._name(rng, FOREIGN_NAMES if is_abroad else NAMES)
            party = self._add(f"C{rank:05d}", name, "customer", CUSTOMERS)
            party.is_abroad = is_abroad
            party.delay = _DELAYS[int(rng.random() * len(_DELAYS))]
            party.pays_by_cheque = rng.random() < _CHEQUE_ODDS
            party.pays_statements = not is_abroad and rng.random() < _STATEMENT_ODDS
            party.uses_second_bank = rng.random() < 0.2
            found.append(party)
        return found

    def _suppliers(self, sector: Sector, wanted: int) -> dict[PurchaseKind, list[Party]]:
        weight = sum(kind.weight for kind in sector.purchase_kinds)
        found = {}
        for number, kind in enumerate(sector.purchase_kinds, 1):
            rng = self._rng(f"suppliers {number}")
            count = max(1, round(wanted * kind.weight / weight))
            found[kind] = [self._supplier(rng, kind, number, rank) for rank in range(1, count + 1)]
        return found

    def _supplier(self, rng: Random, kind: PurchaseKind, number: int, rank: int) -> Party:
        trade = kind.trades[int(rng.random() * len(kind.trades))]
        is_abroad = kind.treatment in ("eu", "usd")
        patterns = FOREIGN_NAMES if is_abroad else ("{trade} {surname}", "{trade} de {place}")
        name = self._name(rng, patterns, trade)
        party = self._add(f"F{number:02d}{rank:04d}", name, "supplier", SUPPLIERS)
        party.is_abroad = is_abroad
        party.delay = _DELAYS[int(rng.random() * len(_DELAYS))]
        party.uses_second_bank = rng.random() < 0.2
        party.prefix = ("F-", "FA", "", "N°", "2-", "INV-")[int(rng.random() * 6)]
        party.bills = int(rng.random() * 90_000)
        return party

    def _one(self, code: str, before: str, account: str) -> Party:
        rng = self._rng(code)
        name = self._name(rng, (before + "{surname}",))
        return self._add(code, name, "supplier", account, prefix="F")

    def _add(self, code: str, name: str, role: Role, account: str, prefix: str = "") -> Party:
        party = Party(len(self.all), code, name, role, account, prefix=prefix)
        self.all.append(party)
        self.by_code[code] = party
        return party

    def _rng(self, purpose: str) -> Random:
        return Random(f"{self._identity} {purpose}")  # noqa: S311 (invented books, no secret)

    def _name(self, rng: Random, patterns: tuple[str, ...], trade: str = "") -> str:
        def pick(words: tuple[str, ...]) -> str:
            return words[int(rng.random() * len(words))]

        while True:
            is_long = patterns is NAMES and rng.random() < _LONG_NAME_ODDS
            name = pick(LONG_NAMES if is_long else patterns).format(
                form=pick(FORMS),
                trade=trade or pick(TRADES),
                surname=pick(SURNAMES),
                other=pick(SURNAMES),
                first=pick(FIRST_NAMES),
                place=pick(PLACES),
            )
            if name in self._taken:
                name = f"{name} {pick(PLACES)}"
            if name not in self._taken:
                self._taken.add(name)
                return name + self._suffix
