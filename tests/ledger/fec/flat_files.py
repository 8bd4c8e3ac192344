"""Builds FEC files, right and wrong, and reads them: what the tests of `ledger.fec` start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ledger.fec import columns
from ledger.fec.findings import Finding, FindingSink
from ledger.fec.reading import Choices, Reading, open_reading
from ledger.fec.rules import Severity, Structure

NAME = "552100554FEC20251231.txt"
HEADER = columns.LEGAL
TREASURY = columns.ALL

_VALUES = {
    "JournalCode": "AC",
    "JournalLib": "Achats",
    "EcritureNum": "AC0001",
    "EcritureDate": "20250227",
    "CompteNum": "60110000",
    "CompteLib": "Farines",
    "CompAuxNum": "",
    "CompAuxLib": "",
    "PieceRef": "FA-0412",
    "PieceDate": "20250226",
    "EcritureLib": "MINOTERIE",
    "Debit": "100,00",
    "Credit": "0,00",
    "EcritureLet": "",
    "DateLet": "",
    "ValidDate": "20250331",
    "Montantdevise": "",
    "Idevise": "",
    "DateRglt": "20250301",
    "ModeRglt": "virement",
    "NatOp": "",
    "IdClient": "",
    "Montant": "100,00",
    "Sens": "D",
}


def zones(names: Sequence[str] = HEADER, **changed: str) -> list[str]:
    """The zones of one line; `changed` replaces the usual values by column name."""
    values = {**_VALUES, **changed}
    return [values.get(name, "x") for name in names]


def text(
    *lines: Sequence[str], header: Sequence[str] = HEADER, sep: str = "\t", eol: str = "\r\n"
) -> str:
    """A whole file; each line is its zones.  Without lines: one regular line."""
    rows = [header, *(lines or [zones(header)])]
    return "".join(sep.join(row) + eol for row in rows)


@dataclass
class Read:
    """What reading a file gave."""

    reading: Reading
    sink: FindingSink
    records: list[tuple[int, list[str]]]

    @property
    def findings(self) -> list[Finding]:
        return list(self.sink)

    @property
    def codes(self) -> dict[str, int]:
        return self.sink.counts

    @property
    def numbers(self) -> list[int]:
        return [number for number, _ in self.records]

    @property
    def worst(self) -> Severity | None:
        return self.sink.worst

    @property
    def structure(self) -> Structure:
        return self.sink.structure

    def only(self, code: str) -> Finding:
        """The one finding of the file, which must have this code."""
        assert self.codes == {code: 1}
        return self.findings[0]

    def column(self, index: int) -> list[str]:
        return [line[index] if index < len(line) else "" for _, line in self.records]


def read(
    folder: Path, content: bytes | str, *, name: str = NAME, choices: Choices | None = None
) -> Read:
    """Write a file, open it and take all its records; text is written in UTF-8."""
    path = folder / "upload"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    sink = FindingSink()
    reading = open_reading(path, name=name, sink=sink, choices=choices)
    records = [record for batch in reading.batches() for record in batch]
    return Read(reading, sink, records)
