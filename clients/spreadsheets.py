"""A list of clients as a file for a spreadsheet: XLSX, or CSV as a French one reads it.

Numbers are numbers, dates are dates, and no text can become a formula.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv(heads: Sequence[str], rows: Iterable[Sequence[Any]], kinds: Sequence[str]) -> bytes:
    """`;`, a byte order mark, decimal commas."""
    lines = [";".join(map(_text, heads))]
    lines += [
        ";".join(_cell(value, kind) for value, kind in zip(row, kinds, strict=True)) for row in rows
    ]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def _cell(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == "amount":
        whole, rest = divmod(abs(value), 100)
        return f"{'-' if value < 0 else ''}{whole},{rest:02d}"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    return str(value) if isinstance(value, int) else _text(value)


def _text(value: Any) -> str:
    text = str(value)
    if text.startswith(FORMULA):
        text = "'" + text
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ';"\r\n') else text


def xlsx(heads: Sequence[str], rows: Iterable[Sequence[Any]], kinds: Sequence[str]) -> bytes:
    """One sheet, its header frozen and filtered."""
    import xlsxwriter

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False, "remove_timezone": True}  # fmt: skip
    with xlsxwriter.Workbook(target, options) as book:
        sheet, bold = book.add_worksheet("Clients"), book.add_format({"bold": True})
        forms = {
            "amount": book.add_format({"num_format": "#,##0.00;-#,##0.00;0.00"}),
            "date": book.add_format({"num_format": "dd/mm/yyyy"}),
        }
        last = 0
        for index, head in enumerate(heads):
            sheet.set_column(index, index, 34 if index == 0 else 16)
            sheet.write_string(0, index, head, bold)
        for last, row in enumerate(rows, 1):
            for index, (value, kind) in enumerate(zip(row, kinds, strict=True)):
                _write(sheet, (last, index), value, forms.get(kind))
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(last, 1), len(heads) - 1)
    return target.getvalue()


def _write(sheet: Any, place: tuple[int, int], value: Any, form: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, dt.date):
        sheet.write_datetime(*place, value, form)
    elif isinstance(value, int):
        sheet.write_number(*place, value / 100 if form else value, form)
    else:
        sheet.write_string(*place, str(value), form)
