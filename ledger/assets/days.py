"""Days and months as depreciation counts them.

A prorata « en jours » counts months of thirty days and years of 360, whatever the calendar says:
the usual convention of the « prorata temporis », which PCG 214-13 (start on the day of putting into
service) leaves open.  Declining plans count whole months (CGI, annexe II, art. 23).
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

DAY = dt.timedelta(days=1)
MONTH_DAYS = 30


class Span(NamedTuple):
    """A fiscal year, both days included."""

    start: dt.date
    end: dt.date


def elapsed(start: dt.date, day: dt.date) -> int:
    """Days from `start` to the end of `day`, both included, in months of thirty days.

    The last day of a month closes it, were it the 28th or the 31st.  Negative before the start.
    """
    last = calendar.monthrange(day.year, day.month)[1]
    until = MONTH_DAYS if day.day == last else min(day.day, MONTH_DAYS)
    months = (day.year - start.year) * 12 + day.month - start.month
    return months * MONTH_DAYS + until - min(start.day, MONTH_DAYS) + 1


def months_between(first: dt.date, end: dt.date) -> int:
    """Months from that of `first` to that of `end`, both included; negative or nil before it."""
    return (end.year - first.year) * 12 + end.month - first.month + 1


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day some months later or earlier, or the last of a shorter month."""
    at = day.year * 12 + day.month - 1 + months
    year, month = divmod(at, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def spans_over(known: Sequence[Span], first: dt.date, last: dt.date) -> list[Span]:
    """The fiscal years from the one that holds `first` to the one that holds `last`, in order.

    Before, between and after those that are known, years of twelve months are supposed.
    """
    years = sorted(known) or [Span(dt.date(first.year, 1, 1), dt.date(first.year, 12, 31))]
    found: list[Span] = []
    start = years[0].start
    while start > first:
        found.insert(0, Span(add_months(start, -12), start - DAY))
        start = found[0].start
    for year in years:
        if found and found[-1].end + DAY < year.start:
            found.append(Span(found[-1].end + DAY, year.start - DAY))
        found.append(year)
    while found[-1].end < last:
        start = found[-1].end + DAY
        found.append(Span(start, add_months(start, 12) - DAY))
    return [span for span in found if span.end >= first and span.start <= last]


def rounded(numerator: int, denominator: int) -> int:
    """A positive quotient to the nearest unit, one half counting for one."""
    return (2 * numerator + denominator) // (2 * denominator)
