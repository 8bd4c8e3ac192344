"""Invoices read in entries: one third party, its charge or sale, its VAT (fec.md section 4).

An invoice is what the entry's shape says, whatever the journal: a credit note when the sides are
turned, several invoices when every amount of a batch has its own reference, none otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from ledger.fec.entries import Parts
from ledger.fec.kinds import Kind, mask_of_bytes
from ledger.fec.postings import Postings
from ledger.fec.segments import Segment
from ledger.fec.shapes import Shape, shape_of
from ledger.fec.tails import DUE, FOREIGN
from ledger.fec.vat_rates import vat_json, vat_lines

Direction = Literal["sale", "purchase"]

HOME: Final = "EUR"

_THIRDS: Final[dict[Direction, Kind]] = {"sale": Kind.CUSTOMER, "purchase": Kind.SUPPLIER}
_NOT_NET: Final = frozenset((Kind.CUSTOMER, Kind.SUPPLIER, Kind.DEPOSIT))


class Invoice(NamedTuple):
    """An invoice or credit note; `total` is its cents, negative for a credit note.

    `fields` are its columns from type to VAT lines in invoices.tsv, the rest apart: `due_dates` as
    JSON, `holes` the lettered lines of its third party, None unless all of them are lettered.
    """

    direction: Direction
    third: int
    number: str
    issue_date: str
    total: int
    line: int
    fields: str
    due_dates: str
    holes: list[int] | None


class _Gathered(NamedTuple):
    """The lines of one would-be invoice, by what they are; cents, debit positive."""

    thirds: set[int]
    lines: int
    gross: int
    nets: list[int]
    vats: list[int]
    source: Segment


class InvoiceReader:
    """Reads the invoices of entries whose shape is a sale or a purchase."""

    def __init__(self, postings: Postings) -> None:
        self._third_of = [one.third.no if one.third else 0 for one in postings.all]
        self._kind_of = [one.kind for one in postings.all]

    def read(self, shape: Shape, entry: Segment, parts: Parts) -> list[Invoice] | None:
        """The invoices of an entry; None when it is a batch that cannot be told apart."""
        direction: Direction = "sale" if shape == "sale" else "purchase"
        gathered = self._gathered(direction, parts)
        if len(gathered.thirds) == 1:
            return self._made(direction, gathered, entry, parts)
        return self._split(shape, direction, entry, parts)

    def _split(
        self, shape: Shape, direction: Direction, entry: Segment, parts: Parts
    ) -> list[Invoice] | None:
        """A daily batch: one invoice per reference, if each is a whole invoice by itself."""
        by_ref: dict[str, list[Segment]] = {}
        for part in parts:
            by_ref.setdefault(part.ref, []).append(part)
        found: list[Invoice] = []
        for ref, own in by_ref.items():
            gathered = self._gathered(direction, own)
            kinds = b"".join(one.kinds for one in own)
            is_whole = not sum(sum(one.nets) for one in own) and len(gathered.thirds) == 1
            if not ref or not is_whole or shape_of(mask_of_bytes(kinds)) != shape:
                return None
            found += self._made(direction, gathered, entry, own)
        return found

    def _gathered(self, direction: Direction, parts: Parts) -> _Gathered:
        kind = _THIRDS[direction]
        thirds: set[int] = set()
        nets: list[int] = []
        vats: list[int] = []
        lines = gross = 0
        source = parts[0]
        for part in parts:
            for posting, net, what in zip(part.postings, part.nets, part.kinds, strict=True):
                if what == kind:
                    if not lines:
                        source = part
                    thirds.add(self._third_of[posting])
                    lines += 1
                    gross += net
                elif what == Kind.VAT:
                    vats.append(net)
                elif what not in _NOT_NET:
                    nets.append(net)
        return _Gathered(thirds, lines, gross, nets, vats, source)

    def _made(
        self, direction: Direction, gathered: _Gathered, entry: Segment, parts: Parts
    ) -> list[Invoice]:
        """One invoice, or none when both sides are the same or nothing is left."""
        thirds, lines, gross, nets, vats, source = gathered
        net = sum(nets)
        if not gross or not net or (gross > 0) == (net > 0):
            return []
        is_credit_note = (gross > 0) != (direction == "sale")
        if gross > 0:
            nets, vats = [-one for one in nets], [-one for one in vats]
        rates = vat_json(vat_lines(nets, _without_reverse_charge(vats) if vats else vats))
        currency, foreign = self._foreign(direction, parts)
        third = thirds.pop()
        number, issued = source.ref or entry.number, source.piece_date or entry.date
        kind = "credit_note" if is_credit_note else "invoice"
        fields = (
            f"{kind}\t{number}\t{issued}\t{third}\t{abs(net)}\t{abs(sum(vats))}\t{abs(gross)}"
            f"\t{currency}\t{foreign}\t{rates}"
        )
        return [
            Invoice(
                direction, third, number, issued, -abs(gross) if is_credit_note else abs(gross),
                source.line, fields, self._dues(direction, parts),
                self._holes(direction, lines, parts),
            )
        ]  # fmt: skip

    def _holes(self, direction: Direction, lines: int, parts: Parts) -> list[int] | None:
        kind = _THIRDS[direction]
        holes = [
            letter[1]
            for part in parts
            if part.letters
            for letter in part.letters
            if self._kind_of[letter[0]] == kind
        ]
        return holes if len(holes) == lines else None

    def _dues(self, direction: Direction, parts: Parts) -> str:
        if not any(part.rare for part in parts):
            return ""
        kind = _THIRDS[direction]
        dues = {
            value
            for part in parts
            for posting, what, value, _ in part.more
            if what == DUE and self._kind_of[posting] == kind
        }
        return json.dumps(sorted(dues)) if dues else ""

    def _foreign(self, direction: Direction, parts: Parts) -> tuple[str, str]:
        """Currency and total of an invoice whose third party's lines are all in one currency."""
        if not any(part.rare for part in parts):
            return HOME, ""
        kind = _THIRDS[direction]
        amounts = [
            (value, currency.upper())
            for part in parts
            for posting, what, value, currency in part.more
            if what == FOREIGN and self._kind_of[posting] == kind
        ]
        currencies = {currency for _, currency in amounts}
        if len(currencies) != 1 or not all(value for value, _ in amounts):
            return HOME, ""
        currency = currencies.pop()
        if currency == HOME or len(currency) != 3:
            return HOME, ""
        return currency, f"{abs(sum(Decimal(value) for value, _ in amounts))}"


def _without_reverse_charge(vats: Sequence[int]) -> list[int]:
    """The taxes that make up the total: a tax due and deducted at once (4452) cancels out."""
    left = list(vats)
    for tax in vats:
        if tax > 0 and tax in left and -tax in left:
            left.remove(tax)
            left.remove(-tax)
    return left
