"""The arithmetic of invoices: nets, VAT by rate, currencies.  Plain Python, exact decimals.

The net of a line is quantity × price less its discount, rounded to the cent; VAT is worked out once
per rate of the document, never per line; goods take its rounded part, services what is left.  In
another currency the base and the VAT of each (rate, kind) are converted separately.  Halves are
rounded away from zero.  What a part gains or loses by rounding is carried by its last line, so that
the lines always add up to the document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

MOST = 10**14  # a thousand billion, in cents
HUNDRED = Decimal(100)
# Régimes of VAT, by the names of the API.  Under those of `SELF_ASSESSED` the document bears none:
# the buyer works it out himself from the rate of the line.
REGIMES = {
    "domestic": "France",
    "intra_eu_supply": "Livraison intracommunautaire",
    "intra_eu_acquisition": "Acquisition intracommunautaire de biens",
    "intra_eu_service": "Service intracommunautaire",
    "reverse_charge": "Autoliquidation en France",
    "import_reverse_charge": "Importation (autoliquidation)",
    "export": "Exportation",
    "oss": "Guichet unique (OSS)",
    "franchise": "Franchise en base",
}
WITHOUT_VAT = frozenset({
    "intra_eu_supply", "intra_eu_acquisition", "intra_eu_service", "reverse_charge",
    "import_reverse_charge", "export", "franchise",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line in the currency of the document, in cents; `vat` None is worked out from the rate.

    `kind` is G for goods (also when nothing is said) or V for services.
    """

    net: int
    vat: int | None = None
    rate: Decimal | None = None
    kind: str = ""


class Unreadable(ValueError):
    """Amounts of a line that do not hold together; the text is a French sentence."""


def half_up(value: Decimal) -> int:
    """Rounded to a whole number, halves away from zero."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def tax(net: int, rate: Decimal | None) -> int:
    """VAT on a base, in cents; without a rate there is none."""
    return half_up(net * rate / HUNDRED) if rate else 0


def line_net(qty: Decimal, unit_price: Decimal, discount: Decimal) -> int:
    """Cents of quantity × price (in units of the currency) less a discount in per cent."""
    return half_up(qty * unit_price * (HUNDRED - discount))


def typed_line(
    *, net: int | None, vat: int | None, gross: int | None, rate: Decimal | None, kind: str = ""
) -> Line:
    """A line from what a person typed of it: HT, or TTC, or both; VAT when it differs.

    Raises:
        Unreadable: neither HT nor TTC, or they contradict each other.
    """
    if net is None and gross is None:
        raise Unreadable("Indiquez le montant HT ou le montant TTC.")
    if net is None:
        assert gross is not None
        if vat is None:
            net = half_up(gross / (1 + (rate or Decimal(0)) / HUNDRED))
            vat = gross - net
        net = gross - vat
    elif gross is not None and vat is None:
        vat = gross - net
    elif gross is not None and gross != net + (vat or 0):
        raise Unreadable("HT et TVA ne font pas le TTC : corrigez l’un des trois.")
    if abs(net) > MOST or abs(vat or 0) > MOST:
        raise Unreadable("Ce montant est trop grand : vérifiez-le.")
    return Line(net, vat, rate, kind)


def settled(lines: Sequence[Line], *, regime: str = "") -> list[Line]:
    """The same lines with their VAT, worked out per rate where it was not given."""
    if regime in WITHOUT_VAT:
        return [replace(line, vat=0) for line in lines]
    found = list(lines)
    for rate in dict.fromkeys(line.rate for line in lines if line.vat is None):
        asked = [at for at, line in enumerate(lines) if line.rate == rate and line.vat is None]
        goods = [at for at in asked if lines[at].kind != "V"]
        services = [at for at in asked if lines[at].kind == "V"]
        whole = tax(sum(lines[at].net for at in asked), rate)
        of_goods = tax(sum(lines[at].net for at in goods), rate) if services else whole
        for part, due in ((goods, of_goods), (services, whole - of_goods)):
            shares = _shared([lines[at].net for at in part], due, _taxed(rate))
            for at, vat in zip(part, shares, strict=True):
                found[at] = replace(lines[at], vat=vat)
    return found


def in_euros(lines: Sequence[Line], fx_rate: Decimal | None) -> list[Line]:
    """Settled lines in euros; `fx_rate` is the euros of one unit, None or 1 changes nothing."""
    if fx_rate is None or fx_rate == 1:
        return list(lines)
    found = list(lines)
    parts: dict[tuple[Decimal | None, str], list[int]] = {}
    for at, line in enumerate(lines):
        parts.setdefault((line.rate, line.kind), []).append(at)

    def convert(cents: int) -> int:
        return half_up(cents * fx_rate)

    for part in parts.values():
        nets = [lines[at].net for at in part]
        vats = [lines[at].vat or 0 for at in part]
        new_nets = _shared(nets, convert(sum(nets)), convert)
        new_vats = _shared(vats, convert(sum(vats)), convert)
        for at, net, vat in zip(part, new_nets, new_vats, strict=True):
            found[at] = replace(lines[at], net=net, vat=vat)
    return found


def _taxed(rate: Decimal | None) -> Callable[[int], int]:
    return lambda net: tax(net, rate)


def _shared(bases: Sequence[int], whole: int, of_one: Callable[[int], int]) -> list[int]:
    """`of_one` of each base, the last one taking what is missing to the whole."""
    shares = [of_one(base) for base in bases]
    if shares:
        shares[-1] += whole - sum(shares)
    return shares


def sums(lines: Iterable[Line]) -> tuple[int, int]:
    """Net and VAT of settled lines."""
    net = vat = 0
    for line in lines:
        net, vat = net + line.net, vat + (line.vat or 0)
    return net, vat


def decimal_text(cents: int) -> str:
    """`-123456` → "-1234.56", as an amount in another currency is kept."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"
