"""CSV and XLSX statements as rows of texts, each with its line in the file."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import zipfile
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import python_calamine
from django.utils.text import slugify

from ledger.bank.lines import MOST_LINES, UnreadableStatement, too_long
from ledger.bank.texts import decoded

ZIP = b"PK\x03\x04"
DELIMITERS = ";\t,|"
MOST_COLUMNS = 60
MOST_UNZIPPED = 200 * 1024 * 1024
MOST_CELL = 2000
# Lines before and after the operations (balances, totals) come on top.
MOST_ROWS = MOST_LINES + 500


@dataclass(frozen=True)
class Row:
    """A row that is not blank: its line in the file (the first is 1) and its cells."""

    line: int
    cells: list[str]


@dataclass
class Table:
    """A table as it stands in the file.  Numbers and days of a spreadsheet are written as ISO."""

    rows: list[Row] = field(default_factory=list)
    is_sheet: bool = False

    @property
    def width(self) -> int:
        """How many columns its widest row has."""
        return max((len(row.cells) for row in self.rows), default=0)


def read_table(content: bytes) -> Table:
    """The rows of a CSV, or of the first sheet of an XLSX.

    Raises:
        UnreadableStatement: neither, or without a row.
        StatementTooLong: too many rows.
    """
    table = _sheet(content) if content.startswith(ZIP) else _csv(decoded(content))
    if not table.rows:
        raise UnreadableStatement(
            "Ce fichier ne contient aucune ligne. Téléchargez de nouveau le relevé."
        )
    return table


def _csv(text: str) -> Table:
    table = Table()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        for cells in reader:
            _add(table, reader.line_num, cells)
    except csv.Error as error:
        raise UnreadableStatement(
            f"Ce fichier CSV n’a pas pu être lu (ligne {reader.line_num}). Enregistrez-le en XLSX, "
            "ou en CSV séparé par des points-virgules."
        ) from error
    return table


def delimiter_of(text: str) -> str:
    """The separator that the most lines of the beginning agree on."""
    lines = [line for line in text[:64_000].splitlines()[:60] if line.strip()]

    def agreed(sign: str) -> tuple[int, int]:
        counts = [line.count(sign) for line in lines if sign in line]
        usual = max(set(counts), key=counts.count, default=0)
        return counts.count(usual) * min(usual, 3) if usual else 0, -DELIMITERS.index(sign)

    return max(DELIMITERS, key=agreed)


def _sheet(content: bytes) -> Table:
    table = Table(is_sheet=True)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNZIPPED:
                raise too_long()
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        first = book.get_sheet_by_index(0)
        above = first.start[0] if first.start else 0
        for line, cells in enumerate(first.to_python(skip_empty_area=True), above + 1):
            _add(table, line, [_text(cell) for cell in cells])
    except (python_calamine.CalamineError, zipfile.BadZipFile, IndexError) as error:
        raise UnreadableStatement(
            "Ce classeur n’a pas pu être lu\u00a0: il est abîmé ou protégé. Enregistrez-le de "
            "nouveau en XLSX, ou en CSV."
        ) from error
    return table


def _text(cell: Any) -> str:
    """A cell of a spreadsheet: amounts with a point, days as ISO."""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        rounded = Decimal(repr(cell)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return str(int(rounded)) if rounded == rounded.to_integral_value() else str(rounded)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


def _add(table: Table, line: int, cells: list[str]) -> None:
    kept = [" ".join(cell[:MOST_CELL].replace("\0", "").split()) for cell in cells[:MOST_COLUMNS]]
    if not any(kept):
        return
    if len(table.rows) >= MOST_ROWS:
        raise too_long()
    table.rows.append(Row(line, kept))


def header_mark(cells: list[str]) -> str:
    """What tells one layout of columns from another: the SHA-256 of its headings."""
    return hashlib.sha256("|".join(map(slugify, cells)).encode()).hexdigest()
