"""A separator or a line end inside a text: put the zones of a record together again.

The zones whose type is known (dates, amounts, account number, codes) are anchors that hold exactly
one piece; only texts may have been cut.  A record is rebuilt when one way alone fits every anchor;
two ways, or none, and it stays a fault for a person to see (fec.md 3.5).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from ledger.fec import columns
from ledger.fec.header import Header

_DATE: Final = re.compile(
    r"(\d{8}|\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{4})([T ]\d\d?:\d\d?(:\d\d?)?)?"
)
_DATE_OR_BLANK: Final = re.compile(rf"|{_DATE.pattern}")
_AMOUNT: Final = re.compile(r"([-+]?\d[\d .\u202f\xa0]*(,\d*)?([eE][-+]?\d+)? ?[-+]?)?")
_SIDE: Final = re.compile(r"[DdCc]|\+1|-1")
_ACCOUNT: Final = re.compile(r"[0-9A-Za-z._-]*")
_CODE: Final = re.compile(r".*", re.DOTALL)
_SHORT_CODE: Final = re.compile(r"[^\s,]{0,20}")
_CURRENCY: Final = re.compile(r"[^\s\d,]{0,5}")
_EMPTY: Final = re.compile(r"")
_TYPED_MAX: Final = 60  # a longer zone is a text, and would make the patterns slow

_TYPES: Final[dict[int, re.Pattern[str]]] = {
    columns.JOURNAL_CODE: _CODE,
    columns.ECRITURE_NUM: _CODE,
    columns.ECRITURE_DATE: _DATE,
    columns.COMPTE_NUM: _ACCOUNT,
    columns.COMP_AUX_NUM: _CODE,
    columns.PIECE_DATE: _DATE_OR_BLANK,
    columns.DEBIT: _AMOUNT,
    columns.CREDIT: _AMOUNT,
    columns.ECRITURE_LET: _SHORT_CODE,
    columns.DATE_LET: _DATE_OR_BLANK,
    columns.VALID_DATE: _DATE_OR_BLANK,
    columns.MONTANT_DEVISE: _AMOUNT,
    columns.IDEVISE: _CURRENCY,
    columns.DATE_RGLT: _DATE_OR_BLANK,
}
_CUTS_MAX: Final = 20
_WAYS_MAX: Final = 200


class Rebuilt(NamedTuple):
    """The zones of a regular line, and which of them had been cut."""

    zones: list[str]
    cut: int


class Anchors:
    """What each zone of a line must look like, by position in the file."""

    def __init__(self, header: Header, separator: str) -> None:
        self.separator = separator
        self.width = header.width
        self.patterns = [_pattern(at, signed=header.signed) for at in header.zones]
        self.patterns += [_EMPTY] * (header.width - len(header.zones))
        places = {at: zone for zone, at in enumerate(header.zones) if at is not None}
        self._aux = places.get(columns.COMP_AUX_NUM), places.get(columns.COMP_AUX_LIB)
        self._label = places.get(columns.COMPTE_LIB)

    def fit(self, zones: Sequence[str]) -> bool:
        """True when every typed zone of a whole line has its type."""
        return len(zones) == self.width and all(
            pattern is None or _fits(pattern, zone)
            for pattern, zone in zip(self.patterns, zones, strict=True)
        )

    def fit_joined(self, zones: Sequence[str]) -> bool:
        """True for a whole line put together from several, cut inside texts only."""
        return self.fit(zones) and self._is_cut_in_texts(zones)

    def may_start(self, zones: Sequence[str]) -> bool:
        """True when more lines could complete these zones; the last one may be cut."""
        return (
            len(zones) < self.width
            and self._is_cut_in_texts(zones)
            and all(
                pattern is None or _fits(pattern, zone)
                for pattern, zone in zip(self.patterns, zones[:-1], strict=False)
            )
        )

    def _is_cut_in_texts(self, zones: Sequence[str]) -> bool:
        return all(
            pattern is None or "\n" not in zone
            for pattern, zone in zip(self.patterns, zones, strict=False)
        )

    def rebuild(self, pieces: list[str]) -> Rebuilt | None:
        """The one way to make a line of too many pieces; None when none or several fit."""
        extra = len(pieces) - self.width
        if not 0 < extra <= _CUTS_MAX:
            return None
        quoted = self._unquote(pieces)
        if quoted is not None:
            return quoted
        ways: list[list[int]] = []
        self._walk(pieces, extra, [], ways, set())
        good = [way for way in ways if self._is_sound(self._join(pieces, way))]
        if len(good) != 1 or len(ways) > _WAYS_MAX:
            return None
        cut = next(zone for zone, count in enumerate(good[0]) if count > 1)
        return Rebuilt(self._join(pieces, good[0]), cut)

    def _unquote(self, pieces: list[str]) -> Rebuilt | None:
        """A spreadsheet puts quotes around a zone that holds the separator."""
        line = self.separator.join(pieces)
        if '"' not in line:
            return None
        zones = next(csv.reader([line], delimiter=self.separator))
        if not self.fit(zones):
            return None
        cut = next((zone for zone, text in enumerate(zones) if self.separator in text), None)
        return None if cut is None else Rebuilt(zones, cut)

    def _walk(
        self,
        pieces: list[str],
        extra: int,
        counts: list[int],
        ways: list[list[int]],
        dead: set[tuple[int, int]],
    ) -> bool:
        """Try every number of pieces for each zone in turn; `dead` ends are tried once only."""
        zone, at = len(counts), sum(counts)
        if zone == self.width:
            if extra == 0:
                ways.append(list(counts))
            return extra == 0
        if (zone, extra) in dead or len(ways) > _WAYS_MAX:
            return False
        found = False
        pattern = self.patterns[zone]
        for more in range(extra + 1 if pattern is None else 1):
            if pattern is None or _fits(pattern, pieces[at]):
                counts.append(1 + more)
                found = self._walk(pieces, extra - more, counts, ways, dead) or found
                counts.pop()
        if not found:
            dead.add((zone, extra))
        return found

    def _join(self, pieces: list[str], way: list[int]) -> list[str]:
        zones, at = [], 0
        for count in way:
            zones.append(self.separator.join(pieces[at : at + count]))
            at += count
        return zones

    def _is_sound(self, zones: list[str]) -> bool:
        """The account has a label, and the auxiliary number and label come as a pair."""
        if self._label is not None and self._is_void(zones[self._label]):
            return False
        number, label = self._aux
        if number is None or label is None:
            return True
        return self._is_void(zones[number]) == self._is_void(zones[label])

    def _is_void(self, text: str) -> bool:
        return not text.strip(" " + self.separator)


def _fits(pattern: re.Pattern[str], zone: str) -> bool:
    bare = zone.strip()
    return len(bare) <= _TYPED_MAX and pattern.fullmatch(bare) is not None


def _pattern(index: int | None, *, signed: bool) -> re.Pattern[str] | None:
    if index is None:
        return None
    if signed and index == columns.SENS:
        return _SIDE
    return _TYPES.get(index)
