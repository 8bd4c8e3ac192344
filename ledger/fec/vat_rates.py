"""VAT rates read back from amounts: the legal rate that gives the tax, to the rounding.

An entry has one line per charge or sale and one per tax, and nothing says which tax is whose.
The legal rates of metropolitan France and overseas (CGI art. 278 to 281 nonies, 294 to 296) are few
enough to try them; when none fits, the rate is « mixte » (None).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final

RATES: Final = (200, 100, 85, 55, 21)  # per mille
NO_TAX: Final = 0
_TRIED: Final = 4096

# A rate of an invoice: per mille (None: mixed), cents without tax, cents of tax.
VatLine = tuple[int | None, int, int]


def vat_lines(nets: Sequence[int], vats: Sequence[int]) -> list[VatLine]:
    """The rates of an invoice from its amounts before tax and its tax amounts, in cents."""
    net, vat = sum(nets), sum(vats)
    if not vat:
        return [(NO_TAX, net, 0)]
    if len(vats) == 1 or len(nets) == 1:
        rate = legal_rate(net, vat, len(nets) + len(vats) - 1)
        if rate is not None or len(nets) == 1:
            return [(rate, net, vat)]
    return _matched(nets, vats) or [(None, net, vat)]


def legal_rate(net: int, vat: int, roundings: int) -> int | None:
    """The nearest legal rate per mille, if it gives the tax within a cent per rounding."""
    if not net:
        return None
    nearest = (2000 * vat + net) // (2 * net)
    if nearest in RATES:
        return nearest
    best = min(RATES, key=lambda rate: abs(net * rate - vat * 1000))
    return best if abs(net * best - vat * 1000) <= 1000 * roundings else None


def rates_array(nets: Sequence[int], vats: Sequence[int]) -> str:
    """The rates of an invoice as invoices.tsv holds them: a PostgreSQL array of triples.

    Each is the rate in hundredths of a percent (NULL: mixed), cents without tax, cents of tax.
    """
    if len(vats) <= 1:
        net = sum(nets)
        vat = vats[0] if vats else 0
        rate = (2000 * vat + net) // (2 * net) if vat and net else NO_TAX
        if rate in RATES or not vat or not net:
            return f"{{{{{rate * 10},{net},{vat}}}}}"
    listed = ",".join(
        f"{{{'NULL' if rate is None else rate * 10},{net},{vat}}}"
        for rate, net, vat in vat_lines(nets, vats)
    )
    return f"{{{listed}}}"


def _matched(nets: Sequence[int], vats: Sequence[int]) -> list[VatLine] | None:
    """Every amount given to one of the taxes, or to none, so that each tax has a legal rate."""
    places = len(vats) + 1
    if places ** len(nets) > _TRIED:
        return None
    for owners in product(range(places), repeat=len(nets)):
        found = _at_legal_rates(nets, vats, owners)
        if found is not None:
            return found
    return None


def _at_legal_rates(
    nets: Sequence[int], vats: Sequence[int], owners: Sequence[int]
) -> list[VatLine] | None:
    bases = [0] * (len(vats) + 1)
    counts = [0] * (len(vats) + 1)
    for net, owner in zip(nets, owners, strict=True):
        bases[owner] += net
        counts[owner] += 1
    found: dict[int, tuple[int, int]] = {}
    for base, vat, count in zip(bases, vats, counts, strict=False):
        rate = legal_rate(base, vat, count) if count else None
        if rate is None:
            return None
        known = found.get(rate, (0, 0))
        found[rate] = known[0] + base, known[1] + vat
    if counts[-1]:
        found[NO_TAX] = bases[-1], 0
    return [(rate, *found[rate]) for rate in sorted(found, reverse=True)]
