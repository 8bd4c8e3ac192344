"""A table as XLSX, row by row in constant memory; numbers are numbers, texts never formulas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ledger.tables import Column, Table

AMOUNT = '#,##0.00;[Black]-#,##0.00;0.00'
WIDTHS = {"text": 28, "amount": 16, "balance": 16, "integer": 10, "date": 12}


def write(table: Table, path: Path) -> None:
    """Write the table to a file, its header frozen and filtered, its totals in bold."""
    import xlsxwriter  # noqa: PLC0415 (slow to load, and only exports need it)

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False, "default_date_format": "dd/mm/yyyy"}  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        _Sheet(book, table).write()


class _Sheet:
    """One sheet being written, from the top down."""

    def __init__(self, book: Any, table: Table) -> None:
        self.table = table
        self.sheet = book.add_worksheet(table.title[:31].translate(str.maketrans("[]:*?/\\", "-------")))
        self.formats = {
            (kind, bold): self._format(book, kind, bold) for kind in WIDTHS for bold in (False, True)
        }
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.at = 0

    def write(self) -> None:
        """Title, facts, header, rows, totals."""
        for index, column in enumerate(self.table.columns):
            width = max(WIDTHS[column.kind], 40 if column.width > 2 else 0)
            self.sheet.set_column(index, index, width)
        self.sheet.write_string(0, 0, self.table.title, self.title)
        self.sheet.write_string(1, 0, self.table.subtitle)
        self.at = 3
        self._row([column.label for column in self.table.columns], bold=True, as_text=True)
        self.sheet.freeze_panes(self.at, 0)
        for row in self.table.rows:
            if row.style == "group":
                self._row(list(row.cells[:1]), bold=True, as_text=True)
            else:
                self._row(row.cells, bold=row.style == "subtotal")
        if self.table.totals is not None:
            self._row(self.table.totals, bold=True)

    def _format(self, book: Any, kind: str, bold: bool) -> Any:
        made = {"bold": bold}
        if kind in {"amount", "balance"}:
            made["num_format"] = AMOUNT
        elif kind == "integer":
            made["num_format"] = "#,##0"
        elif kind == "date":
            made["num_format"] = "dd/mm/yyyy"
        return book.add_format(made)

    def _row(self, cells: Any, *, bold: bool, as_text: bool = False) -> None:
        for index, value in enumerate(cells):
            column = Column("", "text") if as_text else self.table.columns[index]
            self._cell(index, column, value, self.formats[column.kind, bold])
        self.at += 1

    def _cell(self, index: int, column: Column, value: Any, form: Any) -> None:
        if value is None or value == "":
            return
        if column.kind in {"amount", "balance"} and isinstance(value, int):
            self.sheet.write_number(self.at, index, value / 100, form)
        elif column.kind == "integer" and isinstance(value, int):
            self.sheet.write_number(self.at, index, value, form)
        elif column.kind == "date":
            self.sheet.write_datetime(self.at, index, value, form)
        else:
            self.sheet.write_string(self.at, index, str(value)[:32767], form)
