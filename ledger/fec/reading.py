"""Opens a FEC: bytes to records, with every fault of form as a finding.

`open_reading` looks at the whole file once (hash, alphabet) and at its header, and says at once
whether it can be read.  `Reading.batches` then streams the records in flat memory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.fec.columns import Layout
from ledger.fec.encodings import Encoding, decide
from ledger.fec.filenames import read_name
from ledger.fec.findings import Finding, FindingSink, finding
from ledger.fec.flat_form import FlatForm, open_flat
from ledger.fec.foreign import foreign_format
from ledger.fec.lines import LINE_END, LineSource
from ledger.fec.odd_lines import Record
from ledger.fec.records import Table
from ledger.fec.survey import HEAD, Survey
from ledger.fec.xml_excerpt import records_around
from ledger.fec.xml_form import XmlForm, open_xml

_SHOWN_MAX: Final = 4096


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person settled: the encoding, or the legal order for a file without header."""

    encoding: str | None = None
    standard_order: bool = False


class Reading:
    """One FEC file: what it is, and its records.

    `refusal` is the finding (in the sink too) that forbids to read it; then `batches` is empty.
    """

    def __init__(
        self,
        path: Path,
        *,
        name: str,
        survey: Survey,
        encoding: Encoding,
        form: FlatForm | XmlForm | Finding,
        sink: FindingSink,
    ) -> None:
        names = read_name(name)
        self.path = path
        self.name = name
        self.size = survey.size
        self.sha256 = survey.sha256
        self.siren_in_name: str | None = names.siren
        self.year_end_in_name: dt.date | None = names.year_end
        self.encoding = encoding.codec
        self.is_xml = survey.is_xml
        self.refusal = form if isinstance(form, Finding) else None
        self._encoding = encoding
        self._skip = len(survey.bom)
        self._form = None if isinstance(form, Finding) else form
        self._sink = sink
        self._is_told = False

    @property
    def separator(self) -> str | None:
        """The sign between zones; None in XML or when refused."""
        return self._form.separator if self._form else None

    @property
    def eol(self) -> str:
        """The line end of the file."""
        return self._form.eol if self._form else "\n"

    @property
    def layout(self) -> Layout:
        """BIC (18 zones, COM too), BAT (21) or BNCT (22)."""
        return self._form.header.layout if self._form else "BIC"

    @property
    def signed(self) -> bool:
        """True when zones 12 and 13 are Montant and Sens."""
        return self._form.header.signed if self._form else False

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns in the order of the file."""
        return self._form.header.names if self._form else ()

    @property
    def extra(self) -> tuple[str, ...]:
        """The unknown columns, which follow the 22 legal zones in every record."""
        return self._form.header.extras if self._form else ()

    @property
    def absent(self) -> frozenset[int]:
        """The zones of the layout that the header lacks: empty in every record."""
        return self._form.header.absent if self._form else frozenset()

    @property
    def bytes_read(self) -> int:
        """How far `batches` is."""
        return self._form.bytes_read if self._form else 0

    def batches(self) -> Iterator[list[Record]]:
        """Lists of (line number, zones); the first call tells its findings, later ones do not.

        The number is that of the record's first physical line (in XML: of its <ligne>, or the next
        free one).  Zones are in canonical order: up to 22 legal ones, absent ones empty and those
        past the end of the list empty too, then the extra columns if any.  They are as in the
        file, neither stripped nor parsed, but hold no control character.
        """
        return iter(()) if self._form is None else self._form.batches(self._told_once())

    def tables(self) -> Iterator[Table | list[Record]]:
        """The same as `batches`, but by columns where the lines are regular."""
        if isinstance(self._form, FlatForm):
            return self._form.tables(self._told_once())
        return self.batches()

    def _told_once(self) -> FindingSink:
        sink = _SilentSink() if self._is_told else self._sink
        self._is_told = True
        return sink

    def source(self) -> LineSource:
        """The text of the file, decoded as its records are."""
        return LineSource(self.path, self._encoding, skip=self._skip, eol=self.eol)


def open_reading(
    path: Path, *, name: str, sink: FindingSink, choices: Choices | None = None
) -> Reading:
    """Look at a file and say what it is; `name` is the one it was sent under.

    Raises:
        LookupError: the chosen encoding is unknown.
        OSError: the file cannot be opened.
    """
    choices = choices or Choices()
    names = read_name(name)
    for found in names.findings:
        sink.add(found)
    survey = Survey(path)
    encoding = decide(survey, None if survey.is_xml else choices.encoding)
    form: FlatForm | XmlForm | Finding
    refusal = _refuse(survey)
    if refusal is not None:
        form = refusal
    elif survey.is_xml:
        form = open_xml(path, survey, names.year_end, sink)
    else:
        form = open_flat(
            path,
            survey,
            encoding,
            sink,
            year_end=names.year_end,
            standard_order=choices.standard_order,
        )
    if isinstance(form, Finding) and form.code not in sink.counts:
        sink.add(form)
    return Reading(path, name=name, survey=survey, encoding=encoding, form=form, sink=sink)


def _refuse(survey: Survey) -> Finding | None:
    """Why the bytes are no text at all, if they are none."""
    if survey.size <= HEAD and not survey.head[len(survey.bom) :].strip(b" \t\r\n\0\x1a"):
        message = "Le fichier est vide : le redemander ou le transférer à nouveau."
        return finding("FICHIER_VIDE", message)
    foreign = None if survey.utf16 else foreign_format(survey.head)
    return finding("FICHIER_NON_FEC", foreign) if foreign else None


def raw_lines(path: Path, reading: Reading, around: int, context: int) -> list[tuple[int, str]]:
    """The decoded physical lines from `around - context` to `around + context`, numbered.

    Lines longer than 4 096 characters are cut.  Of an XML file on few long lines, the records are
    given instead.
    """
    first, last = max(1, around - context), around + context
    source = reading.source()
    source.path = path
    number, lines = 1, []
    for block in source.blocks():
        count = _line_ends(block.text)
        if number + count >= first:
            for rank, text in enumerate(_physical(block.text)):
                if first <= number + rank <= last:
                    lines.append((number + rank, text[:_SHOWN_MAX]))
        number += count
        if number > last:
            break
    if reading.is_xml and len(dict(lines).get(around, "x" * _SHOWN_MAX)) >= _SHOWN_MAX:
        records = records_around(path, around, context)
        return [(rank, text[:_SHOWN_MAX]) for rank, text in records] or lines
    return lines


def _line_ends(text: str) -> int:
    return len(LINE_END.findall(text)) if "\r" in text else text.count("\n")


def _physical(text: str) -> list[str]:
    lines = LINE_END.split(text)
    if not lines[-1]:
        lines.pop()
    return lines


class _SilentSink(FindingSink):
    """For a second reading of the same file: its findings are known."""

    def add(self, found: Finding) -> None:
        """Forget it."""
