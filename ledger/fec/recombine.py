"""A separator or a line end inside a text: put the zones of a record together again.

The zones whose type is known (dates, amounts, account number, codes) are anchors that hold exactly
one piece; only texts may have been cut.  A record is rebuilt when one way alone fits every anchor;
two ways, or none, and it stays a fault for a person to see (fec.md 3.5).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from ledger.fec import columns
from ledger.fec.header import Header
from ledger.fec.quoting import quoted_zones

_YEAR, _MONTH, _DAY = r"(19|20)\d\d", r"(0\d|1[0-2])", r"[0-3]\d"
_DATE: Final = re.compile(
    rf"({_YEAR}{_MONTH}{_DAY}|{_DAY}{_MONTH}{_YEAR}"
    r"|\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{4})([T ]\d\d?:\d\d?(:\d\d?)?)?"
)
_DATE_OR_BLANK: Final = re.compile(rf"|0+|{_DATE.pattern}")
_AMOUNT: Final = re.compile(r"[-+]?\d[\d .\u202f\xa0]*(,\d*)?([eE][-+]?\d+)? ?[-+]?")
_AMOUNT_OR_BLANK: Final = re.compile(rf"({_AMOUNT.pattern})?")
_WHOLE: Final = re.compile(r" *-?\d+")
_CENTS: Final = re.compile(r"\d\d *")
_SIDE: Final = re.compile(r"[DdCc]|\+1|-1")
_ACCOUNT: Final = re.compile(r"\d{3}[0-9A-Za-z]*")
_ANY_ACCOUNT: Final = re.compile(r"[0-9A-Za-z._-]*")
_CODE: Final = re.compile(r".*", re.DOTALL)
_SHORT_CODE: Final = re.compile(r"[^\s,]{0,20}")
_CURRENCY: Final = re.compile(r"[^\s\d,]{0,5}")
_EMPTY: Final = re.compile(r"")
_TYPED_MAX: Final = 60  # a longer zone is a text, and would make the patterns slow

_Patterns = dict[int, re.Pattern[str]]
_TYPES: Final[_Patterns] = {
    columns.JOURNAL_CODE: _CODE,
    columns.ECRITURE_NUM: _CODE,
    columns.ECRITURE_DATE: _DATE,
    columns.COMPTE_NUM: _ANY_ACCOUNT,
    columns.COMP_AUX_NUM: _CODE,
    columns.PIECE_DATE: _DATE_OR_BLANK,
    columns.DEBIT: _AMOUNT_OR_BLANK,
    columns.CREDIT: _AMOUNT_OR_BLANK,
    columns.ECRITURE_LET: _SHORT_CODE,
    columns.DATE_LET: _DATE_OR_BLANK,
    columns.VALID_DATE: _DATE_OR_BLANK,
    columns.MONTANT_DEVISE: _AMOUNT_OR_BLANK,
    columns.IDEVISE: _CURRENCY,
    columns.DATE_RGLT: _DATE_OR_BLANK,
}
# What the law wants filled.  A line that can be read so is read so, though a blank also fitted.
_LAWFUL: Final[_Patterns] = {
    columns.COMPTE_NUM: _ACCOUNT,
    columns.PIECE_DATE: _DATE,
    columns.DEBIT: _AMOUNT,
    columns.CREDIT: _AMOUNT,
}
_CUTS_MAX: Final = 20
_WAYS_MAX: Final = 200


_Line = list[re.Pattern[str] | None]


class Rebuilt(NamedTuple):
    """The zones of a regular line, and which of them had been cut."""

    zones: list[str]
    cut: int


class Anchors:
    """What each zone of a line must look like, by position in the file."""

    def __init__(self, header: Header, separator: str) -> None:
        self.separator = separator
        self.width = header.width
        self._patterns = _line(header, _TYPES)
        self._lawful = _line(header, _TYPES | _LAWFUL)
        places = {at: zone for zone, at in enumerate(header.zones) if at is not None}
        self._aux = places.get(columns.COMP_AUX_NUM), places.get(columns.COMP_AUX_LIB)
        self._label = places.get(columns.COMPTE_LIB)
        self._amount = places.get(columns.DEBIT, 0)
        self._is_signed = header.signed

    def fit(self, zones: Sequence[str]) -> bool:
        """True when every typed zone of a whole line has its type."""
        return len(zones) == self.width and all(
            pattern is None or _fits(pattern, zone)
            for pattern, zone in zip(self._patterns, zones, strict=True)
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
                for pattern, zone in zip(self._patterns, zones[:-1], strict=False)
            )
        )

    def _is_cut_in_texts(self, zones: Sequence[str]) -> bool:
        return all(
            pattern is None or "\n" not in zone
            for pattern, zone in zip(self._patterns, zones, strict=False)
        )

    def rebuild(self, pieces: list[str]) -> Rebuilt | None:
        """The one way to make a line of too many pieces; None when none or several fit."""
        extra = len(pieces) - self.width
        if not 0 < extra <= _CUTS_MAX:
            return None
        quoted = self._unquote(pieces)
        if quoted is not None:
            return quoted
        if self.separator == ",":
            decimals = self._with_decimals(pieces)
            if decimals is not None:
                return decimals
        ways = self._ways(pieces, self._lawful) or self._ways(pieces, self._patterns)
        if len(ways) != 1:
            return None
        cut = next(zone for zone, count in enumerate(ways[0]) if count > 1)
        return Rebuilt(self._join(pieces, ways[0]), cut)

    def _ways(self, pieces: list[str], patterns: _Line) -> list[list[int]]:
        """How many pieces each zone takes, for every reading that fits."""
        walk = _Walk(pieces, patterns)
        walk.go(len(pieces) - self.width)
        if len(walk.ways) >= _WAYS_MAX:
            return walk.ways
        return [way for way in walk.ways if self._is_sound(self._join(pieces, way))]

    def _unquote(self, pieces: list[str]) -> Rebuilt | None:
        """A spreadsheet puts quotes around a zone that holds the separator."""
        line = self.separator.join(pieces)
        if '"' not in line:
            return None
        zones = quoted_zones(line, self.separator)
        if not self.fit(zones):
            return None
        cut = next((zone for zone, text in enumerate(zones) if self.separator in text), None)
        return None if cut is None else Rebuilt(zones, cut)

    def _with_decimals(self, pieces: list[str]) -> Rebuilt | None:
        """Amounts cut at their decimal comma: « 1200,00,0,00 » is two amounts, and no label."""
        count = 1 if self._is_signed else 2
        found: list[Rebuilt] = []
        for at in range(len(pieces) - 2 * count + 1):
            cut = pieces[at : at + 2 * count]
            if not all(map(_WHOLE.fullmatch, cut[::2])) or not all(
                map(_CENTS.fullmatch, cut[1::2])
            ):
                continue
            amounts = [f"{whole},{cents}" for whole, cents in zip(cut[::2], cut[1::2], strict=True)]
            merged = [*pieces[:at], *amounts, *pieces[at + 2 * count :]]
            ways = [[1] * self.width] if self.fit(merged) else []
            if len(merged) > self.width:
                ways = self._ways(merged, self._patterns)
            found += [Rebuilt(self._join(merged, way), self._amount) for way in ways]
        return found[0] if len(found) == 1 else None

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


class _Walk:
    """Tries every number of pieces for each zone in turn; dead ends are tried once only."""

    def __init__(self, pieces: list[str], patterns: _Line) -> None:
        self.ways: list[list[int]] = []
        self._pieces = pieces
        self._patterns = patterns
        self._counts: list[int] = []
        self._dead: set[tuple[int, int]] = set()

    def go(self, extra: int) -> bool:
        """Fill the next zones, with `extra` pieces too many; True when one way at least fits."""
        zone, at = len(self._counts), sum(self._counts)
        if zone == len(self._patterns):
            if extra == 0:
                self.ways.append(list(self._counts))
            return extra == 0
        if (zone, extra) in self._dead or len(self.ways) >= _WAYS_MAX:
            return False
        pattern = self._patterns[zone]
        found = False
        if pattern is None or _fits(pattern, self._pieces[at]):
            for more in range(extra + 1 if pattern is None else 1):
                self._counts.append(1 + more)
                found = self.go(extra - more) or found
                self._counts.pop()
        if not found:
            self._dead.add((zone, extra))
        return found


def _line(header: Header, types: _Patterns) -> _Line:
    """The pattern of each zone of a line; None for a text, which may have been cut."""
    if header.signed:
        types = types | {columns.SENS: _SIDE}
    patterns = [None if at is None else types.get(at) for at in header.zones]
    return patterns + [_EMPTY] * (header.width - len(header.zones))
