"""From text blocks to records, some hundred lines at a time.

The fast path splits lines that are exactly as the header says; the others go one by one through
`odd_lines`.  Nothing is kept of what was given.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, NamedTuple

from ledger.fec.findings import FindingSink
from ledger.fec.header import Header
from ledger.fec.lines import MAX_RECORD, Block, LineSource
from ledger.fec.notices import Notices
from ledger.fec.odd_lines import OddLines, Record, has_tab

BATCH: Final = 400
"""Lines in a batch: a thousand leave the processor's cache and take half as long again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineLayout:
    """How the lines of one file are cut.

    `first` is the number of the first line after the header, `header_line` the header as written,
    `controls` the control characters that the file holds somewhere.
    """

    header: Header
    separator: str
    first: int
    header_line: str
    controls: frozenset[str]
    is_quoted: bool


class Table(NamedTuple):
    """Consecutive regular lines by columns, in canonical order; `lines` are their numbers."""

    lines: range
    columns: list[list[str]]


class Records:
    """The records of one flat file; read them once, with `tables` or `batches`."""

    def __init__(self, source: LineSource, layout: LineLayout, sink: FindingSink) -> None:
        header, separator = layout.header, layout.separator
        self._source = source
        self._header = header
        self._separator = separator
        self._controls = layout.controls | {"\r", "\n"}
        if separator != "\t":
            self._controls |= {"\t"}
        self._quoted = layout.is_quoted
        self._header_line = layout.header_line
        self._notices = Notices(header, separator, sink)
        self._odd = OddLines(header, separator, source.eol, self._notices, quoted=layout.is_quoted)
        self._arrange = header.arrange()
        self._blank = separator * (header.width - 1)
        self._number = 1
        self._to_skip = layout.first - 1
        self._has_records = False

    def batches(self) -> Iterator[list[Record]]:
        """Lists of (line number, zones in canonical order), in the order of the file."""
        for part in self.tables():
            if isinstance(part, Table):
                zones = map(list, zip(*part.columns, strict=True))
                yield list(zip(part.lines, zones, strict=True))
            else:
                yield part

    def tables(self) -> Iterator[Table | list[Record]]:
        """The same, but by columns where the lines are regular."""
        for block, is_last in _mark_last(self._source.blocks()):
            yield from self._read_block(block, is_last=is_last)
        self._odd.finish()
        yield from self._flush()
        if not self._has_records and not self._odd.saw_line:
            self._notices.no_entries()

    def _read_block(self, block: Block, *, is_last: bool) -> Iterator[Table | list[Record]]:
        self._tell_repairs(block)
        lines = block.text.split(self._source.eol)
        final = lines.pop()
        if self._to_skip:
            skipped = min(self._to_skip, len(lines))
            del lines[:skipped]
            self._to_skip -= skipped
            self._number += skipped
            self._tell_padding(lines)
        joined = "".join(lines)
        is_clean = not any(sign in joined for sign in self._controls)
        for start in range(0, len(lines), BATCH):
            yield from self._read_lines(lines[start : start + BATCH], is_clean=is_clean)
        if final and is_last and not self._to_skip:
            self._number += self._odd.take(self._number, final, is_final=True)
            yield from self._flush()

    def _read_lines(self, lines: list[str], *, is_clean: bool) -> Iterator[Table | list[Record]]:
        table = self._table(lines) if is_clean else None
        if table is not None:
            yield table
            return
        zones = self._split(lines)
        if is_clean and self._are_regular(lines, zones):
            batch = list(enumerate(zones, self._number))
            self._number += len(lines)
            yield self._arranged(batch)
        else:
            self._read_odd(lines, zones)
            yield from self._flush()

    def _table(self, lines: list[str]) -> Table | None:
        """Clean lines by columns, None when they are not all regular.

        One split for all of them costs half of one each: a line feed, which is in none of them,
        stands between two lines as a zone of its own, and tells whether they have equal widths.
        """
        width, separator = self._header.width, self._separator
        if self._arrange is not None or self._quoted or not separator:
            return None
        zones = f"{separator}\n{separator}".join(lines).split(separator)
        marks = zones[width :: width + 1]
        if len(zones) != (width + 1) * len(lines) - 1 or marks.count("\n") != len(lines) - 1:
            return None
        columns = [zones[rank :: width + 1] for rank in range(width)]
        if not self._has_regular(lines, columns[-1]):
            return None
        numbers = range(self._number, self._number + len(lines))
        self._number += len(lines)
        self._has_records = True
        return Table(numbers, columns)

    def _split(self, lines: list[str]) -> list[list[str]]:
        if self._quoted:
            return [self._odd.split(line) for line in lines]
        separator = self._separator
        with _no_collection():
            return [line.split(separator) for line in lines]

    def _are_regular(self, lines: list[str], zones: list[list[str]]) -> bool:
        return (
            set(map(len, zones)) == {self._header.width}
            and self._has_regular(lines, [line[-1] for line in zones])
            and not (self._quoted and any(map(has_tab, zones)))
        )

    def _has_regular(self, lines: list[str], ends: list[str]) -> bool:
        """True when lines of the right width, with these last zones, are records each."""
        return (
            not self._odd.pending
            and max(map(len, lines)) <= MAX_RECORD
            and self._blank not in lines
            and self._header_line not in lines
            and not (self._header.has_unnamed_end and any(map(str.strip, ends)))
        )

    def _read_odd(self, lines: list[str], zones: list[list[str]]) -> None:
        """Regular lines among odd ones keep to a short path."""
        odd, width = self._odd, self._header.width
        out = odd.out
        for line, cut in zip(lines, zones, strict=True):
            if (
                len(cut) == width
                and not odd.pending
                and not self._quoted
                and len(line) <= MAX_RECORD
                and not (self._header.has_unnamed_end and cut[-1].strip())
                and line not in (self._blank, self._header_line)
                and not any(sign in line for sign in self._controls)
            ):
                out.append((self._number, cut))
                self._number += 1
            else:
                self._number += odd.take(self._number, line)

    def _flush(self) -> Iterator[list[Record]]:
        if self._odd.out:
            batch, self._odd.out = self._odd.out, []
            yield self._arranged(batch)

    def _arranged(self, batch: list[Record]) -> list[Record]:
        self._has_records = True
        arrange = self._arrange
        if arrange is None:
            return batch
        with _no_collection():
            return [(number, arrange(zones)) for number, zones in batch]

    def _tell_repairs(self, block: Block) -> None:
        is_mixed = self._source.encoding.fallback is not None
        tell = self._notices.repaired_bytes if is_mixed else self._notices.unreadable_bytes
        for repair in block.repairs:
            tell(self._number + repair.rank, repair.old, repair.new)

    def _tell_padding(self, lines: list[str]) -> None:
        """Fixed-width files show it from their first lines."""
        marks = f"  {self._separator}", f"{self._separator} {self._separator}"
        for rank, line in enumerate(lines[:BATCH]):
            if any(mark in line for mark in marks):
                self._notices.padded(self._number + rank)
                return


@contextmanager
def _no_collection() -> Iterator[None]:
    """Hundreds of new lists would make the garbage collector run again and again for nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _mark_last(blocks: Iterator[Block]) -> Iterator[tuple[Block, bool]]:
    """Each block with whether it is the last."""
    held: Block | None = None
    for block in blocks:
        if held is not None:
            yield held, False
        held = block
    if held is not None:
        yield held, True
