"""The XML form of a FEC (XSD formatA47A of the DGFiP): the same records as the flat form.

Read as a stream, one entry at a time (`xml_document.py`).  Document types and entities are refused
unread: they have no place in a FEC and can fill the memory.  Amounts and dates are given as the
flat form has them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.parsers import expat

from ledger.fec import columns
from ledger.fec.findings import Finding, FindingSink, finding
from ledger.fec.header import MAX_COLUMNS, Header
from ledger.fec.odd_lines import Record
from ledger.fec.records import BATCH
from ledger.fec.survey import Survey
from ledger.fec.xml_document import KNOWN, NOT_COLUMNS, Document, UnreadableDocument

_READ: Final = 1 << 16


class XmlForm:
    """How one XML file is read; a record has the line where its <ligne> begins.

    Several on one physical line are numbered on from it: no two records share a number.
    """

    separator: str | None = None
    eol = "\n"

    def __init__(self, path: Path, header: Header, year_end: dt.date | None) -> None:
        self.header = header
        self.bytes_read = 0
        self._path = path
        self._year_end = year_end

    def batches(self, sink: FindingSink) -> Iterator[list[Record]]:
        """All the records, from the start of the file."""
        document = Document(self.header, self._year_end, sink)
        self.bytes_read = 0
        try:
            with self._path.open("rb") as file:
                while data := file.read(_READ):
                    self.bytes_read += len(data)
                    document.parser.Parse(data, False)
                    if len(document.records) >= BATCH:
                        yield document.take()
                document.parser.Parse(b"", True)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            sink.add(_unreadable(f"Le XML est mal formé ({reason}).", error.lineno))
        except (LookupError, ValueError):
            sink.add(_unreadable("L’encodage que le document déclare est inconnu.", 1))
        except UnreadableDocument as error:
            sink.add(_unreadable(str(error), document.parser.CurrentLineNumber))
        if document.records:
            yield document.take()
        if document.count == 0 and "XML_ILLISIBLE" not in sink.counts:
            message = "Le fichier ne contient aucune écriture : redemander un export de l’exercice."
            sink.add(finding("FICHIER_SANS_ECRITURE", message, line=1))


def open_xml(
    path: Path, survey: Survey, year_end: dt.date | None, sink: FindingSink
) -> XmlForm | Finding:
    """How to read an XML file, or the finding that says that it is no FEC."""
    tags = [tag for tag in survey.tags if tag not in NOT_COLUMNS]
    root = next(iter(survey.tags), "comptabilite")
    if root != "comptabilite":
        return _unreadable(f"La racine du document est <{root}>, non <comptabilite>.", 1)
    if len(tags) > MAX_COLUMNS:
        message = f"Les lignes du document ont plus de {MAX_COLUMNS} éléments : il n’est pas lu."
        return finding("FICHIER_TROP_LARGE", message, line=1)
    if b"noNamespaceSchemaLocation" not in survey.head[:300]:
        message = (
            "Le document ne déclare pas le schéma formatA47A (xsi:noNamespaceSchemaLocation) : "
            "Test Compta Demat le refusera."
        )
        sink.add(finding("XML_SANS_SCHEMA", message, line=1))
    extras = [tag for tag in tags if tag not in KNOWN]
    for tag in extras:
        message = f"L’élément <{tag}> n’est pas prévu par la loi : il est conservé à part."
        sink.add(finding("COLONNE_INCONNUE", message, line=1, old=tag))
    return XmlForm(path, _header(set(tags), extras), year_end)


def _header(tags: set[str], extras: list[str]) -> Header:
    signed = "Montant" in tags
    size = 22 if "IdClient" in tags else 21 if "DateRglt" in tags else 18
    layout: columns.Layout = "BNCT" if size == 22 else "BAT" if size == 21 else "BIC"
    names = [columns.column_name(at, signed=signed) for at in range(len(columns.ALL))]
    zones: list[int | None] = [*range(len(columns.ALL)), *(None for _ in extras)]
    return Header((*names, *extras), tuple(zones), len(zones), layout, signed)


def _unreadable(reason: str, line: int) -> Finding:
    message = f"{reason} Le fichier n’est pas un FEC en XML lisible : le redemander."
    return finding("XML_ILLISIBLE", message, line=line)
