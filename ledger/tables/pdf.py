"""A table as PDF, A4 landscape, drawn line by line: 200 pages in seconds, 25 kB of memory a page.

The built-in Helvetica covers Windows-1252; a text outside of it loses its rarest signs, never its
letters' base forms.
"""

from __future__ import annotations

import codecs
import unicodedata
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from firm.formats import amount_plain, date_fr, integer, percent, sense
from ledger.tables import Column, Row, Table

PAGE = (841.89, 595.28)
MARGIN, FOOT, LEADING, SIZE = 30.0, 30.0, 12.5, 7.6
FONT, BOLD = "Helvetica", "Helvetica-Bold"
GREY, RULE = 0.38, 0.78
NUMERIC = frozenset({"amount", "balance", "integer", "percent"})


def write(table: Table, path: Path, *, printed: str) -> int:
    """Draw the table into a file; answers the number of pages.

    `printed` says by whom and when, at the foot of each page.
    """
    from reportlab import rl_config
    from reportlab.pdfgen.canvas import Canvas

    rl_config.useA85 = 0  # binary streams: a fifth smaller, and quicker to make
    canvas = Canvas(str(path), pagesize=PAGE, pageCompression=1)
    canvas.setTitle(table.title)
    sheet = _Sheet(canvas, table, printed)
    for row in table.rows:
        sheet.row(row)
    if table.totals is not None:
        sheet.row(Row(table.totals, "subtotal"))
    sheet.end()
    return sheet.page


class _Sheet:
    """The page being drawn, from the top down."""

    def __init__(self, canvas: Any, table: Table, printed: str) -> None:
        from reportlab.pdfbase.pdfmetrics import stringWidth

        self.canvas, self.table, self.printed = canvas, table, printed
        self.width_of = lru_cache(50_000)(stringWidth)
        self.font = ""
        self.page, self.at = 0, 0.0
        self.edges = _edges(table.columns)
        self._begin()

    def row(self, row: Row) -> None:
        """Draw one row, on a new page when this one is full."""
        if self.at < FOOT + LEADING:
            self._close()
            self._begin()
        bold = row.style != "row"
        if row.style == "group":
            self._draw(MARGIN, _plain(str(row.cells[0])), BOLD)
        else:
            self._cells(row.cells, BOLD if bold else FONT)
        if row.style in {"subtotal", "total"}:
            self._rule(self.at + LEADING - 2.5)
        self.at -= LEADING

    def end(self) -> None:
        """Finish the last page and the file."""
        self._close()
        self.canvas.save()

    def _begin(self) -> None:
        self.page += 1
        self.canvas.setFont(BOLD, 11)
        self.canvas.drawString(MARGIN, PAGE[1] - MARGIN, _plain(self.table.title))
        self.canvas.setFont(FONT, SIZE)
        self.canvas.setFillGray(GREY)
        self.canvas.drawString(MARGIN, PAGE[1] - MARGIN - 12, _plain(self.table.subtitle))
        self.canvas.setFillGray(0)
        self.font = FONT
        self.at = PAGE[1] - MARGIN - 32
        for column, (left, right) in zip(self.table.columns, self.edges, strict=True):
            self._cell(column, column.label, left, right, BOLD)
        self._rule(self.at - 4)
        self.at -= LEADING + 3

    def _close(self) -> None:
        self.canvas.setFont(FONT, 7)
        self.canvas.setFillGray(GREY)
        self.canvas.drawString(MARGIN, 16, _plain(self.printed))
        self.canvas.drawRightString(PAGE[0] - MARGIN, 16, f"page {self.page}")
        self.canvas.setFillGray(0)
        self.canvas.showPage()
        _pack(self.canvas)

    def _rule(self, at: float) -> None:
        self.canvas.setStrokeGray(RULE)
        self.canvas.setLineWidth(0.5)
        self.canvas.line(MARGIN, at, PAGE[0] - MARGIN, at)

    def _cells(self, cells: Any, font: str) -> None:
        for column, value, (left, right) in zip(self.table.columns, cells, self.edges, strict=True):
            if value is not None and value != "":
                self._cell(column, _text(column, value), left, right, font)

    def _cell(self, column: Column, text: str, left: float, right: float, font: str) -> None:
        if column.kind in NUMERIC:
            clean = _plain(text)
            self._draw(right - self.width_of(clean, font, SIZE), clean, font)
        else:
            self._draw(left, self._fitted(_plain(text), right - left - 3, font), font)

    def _fitted(self, text: str, room: float, font: str) -> str:
        """As much of the text as the column holds; amounts are never cut."""
        if len(text) * SIZE * 0.36 <= room or self.width_of(text, font, SIZE) <= room:
            return text
        text = text[: int(room / (SIZE * 0.36))]
        while text and self.width_of(text + "…", font, SIZE) > room:
            text = text[: max(len(text) - 1 - len(text) // 8, 0)]
        return text + "…"

    def _draw(self, left: float, text: str, font: str) -> None:
        if font != self.font:
            self.canvas.setFont(font, SIZE)
            self.font = font
        self.canvas.drawString(left, self.at, text)


def _pack(canvas: Any) -> None:
    """Compress the page just ended: ReportLab would keep the text of all pages until the end."""
    from reportlab.pdfbase import pdfdoc

    page = canvas._doc.Pages.pages[-1]
    packed = zlib.compress(page.stream.encode("latin-1"))
    filters = pdfdoc.PDFDictionary({"Filter": pdfdoc.PDFName("FlateDecode")})
    page.Contents, page.stream = pdfdoc.PDFStream(filters, packed + b"\n"), None


def _edges(columns: Any) -> list[tuple[float, float]]:
    """Left and right of each column, by its share of the page."""
    unit = (PAGE[0] - 2 * MARGIN) / sum(column.width for column in columns)
    edges, left = [], MARGIN
    for column in columns:
        right = left + column.width * unit
        edges.append((left, right - 4))
        left = right
    return edges


def _text(column: Column, value: Any) -> str:
    if column.kind == "amount" and isinstance(value, int):
        return amount_plain(value)
    if column.kind == "balance" and isinstance(value, int):
        return f"{amount_plain(abs(value))} {sense(value)}".strip()
    if column.kind == "integer" and isinstance(value, int):
        return integer(value)
    if column.kind == "percent":
        return percent(value, signed=True)
    return date_fr(value) if column.kind == "date" else str(value)


def _plain(text: str) -> str:
    """The text in Windows-1252: narrow spaces and true minus replaced, other signs simplified."""
    text = text.replace("\u202f", "\u00a0").replace("−", "-")
    return text if text.isascii() else text.encode("cp1252", SIMPLER).decode("cp1252")


def _simpler(error: UnicodeError) -> tuple[str, int]:
    """The base letter of each sign outside the charset, or a question mark."""
    assert isinstance(error, UnicodeEncodeError)
    signs = error.object[error.start : error.end]
    bases = (unicodedata.normalize("NFKD", sign)[0] for sign in signs)
    return "".join(base if base.isascii() else "?" for base in bases), error.end


SIMPLER = "ledger.simpler"
codecs.register_error(SIMPLER, _simpler)
