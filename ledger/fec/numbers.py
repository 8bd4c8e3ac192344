"""EcritureNum: is it a sequence, does it break, can it tell entries apart at all?

A47 A-1 wants a continuous sequence, global or per journal; which of the two is told from the
numbers themselves.  BOFiP asks that a break be explained, so a break is a warning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

_SHOWN: Final = 3
_INTEGER_MAX: Final = 18
_PREFIXED: Final = re.compile(r"(.*?)([0-9]{1,18})")


@dataclass(slots=True)
class Sequence:
    """Whole numbers fed in ascending order; keeps the first breaks and counts what is missing."""

    last: int | None = None
    count: int = 0
    missing: int = 0
    line: int = 0
    breaks: list[tuple[int, int]] = field(default_factory=list)

    def feed(self, number: int, line: int) -> None:
        """The next number and the line where its entry begins; equal numbers count once."""
        last = self.last
        self.last = number
        if last is None or number == last + 1:
            self.count += 1
            return
        if number == last:
            return
        self.count += 1
        self.missing += number - last - 1
        if len(self.breaks) <= _SHOWN:
            self.breaks.append((last + 1, number - 1))
        self.line = self.line or line

    def listed(self) -> str:
        """The first breaks in words: « 12, 15 à 17… »."""
        shown = [
            str(start) if start == end else f"{start} à {end}"
            for start, end in self.breaks[:_SHOWN]
        ]
        return ", ".join(shown) + ("…" if len(self.breaks) > _SHOWN else "")


@dataclass(slots=True)
class Numbers:
    """What the entry numbers of one journal look like, run after run of lines.

    A run is a stretch of lines with one number.  As long as numbers ascend, no two runs share
    one: the journal needs neither sorting nor grouping.
    """

    sequence: Sequence = field(default_factory=Sequence)
    runs: int = 0
    several_dates: int = 0
    empty: int = 0
    empty_line: int = 0
    only: str | None = None
    is_constant: bool = True
    is_ascending: bool = True
    is_numeric: bool = True
    backwards: int = 0
    backwards_line: int = 0
    first_date: str = ""
    has_dates: bool = False
    prefixed: Sequence | None = None
    _prefix: str = ""
    _several: int = 0
    _key: tuple[int, str] = (-1, "")

    def feed(self, number: str, value: int | None, date: str, line: int) -> None:
        """A run begins; `value` is its number if it is a whole one."""
        self.runs += 1
        if not self.has_dates:
            self.date(date)
        if self.is_constant and number != self.only:
            self.is_constant = self.only is None
            self.only = self.only or number
        if value is None:
            self._feed_text(number, line)
        elif value - 1 == self.sequence.last and self.is_numeric:
            self.sequence.last = value
            self.sequence.count += 1
        else:
            self._feed_break(number, value, line)

    def date(self, date: str) -> None:
        """A date of the journal, to know whether there are several."""
        if not self.first_date:
            self.first_date = date
        elif date and date != self.first_date:
            self.has_dates = True

    def several(self, date: str, run: int) -> None:
        """A run goes on under another date."""
        self.date(date)
        if run != self._several:
            self._several = run
            self.several_dates += 1

    def _feed_text(self, number: str, line: int) -> None:
        # A number mixed with texts has lost its order: such a journal is sorted at the end.
        self.is_numeric = False
        if not number:
            self.empty += 1
            self.empty_line = self.empty_line or line
        self._feed_prefixed(number, line)
        key = (len(number), number)
        if key <= self._key or self.sequence.last is not None:
            self.is_ascending = False
        self._key = key

    def _feed_prefixed(self, number: str, line: int) -> None:
        """« VE00012 »: what ends the texts may be a sequence as long as what begins them stays."""
        end = _PREFIXED.fullmatch(number)
        if self.runs == 1 and end:
            self.prefixed, self._prefix = Sequence(), end[1]
        if self.prefixed is not None:
            if end is None or end[1] != self._prefix:
                self.prefixed = None
            else:
                self.prefixed.feed(int(end[2]), line)

    def _feed_break(self, number: str, value: int, line: int) -> None:
        """A whole number that is not the next one."""
        last = self.sequence.last
        if not self.is_numeric:
            self._feed_text(number, line)
        elif last is not None and value <= last:
            self.is_ascending = False
            if value < last:
                self.backwards += 1
                self.backwards_line = self.backwards_line or line
        self.sequence.feed(value, line)

    @property
    def is_plain(self) -> bool:
        """True when every run is an entry: numbers ascend, none is empty, none has two dates."""
        return self.is_ascending and not self.empty and not self.several_dates


def whole_number(text: str) -> int | None:
    """An entry number as an integer, None when it is no plain number."""
    if text.isdecimal() and text.isascii() and len(text) <= _INTEGER_MAX:
        return int(text)
    return None
