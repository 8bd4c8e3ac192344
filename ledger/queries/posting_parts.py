"""The lines that an invoice becomes: pure arithmetic on cents, so that any two readers agree.

The third party's line is the gross, to the cent; each rate's VAT is the invoice's own; what the
document rounded otherwise goes on the largest charge or income.  A buyer's reverse charge is both
due and deductible (CGI art. 283); VAT that is not deductible is part of the charge.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from ledger.models import Invoice, InvoiceLine
from ledger.queries.posting_accounts import Chosen, PostingAccounts, defaults

WHOLE = Decimal(100)
CENT = Decimal(1)


@dataclass(frozen=True, slots=True)
class Part:
    """Invoice lines of one account and rate: cents without and of VAT, per cent deductible."""

    ranks: tuple[int, ...]
    net: int
    vat: int
    rate: Decimal | None
    account: Chosen | None
    deductible: Decimal = WHOLE

    @property
    def key(self) -> str:
        """Names the part in a form: the ranks of its lines."""
        return "_".join(map(str, self.ranks))


@dataclass(frozen=True, slots=True)
class Posted:
    """One line of an entry to be: signed cents, debit positive; `key` if a person may change it."""

    account: Chosen | None
    cents: int
    what: str = ""
    is_third_party: bool = False
    key: str = ""

    @property
    def credit(self) -> int:
        """The cents at the credit."""
        return max(-self.cents, 0)


def sense(invoice: Invoice) -> int:
    """1 if the invoice's charges or income stand at the debit, -1 at the credit."""
    is_debit = invoice.direction == Invoice.Direction.PURCHASE
    return 1 if is_debit is (invoice.type != Invoice.Type.CREDIT_NOTE) else -1


def is_reverse_charge(invoice: Invoice) -> bool:
    """Whether the buyer owes the VAT himself."""
    bought = invoice.direction == Invoice.Direction.PURCHASE
    return bought and invoice.regime in defaults()["reverse_charge"]


def rounded(amount: Decimal) -> int:
    """Whole cents, half up away from zero."""
    return int(amount.quantize(CENT, rounding=ROUND_HALF_UP))


def raw_parts(invoice: Invoice, lines: Sequence[InvoiceLine]) -> list[Part]:
    """The invoice's lines, or its totals when it has none; accounts are not chosen yet."""
    if not lines:
        rate = None if invoice.vat else Decimal(0)
        return [Part((0,), invoice.gross - invoice.vat, invoice.vat, rate, None)]
    vats = _self_assessed(lines) if is_reverse_charge(invoice) else [line.vat for line in lines]
    return [
        Part(
            (line.rank,), line.net, vat, line.vat_rate, None,
            WHOLE if line.deductible_pct is None else line.deductible_pct,
        )
        for line, vat in zip(lines, vats, strict=True)
    ]  # fmt: skip


def _self_assessed(lines: Sequence[InvoiceLine]) -> list[int]:
    """The VAT that the buyer works out: rounded once a rate, each line what it adds to that.

    Where a line of a rate states its VAT, those of the rate are taken as they stand.
    """
    stated = {line.vat_rate or Decimal(0) for line in lines if line.vat}
    bases: dict[Decimal, int] = {}
    vats = []
    for line in lines:
        rate = line.vat_rate or Decimal(0)
        before = bases.get(rate, 0)
        bases[rate] = before + line.net
        due = rounded(bases[rate] * rate / WHOLE) - rounded(before * rate / WHOLE)
        vats.append(line.vat if rate in stated else due)
    return vats


def gap(invoice: Invoice, parts: Iterable[Part]) -> int:
    """What the gross has more than the lines, in cents."""
    owes = is_reverse_charge(invoice)
    return invoice.gross - sum(part.net + (0 if owes else part.vat) for part in parts)


def grouped(parts: Iterable[Part]) -> list[Part]:
    """One part for each account and rate, in the order of the first line."""
    found: dict[tuple[object, ...], Part] = {}
    for part in parts:
        place = (part.account.number if part.account else None, part.rate, part.deductible)
        held = found.get(place)
        found[place] = part if held is None else replace(
            held, ranks=(*held.ranks, *part.ranks), net=held.net + part.net,
            vat=held.vat + part.vat,
        )  # fmt: skip
    return list(found.values())


def posted(
    invoice: Invoice, parts: Sequence[Part], accounts: PostingAccounts, collective: Chosen
) -> list[Posted]:
    """The lines: third party, charges or income, then VAT; zeros are left out.  They balance."""
    sign = sense(invoice)
    parts = _evened(invoice, parts)
    lines = [Posted(collective, -sign * invoice.gross, "TTC", is_third_party=True)]
    lines += [
        Posted(part.account, sign * (part.net + _kept(invoice, part)), "HT", key=part.key)
        for part in parts
    ]
    lines += [replace(line, cents=sign * line.cents) for line in _vat(invoice, parts, accounts)]
    return [line for line in lines if line.cents]


def _is_bought(invoice: Invoice) -> bool:
    return invoice.direction == Invoice.Direction.PURCHASE


def _evened(invoice: Invoice, parts: Sequence[Part]) -> list[Part]:
    """The cents that the document rounded otherwise, on the largest part."""
    missing = gap(invoice, parts)
    largest = max(range(len(parts)), key=lambda at: abs(parts[at].net))
    return [
        replace(part, net=part.net + missing) if at == largest else part
        for at, part in enumerate(parts)
    ]


def _recovered(part: Part) -> int:
    """The deductible part of a purchase's VAT."""
    return rounded(part.vat * part.deductible / WHOLE)


def _kept(invoice: Invoice, part: Part) -> int:
    """The part of a purchase's VAT that is a charge."""
    return part.vat - _recovered(part) if _is_bought(invoice) else 0


def _vat(invoice: Invoice, parts: Sequence[Part], accounts: PostingAccounts) -> list[Posted]:
    """One line a rate and account, in the sense of the charges."""
    sums: dict[tuple[str, Decimal | None], Posted] = {}

    def add(account: Chosen, part: Part, cents: int, what: str) -> None:
        held = sums.get((account.number, part.rate)) or Posted(account, 0, what)
        sums[account.number, part.rate] = replace(held, cents=held.cents + cents)

    for part in parts:
        if _is_bought(invoice):
            is_asset = bool(part.account and part.account.number.startswith("2"))
            role = "vat_deductible_asset" if is_asset else "vat_deductible"
            add(accounts.role(role), part, _recovered(part), "TVA déductible")
        elif invoice.regime == "oss":
            country = invoice.third_party.country if invoice.third_party else ""
            add(accounts.role("vat_oss", suffix=country), part, part.vat, "TVA OSS")
        else:
            add(accounts.collected(part.rate), part, part.vat, "TVA collectée")
    if is_reverse_charge(invoice):
        for part in parts:
            add(accounts.role("vat_due"), part, -part.vat, "TVA due (autoliquidation)")
    return list(sums.values())
