"""Invoices read in entries: one third party, its charge or sale, its VAT (fec.md section 4).

An invoice is what the entry's shape says, whatever the journal: a credit note when the sides are
turned, several invoices when every amount of a batch has its own reference, none otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple

from ledger.fec.entries import Parts
from ledger.fec.kinds import Kind, mask_of_bytes
from ledger.fec.postings import Posting
from ledger.fec.segments import More, Segment
from ledger.fec.shapes import Shape, shape_of
from ledger.fec.tails import DUE, FOREIGN
from ledger.fec.vat_rates import rates_array

Direction = Literal["sale", "purchase"]

HOME: Final = "EUR"

_THIRDS: Final[dict[Direction, Kind]] = {"sale": Kind.CUSTOMER, "purchase": Kind.SUPPLIER}
_NOT_NET: Final = frozenset((Kind.CUSTOMER, Kind.SUPPLIER, Kind.DEPOSIT, Kind.VAT))
_CACHE_SIZE: Final = 16_384

# Where the one line of the third party, the amounts before tax and the taxes stand in an entry.
Recipe = tuple[int | None, tuple[int, ...], tuple[int, ...]]


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


class _Gathered:
    """The lines of one would-be invoice, by what they are; cents, debit positive.

    `source` is the segment of the third party's first line, `holes` its lettered lines, `more` its
    foreign amounts and due dates; `is_lettered`: all of its lines are.
    """

    def __init__(self, source: Segment) -> None:
        self.source = source
        self.thirds: set[int] = set()
        self.gross = 0
        self.nets: list[int] = []
        self.vats: list[int] = []
        self.holes: list[int] = []
        self.more: list[More] = []
        self.is_lettered = False


class InvoiceReader:
    """Reads the invoices of entries whose shape is a sale or a purchase.

    Without `wants_rows` an invoice is read but its columns are not written.
    """

    def __init__(self, *, wants_rows: bool) -> None:
        self._third_of: list[int] = []
        self._kind_of: list[int] = []
        self._wants_rows = wants_rows
        self._recipes: dict[bytes, Recipe] = {}

    def meet(self, postings: Iterable[Posting]) -> None:
        """Take in the postings that follow those already met."""
        for one in postings:
            self._third_of.append(one.third.no if one.third else 0)
            self._kind_of.append(one.kind)

    def read_one(self, shape: Shape, one: tuple[Any, ...]) -> list[Invoice] | None:
        """The invoices of an entry that is one plain segment: as `read`, at a third of its cost."""
        _, _, number, date, ref, issued, _, line, _, _, _, kinds, postings, nets, letters, _, _ = (
            one
        )
        direction: Direction = "sale" if shape == "sale" else "purchase"
        at, net_at, vat_at = self._recipes.get(kinds) or self._recipe(kinds, direction)
        if at is None:
            segment = Segment._make(one)
            return self.read(shape, segment, (segment,))
        posting = postings[at]
        holes = [letter[1] for letter in letters if letter[0] == posting] if letters else None
        made = self._made(
            direction, (self._third_of[posting], ref or number, issued or date, line),
            (nets[at], [nets[i] for i in net_at], [nets[i] for i in vat_at]), holes, (),
        )  # fmt: skip
        return [made] if made else []

    def read(self, shape: Shape, entry: Segment, parts: Parts) -> list[Invoice] | None:
        """The invoices of an entry; None when it is a batch that cannot be told apart."""
        direction: Direction = "sale" if shape == "sale" else "purchase"
        gathered = self._gathered(_THIRDS[direction], parts)
        if len(gathered.thirds) == 1:
            made = self._whole(direction, gathered, entry)
            return [made] if made else []
        return self._split(shape, direction, entry, parts)

    def _recipe(self, kinds: bytes, direction: Direction) -> Recipe:
        """Where the third party, the amounts before tax and the taxes stand in such an entry.

        No place for the third party when it has several lines.
        """
        if len(self._recipes) >= _CACHE_SIZE:
            self._recipes.clear()
        third = _THIRDS[direction]
        recipe = self._recipes[kinds] = (
            kinds.index(third) if kinds.count(third) == 1 else None,
            tuple(i for i, kind in enumerate(kinds) if kind not in _NOT_NET),
            tuple(i for i, kind in enumerate(kinds) if kind == Kind.VAT),
        )
        return recipe

    def _split(
        self, shape: Shape, direction: Direction, entry: Segment, parts: Parts
    ) -> list[Invoice] | None:
        """A daily batch: one invoice per reference, if each is a whole invoice by itself."""
        by_ref: dict[str, list[Segment]] = {}
        for part in parts:
            by_ref.setdefault(part.ref, []).append(part)
        found: list[Invoice] = []
        for ref, own in by_ref.items():
            gathered = self._gathered(_THIRDS[direction], own)
            kinds = b"".join(one.kinds for one in own)
            is_whole = not sum(sum(one.nets) for one in own) and len(gathered.thirds) == 1
            if not ref or not is_whole or shape_of(mask_of_bytes(kinds)) != shape:
                return None
            made = self._whole(direction, gathered, entry)
            if made is None:
                return None
            found.append(made)
        return found

    def _gathered(self, kind: Kind, parts: Parts) -> _Gathered:
        found = _Gathered(parts[0])
        lines = 0
        for part in parts:
            for posting, net, what in zip(part.postings, part.nets, part.kinds, strict=True):
                if what == kind:
                    if not lines:
                        found.source = part
                    found.thirds.add(self._third_of[posting])
                    lines += 1
                    found.gross += net
                elif what == Kind.VAT:
                    found.vats.append(net)
                elif what not in _NOT_NET:
                    found.nets.append(net)
            letters = part.letters or ()
            found.holes += [one[1] for one in letters if self._kind_of[one[0]] == kind]
            found.more += [one for one in part.more if self._kind_of[one[0]] == kind]
        found.is_lettered = len(found.holes) == lines
        return found

    def _whole(self, direction: Direction, gathered: _Gathered, entry: Segment) -> Invoice | None:
        source = gathered.source
        number, issued = source.ref or entry.number, source.piece_date or entry.date
        return self._made(
            direction,
            (gathered.thirds.pop(), number, issued, source.line),
            (gathered.gross, gathered.nets, gathered.vats),
            gathered.holes if gathered.is_lettered else None,
            gathered.more,
        )

    def _made(
        self,
        direction: Direction,
        piece: tuple[int, str, str, int],
        cents: tuple[int, list[int], list[int]],
        holes: list[int] | None,
        more: Sequence[More],
    ) -> Invoice | None:
        """An invoice, or none when both sides are the same or nothing is left.

        `piece`: third party, number, date, line; `cents`: the third party's total, the amounts
        before tax and the taxes, debit positive.
        """
        third, number, issued, line = piece
        gross, nets, vats = cents
        net = sum(nets)
        if not gross or not net or (gross > 0) == (net > 0):
            return None
        total = gross if direction == "sale" else -gross
        fields = dues = ""
        if self._wants_rows:
            currency, foreign = _foreign(more) if more else (HOME, "")
            dues = _dues(more) if more else ""
            if gross > 0:
                nets, vats = [-one for one in nets], [-one for one in vats]
            tax = sum(vats)
            rates = rates_array(nets, _without_reverse_charge(vats) if len(vats) > 1 else vats)
            fields = (
                f"{'invoice' if total > 0 else 'credit_note'}\t{number}\t{issued}\t{third}\t"
                f"{abs(net)}\t{abs(tax)}\t{abs(gross)}\t{currency}\t{foreign}\t{rates}"
            )
        return Invoice(direction, third, number, issued, total, line, fields, dues, holes)


def _dues(more: Sequence[More]) -> str:
    """The due dates of the third party's lines as JSON, empty without any."""
    dues = {value for _, what, value, _ in more if what == DUE}
    return json.dumps(sorted(dues)) if dues else ""


def _foreign(more: Sequence[More]) -> tuple[str, str]:
    """Currency and total of an invoice whose third party's lines are all in one currency."""
    amounts = [(value, currency.upper()) for _, what, value, currency in more if what == FOREIGN]
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
