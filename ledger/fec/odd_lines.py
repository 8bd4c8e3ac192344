"""The slow path: lines that are not exactly what the header announces.

Each is repaired when one repair alone is possible, with a warning, or left out with an error.
Regular lines never come here.
"""

from __future__ import annotations

import re
from typing import Final

from ledger.fec.header import Header
from ledger.fec.lines import LINE_END, MAX_RECORD
from ledger.fec.notices import Notices
from ledger.fec.quoting import quoted_zones
from ledger.fec.recombine import Anchors

Record = tuple[int, list[str]]
"""The number of the first physical line of a record, and its zones."""

_PARTS_MAX: Final = 20
_CONTROLS: Final = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x85\u2028\u2029]")


class OddLines:
    """Takes lines one by one, gives records in `out`; `pending` holds a record still incomplete."""

    def __init__(
        self, header: Header, separator: str, eol: str, notices: Notices, *, quoted: bool
    ) -> None:
        self.header = header
        self.separator = separator
        self.quoted = quoted
        self.out: list[Record] = []
        self.pending: list[tuple[int, str]] = []
        self.saw_line = False
        self._eol = eol
        self._notices = notices
        self._anchors = Anchors(header, separator)
        self._irregular_ends: tuple[int, int] | None = None  # first line, count
        self._final: int | None = None

    def take(self, number: int, line: str, *, is_final: bool = False) -> int:
        """Deal with one line; the number of physical lines that it was.

        `is_final` tells the last line of the file, when no line end follows it.
        """
        if is_final:
            self._final = number
        if "\n" in line or "\r" in line:
            return self._take_broken(number, line)
        self._take_raw(number, line)
        return 1

    def give_up(self) -> None:
        """The incomplete record stays so: its first line is a fault, the others try again."""
        (number, line), *rest = self.pending
        self.pending = []
        self._refuse(number, line)
        for number, line in rest:
            self._take_clean(number, line)

    def finish(self) -> None:
        """After the last line: what is still incomplete is a fault."""
        while self.pending:
            self.give_up()
        if self._irregular_ends:
            self._notices.irregular_ends(*self._irregular_ends)

    def split(self, line: str) -> list[str]:
        """The zones of a line, without their quotes in a file that quotes all its lines."""
        if self._is_open(line):
            return [line]
        if self.quoted and line.startswith('"'):
            return quoted_zones(line, self.separator)
        return line.split(self.separator)

    def _take_broken(self, number: int, line: str) -> int:
        """A line that holds a CR or LF besides its own end."""
        # CR CR LF, CR LF: the neighbour of the file's own line end belongs to it.
        bare = line.removeprefix("\n") if self._eol == "\r" else line.rstrip("\r")
        if bare != line:
            if not bare and number == self._final:
                return 0
            self._notices.varying_line_ends(number)
        if "\n" not in bare and "\r" not in bare:
            self._take_raw(number, bare)
            return 1
        core = bare.strip("\r\n")
        if bare == core and len(self.split(core)) == self.header.width:
            return self._take_data_break(number, core)
        self._notices.mixed_line_ends(number)
        parts = LINE_END.split(bare)
        for rank, part in enumerate(parts):
            self._take_raw(number + rank, part)
        return len(parts)

    def _take_data_break(self, number: int, line: str) -> int:
        """The right number of zones: the line end is inside a text."""
        zones = self.split(line)
        at = next(zone for zone, text in enumerate(zones) if LINE_END.search(text))
        self._notices.break_in_data(number, at, zones[at], LINE_END.sub(" ", zones[at]))
        spaced, count = LINE_END.subn(" ", line)
        self._take_raw(number, spaced)
        return 1 + count

    def _take_raw(self, number: int, line: str) -> None:
        """A line as it is in the file: without its NUL, DOS end mark and control characters."""
        if "\0" in line:
            bare = line.replace("\0", "")
            self._notices.nul(number, line, bare)
            line = bare
        if line.endswith("\x1a"):
            line = line.rstrip("\x1a")
            self._notices.dos_end(number, glued=bool(line.strip()))
            if not line.strip():
                return
        if self.separator != "\t" and "\t" in line:
            line = self._spaced(number, line, "\t")
        while found := _CONTROLS.search(line):
            line = self._spaced(number, line, found.group())
        self._take_clean(number, line)

    def _spaced(self, number: int, line: str, sign: str) -> str:
        zones = self.split(line)
        zone = next((at for at, text in enumerate(zones) if sign in text), 0)
        self._notices.control(number, zone, sign, zones[zone])
        return line.replace(sign, " ")

    def _take_clean(self, number: int, line: str) -> None:
        if not self.pending or not self._continue(number, line):
            self._classify(number, line)

    def _is_blank(self, line: str) -> bool:
        return not line.strip(self.separator + " ")

    def _classify(self, number: int, line: str) -> None:
        if self._is_blank(line):
            self._notices.blank(number)
            return
        self.saw_line = True
        if len(line) > MAX_RECORD:
            self._notices.too_long(number)
            return
        zones = self.split(line)
        width = self.header.width
        if self.header.is_repeated_by(zones):
            self._notices.repeated_header(number)
        elif len(zones) == width:
            self._emit(number, zones)
        elif len(zones) < width:
            self._take_short(number, line, zones)
        else:
            self._take_wide(number, zones)

    def _take_wide(self, number: int, zones: list[str]) -> None:
        width = self.header.width
        if not any(text.strip() for text in zones[width:]) and self._anchors.fit(zones[:width]):
            self._note_irregular_end(number)
            self._emit(number, zones[:width])
            return
        rebuilt = self._anchors.rebuild(zones)
        if rebuilt is None:
            self._notices.wrong_count(number, len(zones))
            return
        text = rebuilt.zones[rebuilt.cut]
        pieces = text.split(self.separator)
        if self.separator == "\t":
            rebuilt = rebuilt._replace(zones=[zone.replace("\t", " ") for zone in rebuilt.zones])
        self._notices.rebuilt(number, rebuilt.cut, pieces, rebuilt.zones[rebuilt.cut])
        self._emit(number, rebuilt.zones)

    def _take_short(self, number: int, line: str, zones: list[str]) -> None:
        if self.header.has_unnamed_end and self._anchors.fit([*zones, ""]):
            self._note_irregular_end(number)
            self._emit(number, [*zones, ""])
        elif number != self._final and self._may_be_cut(line, zones):
            self.pending = [(number, line)]
        else:
            self._refuse(number, line)

    def _may_be_cut(self, line: str, zones: list[str]) -> bool:
        # A line of one zone starts no record: the first zones are codes and a date.
        return self._is_open(line) or (len(zones) > 1 and self._anchors.may_start(zones))

    def _is_open(self, text: str) -> bool:
        """True when a quoted zone goes on after the end of the line."""
        return self.quoted and text.count('"') % 2 == 1

    def _continue(self, number: int, line: str) -> bool:
        """Add a line to the incomplete record; False when it is none of its parts."""
        parts = [*self.pending, (number, line)]
        text = "\n".join(part for _, part in parts)
        zones = self.split(text)
        is_whole = len(self.split(line)) == self.header.width and not self._is_open(parts[0][1])
        is_too_much = len(parts) > _PARTS_MAX or len(text) > MAX_RECORD
        may_go_on = number != self._final and (
            self._is_open(text) or self._anchors.may_start(zones)
        )
        if is_whole or is_too_much or not (may_go_on or self._anchors.fit_joined(zones)):
            self.give_up()
            # What was given up may have opened another record, which this line may continue.
            return bool(self.pending) and self._continue(number, line)
        if may_go_on:
            self.pending = parts
        else:
            self.pending = []
            self._emit_joined(parts[0][0], zones)
        return True

    def _emit_joined(self, number: int, zones: list[str]) -> None:
        self.saw_line = True
        at = next(zone for zone, text in enumerate(zones) if "\n" in text)
        old = zones[at]
        zones = [text.replace("\n", " ") for text in zones]
        self._notices.joined(number, at, old, zones[at])
        self._emit(number, zones)

    def _emit(self, number: int, zones: list[str]) -> None:
        if self.quoted and has_tab(zones):
            at = next(zone for zone, text in enumerate(zones) if "\t" in text)
            self._notices.control(number, at, "\t", zones[at])
            zones = [text.replace("\t", " ") for text in zones]
        if self.header.has_unnamed_end and zones[-1].strip():
            self._notices.unnamed_value(number, zones[-1])
        self.out.append((number, zones))

    def _note_irregular_end(self, number: int) -> None:
        first, count = self._irregular_ends or (number, 0)
        self._irregular_ends = first, count + 1

    def _refuse(self, number: int, line: str) -> None:
        if self._is_blank(line):
            self._notices.blank(number)
        elif number == self._final:
            self._notices.cut_short(number, len(self.split(line)), line)
        else:
            self._notices.wrong_count(number, len(self.split(line)))


def has_tab(zones: list[str]) -> bool:
    """True when a quoted zone holds the tabulation."""
    return any("\t" in text for text in zones)
