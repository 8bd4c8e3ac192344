"""A line of an imported file as it came, with its neighbours and its zones."""

from __future__ import annotations

from dataclasses import dataclass

from ledger import storage
from ledger.fec.columns import ALL, ECRITURE_NUM, JOURNAL_CODE
from ledger.fec.findings import FindingSink
from ledger.fec.reading import Choices, open_reading, raw_lines
from ledger.models import FecImport

AROUND = 2


@dataclass(frozen=True)
class Zone:
    """One zone of the line: its rank in the file, its name there, its text."""

    rank: int
    name: str
    text: str
    is_bad: bool


@dataclass(frozen=True)
class Shown:
    """A physical line, cut into zones when the file is flat; `hit` is the one looked at."""

    number: int
    zones: list[Zone]
    is_hit: bool


@dataclass(frozen=True)
class Excerpt:
    """The line and its neighbours; `detail` names the zones of the line itself."""

    lines: list[Shown]
    detail: list[Zone]

    @property
    def piece(self) -> tuple[str, str] | None:
        """Journal and number of the entry that the line belongs to, to leave it out."""
        named = {zone.name: zone.text.strip() for zone in self.detail}
        journal, number = named.get(ALL[JOURNAL_CODE], ""), named.get(ALL[ECRITURE_NUM], "")
        return (journal, number) if number else None


def excerpt(row: FecImport, line: int, *, column: str = "") -> Excerpt:
    """Read the lines around one of an import's file; `column` is the zone to mark."""
    with storage.original_path(row.dossier_id, row.sha256) as path, FindingSink() as sink:
        choices = Choices(
            row.corrections.get("encoding") or None, bool(row.corrections.get("standard_order"))
        )
        reading = open_reading(path, name=row.file_name, sink=sink, choices=choices)
        found = raw_lines(path, reading, line, AROUND)
        names = list(reading.header) or list(ALL)
        separator = "" if reading.is_xml else reading.separator or ""
    lines = [
        Shown(number, _zones(text, names, separator, column), number == line)
        for number, text in found
    ]
    hit = next((shown for shown in lines if shown.is_hit), None)
    detail = hit.zones if hit and separator else []
    return Excerpt(lines, detail)


def _zones(text: str, names: list[str], separator: str, column: str) -> list[Zone]:
    parts = text.split(separator) if separator else [text]
    return [
        Zone(
            rank + 1,
            names[rank] if rank < len(names) else "",
            part,
            bool(column) and names[rank : rank + 1] == [column],
        )
        for rank, part in enumerate(parts)
    ]
