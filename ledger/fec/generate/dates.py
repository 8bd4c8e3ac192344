"""The calendar of an exercise: trading days, bank days, validation dates, seasons."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

_ONE: Final = timedelta(days=1)
_FIXED_HOLIDAYS: Final = frozenset(
    ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
)
# How busy a month is; August sleeps, the end of the year does not.
_SEASON: Final = (8, 8, 9, 9, 9, 10, 8, 5, 10, 10, 10, 11)
_SATURDAY: Final = 5
_VALIDATED_ON_DAY: Final = 18


def year_start(year_end: date) -> date:
    """The first day of the twelve months that end on `year_end`."""
    following = year_end + _ONE
    if (following.month, following.day) == (2, 29):
        return date(following.year - 1, 3, 1)
    return following.replace(year=following.year - 1)


def easter(year: int) -> date:
    """Easter Sunday (Gauss, Gregorian calendar)."""
    century, golden = year // 100, year % 19
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    epact -= (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    days = epact - weekday
    month = 3 + (days + 40) // 44
    return date(year, month, days + 28 - 31 * (month // 4))


def is_holiday(day: date) -> bool:
    """Whether a day is a French public holiday."""
    if (day.month, day.day) in _FIXED_HOLIDAYS:
        return True
    return (day - easter(day.year)).days in (1, 39, 50)


class Calendar:
    """The days of one exercise, known by their offset from its first day."""

    def __init__(self, year_end: date) -> None:
        self.start = year_start(year_end)
        self.end = year_end
        count = (year_end - self.start).days + 1
        self.days = [self.start + timedelta(days=offset) for offset in range(count)]
        trading = [day.weekday() <= _SATURDAY and not is_holiday(day) for day in self.days]
        self.trading = [offset for offset in range(count) if trading[offset]]
        self.bank = [offset for offset in self.trading if self.days[offset].weekday() < _SATURDAY]
        self.next_bank = self._next_bank(count)
        self.progress = self._progress()

    def _next_bank(self, count: int) -> list[int]:
        """For each offset the first bank day from it on; 0 when the exercise has none left."""
        following = [0] * (count + 1)
        bank = set(self.bank)
        for offset in range(count - 1, -1, -1):
            following[offset] = offset if offset in bank else following[offset + 1]
        return following

    def _progress(self) -> dict[int, float]:
        """The part of the year's business done at the end of each trading day."""
        weights = {
            offset: _SEASON[self.days[offset].month - 1]
            * (0.2 if self.days[offset].weekday() == _SATURDAY else 1.0)
            for offset in self.trading
        }
        total, done, progress = sum(weights.values()), 0.0, {}
        for offset, weight in weights.items():
            done += weight
            progress[offset] = done / total
        progress[self.trading[-1]] = 1.0
        return progress

    def months(self) -> list[list[int]]:
        """The trading days of each of the twelve months, counted from the first day."""
        found: dict[int, list[int]] = {}
        for offset in self.trading:
            day = self.days[offset]
            rank = day.year * 12 + day.month - (day.day < self.start.day)
            found.setdefault(rank, []).append(offset)
        return list(found.values())

    def validated_on(self, day: date) -> date:
        """Each month is validated on the 18th of the next one, when its VAT return is filed."""
        if day.month < 12:
            return date(day.year, day.month + 1, _VALIDATED_ON_DAY)
        return date(day.year + 1, 1, _VALIDATED_ON_DAY)

    @property
    def closed_on(self) -> date:
        """The validation of the inventory entries, some three months after the year end."""
        return self.end + timedelta(days=92)
