"""VAT rates read back from amounts: the legal rate that gives the tax, to the rounding.

An entry has one line per charge or sale and one per tax, and nothing says which tax is whose.
The legal rates of metropolitan France and overseas (CGI art. 278 to 281 nonies, 294 to 296) are few
enough to try them; when none fits, the rate is « mixte » (None).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final, NamedTuple

# Per mille, the most frequent first.
RATES: Final = (200, 100, 55, 85, 21)
_TRIED: Final = 4096


class VatLine(NamedTuple):
    """One rate of an invoice: per mille (None: mixed), cents without and of tax."""

    rate: int | None
    net: int
    vat: int

    @property
    def percent(self) -> str | None:
        """« 5.50 »; None when mixed."""
        return None if self.rate is None else f"{self.rate // 10}.{self.rate % 10}0"


def vat_lines(nets: Sequence[int], vats: Sequence[int]) -> list[VatLine]:
    """The rates of an invoice from its amounts before tax and its tax amounts, in cents."""
    net, vat = sum(nets), sum(vats)
    if not vat:
        return [VatLine(0, net, 0)]
    if len(vats) == 1 or len(nets) == 1:
        rate = legal_rate(net, vat, len(nets) + len(vats) - 1)
        if rate is not None or len(nets) == 1:
            return [VatLine(rate, net, vat)]
    return _matched(nets, vats) or [VatLine(None, net, vat)]


def legal_rate(net: int, vat: int, roundings: int) -> int | None:
    """The nearest legal rate per mille, if it gives the tax within a cent per rounding."""
    best = min(RATES, key=lambda rate: abs(net * rate - vat * 1000))
    return best if abs(net * best - vat * 1000) <= 1000 * roundings else None


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
    found: dict[int, VatLine] = {}
    for base, vat, count in zip(bases, vats, counts, strict=False):
        rate = legal_rate(base, vat, count) if count else None
        if rate is None:
            return None
        known = found.get(rate, VatLine(rate, 0, 0))
        found[rate] = VatLine(rate, known.net + base, known.vat + vat)
    if counts[-1]:
        found[0] = VatLine(0, bases[-1], 0)
    return sorted(found.values(), reverse=True)
