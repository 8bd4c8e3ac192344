"""The plans of client accounts: what is offered, for how long."""

from __future__ import annotations

import calendar
import datetime as dt

MONTHS = 12
FIRST_PLAN = "pro"


def last_day(starts_on: dt.date, months: int = MONTHS) -> dt.date:
    """The last day of a plan that starts on a day, both included: a year, a day less."""
    year, month = divmod(starts_on.year * 12 + starts_on.month - 1 + months, 12)
    day = min(starts_on.day, calendar.monthrange(year, month + 1)[1])
    return dt.date(year, month + 1, day) - dt.timedelta(days=1)


def next_start(ends_on: dt.date | None, today: dt.date) -> dt.date:
    """The first day of the period that follows one; today when that is over, or there is none."""
    return max(today, ends_on + dt.timedelta(days=1)) if ends_on else today
