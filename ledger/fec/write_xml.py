"""Records become the XML form of LPF A47 A-1 VI 2° (schemas formatA47A-I-VII-1 and its kin).

`comptabilite/exercice/journal/ecriture/ligne`: journals come one after the other there, so each
is spooled to a scratch file of its own while the records pass, in memory that does not grow.

The schema keeps label, document, lettering and validation once per *entry*.  An entry takes them
from its first line; its lettering only when all its lettered lines share one code.  A line that
says otherwise says so among the free elements that the schema lets follow its amount: our reader
gives back what was written, others see the entry's values.  The flat form is what we hand in by
default.
"""

from __future__ import annotations

import codecs
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import IO, Final
from xml.sax.saxutils import escape

from ledger.fec.columns import (
    ALL,
    COMP_AUX_LIB,
    COMP_AUX_NUM,
    COMPTE_LIB,
    COMPTE_NUM,
    CREDIT,
    DATE_LET,
    DATE_RGLT,
    DEBIT,
    ECRITURE_DATE,
    ECRITURE_LET,
    ECRITURE_LIB,
    ECRITURE_NUM,
    ID_CLIENT,
    IDEVISE,
    JOURNAL_CODE,
    JOURNAL_LIB,
    LAYOUT_SIZES,
    MODE_RGLT,
    MONTANT_DEVISE,
    NAT_OP,
    PIECE_DATE,
    PIECE_REF,
    SENS,
    VALID_DATE,
    Layout,
    column_name,
)
from ledger.fec.write import Record
from ledger.fec.write_texts import AmountTexts, clean_text, signed_amount
from ledger.fec.xml_lettering import lettered_ranks

_SCHEMAS: Final[dict[Layout, str]] = {
    "BIC": "formatA47A-I-VII-1.xsd",
    "COM": "formatA47A-I-VIII-3.xsd",
    "BAT": "formatA47A-I-VIII-5.xsd",
    "BNCT": "formatA47A-I-VIII-7.xsd",
}
_SHARED: Final = (
    ECRITURE_LIB, PIECE_REF, PIECE_DATE, VALID_DATE, DATE_RGLT, MODE_RGLT, NAT_OP, ID_CLIENT,
)  # fmt: skip
_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
_SPOOL: Final = 1 << 20
_CHUNK: Final = 1 << 17
_REMEMBERED: Final = 8192
_TAGS: Final = tuple((f"<{name}>", f"</{name}>") for name in ALL)
_NAME_SIGNS: Final = re.compile(r"[^\w.-]+")


def xml_chunks(
    records: Iterable[Record],
    *,
    year_end: date,
    encoding: str = "utf-8",
    layout: Layout = "BIC",
    signed: bool = False,
    extra_columns: Sequence[str] = (),
) -> Iterator[bytes]:
    """The XML document as bytes; nothing is given before the last record has been read.

    Records come as for `text_chunks`, the lines of an entry one after the other.  Amounts have a
    decimal point, dates are `aaaa-mm-jj`.  An entry without ValidDate (a draft) leaves the
    element out, which the schema does not admit: a draft is no legal file.
    """
    form = _XmlForm(LAYOUT_SIZES[layout], signed, tuple(map(_element, extra_columns)))
    # Character references lose nothing; a transliteration could bring markup.
    encode = codecs.getincrementalencoder(encoding)("xmlcharrefreplace").encode
    with ExitStack() as spools:
        journals: dict[str, IO[bytes]] = {}
        for _, lines in groupby(records, itemgetter(JOURNAL_CODE, ECRITURE_NUM, ECRITURE_DATE)):
            entry = list(lines)
            code = clean_text(entry[0][JOURNAL_CODE])
            if code not in journals:
                journals[code] = spools.enter_context(tempfile.SpooledTemporaryFile(_SPOOL))
                journals[code].write(encode(form.journal(entry[0])))
            journals[code].write(encode(form.entry(entry)))
        yield encode(_opening_tags(year_end, encoding, _SCHEMAS[layout]))
        for spool in journals.values():
            spool.seek(0)
            while chunk := spool.read(_CHUNK):
                yield chunk
            yield encode("</journal>\n")
        yield encode("</exercice>\n</comptabilite>\n")


def _opening_tags(year_end: date, encoding: str, schema: str) -> str:
    name = codecs.lookup(encoding).name.upper()
    return (
        f'<?xml version="1.0" encoding="{name.replace("ISO8859", "ISO-8859")}"?>\n'
        f'<comptabilite xmlns:xsi="{_INSTANCE}" xsi:noNamespaceSchemaLocation="{schema}">\n'
        f"<exercice>\n<DateCloture>{year_end.isoformat()}</DateCloture>\n"
    )


def _element(column: str) -> str:
    """The element name of an extra column: letters, digits, `_`, `.` and `-`, a letter first."""
    name = _NAME_SIGNS.sub("_", clean_text(column))
    return name if name[:1].isalpha() else f"X{name}"


@lru_cache(maxsize=_REMEMBERED)
def _text(value: str) -> str:
    return escape(clean_text(value))


