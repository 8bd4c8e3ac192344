"""The base of each rate within one entry: the lines of income or charge that bear its tax.

An entry says which tax stands on which account, not on which line.  Lines are tried against the
rates: those whose sum times the rate is the tax (to the cents that rounding a line costs) are its
base.  Where none fit, the base is the tax divided by the rate, and the caller is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import combinations

WHOLE = 100_000  # rates are in thousandths of a per cent
MOST_LINES = 10


@dataclass(frozen=True, slots=True)
class Base:
    """The base of one rate, in signed cents: the indices of its lines, or worked out from the tax.

    `cents` is the sum of its lines when `is_proved`.
    """

    cents: int
    lines: tuple[int, ...] = ()
    is_proved: bool = True


@cache
def _thousandths(rate: Decimal) -> int:
    return int(rate * 1000)


def tax_of(base: int, rate: Decimal) -> int:
    """The tax of a base in cents, halves away from zero; in integers, for thousands of entries."""
    tax = (abs(base) * _thousandths(rate) + WHOLE // 2) // WHOLE
    return tax if base >= 0 else -tax


def base_of(tax: int, rate: Decimal) -> int:
    """The base that a tax in cents was worked out of, halves away from zero."""
    part = _thousandths(rate)
    base = (2 * abs(tax) * WHOLE + part) // (2 * part)
    return base if tax >= 0 else -base


def agrees(base: int, tax: int, rate: Decimal, lines: int = 1) -> bool:
    """Whether the tax is that of the base: two cents a line, or a thousandth, may be lost."""
    return abs(tax_of(base, rate) - tax) <= max(2 * max(lines, 1), abs(tax) // 1000)


def bases(taxes: Mapping[Decimal, int], lines: Sequence[int]) -> dict[Decimal, Base]:
    """The base of each rate of an entry; `taxes` and `lines` are signed cents in one sense."""
    found: dict[Decimal, Base] = {}
    left = list(range(len(lines)))
    if len(taxes) == 1:
        ((rate, tax),) = taxes.items()
        if lines and agrees(sum(lines), tax, rate, len(lines)):
            return {rate: Base(sum(lines), tuple(left))}
    for rate, tax in sorted(taxes.items(), reverse=True):
        chosen = _fitting(tax, rate, lines, left)
        if chosen is None:
            found[rate] = Base(base_of(tax, rate), is_proved=False)
            continue
        left = [at for at in left if at not in chosen]
        found[rate] = Base(sum(lines[at] for at in chosen), chosen)
    return found


def _fitting(
    tax: int, rate: Decimal, lines: Sequence[int], left: Sequence[int]
) -> tuple[int, ...] | None:
    """The fewest of the lines left whose tax this is."""
    if len(left) > MOST_LINES:
        return tuple(left) if agrees(sum(lines[at] for at in left), tax, rate, len(left)) else None
    for size in range(1, len(left) + 1):
        for some in combinations(left, size):
            if agrees(sum(lines[at] for at in some), tax, rate, size):
                return some
    return None


def rate_of(
    tax: int, lines: Sequence[int], known: frozenset[Decimal], *, whole: bool = True
) -> Decimal | None:
    """The one known rate at which the tax is that of the lines (`whole`), or of one of them."""
    for wanted in ([sum(lines)] if whole else [], lines):
        found = {rate for rate in known for base in wanted if base and agrees(base, tax, rate)}
        if len(found) == 1:
            return found.pop()
    return None
