"""The flat form of a FEC: understands its first lines, then streams its records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from ledger.fec.columns import legal_index
from ledger.fec.encodings import Encoding
from ledger.fec.findings import Finding, FindingSink, finding
from ledger.fec.flat_head import FlatHead
from ledger.fec.header import (
    MAX_COLUMNS,
    SEPARATOR_NAMES,
    Header,
    looks_like_header,
    read_header,
    standard_header,
)
from ledger.fec.lines import LineSource
from ledger.fec.odd_lines import Record
from ledger.fec.recombine import Anchors
from ledger.fec.records import LineLayout, Records, Table
from ledger.fec.survey import Survey

_FIRST_YEAR: Final = 2013  # before it Test Compta Demat takes `;` and `,`
_TOOL_HEAD: Final = 4096
_EXPORT: Final = "Demander au logiciel comptable l’export « FEC » au format texte."
_NO_HEADER: Final = "\0"  # no line is equal to it


class FlatForm:
    """How one flat file is read."""

    def __init__(self, source: LineSource, layout: LineLayout) -> None:
        self.header = layout.header
        self.separator: str | None = layout.separator
        self.eol = source.eol
        self._source = source
        self._layout = layout

    @property
    def bytes_read(self) -> int:
        """Bytes taken from the file so far."""
        return self._source.bytes_read

    def tables(self, sink: FindingSink) -> Iterator[Table | list[Record]]:
        """The same as `batches`, but by columns where the lines are regular."""
        return Records(self._source, self._layout, sink).tables()

    def batches(self, sink: FindingSink) -> Iterator[list[Record]]:
        """All the records, from the start of the file."""
        return Records(self._source, self._layout, sink).batches()


def open_flat(
    path: Path,
    survey: Survey,
    encoding: Encoding,
    sink: FindingSink,
    *,
    year_end: dt.date | None,
    standard_order: bool,
) -> FlatForm | Finding:
    """How to read a flat file, or the finding that says why it cannot be read."""
    head = FlatHead(survey, encoding)
    refusal = _refuse(head)
    if refusal is not None:
        return refusal
    _tell_bytes(survey, encoding, sink)
    _tell_line_ends(survey, head, sink)
    _tell_zones(head, year_end, sink)
    has_header = looks_like_header(head.names)
    if has_header:
        header = read_header(head.names, sink)
    else:
        header = _without_header(head, sink, standard_order=standard_order)
    if isinstance(header, Finding):
        return header
    if has_header:
        header = _with_end_zone(head, header, sink)
    layout = LineLayout(
        header=header,
        separator=head.separator or "",
        first=head.blank + (2 if has_header else 1),
        header_line=head.first if has_header else _NO_HEADER,
        controls=frozenset(survey.controls),
        is_quoted=head.is_quoted,
    )
    return FlatForm(LineSource(path, encoding, skip=len(survey.bom), eol=head.eol), layout)


def _refuse(head: FlatHead) -> Finding | None:
    if head.separator and len(head.zones) > MAX_COLUMNS:
        message = (
            f"La première ligne compte au moins {len(head.zones)} colonnes, un FEC de 18 à 22 : "
            f"vérifier le fichier. Au-delà de {MAX_COLUMNS} colonnes, il n’est pas lu."
        )
        return finding("FICHIER_TROP_LARGE", message, line=1)
    if head.is_endless:
        message = f"La première ligne ne se termine pas : ce n’est pas un FEC. {_EXPORT}"
        return finding("FICHIER_NON_FEC", message, line=1)
    return None if head.separator else _no_header(head)


def _no_header(head: FlatHead) -> Finding:
    message = f"Aucun en-tête de FEC n’a été trouvé en première ligne. {_EXPORT}"
    return finding("FICHIER_NON_FEC", message, line=1, old=head.first)


def _tell_bytes(survey: Survey, encoding: Encoding, sink: FindingSink) -> None:
    if survey.bom and not survey.utf16:
        sink.add(finding("BOM", "La marque d’ordre des octets (BOM) a été ignorée.", line=1))
    for found in encoding.findings:
        sink.add(found)


def _tell_line_ends(survey: Survey, head: FlatHead, sink: FindingSink) -> None:
    if head.eol.startswith("\r\r"):
        message = "Les lignes se terminent par CR CR LF : elles ont été lues comme CR LF."
        # The tool takes a CR for the end of the last name, which harms a legal one only.
        is_harmless = bool(head.separator) and legal_index(head.zones[-1]) is None
        code = "FIN_LIGNE_DOUBLE_TOLEREE" if is_harmless else "FIN_LIGNE_DOUBLE"
        sink.add(finding(code, message, line=1, old="CR CR LF", new="CR LF"))
    elif head.eol == "\r":
        message = "Les lignes se terminent par CR seul : elles ont été lues."
        sink.add(finding("FIN_LIGNE_CR", message, line=1, old="CR", new="CR LF"))
    start = survey.head[:_TOOL_HEAD]
    tool = "\r\n" if b"\r\n" in start else "\r" if b"\r" in start else "\n"
    if not survey.utf16 and head.eol != tool and not head.eol.startswith("\r\r"):
        message = (
            "Un CR isolé ou une fin de ligne différente au début du fichier trompe Test Compta "
            "Demat, qui lira mal les lignes."
        )
        sink.add(finding("FIN_LIGNE_AMBIGUE", message, line=1))
    for number in range(1, head.blank + 1):
        message = "Une ligne vide précède l’en-tête : elle a été ignorée."
        sink.add(finding("LIGNE_VIDE_DEBUT", message, line=number))


def _tell_zones(head: FlatHead, year_end: dt.date | None, sink: FindingSink) -> None:
    if head.separator in (";", ","):
        is_old = year_end is not None and year_end.year < _FIRST_YEAR
        message = (
            f"Le séparateur est {SEPARATOR_NAMES[head.separator]} : la loi attend la tabulation "
            "ou la barre verticale."
        )
        code = "SEPARATEUR_ANCIEN" if is_old else "SEPARATEUR"
        sink.add(finding(code, message, line=1, old=head.separator))
    if head.is_quoted or head.has_quoted_names:
        message = "Les zones sont entre guillemets, comme d’un tableur : ils ont été retirés."
        sink.add(finding("ZONES_GUILLEMETS", message, line=1))


def _with_end_zone(head: FlatHead, header: Header, sink: FindingSink) -> Header:
    """The header as wide as its lines, which may end with empty zones that have no name."""
    columns = len(head.names)
    # Test Compta Demat counts one zone after the names, however many separators follow them.
    expected = columns + (len(head.zones) > columns)
    width = head.width(Anchors(header, head.separator or "").fit)
    if width != expected:
        message = (
            f"L’en-tête compte {expected} zones et les lignes {width} : les zones vides finales "
            "sont ignorées."
        )
        sink.add(finding("ZONE_FINALE_IRREGULIERE", message, line=head.blank + 2))
    elif width > columns:
        message = "Un séparateur de trop termine chaque ligne : la zone vide finale est ignorée."
        sink.add(finding("ZONE_FINALE_VIDE", message, line=1))
    return replace(header, width=width)


def _without_header(head: FlatHead, sink: FindingSink, *, standard_order: bool) -> Header | Finding:
    header = standard_header(head.zones, len(head.zones))
    if header is None or not Anchors(header, head.separator or "").fit(head.zones):
        return _no_header(head)
    if standard_order:
        message = (
            "Le fichier n’a pas d’en-tête : les colonnes ont été lues dans l’ordre légal, selon le "
            "choix fait."
        )
        sink.add(finding("ENTETE_ABSENT_ORDRE_STANDARD", message, line=1))
        return header
    message = (
        "Le fichier n’a pas d’en-tête. Redemander un fichier avec en-tête, ou choisir de lire les "
        "colonnes dans l’ordre légal."
    )
    return finding("ENTETE_ABSENT", message, line=1, settle="standard_order")
