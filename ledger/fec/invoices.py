"""Invoices read in entries: one third party, its charge or sale, its VAT (fec.md section 4).

An invoice is what the entry's shape says, whatever the journal: a credit note when the sides are
turned, several invoices when every amount of a batch has its own reference, none otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

from ledger.fec.entries import Parts
from ledger.fec.kinds import Kind, mask_of, mask_of_bytes
from ledger.fec.postings import Postings
from ledger.fec.segments import Segment
from ledger.fec.shapes import Shape, shape_of
from ledger.fec.tails import DUE, FOREIGN
from ledger.fec.vat_rates import vat_lines
from ledger.fec.wording import decimal

Direction = Literal["sale", "purchase"]

HOME: Final = "EUR"

_THIRDS: Final[dict[Direction, Kind]] = {"sale": Kind.CUSTOMER, "purchase": Kind.SUPPLIER}
_NOT_NET: Final = mask_of(Kind.CUSTOMER, Kind.SUPPLIER, Kind.VAT, Kind.DEPOSIT)


@dataclass(slots=True)
class Invoice:
    """An invoice or credit note; amounts are positive cents (inside a line, a discount is not).

    `holes` are the lettered lines of its third party; `is_whole`: all of these lines are lettered.
    """

    direction: Direction
    is_credit_note: bool
    number: str
    issue_date: str
    third: int
    line: int
    net: int
    vat: int
    gross: int
    vat_lines: str
    currency: str = HOME
    foreign_gross: str = ""
    due_dates: list[str] = field(default_factory=list)
    holes: list[int] = field(default_factory=list)
    is_whole: bool = False


@dataclass(slots=True)
class _Gathered:
    """The lines of one would-be invoice, by what they are; nets in cents, debit positive."""

    thirds: set[int] = field(default_factory=set)
    third_lines: int = 0
    gross: int = 0
    nets: list[int] = field(default_factory=list)
    vats: list[int] = field(default_factory=list)
    source: Segment | None = None


class InvoiceReader:
    """Reads the invoices of entries whose shape is a sale or a purchase."""

    def __init__(self, postings: Postings) -> None:
        self._postings = postings.all

    def read(self, shape: Shape, entry: Segment, parts: Parts) -> list[Invoice] | None:
        """The invoices of an entry; None when it is a batch that cannot be told apart."""
        direction: Direction = "sale" if shape == "sale" else "purchase"
        segments = [segment for _, segment in parts]
        gathered = self._gathered(direction, segments)
        if len(gathered.thirds) == 1:
            return self._made(direction, gathered, entry, segments)
        return self._split(shape, direction, entry, segments)

    def _split(
        self, shape: Shape, direction: Direction, entry: Segment, segments: Sequence[Segment]
    ) -> list[Invoice] | None:
        """A daily batch: one invoice per reference, if each is a whole invoice by itself."""
        by_ref: dict[str, list[Segment]] = {}
        for segment in segments:
            by_ref.setdefault(segment.ref, []).append(segment)
        found: list[Invoice] = []
        for ref, own in by_ref.items():
            gathered = self._gathered(direction, own)
            kinds = b"".join(one.kinds for one in own)
            is_whole = not sum(sum(one.nets) for one in own) and len(gathered.thirds) == 1
            if not ref or not is_whole or shape_of(mask_of_bytes(kinds)) != shape:
                return None
            found += self._made(direction, gathered, entry, own)
        return found

    def _gathered(self, direction: Direction, segments: Sequence[Segment]) -> _Gathered:
        kind = _THIRDS[direction]
        gathered = _Gathered()
        for segment in segments:
            for posting, net, part in zip(
                segment.postings, segment.nets, segment.kinds, strict=True
            ):
                if part == kind:
                    third = self._postings[posting].third
                    gathered.thirds.add(third.no if third else 0)
                    gathered.third_lines += 1
                    gathered.gross += net
                    gathered.source = gathered.source or segment
                elif part == Kind.VAT:
                    gathered.vats.append(net)
                elif not 1 << part & _NOT_NET:
                    gathered.nets.append(net)
        return gathered

    def _made(
        self,
        direction: Direction,
        gathered: _Gathered,
        entry: Segment,
        segments: Sequence[Segment],
    ) -> list[Invoice]:
        """One invoice, or none when both sides are the same or nothing is left."""
        source, net = gathered.source, sum(gathered.nets)
        if source is None or not gathered.gross or not net or (gathered.gross > 0) == (net > 0):
            return []
        # The invoice's own sense: 411 in debit, 40x in credit.
        sense = 1 if gathered.gross > 0 else -1
        is_credit_note = (sense > 0) != (direction == "sale")
        rates = vat_lines([-sense * one for one in gathered.nets], self._taxes(gathered, sense))
        invoice = Invoice(
            direction, is_credit_note, source.ref or entry.number, source.piece_date or entry.date,
            gathered.thirds.pop(), source.line, abs(net), abs(sum(gathered.vats)),
            abs(gathered.gross),
            json.dumps(
                [
                    {"rate": one.percent, "net": decimal(one.net), "vat": decimal(one.vat)}
                    for one in rates
                ]
            ),
        )  # fmt: skip
        self._complete(invoice, direction, gathered.third_lines, segments)
        return [invoice]

    def _taxes(self, gathered: _Gathered, sense: int) -> list[int]:
        """The taxes that make up the total: reverse charge (4452) cancels out."""
        taxes = [-sense * one for one in gathered.vats]
        for tax in list(taxes):
            if tax in taxes and -tax in taxes and tax:
                taxes.remove(tax)
                taxes.remove(-tax)
        return taxes

    def _complete(
        self,
        invoice: Invoice,
        direction: Direction,
        third_lines: int,
        segments: Sequence[Segment],
    ) -> None:
        """Due dates, foreign currency and lettering of the third party's lines."""
        kind = _THIRDS[direction]
        foreign: list[tuple[str, str]] = []
        for segment in segments:
            for posting, what, first, second in segment.more or ():
                if self._postings[posting].kind != kind:
                    continue
                if what == DUE:
                    invoice.due_dates.append(first)
                elif what == FOREIGN:
                    foreign.append((first, second))
            invoice.holes += [
                letter[1] for letter in segment.letters or () if self._is(letter[0], kind)
            ]
        invoice.due_dates = sorted(set(invoice.due_dates))
        invoice.is_whole = len(invoice.holes) == third_lines
        _set_currency(invoice, foreign)

    def _is(self, posting: int, kind: Kind) -> bool:
        return self._postings[posting].kind == kind


def _set_currency(invoice: Invoice, foreign: list[tuple[str, str]]) -> None:
    currencies = {currency.upper() for _, currency in foreign}
    if len(currencies) != 1:
        return
    currency = currencies.pop()
    if currency != HOME and len(currency) == 3 and all(amount for amount, _ in foreign):
        invoice.currency = currency
        invoice.foreign_gross = f"{abs(sum(Decimal(amount) for amount, _ in foreign))}"
