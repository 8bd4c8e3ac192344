"""The text of records of an XML file that programs wrote on one physical line.

Records are numbered as `xml_form` numbers them, so that a finding leads to its <ligne>.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final
from xml.parsers import expat

_READ: Final = 1 << 16
_END: Final = b"</ligne>"


class _FoundError(Exception):
    """Nothing that follows is asked for."""


class _Places:
    """Where the records from `first` to `last` begin and end, in bytes."""

    def __init__(self, first: int, last: int) -> None:
        self._first, self._last = first, last
        self._number = 1
        self.of: dict[int, tuple[int, int]] = {}
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._stop

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] != "ligne":
            return
        self._number = max(self._number + 1, self.parser.CurrentLineNumber)
        if self._number > self._last:
            raise _FoundError
        if self._number >= self._first:
            at = self.parser.CurrentByteIndex
            self.of[self._number] = at, at

    def _end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "ligne" and self._number in self.of:
            self.of[self._number] = self.of[self._number][0], self.parser.CurrentByteIndex

    def _stop(self, *_declared: object) -> None:
        raise _FoundError


def records_around(path: Path, around: int, context: int) -> list[tuple[int, str]]:
    """The <ligne> elements numbered from `around - context` to `around + context`, as they are.

    Bytes that are not UTF-8 are shown as such; what a broken document holds before its fault is
    shown, and a document type, which is never read, ends it.
    """
    places = _Places(around - context, around + context)
    with path.open("rb") as file:
        try:
            while data := file.read(_READ):
                places.parser.Parse(data, False)
        except (_FoundError, expat.ExpatError, LookupError, ValueError):
            pass
        shown = []
        for number, (start, end) in places.of.items():
            if end > start:
                file.seek(start)
                record = file.read(end + len(_END) - start)
                shown.append((number, record.decode("utf-8", "replace")))
    return shown
