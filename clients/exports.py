"""Lists of the workspace taken away as CSV or XLSX: texts are texts, never formulas."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from firm.formats import date_fr, datetime_fr

# A text that starts so would be computed by a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], form: str
) -> HttpResponse:
    """The table as a file named `name.csv` or `name.xlsx`."""
    form = form if form in TYPES else "csv"
    body = as_xlsx(columns, rows) if form == "xlsx" else as_csv(columns, rows)
    response = HttpResponse(body, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """For a French spreadsheet: `;`, a byte order mark, dates as they are read."""
    lines = [";".join(map(_quoted, row)) for row in [columns, *rows]]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def _quoted(value: Any) -> str:
    text = _text(value)
    if isinstance(value, str) and text.startswith(FORMULA):
        text = "'" + text
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ';"\r\n') else text


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, dt.datetime):
        return datetime_fr(value)
    return date_fr(value) if isinstance(value, dt.date) else str(value)


def as_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet with a frozen, filtered header."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        for at, label in enumerate(columns):
            sheet.write_string(0, at, label, bold)
            sheet.set_column(at, at, 28)
        last = 0
        for last, row in enumerate(rows, start=1):
            for at, value in enumerate(row):
                if isinstance(value, dt.datetime):
                    sheet.write_datetime(
                        last, at, timezone.localtime(value).replace(tzinfo=None), day
                    )
                elif isinstance(value, int) and not isinstance(value, bool):
                    sheet.write_number(last, at, value)
                else:
                    sheet.write_string(last, at, _text(value))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
    return out.getvalue()
