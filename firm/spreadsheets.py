"""Short tables as files: CSV for a French spreadsheet, and XLSX; texts are never formulas.

For lists of people and accounts, made in memory; the books have their own writers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from django.http import HttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Rows = Iterable[Sequence[Any]]


def csv_bytes(header: Sequence[str], rows: Rows) -> bytes:
    """`;`, a byte order mark, dates as 31/12/2026; a text that would be computed gets an `'`."""
    lines = [header, *rows]
    return ("\ufeff" + "".join(";".join(map(_cell, line)) + "\r\n" for line in lines)).encode()


def _cell(value: Any) -> str:
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    text = "" if value is None else str(value)
    if not isinstance(value, int) and text.startswith(FORMULA):
        text = "'" + text
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ';"\r\n') else text


def xlsx_bytes(title: str, header: Sequence[str], rows: Rows) -> bytes:
    """One sheet with a frozen header; numbers and dates are such, all else is text."""
    import xlsxwriter

    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False, "default_date_format": "dd/mm/yyyy"}  # fmt: skip
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(title[:31])
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
        for column, label in enumerate(header):
            sheet.write_string(0, column, label, bold)
        sheet.set_column(0, len(header) - 1, 20)
        sheet.freeze_panes(1, 0)
        for at, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(at, column, dt.datetime(*value.timetuple()[:3]), day)  # noqa: DTZ001 (a day of a sheet)
                elif isinstance(value, int):
                    sheet.write_number(at, column, value)
                else:
                    sheet.write_string(at, column, "" if value is None else str(value))
    return out.getvalue()


def answer(kind: str, name: str, header: Sequence[str], rows: Rows) -> HttpResponse:
    """The table as a download named `name.kind`; `kind` is csv or xlsx."""
    content = csv_bytes(header, rows) if kind == "csv" else xlsx_bytes(name, header, rows)
    response = HttpResponse(content, content_type=KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
