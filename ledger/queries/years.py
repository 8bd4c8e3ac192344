"""Fiscal years with their books, and the periods that balances and ledgers are asked for.

What belongs to a period is decided here once, so that every book agrees: the lines of the fiscal
years that meet it, dated within it; opening entries of a later year are left out when the year
before it is in the books, else the balances carried forward would count twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from clients.models import Dossier
from firm.formats import MONTHS, date_fr
from ledger.models import FiscalYear

DAY = dt.timedelta(days=1)

_YEARS = """
SELECT y.id, y.start, y."end", y.state, coalesce(sum(m.entry_count), 0)::bigint,
       coalesce(sum(m.line_count), 0)::bigint, coalesce(sum(m.debit), 0)::bigint
FROM ledger_fiscalyear y
LEFT JOIN ledger_journalmonth m ON m.dossier_id = y.dossier_id AND m.fiscal_year_id = y.id
WHERE y.dossier_id = %s
GROUP BY y.id, y.start, y."end", y.state
ORDER BY y."end" DESC
"""


@dataclass(frozen=True, slots=True)
class Year:
    """A fiscal year, both ends included; `debit` is one side of its entries, in cents."""

    id: int
    start: dt.date
    end: dt.date
    state: str
    entries: int
    lines: int
    debit: int

    @property
    def label(self) -> str:
        """« 2022 » for a civil year, « 2021-2022 » across two, else its closing day."""
        if self.end - self.start > dt.timedelta(days=365):
            return f"clos le {date_fr(self.end)}"
        if self.start.year == self.end.year:
            whole = (self.start.month, self.start.day) == (1, 1) and (
                self.end.month,
                self.end.day,
            ) == (12, 31)
            return str(self.end.year) if whole else f"clos le {date_fr(self.end)}"
        return f"{self.start.year}-{self.end.year}"

    @property
    def state_label(self) -> str:
        """« Ouvert », « Verrouillé », « Clos »."""
        return str(FiscalYear.State(self.state).label)


@dataclass(frozen=True, slots=True)
class Period:
    """Days `since` to `until`, both included, and the years with lines that they meet, in order.

    `left_out` are the years whose opening entries do not count.
    """

    since: dt.date
    until: dt.date
    years: tuple[Year, ...] = ()
    left_out: tuple[int, ...] = ()

    @property
    def year_ids(self) -> list[int]:
        """Ids of the years met, for queries."""
        return [year.id for year in self.years]

    @property
    def is_whole_year(self) -> bool:
        """Whether it is one fiscal year exactly."""
        return (
            len(self.years) == 1
            and self.since == self.years[0].start
            and self.until == self.years[0].end
        )

    def edges(self) -> list[tuple[dt.date, dt.date]]:
        """The months that it cuts, as (first, last day): sums kept by month do not tell them."""
        cut = []
        if self.since.day != 1:
            cut.append(month_bounds(self.since))
        last = month_bounds(self.until)
        if self.until != last[1] and last not in cut:
            cut.append(last)
        return cut

    def months(self) -> Iterator[dt.date]:
        """First day of each month that it meets."""
        month = self.since.replace(day=1)
        while month <= self.until:
            yield month
            month = next_month(month)


def month_bounds(day: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of its month."""
    first = day.replace(day=1)
    return first, next_month(first) - DAY


def next_month(first: dt.date) -> dt.date:
    """First day of the month after the one that begins on `first`."""
    return dt.date(first.year + first.month // 12, first.month % 12 + 1, 1)


def month_label(first: dt.date) -> str:
    """« septembre 2021 »."""
    return f"{MONTHS[first.month - 1]} {first.year}"


def years_of(dossier: Dossier) -> list[Year]:
    """The fiscal years of a dossier with their volume, latest first, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_YEARS, (dossier.id,))
        return [Year(*row) for row in cursor.fetchall()]


def latest_with_lines(years: Sequence[Year]) -> Year | None:
    """The year that every book shows unless another is asked for."""
    return next((year for year in years if year.lines), None)


def period(years: Sequence[Year], since: dt.date, until: dt.date) -> Period:
    """A period over the years of a dossier (in any order)."""
    filled = sorted((year for year in years if year.lines), key=lambda year: year.start)
    met = [year for year in filled if year.start <= until and year.end >= since]
    ends = {year.end for year in filled}
    later = tuple(year.id for year in met[1:] if year.start - DAY in ends)
    return Period(since, until, tuple(met), later)


def period_of_year(years: Sequence[Year], year: Year) -> Period:
    """A whole fiscal year."""
    return period(years, year.start, year.end)


def default_period(
    years: Sequence[Year], since: dt.date | None = None, until: dt.date | None = None
) -> Period | None:
    """What was asked for, completed from the latest year with lines; None when there is no book.

    A bound alone is completed by the fiscal year that holds it.
    """
    latest = latest_with_lines(years)
    if latest is None:
        return period(years, since, until) if since and until else None
    if since is None and until is None:
        return period_of_year(years, latest)
    around = year_at(years, since or until or latest.end) or latest
    return period(years, since or min(around.start, until or around.start), until or around.end)


def year_at(years: Sequence[Year], day: dt.date) -> Year | None:
    """The fiscal year that holds a day."""
    return next((year for year in years if year.start <= day <= year.end), None)


def year_before(years: Sequence[Year], year: Year) -> Year | None:
    """The year with lines that ends the day before `year` starts."""
    return next((other for other in years if other.lines and other.end == year.start - DAY), None)


def same_period_before(years: Sequence[Year], now: Period) -> Period | None:
    """The same days of the year before, for N-1; None when that year is not in the books.

    A whole year is compared with the whole year before, whatever its length.
    """
    if len(now.years) != 1:
        return None
    before = year_before(years, now.years[0])
    if before is None:
        return None
    if now.is_whole_year:
        return period_of_year(years, before)
    since = max(_a_year_earlier(now.since), before.start)
    until = min(_a_year_earlier(now.until), before.end)
    if now.until == now.years[0].end:
        until = before.end
    return period(years, since, until) if since <= until else None


def _a_year_earlier(day: dt.date) -> dt.date:
    """The same day of the year before; the end of February stays the end of February."""
    if (day.month, day.day) == (2, 29):
        return dt.date(day.year - 1, 2, 28)
    if day == dt.date(day.year, 2, 28):
        return dt.date(day.year - 1, 3, 1) - DAY
    return day.replace(year=day.year - 1)
