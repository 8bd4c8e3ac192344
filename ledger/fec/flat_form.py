"""The flat form of a FEC: finds line ends, separator, quotes and header, then streams records."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ledger.fec.encodings import Encoding
from ledger.fec.findings import Finding, FindingSink, finding
from ledger.fec.header import (
    MAX_COLUMNS,
    SEPARATOR_NAMES,
    Header,
    find_separator,
    looks_like_header,
    read_header,
    split_names,
    standard_header,
)
from ledger.fec.lines import LineSource, main_line_end
from ledger.fec.odd_lines import Record
from ledger.fec.recombine import Anchors
from ledger.fec.records import Records
from ledger.fec.survey import HEAD, Survey

_SAMPLE: Final = 50
_FIRST_YEAR: Final = 2013  # before it Test Compta Demat takes `;` and `,`
_TOOL_HEAD: Final = 4096
_EXPORT: Final = "Demander au logiciel comptable l’export « FEC » au format texte."


class FlatForm:
    """How one flat file is read."""

    def __init__(
        self,
        source: LineSource,
        header: Header,
        separator: str,
        *,
        first: int,
        header_line: str,
        controls: frozenset[str],
        quoted: bool,
    ) -> None:
        self.header = header
        self.separator: str | None = separator
        self.eol = source.eol
        self._zones_by = separator
        self._source = source
        self._first = first
        self._header_line = header_line
        self._controls = controls
        self._quoted = quoted

    @property
    def bytes_read(self) -> int:
        """Bytes taken from the file so far."""
        return self._source.bytes_read

    def batches(self, sink: FindingSink) -> Iterator[list[Record]]:
        """All the records, from the start of the file."""
        records = Records(
            self._source,
            self.header,
            self._zones_by,
            sink,
            first=self._first,
            header_line=self._header_line,
            controls=self._controls,
            quoted=self._quoted,
        )
        return records.batches()


class _Head:
    """The first lines of a file, decoded; the last one is left out when it may be cut."""

    def __init__(self, survey: Survey, encoding: Encoding) -> None:
        raw = survey.head[len(survey.bom) :]
        text = raw.decode(encoding.codec, encoding.errors)
        self.eol = main_line_end(text)
        self.lines = text.replace("\0", "").split(self.eol)
        self.is_cut = survey.size > HEAD
        self.has_line = len(self.lines) > 1 or not self.is_cut
        if self.is_cut and len(self.lines) > 1:
            self.lines.pop()
        self.blank = 0
        while self.blank < len(self.lines) - 1 and not self.lines[self.blank].strip():
            self.blank += 1
        self.first = self.lines[self.blank]
        data = [line for line in self.lines[self.blank + 1 :] if line.strip()]
        self.data = data[:_SAMPLE]


def open_flat(
    path: Path,
    survey: Survey,
    encoding: Encoding,
    year_end: dt.date | None,
    sink: FindingSink,
    *,
    standard_order: bool,
) -> FlatForm | Finding:
    """How to read a flat file, or the finding that says why it cannot be read."""
    head = _Head(survey, encoding)
    separator = find_separator(head.first)
    refusal = _refuse_head(head, separator)
    if refusal is not None or separator is None:
        return refusal or _no_header(head)
    _tell_form(survey, encoding, head, separator, year_end, sink)
    names = split_names(head.first, separator)
    quoted = _is_quoted(head.data, separator, len(names))
    _tell_quotes(head, sink, quoted=quoted)
    first, header_line = head.blank + 2, head.first
    if looks_like_header(names):
        width = _find_width(head, separator, len(names), quoted=quoted)
        _tell_end_zone(head, separator, names, width, sink)
        header = read_header(names, width, sink)
    else:
        first, header_line = head.blank + 1, "\0"
        header = _without_header(head, separator, sink, standard_order=standard_order)
    if isinstance(header, Finding):
        return header
    source = LineSource(path, encoding, skip=len(survey.bom), eol=head.eol)
    controls = frozenset(survey.controls)
    return FlatForm(
        source,
        header,
        separator,
        first=first,
        header_line=header_line,
        controls=controls,
        quoted=quoted,
    )


def _refuse_head(head: _Head, separator: str | None) -> Finding | None:
    columns = len(head.first.split(separator)) if separator else 1
    if columns > MAX_COLUMNS:
        message = (
            f"La première ligne compte {columns} colonnes ou plus, un FEC de 18 à 22 : vérifier le "
            f"fichier. Au-delà de {MAX_COLUMNS} colonnes, il n’est pas lu."
        )
        return finding("FICHIER_TROP_LARGE", message, line=1)
    if not head.has_line:
        message = f"La première ligne ne se termine pas : ce n’est pas un FEC. {_EXPORT}"
        return finding("FICHIER_NON_FEC", message, line=1)
    return None


def _no_header(head: _Head) -> Finding:
    message = f"Aucun en-tête de FEC n’a été trouvé en première ligne. {_EXPORT}"
    return finding("FICHIER_NON_FEC", message, line=1, old=head.first)


def _tell_form(
    survey: Survey,
    encoding: Encoding,
    head: _Head,
    separator: str,
    year_end: dt.date | None,
    sink: FindingSink,
) -> None:
    if survey.bom and not survey.utf16:
        sink.add(finding("BOM", "La marque d’ordre des octets (BOM) a été ignorée.", line=1))
    for found in encoding.findings:
        sink.add(found)
    _tell_line_end(survey, head, sink)
    for number in range(1, head.blank + 1):
        message = "Une ligne vide précède l’en-tête : elle a été ignorée."
        sink.add(finding("LIGNE_VIDE_DEBUT", message, line=number))
    if separator in ";,":
        is_old = year_end is not None and year_end.year < _FIRST_YEAR
        message = (
            f"Le séparateur est {SEPARATOR_NAMES[separator]} : la loi attend la tabulation ou la "
            "barre verticale."
        )
        code = "SEPARATEUR_ANCIEN" if is_old else "SEPARATEUR"
        sink.add(finding(code, message, line=1, old=separator))


def _tell_line_end(survey: Survey, head: _Head, sink: FindingSink) -> None:
    if head.eol == "\r\r\n":
        message = "Les lignes se terminent par CR CR LF : elles ont été lues comme CR LF."
        sink.add(finding("FIN_LIGNE_DOUBLE", message, line=1, old="CR CR LF", new="CR LF"))
    elif head.eol == "\r":
        message = "Les lignes se terminent par CR seul : elles ont été lues."
        sink.add(finding("FIN_LIGNE_CR", message, line=1, old="CR", new="CR LF"))
    start = survey.head[:_TOOL_HEAD]
    tool = "\r\n" if b"\r\n" in start else "\r" if b"\r" in start else "\n"
    if not survey.utf16 and tool != head.eol and head.eol != "\r\r\n":
        message = (
            "Un CR isolé ou une fin de ligne différente au début du fichier trompe Test Compta "
            "Demat, qui lira mal les lignes."
        )
        sink.add(finding("FIN_LIGNE_AMBIGUE", message, line=1))


def _is_quoted(data: Sequence[str], separator: str, columns: int) -> bool:
    """True when every line of the sample is quoted, and reads well so."""
    if not data:
        return False
    rows = [
        next(csv.reader([line], delimiter=separator))
        for line in data
        if line.startswith('"') and line.count('"') % 2 == 0
    ]
    whole = sum(len(row) in (columns, columns + 1) for row in rows)
    return whole > 0 and 2 * whole >= len(data) and all(line.startswith('"') for line in data[:1])


def _tell_quotes(head: _Head, sink: FindingSink, *, quoted: bool) -> None:
    if quoted or head.first.startswith('"'):
        message = "Les zones sont entre guillemets, comme d’un tableur : ils ont été retirés."
        sink.add(finding("ZONES_GUILLEMETS", message, line=1))


def _find_width(head: _Head, separator: str, columns: int, *, quoted: bool) -> int:
    """How many zones the lines have: those of the header, and empty ones after them."""
    counts: Counter[int] = Counter()
    for line in head.data:
        zones = next(csv.reader([line], delimiter=separator)) if quoted else line.split(separator)
        if len(zones) >= columns and not any(zone.strip() for zone in zones[columns:]):
            counts[len(zones)] += 1
    if counts:
        return counts.most_common(1)[0][0]
    return len(head.first.split(separator))


def _tell_end_zone(
    head: _Head, separator: str, names: Sequence[str], width: int, sink: FindingSink
) -> None:
    in_header = len(head.first.split(separator))
    if width != in_header:
        message = (
            f"L’en-tête a {in_header} zones et les lignes {width} : les zones vides finales sont "
            "ignorées."
        )
        sink.add(finding("ZONE_FINALE_IRREGULIERE", message, line=head.blank + 2))
    elif in_header > len(names):
        message = "Un séparateur de trop termine chaque ligne : la zone vide finale est ignorée."
        sink.add(finding("ZONE_FINALE_VIDE", message, line=1))


def _without_header(
    head: _Head, separator: str, sink: FindingSink, *, standard_order: bool
) -> Header | Finding:
    zones = head.first.split(separator)
    header = standard_header(zones, len(zones))
    if header is None or not Anchors(header, separator).fit(zones):
        return _no_header(head)
    if standard_order:
        message = (
            "Le fichier n’a pas d’en-tête : les colonnes ont été lues dans l’ordre légal, selon le "
            "choix fait."
        )
        sink.add(finding("ENTETE_ABSENT_ORDRE_STANDARD", message, line=1))
        return header
    message = (
        "Le fichier n’a pas d’en-tête. Redemander un fichier avec en-tête, ou choisir de lire les "
        "colonnes dans l’ordre légal."
    )
    return finding("ENTETE_ABSENT", message, line=1, settle="standard_order")
