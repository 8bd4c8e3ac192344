"""Bytes to text blocks that end on a line end, in flat memory, however long a line is.

Lines are cut on CR and LF only: `str.splitlines` also cuts on U+0085 and U+2028, which real labels
hold.  A line longer than any record may be is kept short: the rest is read past, not stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from ledger.fec.encodings import ISO, Encoding, escaped

BLOCK: Final = 1 << 18
"""Bytes read at once: more leave the processor's cache before they are split."""

MAX_RECORD: Final = 65_536
"""Characters of the longest record that is read; the law's zones fit a hundred times."""

LINE_END: Final = re.compile("\r{0,3}\n|\r")
"""What ends a physical line: LF, CR, CR LF, and what FTP and git make of them, CR CR LF."""
_KEPT: Final = 4 * MAX_RECORD + 8
_EURO_BYTES: Final = tuple(bytes((code,)) for code in b"\xa4\xa6\xa8\xb4\xb8\xbc\xbd\xbe")
_EXCERPT: Final = 80


class Repair(NamedTuple):
    """A line that its encoding could not decode: its rank in the block, before and after."""

    rank: int
    old: str
    new: str


class Block(NamedTuple):
    """Whole lines, each ended by the main line end but maybe the last of the file."""

    text: str
    repairs: list[Repair]


def main_line_end(head: str) -> str:
    """The first line end of a file, taken as that of all its lines; LF when there is none."""
    found = LINE_END.search(head)
    return found.group() if found else "\n"


class LineSource:
    """The text of a file, block by block; `bytes_read` tells how far it is."""

    def __init__(self, path: Path, encoding: Encoding, *, skip: int, eol: str) -> None:
        self.path = path
        self.encoding = encoding
        self.eol = eol
        self.bytes_read = 0
        self._skip = skip
        self._width = 2 if encoding.codec.startswith("utf-16") else 1
        self._eol_bytes = eol.encode(encoding.codec)

    def blocks(self) -> Iterator[Block]:
        """All the text; every call reads the file again from its start."""
        with self.path.open("rb") as file:
            self.bytes_read = len(file.read(self._skip))
            carry = b""
            while data := file.read(BLOCK):
                self.bytes_read += len(data)
                data = carry + data
                end = self._last_end(data)
                if not end and len(data) > _KEPT:
                    carry = self._rest_of_long_line(file, data)
                    continue
                carry = data[end:]
                if end:
                    yield self._decode(data[:end])
            if carry:
                yield self._decode(carry)

    def _last_end(self, data: bytes) -> int:
        """Where the last whole line of `data` ends; 0 when it holds none."""
        limit = len(data)
        if self.eol == "\r":
            limit -= self._width  # a CR at the very end may be the first half of CR LF
        end = data.rfind(self._eol_bytes, 0, limit)
        while end > 0 and end % self._width:
            end = data.rfind(self._eol_bytes, 0, end + len(self._eol_bytes) - 1)
        return end + len(self._eol_bytes) if end >= 0 else 0

    def _rest_of_long_line(self, file: BinaryIO, data: bytes) -> bytes:
        """Read past the end of a line too long to be a record, and keep its start."""
        start, tail = data[:_KEPT], data[_KEPT:]
        while True:
            end = self._first_end(tail)
            if end is not None:
                return start + tail[end:]
            more = file.read(BLOCK)
            if not more:
                return start
            self.bytes_read += len(more)
            keep = len(tail) % self._width + self._width * 2
            tail = tail[-keep:] + more

    def _first_end(self, data: bytes) -> int | None:
        at = data.find(self._eol_bytes)
        while at >= 0 and at % self._width:
            at = data.find(self._eol_bytes, at + 1)
        return at if at >= 0 else None

    def _decode(self, raw: bytes) -> Block:
        codec = self.encoding.codec
        if codec == ISO and not any(byte in raw for byte in _EURO_BYTES):
            codec = "latin-1"  # the same signs, ten times faster
        try:
            return Block(raw.decode(codec), [])
        except UnicodeDecodeError:
            return self._repair(raw)

    def _repair(self, raw: bytes) -> Block:
        if self._width == 2:
            return self._repair_utf16(raw)
        texts, repairs = [], []
        for index, line in enumerate(raw.split(self._eol_bytes)):
            try:
                texts.append(line.decode(self.encoding.codec))
            except UnicodeDecodeError as error:
                texts.append(line.decode(self.encoding.codec, self.encoding.errors))
                repairs.append(self._describe(index, line, error.start))
        return Block(self.eol.join(texts), repairs)

    def _repair_utf16(self, raw: bytes) -> Block:
        """UTF-16 fails on half a sign only, mostly the last of a file cut short."""
        text = raw.decode(self.encoding.codec, "replace")
        at = text.find("\ufffd")
        part = text[max(0, at - _EXCERPT // 2) : at + 1]
        return Block(text, [Repair(text.count(self.eol, 0, at), part, part)])

    def _describe(self, index: int, line: bytes, at: int) -> Repair:
        part = line[max(0, at - _EXCERPT // 2) : at + _EXCERPT // 2]
        new = part.decode(self.encoding.codec, self.encoding.errors)
        return Repair(index, escaped(part), new)
