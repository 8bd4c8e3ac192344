"""Short tables as files: CSV for a French spreadsheet, and XLSX; texts are never formulas.

For lists of people, clients and accounts, made in memory; the books have their own writers.  A cell
is None, a text, a number, a boolean, a day or a moment; a column of the kind `amount` holds signed
integer cents.
"""

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
AMOUNT = "amount"
Rows = Iterable[Sequence[Any]]


def download(
    form: str, name: str, heads: Sequence[str], rows: Rows, *, kinds: Sequence[str] = ()
) -> HttpResponse:
    """The table as a download named `name.form`; `form` is xlsx, or else csv."""
    form = form if form in TYPES else "csv"
    write = as_xlsx if form == "xlsx" else as_csv
    response = HttpResponse(write(heads, rows, kinds), content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def as_csv(heads: Sequence[str], rows: Rows, kinds: Sequence[str] = ()) -> bytes:
    """`;`, a byte order mark, decimal commas, dates as they are read."""
    kinds = kinds or ("",) * len(heads)
    lines = [";".join(map(_quoted, heads))]
    lines += [";".join(map(_quoted, row, kinds)) for row in rows]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def _quoted(value: Any, kind: str = "") -> str:
    text = _text(value, kind)
    if isinstance(value, str) and text.startswith(FORMULA):
        text = "'" + text
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ';"\r\n') else text


def _text(value: Any, kind: str = "") -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if kind == AMOUNT:
        whole, rest = divmod(abs(value), 100)
        return f"{'-' if value < 0 else ''}{whole},{rest:02d}"
    if isinstance(value, dt.datetime):
        return datetime_fr(value)
    return date_fr(value) if isinstance(value, dt.date) else str(value)


def as_xlsx(heads: Sequence[str], rows: Rows, kinds: Sequence[str] = ()) -> bytes:
    """One sheet with a frozen, filtered header; numbers, days and moments are such."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    with xlsxwriter.Workbook(out, options) as book:
        sheet = _Sheet(book, kinds or ("",) * len(heads))
        sheet.head(heads)
        last = 0
        for last, row in enumerate(rows, 1):
            sheet.row(last, row)
        sheet.close(last, len(heads))
    return out.getvalue()


class _Sheet:
    """The one sheet of a book."""

    def __init__(self, book: Any, kinds: Sequence[str]) -> None:
        self.sheet, self.kinds = book.add_worksheet(), kinds
        self.bold = book.add_format({"bold": True})
        self.cents = book.add_format({"num_format": "#,##0.00;-#,##0.00;0.00"})
        self.day = book.add_format({"num_format": "dd/mm/yyyy"})
        self.moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})

    def head(self, heads: Sequence[str]) -> None:
        """The headings."""
        for at, label in enumerate(heads):
            self.sheet.write_string(0, at, label, self.bold)
            self.sheet.set_column(at, at, 34 if at == 0 else 20)

    def row(self, line: int, row: Sequence[Any]) -> None:
        """One row; nothing is written for None."""
        for at, (value, kind) in enumerate(zip(row, self.kinds, strict=True)):
            if isinstance(value, dt.datetime):
                local = timezone.localtime(value).replace(tzinfo=None)
                self.sheet.write_datetime(line, at, local, self.moment)
            elif isinstance(value, dt.date):
                self.sheet.write_datetime(line, at, value, self.day)
            elif isinstance(value, bool) or not isinstance(value, int):
                if value is not None:
                    self.sheet.write_string(line, at, _text(value))
            elif kind == AMOUNT:
                self.sheet.write_number(line, at, value / 100, self.cents)
            else:
                self.sheet.write_number(line, at, value)

    def close(self, last: int, width: int) -> None:
        """Freeze and filter the header."""
        self.sheet.freeze_panes(1, 0)
        self.sheet.autofilter(0, 0, max(last, 1), width - 1)
