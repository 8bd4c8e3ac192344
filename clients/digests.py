"""When digests leave: wall clock of Paris, Monday 10:00 first, holidays included (decision M5)."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
AT = dt.time(10)
DAILY, WEEKLY, MONTHLY = "daily", "weekly", "monthly"
_MONDAY, _SATURDAY = 0, 5


def first_sending(activated_at: dt.datetime) -> dt.datetime:
    """The first Monday at 10:00 strictly after the activation, whatever the frequency."""
    return next_sending(WEEKLY, after=activated_at)


def next_sending(frequency: str, *, after: dt.datetime) -> dt.datetime:
    """The next instant strictly after `after`: daily (Monday to Friday), weekly (Monday), monthly
    (the first Monday of a month).
    """
    day = after.astimezone(PARIS).date()
    while True:
        instant = dt.datetime.combine(day, AT, PARIS)
        if instant > after and _is_sending_day(frequency, day):
            return instant.astimezone(dt.UTC)
        day += dt.timedelta(days=1)


def _is_sending_day(frequency: str, day: dt.date) -> bool:
    if frequency == DAILY:
        return day.weekday() < _SATURDAY
    return day.weekday() == _MONDAY and (frequency != MONTHLY or day.day <= 7)
