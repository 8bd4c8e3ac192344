"""Records become the flat file of LPF A47 A-1: typed values in, bytes out, one batch at a time.

The promise: a record is one line and keeps its number of zones, whatever its texts hold.  A batch
is written as it stands and inspected as a whole, which costs almost nothing; only a batch that
holds an odd character is cleaned text by text.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, Final

from ledger.fec.columns import (
    AMOUNTS,
    CREDIT,
    DATES,
    DEBIT,
    LAYOUT_SIZES,
    MONTANT_DEVISE,
    Layout,
    column_name,
)
from ledger.fec.write_texts import (
    TRANSLITERATE,
    AmountTexts,
    DateTexts,
    clean_text,
    foreign_text,
    signed_amount,
)

# Zones in legal order, then the extra columns: dates as date or None, debit and credit in integer
# cents, every other value (the foreign amount too) as text.
Record = tuple[Any, ...]

BATCH: Final = 250
_SIREN: Final = re.compile(r"[0-9]{9}")

# Bytes that only the writer itself may put between zones and lines.
_CONTROLS: Final = bytes((*range(32), 127)) + b"|"
_C1: Final = bytes(range(128, 160))
_ODD: Final = "\u2028\u2029\ufeff\ufffe\uffff"
_C1_IN_UTF8: Final = re.compile(rb"\xc2[\x80-\x9f]")


def name_by_law(siren: str, year_end: date, extension: str = "txt") -> str:
    """`SirenFECAAAAMMJJ` (A47 A-1 IX) with an extension, which the law leaves free.

    Raises:
        ValueError: the SIREN has not nine digits.
    """
    digits = "".join(siren.split())
    if not _SIREN.fullmatch(digits):
        raise ValueError(f"a SIREN has nine digits: {siren!r}")
    return f"{digits}FEC{year_end:%Y%m%d}.{extension}"


def text_chunks(
    records: Iterable[Record],
    *,
    separator: str = "\t",
    encoding: str = "utf-8",
    eol: str = "\r\n",
    layout: Layout = "BIC",
    signed: bool = False,
    extra_columns: Sequence[str] = (),
) -> Iterator[bytes]:
    """The header and the records as bytes, by batches of some 1 000 lines.

    The law admits tab or pipe, ASCII, ISO 8859-15 or UTF-8, CR and/or LF; other values make test
    files.  A record holds the zones of `layout` and then one text per extra column.  `signed`
    writes Montant and Sens (D or C) instead of Debit and Credit.
    """
    encoder = codecs.getincrementalencoder(encoding)(TRANSLITERATE)
    form = _Form(separator, eol, LAYOUT_SIZES[layout], signed, tuple(extra_columns))
    yield encoder.encode(form.header())
    stream = iter(records)
    while batch := list(islice(stream, BATCH)):
        yield encoder.encode(form.lines(batch))


class _Form:
    """How zones become one text; keeps what it has learnt of dates and amounts."""

    def __init__(
        self, separator: str, eol: str, zones: int, signed: bool, extra: tuple[str, ...]
    ) -> None:
        self.separator = separator
        self.eol = eol
        self.zones = zones
        self.signed = signed
        self.extra = extra
        self.width = zones + len(extra)
        self.marks = self.width - 1 + len(eol)
        self.dates = DateTexts()
        self.amounts = AmountTexts()
        self.texts = frozenset(range(self.width)) - DATES - AMOUNTS

    def header(self) -> str:
        legal = [column_name(index, signed=self.signed) for index in range(self.zones)]
        extra = [clean_text(name, self.separator) for name in self.extra]
        return self.separator.join(legal + extra) + self.eol

    def lines(self, batch: list[Record]) -> str:
        """The records as one text, every line ended.

        Raises:
            ValueError: a record has not the number of zones that the layout asks for.
        """
        columns: list[Sequence[Any]] = list(zip(*batch, strict=True))
        if len(columns) != self.width:
            raise ValueError(f"{self.width} zones expected, {len(columns)} found")
        for index in DATES:
            if index < self.zones:
                columns[index] = list(map(self.dates.__getitem__, columns[index]))
        self._write_amounts(columns)
        text = self._joined(columns)
        if _is_regular(text, len(batch) * self.marks, self.separator):
            return text
        for index in self.texts:
            columns[index] = [clean_text(value, self.separator) for value in columns[index]]
        return self._joined(columns)

    def _write_amounts(self, columns: list[Sequence[Any]]) -> None:
        if any(columns[MONTANT_DEVISE]):
            columns[MONTANT_DEVISE] = list(map(foreign_text, columns[MONTANT_DEVISE]))
        amounts = self.amounts
        if self.signed:
            sides = list(map(signed_amount, columns[DEBIT], columns[CREDIT]))
            columns[DEBIT] = [amounts[cents] for cents, _ in sides]
            columns[CREDIT] = [side for _, side in sides]
            return
        columns[DEBIT] = list(map(amounts.__getitem__, columns[DEBIT]))
        columns[CREDIT] = list(map(amounts.__getitem__, columns[CREDIT]))

    def _joined(self, columns: list[Sequence[Any]]) -> str:
        rows = map(self.separator.join, zip(*columns, strict=True))
        return self.eol.join(rows) + self.eol


def _is_regular(text: str, marks: int, separator: str) -> bool:
    """True when no text of the batch holds a separator, a control character or a lone mark.

    `marks` is how many separators and line ends the writer has put in: one more is a fault.
    """
    odd = _CONTROLS + separator.encode()
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError:
        return _is_regular_unicode(text, marks, odd)
    # Latin-1 letters are in NFC as they stand.
    return len(raw) - len(raw.translate(None, odd + _C1)) == marks


def _is_regular_unicode(text: str, marks: int, odd: bytes) -> bool:
    try:
        raw = text.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    if len(raw) - len(raw.translate(None, odd)) != marks or _C1_IN_UTF8.search(raw):
        return False
    if any(sign in text for sign in _ODD):
        return False
    return unicodedata.is_normalized("NFC", text)
