"""A table as XLSX, row by row in constant memory; numbers are numbers, texts never formulas."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ledger.tables import Column, Table

AMOUNT = "#,##0.00;-#,##0.00;0.00"
FORMATS = {
    "text": {},
    "amount": {"num_format": AMOUNT},
    "balance": {"num_format": AMOUNT},
    "integer": {"num_format": "#,##0"},
    "percent": {"num_format": "+0.0%;-0.0%;0.0%"},
    "date": {"num_format": "dd/mm/yyyy"},
}
WIDTHS = {"text": 28, "amount": 16, "balance": 16, "integer": 10, "percent": 10, "date": 12}
LONGEST_TEXT = 32_767
# The format holds 1 048 576 rows a sheet; what exceeds goes on in another.
MOST_ROWS = 1_000_000


def write(table: Table, path: Path) -> None:
    """Write the table to a file, its header frozen and filtered, its totals in bold."""
    write_many([table], path)


def write_many(tables: Sequence[Table], path: Path) -> None:
    """Write tables to one file, each on a sheet of its own; their titles differ."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False, "default_date_format": "dd/mm/yyyy"}  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        for table in tables:
            _Book(book, table).write()


class _Book:
    """The book being written, from the top down."""

    def __init__(self, book: Any, table: Table) -> None:
        self.table, self.book = table, book
        self.formats = {
            (kind, bold): book.add_format({"bold": bold, **made})
            for kind, made in FORMATS.items()
            for bold in (False, True)
        }
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.sheets, self.at = 0, 0
        self._begin()

    def write(self) -> None:
        """Rows, then totals."""
        for row in self.table.rows:
            if row.style == "group":
                self._row(list(row.cells[:1]), bold=True, as_text=True)
            else:
                self._row(row.cells, bold=row.style != "row")
        self.sheet.autofilter(3, 0, max(self.at - 1, 3), len(self.table.columns) - 1)
        if self.table.totals is not None:
            self._row(self.table.totals, bold=True)

    def _begin(self) -> None:
        """A sheet with its title and header."""
        self.sheets += 1
        name = self.table.title.translate(str.maketrans("[]:*?/\\'", "-------’"))
        self.sheet = self.book.add_worksheet(
            f"{name[:26]} {self.sheets}" if self.sheets > 1 else name[:31]
        )
        for index, column in enumerate(self.table.columns):
            width = max(WIDTHS[column.kind], 40 if column.width > 2 else 0)
            self.sheet.set_column(index, index, width)
        self.sheet.write_string(0, 0, self.table.title, self.title)
        self.sheet.write_string(1, 0, self.table.subtitle)
        self.at = 3
        self._row([column.label for column in self.table.columns], bold=True, as_text=True)
        self.sheet.freeze_panes(self.at, 0)

    def _row(self, cells: Any, *, bold: bool, as_text: bool = False) -> None:
        if self.at == MOST_ROWS:
            self._begin()
        for index, value in enumerate(cells):
            column = Column("", "text") if as_text else self.table.columns[index]
            self._cell(index, column, value, self.formats[column.kind, bold])
        self.at += 1

    def _cell(self, index: int, column: Column, value: Any, form: Any) -> None:
        if value is None or value == "":
            return
        if column.kind in {"amount", "balance"} and isinstance(value, int):
            self.sheet.write_number(self.at, index, value / 100, form)
        elif column.kind in {"integer", "percent"} and isinstance(value, (int, float)):
            self.sheet.write_number(self.at, index, value, form)
        elif column.kind == "date":
            self.sheet.write_datetime(self.at, index, value, form)
        else:
            self.sheet.write_string(self.at, index, str(value)[:LONGEST_TEXT], form)
