"""Dates of a FEC as ISO text, whatever their dress; what cannot be a day is never guessed.

A47 A-1 XII wants AAAAMMJJ.  Test Compta Demat also reads JJMMAAAA, separators and a time, and
knows no calendar (month to 12, day to 31).  Here 30 February is an error and a time is cut.
"""

from __future__ import annotations

import re
from calendar import monthrange
from typing import Final, NamedTuple

COMPACT: Final = "AAAAMMJJ"
YEAR_FIRST: Final = "AAAA-MM-JJ"
DAY_FIRST: Final = "JJ/MM/AAAA"
DAY_FIRST_COMPACT: Final = "JJMMAAAA"

_TIME: Final = re.compile(r"(.*?[0-9])[T ]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?Z?")
_SHAPES: Final = (
    (COMPACT, re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})")),
    (DAY_FIRST_COMPACT, re.compile(r"(?P<d>[0-9]{2})(?P<m>[0-9]{2})(?P<y>[0-9]{4})")),
    (YEAR_FIRST, re.compile(r"(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})")),
    (DAY_FIRST, re.compile(r"(?P<d>[0-9]{1,2})[-/.](?P<m>[0-9]{1,2})[-/.](?P<y>[0-9]{4})")),
)


class ReadDate(NamedTuple):
    """`iso` is empty when there is no date; `code` the rule broken; `has_time`: a time was cut."""

    iso: str
    form: str = COMPACT
    code: str | None = None
    has_time: bool = False

    @property
    def is_plain(self) -> bool:
        """True when the zone is as the law wants it (or empty)."""
        return self.form == COMPACT and self.code is None and not self.has_time


def read_date(text: str) -> ReadDate:
    """The day that a zone means, `00000000` being no day at all."""
    body = text.strip()
    if not body or ("0" in body and not body.strip("0-/.")):
        return ReadDate("")
    has_time = False
    if match := _TIME.fullmatch(body):
        body, has_time = match[1], True
    for form, pattern in _SHAPES:
        if (match := pattern.fullmatch(body)) and (
            form != COMPACT or _passes(match) or not _is_day_first(body)
        ):
            return _judged(match, form, has_time)
    return ReadDate("", COMPACT, "DATE_ILLISIBLE", has_time)


def _is_day_first(body: str) -> bool:
    """31122025 is no AAAAMMJJ (month 20) and a fine JJMMAAAA."""
    match = _SHAPES[1][1].fullmatch(body)
    return match is not None and _passes(match) and 1900 <= int(match["y"]) <= 2099


def _passes(match: re.Match[str]) -> bool:
    """What Test Compta Demat asks of a date: no more than 12 months and 31 days."""
    return int(match["m"]) <= 12 and int(match["d"]) <= 31


def _judged(match: re.Match[str], form: str, has_time: bool) -> ReadDate:
    year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    if not _passes(match):
        return ReadDate("", form, "DATE_ILLISIBLE", has_time)
    if not (year and month and day) or day > monthrange(year, month)[1]:
        return ReadDate("", form, "DATE_INEXISTANTE", has_time)
    code = None if 1900 <= year <= 2099 else "DATE_SIECLE"
    return ReadDate(f"{year:04d}-{month:02d}-{day:02d}", form, code, has_time)
