"""The plan of depreciation of an asset, year by year, exact to the cent.

Linear: from the day of putting into service (PCG 214-13), prorata in days of a year of 360.
Declining (CGI 39 A; annexe II, art. 22 to 24): from the first day of the month of acquisition,
prorata in months, the rate of the linear plan times a coefficient by length of life, on the net
value; from the year where the rest spread evenly over the years left gives more, it is spread so.
The years left are counted from the opening of the year of acquisition.

Each year is rounded to the cent, and the last takes the rest: the charges of a whole plan add up to
its base.  What was depreciated before a takeover is `taken`: the rest is spread over the time left.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from ledger.assets.days import DAY, Span, add_months, elapsed, months_between, rounded, spans_over

LINEAR, DECLINING, NONE = "linear", "declining", "none"
# CGI 39 A: up to so many months of life, the coefficient in hundredths.
COEFFICIENTS = ((48, 125), (72, 175))
LONG_LIFE = 225
SHORTEST_DECLINING = 36


@dataclass(frozen=True, slots=True)
class Terms:
    """What a plan is made of.

    `base` is what is to be depreciated, in cents; `start` the day of putting into service, for a
    declining plan that of acquisition; `taken` was depreciated up to the end of `since`; the asset
    left on `until`, which is depreciated too by a linear plan.
    """

    method: str
    base: int
    start: dt.date
    months: int
    since: dt.date | None = None
    taken: int = 0
    until: dt.date | None = None

    @property
    def last(self) -> dt.date:
        """A day by which the plan is over: the last of its life, or of what was taken over."""
        over = add_months(self.start.replace(day=1), self.months + 12)
        return max(over, self.since + DAY) if self.since else over


@dataclass(frozen=True, slots=True)
class Charge:
    """The charge of one fiscal year: cents, those of the plan up to its end, and what is left.

    `begin` is the first day depreciated in the year; `is_even` says that a declining plan spreads
    the rest evenly.
    """

    span: Span
    begin: dt.date
    cents: int
    accumulated: int
    rest: int
    is_even: bool = False


@dataclass(frozen=True, slots=True)
class Movement:
    """What a year adds to the derogatory depreciation (145), or takes back when negative."""

    span: Span
    cents: int
    balance: int


def coefficient(months: int) -> int:
    """The coefficient of a declining plan, in hundredths: 125 up to 4 years, 175 to 6, else 225."""
    return next((value for most, value in COEFFICIENTS if months <= most), LONG_LIFE)


def declining_rate(months: int) -> Decimal:
    """The yearly rate of a declining plan (0.35 for five years)."""
    return Decimal(coefficient(months)) * 12 / (100 * Decimal(months))


def charges(terms: Terms, known: Sequence[Span]) -> list[Charge]:
    """The charges of each fiscal year from the first depreciated here; `known` years in any order.

    The plan stops with the year of `until`; without it, when nothing is left.
    """
    if terms.method == NONE or terms.base <= 0:
        return []
    spans = spans_over(known, _first_day(terms), terms.last)
    found: list[Charge] = []
    rest = max(terms.base - terms.taken, 0)
    make = _Linear(terms) if terms.method == LINEAR else _Declining(terms, spans)
    for span in spans:
        if rest == 0 or (terms.until and span.start > terms.until):
            break
        if terms.since and span.end <= terms.since:
            continue
        cents, is_even = make.cents(span, rest)
        rest -= cents
        begin = _begin(terms, span)
        found.append(Charge(span, begin, cents, terms.base - rest, rest, is_even))
    return found


def _first_day(terms: Terms) -> dt.date:
    return terms.start.replace(day=1) if terms.method == DECLINING else terms.start


def _begin(terms: Terms, span: Span) -> dt.date:
    days = [span.start, _first_day(terms)]
    return max([*days, terms.since + DAY] if terms.since else days)


class _Linear:
    """Even charges by days of a year of 360."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.total = terms.months * 30
        self.gone = self._at(terms.since) if terms.since else 0
        self.spread = max(terms.base - terms.taken, 0)

    def _at(self, day: dt.date) -> int:
        return min(max(elapsed(self.terms.start, day), 0), self.total)

    def cents(self, span: Span, rest: int) -> tuple[int, bool]:
        """The charge of a year, and False."""
        until = min(span.end, self.terms.until) if self.terms.until else span.end
        left, at = self.total - self.gone, self._at(until)
        if left <= 0 or at >= self.total:
            return rest, False
        days = at - max(self._at(span.start - DAY), self.gone)
        return min(rest, rounded(self.spread * max(days, 0), left)), False


