"""Days as banks write them."""

from __future__ import annotations

import datetime as dt
import re

ORDERS = {"dmy": "jj/mm/aaaa", "mdy": "mm/jj/aaaa", "ymd": "aaaa-mm-jj"}
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{2,6})?(?:\.\d+)?(?:\[.*\])?$")
_PARTS = re.compile(r"(\d{1,4})[/.\- ](\d{1,2})[/.\- ](\d{1,4})(?:[ T].*)?$")
FIRST, LAST = 1990, 2099


def day_of(text: str, order: str = "dmy") -> dt.date:
    """The day, read in the order given; four digits first are always the year.

    Raises:
        ValueError: it is no day, or of another century.
    """
    clean = text.strip()
    found = _COMPACT.match(clean)
    if found:
        return _within(int(found[1]), int(found[2]), int(found[3]))
    parts = _PARTS.match(clean)
    if not parts:
        raise ValueError(text)
    one, two, three = parts.groups()
    if len(one) == 4:
        return _within(int(one), int(two), int(three))
    year = int(three) + 2000 if len(three) <= 2 else int(three)
    if order == "ymd":
        return _within(int(one) + 2000, int(two), int(three))
    day, month = (one, two) if order == "dmy" else (two, one)
    return _within(year, int(month), int(day))


def _within(year: int, month: int, day: int) -> dt.date:
    if not FIRST <= year <= LAST:
        raise ValueError(year)
    return dt.date(year, month, day)
