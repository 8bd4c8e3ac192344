"""The dates of one column over a whole file: read once each, judged together at the end.

« 31/12/2025 » is accepted when the whole column is written so; a column that mixes day-first and
year-first dates is not, because nothing then tells 01/02/2025 from an American February.
"""

from __future__ import annotations

from typing import Final

from ledger.fec.columns import ECRITURE_DATE, column_name
from ledger.fec.dates import COMPACT, DAY_FIRST, DAY_FIRST_COMPACT, ReadDate, read_date
from ledger.fec.findings import Severity
from ledger.fec.notes import Note, Notebook
from ledger.fec.wording import quoted

_CACHE_SIZE: Final = 65_536
_DAY_FIRST: Final = frozenset((DAY_FIRST, DAY_FIRST_COMPACT))


class DateColumn:
    """Reads the dates of one column.

    `known` maps zones that need no finding to their ISO date (empty for an empty zone): look
    there first, ask `read` for what it lacks.
    """

    def __init__(self, notes: Notebook, column: int) -> None:
        self._notes = notes
        self._column = column
        self._forms: dict[str, tuple[int, str, str]] = {}
        self._uses: dict[str, int] = {}
        self._time: tuple[int, str, str] | None = None
        self.known: dict[str, str] = {}

    def read(self, zone: str, line: int) -> ReadDate:
        """The date of a zone that `known` lacks; remembers its form and whether it has a time."""
        read = read_date(zone)
        text = zone.strip()
        if read.iso:
            self._forms.setdefault(read.form, (line, text, read.iso))
            self._uses[read.form] = self._uses.get(read.form, 0) + 1
            if read.has_time and self._time is None:
                self._time = (line, text, read.iso)
        if read.code is None:
            if len(self.known) >= _CACHE_SIZE:
                self.known.clear()
            self.known[zone] = read.iso
        return read

    def close(self) -> None:
        """Write what only the whole column tells."""
        name = column_name(self._column)
        day_first = sum(self._uses[form] for form in self._forms if form in _DAY_FIRST)
        others = sum(self._uses[form] for form in self._forms if form not in _DAY_FIRST)
        read = "le jour d’abord" if day_first and others else "sans ambiguïté"
        for form, (line, text, iso) in self._forms.items():
            if form != COMPACT:
                how = read if form in _DAY_FIRST else "sans ambiguïté"
                message = f"{name} est au format {form}, lu {how} ; la loi veut AAAAMMJJ."
                note = Note(line, self._column, text, iso.replace("-", ""))
                self._notes.write("DATE_FORMAT", message, note)
        if self._time is not None:
            line, text, iso = self._time
            message = f"{name} porte une heure ({quoted(text)}) : elle est retirée."
            note = Note(line, self._column, text, iso.replace("-", ""))
            self._notes.write("DATE_HEURE", message, note)
        if day_first and others:
            self._tell_mixed(name, day_first, others)

    def _tell_mixed(self, name: str, day_first: int, others: int) -> None:
        odd = day_first <= others
        line, text, _ = min(
            place for form, place in self._forms.items() if (form in _DAY_FIRST) is odd
        )
        message = (
            f"{name} mélange des dates qui commencent par le jour et par l’année "
            f"({quoted(text)}) : demander un fichier où elles s’écrivent toutes AAAAMMJJ."
        )
        severity: Severity = "error" if self._column == ECRITURE_DATE else "warning"
        note = Note(line, self._column, text)
        self._notes.write("DATE_FORMAT_MELANGE", message, note, severity=severity)
