"""A table as CSV for a French spreadsheet: `;`, a byte order mark, decimal commas, no formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ledger.tables import Column, Row, Table

# A text that starts so would be computed by a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
BATCH = 500


def chunks(table: Table) -> Iterator[bytes]:
    """The file, streamed in batches of rows.

    Groups are left out, subtotals too: they can be made again.
    """
    yield ("\ufeff" + _line(column.label for column in table.columns)).encode()
    batch: list[str] = []
    for row in table.rows:
        if row.style in {"row", "total"}:
            batch.append(_row(table.columns, row))
        if len(batch) == BATCH:
            yield "".join(batch).encode()
            batch = []
    if table.totals is not None:
        batch.append(_row(table.columns, Row(table.totals)))
    yield "".join(batch).encode()


def cell(value: Any) -> str:
    """A text that a spreadsheet neither splits nor computes."""
    text = "" if value is None else str(value)
    if text.startswith(FORMULA):
        text = "'" + text
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ';"\r\n') else text


def decimal(cents: int) -> str:
    """Cents with a decimal comma: `-1234,56`."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole},{rest:02d}"


def _row(columns: Sequence[Column], row: Row) -> str:
    cells = zip(columns, row.cells, strict=True)
    return ";".join(_cell(column, value) for column, value in cells) + "\r\n"


def _cell(column: Column, value: Any) -> str:
    if value is None or value == "":
        return ""
    if column.kind in {"amount", "balance"} and isinstance(value, int):
        return decimal(value)
    if column.kind == "percent":
        return f"{value:.1%}".replace(".", ",")
    if column.kind == "date":
        return f"{value:%d/%m/%Y}"
    return cell(value)


def _line(labels: Iterator[str]) -> str:
    return ";".join(map(cell, labels)) + "\r\n"