@lru_cache(maxsize=_REMEMBERED)
def _account(number: str, label: str, third: str, third_label: str) -> str:
    """The first elements of a line; a file has few accounts and third parties."""
    return "".join(
        (
            _tag(COMPTE_NUM, number),
            _tag(COMPTE_LIB, label),
            _optional(COMP_AUX_NUM, third),
            _optional(COMP_AUX_LIB, third_label),
        )
    )


class _XmlForm:
    """Builds the elements of one file."""

    def __init__(self, zones: int, signed: bool, extra: tuple[str, ...]) -> None:
        self.zones = zones
        self.signed = signed
        self.extra = extra
        self.amounts = AmountTexts(".")

    def journal(self, record: Record) -> str:
        code, label = _text(record[JOURNAL_CODE]), _text(record[JOURNAL_LIB])
        return f"<journal>\n<JournalCode>{code}</JournalCode><JournalLib>{label}</JournalLib>\n"

    def entry(self, lines: list[Record]) -> str:
        first = lines[0]
        lettering, lettered_on = _lettering(lines)
        parts = [
            "<ecriture>",
            _tag(ECRITURE_NUM, first[ECRITURE_NUM]),
            _date_tag(ECRITURE_DATE, first[ECRITURE_DATE]),
            _tag(ECRITURE_LIB, first[ECRITURE_LIB]),
            _tag(PIECE_REF, first[PIECE_REF]),
            _date_tag(PIECE_DATE, first[PIECE_DATE]),
            _optional(ECRITURE_LET, lettering),
            _date_tag(DATE_LET, lettered_on),
            _date_tag(VALID_DATE, first[VALID_DATE]),
            *self._treasury(first),
            "\n",
            *(self._line(line, own) for line, own in zip(lines, self._own(lines), strict=True)),
            "</ecriture>\n",
        ]
        return "".join(parts)

    def _own(self, lines: list[Record]) -> Iterator[str]:
        """What each line says otherwise than its entry, an empty element where it says nothing."""
        first = lines[0]
        shared = [index for index in _SHARED if index < self.zones]
        is_told = _lettering(lines)[0] and _are_lettered_as_read(lines)
        for line in lines:
            own = [_shared_tag(i, line[i]) for i in shared if line[i] != first[i]]
            if line[ECRITURE_LET] and not is_told:
                own.append(_tag(ECRITURE_LET, line[ECRITURE_LET]))
                own.append(_date_tag(DATE_LET, line[DATE_LET]))
            yield "".join(own)

    def _treasury(self, first: Record) -> Iterator[str]:
        if self.zones > DATE_RGLT:
            yield _date_tag(DATE_RGLT, first[DATE_RGLT])
            yield _tag(MODE_RGLT, first[MODE_RGLT])
            yield _optional(NAT_OP, first[NAT_OP])
        if self.zones > ID_CLIENT:
            yield _optional(ID_CLIENT, first[ID_CLIENT])

    def _line(self, record: Record, own: str) -> str:
        foreign = (record[MONTANT_DEVISE] or "").replace(",", ".")
        extra = zip(self.extra, record[self.zones :], strict=True)
        return "".join(
            (
                "<ligne>",
                _account(*record[COMPTE_NUM : COMP_AUX_LIB + 1]),
                _optional(MONTANT_DEVISE, foreign),
                _optional(IDEVISE, record[IDEVISE]),
                self._amount(record[DEBIT], record[CREDIT]),
                own,
                *(f"<{name}>{_text(value)}</{name}>" for name, value in extra if value),
                "</ligne>\n",
            )
        )

    def _amount(self, debit: int, credit: int) -> str:
        """The schema has one amount a line: Debit, Credit, or Montant with Sens."""
        cents, side = signed_amount(debit, credit)
        text = self.amounts[cents]
        if self.signed:
            return _raw(column_name(DEBIT, signed=True), text) + _raw(
                column_name(SENS, signed=True), side
            )
        return _raw(column_name(DEBIT if side == "D" else CREDIT), text)


def _shared_tag(index: int, value: str | date | None) -> str:
    if isinstance(value, str):
        return _tag(index, value)
    return _date_tag(index, value) or "".join(_TAGS[index])


def _lettering(lines: list[Record]) -> tuple[str, date | None]:
    found = {(line[ECRITURE_LET], line[DATE_LET]) for line in lines if line[ECRITURE_LET]}
    return found.pop() if len(found) == 1 else ("", None)


def _are_lettered_as_read(lines: list[Record]) -> bool:
    """True when the lettered lines are those to which a reader gives the entry's lettering."""
    accounts = [line[COMPTE_NUM] for line in lines]
    expected = lettered_ranks(accounts, [line[COMP_AUX_NUM] for line in lines])
    return expected == [rank for rank, line in enumerate(lines) if line[ECRITURE_LET]]


def _raw(name: str, text: str) -> str:
    return f"<{name}>{text}</{name}>"


def _tag(index: int, value: str) -> str:
    before, after = _TAGS[index]
    return f"{before}{_text(value)}{after}"


def _optional(index: int, value: str) -> str:
    if not value or not _text(value):
        return ""
    return _tag(index, value)


def _date_tag(index: int, day: date | None) -> str:
    before, after = _TAGS[index]
    return "" if day is None else f"{before}{day.isoformat()}{after}"
