"""The first lines of a flat file, and what they show of its form: ends, quotes, empty zones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from ledger.fec.encodings import Encoding
from ledger.fec.header import find_separator, split_names
from ledger.fec.lines import main_line_end
from ledger.fec.quoting import quoted_zones
from ledger.fec.survey import HEAD, Survey

_SAMPLE: Final = 50


class FlatHead:
    """The header line (`first`), the blank lines before it, and a sample of the lines after it.

    Raw: neither quotes nor signs are removed, but for NUL.
    """

    def __init__(self, survey: Survey, encoding: Encoding) -> None:
        raw = survey.head[len(survey.bom) :]
        text = raw.decode(encoding.codec, encoding.errors)
        self.eol = main_line_end(text)
        lines = text.replace("\0", "").split(self.eol)
        is_cut = survey.size > HEAD
        self.is_endless = is_cut and len(lines) == 1
        if is_cut and len(lines) > 1:
            lines.pop()  # it may go on
        self.blank = 0
        while self.blank < len(lines) - 1 and not lines[self.blank].strip():
            self.blank += 1
        self.first = lines[self.blank]
        self.data = [line for line in lines[self.blank + 1 :] if line.strip()][:_SAMPLE]
        self.separator = find_separator(self.first)
        self.names = split_names(self.first, self.separator) if self.separator else []
        self.is_quoted = self._reads_quoted()

    @property
    def zones(self) -> list[str]:
        """The zones of the first line."""
        return self.first.split(self.separator)

    @property
    def has_quoted_names(self) -> bool:
        """True when the header itself is in quotes."""
        return self.first.startswith('"')

    def width(self, fits: Callable[[list[str]], bool]) -> int:
        """How many zones the lines have: those of the header, and empty ones after them.

        `fits` tells whether the zones under the names are of the types of their columns: an empty
        last zone may also be that of a line whose label holds the separator.
        """
        columns = len(self.names)
        counts = Counter((len(self.zones),))  # between two, that of the header
        for line in self.data:
            zones = self._split_quoted(line) if self.is_quoted else line.split(self.separator)
            if not any(zone.strip() for zone in zones[columns:]) and fits(zones[:columns]):
                counts[len(zones)] += 2
        return counts.most_common(1)[0][0]

    def _reads_quoted(self) -> bool:
        """True when the lines are quoted: the first one, and enough of the others."""
        if not self.separator or not self.data or not self.data[0].startswith('"'):
            return False
        columns = len(self.names)
        whole = sum(
            line.startswith('"') and len(self._split_quoted(line)) in (columns, columns + 1)
            for line in self.data
        )
        return 2 * whole >= len(self.data) or (self.has_quoted_names and whole > 0)

    def _split_quoted(self, line: str) -> list[str]:
        return quoted_zones(line, self.separator or "\t")