class _Declining:
    """Charges on the net value by months, then even ones."""

    def __init__(self, terms: Terms, spans: Sequence[Span]) -> None:
        self.terms = terms
        self.over = add_months(spans[0].start.replace(day=1), terms.months) - DAY
        self.opening = spans[0]

    def cents(self, span: Span, rest: int) -> tuple[int, bool]:
        """The charge of a year, and whether it spreads the rest evenly."""
        begin = _begin(self.terms, span)
        months = months_between(begin, span.end)
        first = span.start if span == self.opening and not self.terms.since else begin
        left = months_between(first, self.over)
        cut = self._cut(begin, span, months)
        if left <= months:
            return (rest if cut == months else rounded(rest * cut, months)), True
        even = 100 * self.terms.months >= coefficient(self.terms.months) * left
        whole = (rest * months, left) if even else (
            rest * coefficient(self.terms.months) * months, 100 * self.terms.months
        )  # fmt: skip
        cents = min(rest, rounded(*whole))
        return (cents if cut == months else rounded(cents * cut, months)), even

    def _cut(self, begin: dt.date, span: Span, months: int) -> int:
        """Months that count: all, or those before the month in which the asset left."""
        until = self.terms.until
        if until is None or until >= span.end:
            return months
        return min(max(months_between(begin, until) - 1, 0), months)


def by_month(charge: Charge, *, until: dt.date | None = None) -> list[tuple[dt.date, int]]:
    """A year's charge by month (its first day): prorata in days, the last month takes the rest."""
    end = min(charge.span.end, until) if until else charge.span.end
    days = elapsed(charge.begin, end)
    months = []
    month = charge.begin.replace(day=1)
    while month <= end:
        months.append(month)
        month = add_months(month, 1)
    found, gone = [], 0
    for month in months:
        last = min(add_months(month, 1) - DAY, end)
        share = elapsed(max(charge.begin, month), last)
        cents = charge.cents - gone
        if month != months[-1]:
            cents = min(cents, rounded(charge.cents * share, days))
        found.append((month, cents))
        gone += cents
    return found


def derogatory(
    economic: Sequence[Charge], fiscal: Sequence[Charge], *, before: int = 0, taken: int = 0,
    tax_taken: int = 0, leaving: Span | None = None,
) -> list[Movement]:  # fmt: skip
    """What goes to and comes back from account 145: fiscal less economic depreciation.

    `before` is its balance at the takeover, `taken` and `tax_taken` what each plan had accumulated
    there.  It is never negative: a fiscal plan slower than the economic one is a matter of the tax
    return.  In the year of `leaving`, the last, what is left comes back whole.
    """
    by_span = {charge.span: charge.accumulated for charge in economic}
    tax = {charge.span: charge.accumulated for charge in fiscal}
    found, balance = [], before
    for span in sorted({*by_span, *tax, *([leaving] if leaving else [])}):
        taken, tax_taken = by_span.get(span, taken), tax.get(span, tax_taken)
        now = 0 if span == leaving else max(tax_taken - taken, 0)
        if now != balance:
            found.append(Movement(span, now - balance, now))
        balance = now
    return found


def adds_up(plan: Sequence[Charge], base: int, taken: int = 0) -> bool:
    """Whether a whole plan gives its base exactly and never goes back."""
    sums = [taken, *(charge.accumulated for charge in plan)]
    return sums[-1] == base and all(one <= two for one, two in pairwise(sums))
