"""Working days in France: the days off of the labour code (art. L3133-1) and the weekends.

Written out here because eleven days a year need no dependency; Alsace-Moselle’s two more are left
out, since a national deadline does not move for them.
"""

from __future__ import annotations

import calendar
import datetime as dt
from functools import cache

DAY = dt.timedelta(days=1)
FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
# Easter Monday, Ascension, Whit Monday: days after Easter.
MOVABLE = (1, 39, 50)


def easter(year: int) -> dt.date:
    """Easter Sunday of the Gregorian calendar (the algorithm of Meeus, Jones and Butcher)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    leap, left = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap - correction + 15) % 30
    quarter, remainder = divmod(rest, 4)
    weekday = (32 + 2 * left + 2 * quarter - epact - remainder) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return dt.date(year, month, day + 1)


@cache
def holidays(year: int) -> frozenset[dt.date]:
    """The eleven days off of a year."""
    fixed = {dt.date(year, month, day) for month, day in FIXED}
    return frozenset(fixed | {easter(year) + dt.timedelta(days=after) for after in MOVABLE})


def is_working(day: dt.date) -> bool:
    """Monday to Friday, no holiday."""
    return day.weekday() < 5 and day not in holidays(day.year)


def shifted(day: dt.date) -> dt.date:
    """The day itself, or the next working day (code de procédure civile, art. 642)."""
    while not is_working(day):
        day += DAY
    return day


def working_after(day: dt.date, count: int) -> dt.date:
    """The `count`-th working day after a day."""
    while count:
        day += DAY
        count -= is_working(day)
    return day


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day some months later; the last day of a month stays the last day."""
    at = day.year * 12 + day.month - 1 + months
    year, month = divmod(at, 12)
    length = calendar.monthrange(year, month + 1)[1]
    was_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return dt.date(year, month + 1, length if was_last else min(day.day, length))


def month_day(year: int, month: int, day: int) -> dt.date:
    """A day of a month, or the month’s last."""
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))
