"""The document of a FEC in XML, as its elements end: records with the values of the flat form."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final
from xml.parsers import expat

from ledger.fec import columns
from ledger.fec.findings import FindingSink, finding
from ledger.fec.header import Header
from ledger.fec.lines import MAX_RECORD
from ledger.fec.odd_lines import Record
from ledger.fec.xml_lettering import lettered_ranks

_DEPTH_MAX: Final = 32
_ENTRY_LINES_MAX: Final = 10_000
_CONTAINERS: Final = ("journal", "ecriture", "ligne")
_DEPTH_OF_LINES: Final = len(_CONTAINERS) + 1
NOT_COLUMNS: Final = frozenset(("comptabilite", "exercice", "DateCloture", *_CONTAINERS))
_COMPAT: Final = {"CompteAuxNum": columns.COMP_AUX_NUM, "CompteAuxLib": columns.COMP_AUX_LIB}
KNOWN: Final = frozenset((*columns.ALL, *columns.SIGNED_NAMES.values(), *_COMPAT))
_DATE: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(T\d\d:\d\d:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?")
_FLOAT: Final = re.compile(r"([-+]?\d*)(?:\.(\d*))?([eE][-+]?\d+)?")
_FLOAT_MAX: Final = 60
# The schema gives them to the entry alone; a line may say otherwise among its free elements.
_SHARED: Final = frozenset(
    (
        "EcritureLib", "PieceRef", "PieceDate", "EcritureLet", "DateLet", "ValidDate", "DateRglt",
        "ModeRglt", "NatOp", "IdClient",
    )
)  # fmt: skip
_LETTERING: Final = (columns.ECRITURE_LET, columns.DATE_LET)
_SPACES: Final = re.compile("[\x00-\x1f\x85\u2028\u2029]+")


class UnreadableDocument(Exception):
    """The document is no FEC; the message is for the person who sent it."""


class Document:
    """Collects the records of a document as its elements end."""

    def __init__(self, header: Header, year_end: dt.date | None, sink: FindingSink) -> None:
        self.records: list[Record] = []
        self.count = 0
        self._header = header
        self._year_end = year_end
        self._sink = sink
        self._indexes = _indexes(header)
        self._levels: list[dict[int, str]] = [{}]
        self._lines: list[tuple[int, dict[int, str]]] = []
        self._number = 1
        self._is_told = False
        self._depth = 0
        self._text: list[str] = []
        self._length = 0
        self.parser = self._make_parser()

    def take(self) -> list[Record]:
        """The records since the last call."""
        taken, self.records = self.records, []
        return taken

    def _make_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.EntityDeclHandler = self._refuse_doctype
        return parser

    def _refuse_doctype(self, *_: Any) -> None:
        raise UnreadableDocument("Le document déclare un type ou des entités (DOCTYPE).")

    def _start(self, tag: str, _: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise UnreadableDocument("Les éléments sont imbriqués sans fin.")
        tag = tag.rpartition(":")[2]
        if self._depth == 1 and tag != "comptabilite":
            raise UnreadableDocument(f"La racine du document est <{tag}>, non <comptabilite>.")
        if tag in _CONTAINERS:
            self._levels.append({})
        if tag == "ligne":
            self._number = max(self._number + 1, self.parser.CurrentLineNumber)
        self._text, self._length = [], 0

    def _characters(self, text: str) -> None:
        self._length += len(text)
        if self._length > MAX_RECORD:
            raise UnreadableDocument(f"Une valeur dépasse {MAX_RECORD} caractères.")
        self._text.append(text)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        tag = tag.rpartition(":")[2]
        if tag in _CONTAINERS:
            self._end_container(tag)
        elif self._text:
            value = "".join(self._text).strip()
            if not value.isprintable():
                value = _SPACES.sub(" ", value)
            self._keep(tag, value)
        elif tag in _SHARED:
            self._keep(tag, "")
        self._text = []

    def _end_container(self, tag: str) -> None:
        if tag == "ligne":
            self._lines.append((self._number, self._levels.pop()))
            if len(self._lines) < _ENTRY_LINES_MAX:
                return
        if self._lines:
            self._end_entry()
        if tag != "ligne":
            self._levels.pop()

    def _keep(self, tag: str, value: str) -> None:
        if tag == "DateCloture":
            self._check_closing(value)
            return
        index = self._indexes.get(tag)
        if index is None or len(self._levels) == 1:
            return
        level = self._levels[-1]
        if self._header.signed and tag in ("Debit", "Credit"):
            level[columns.MONTANT] = self._flat(columns.MONTANT, value)
            level[columns.SENS] = tag[0]
        else:
            level[index] = self._flat(index, value)

    def _flat(self, index: int, value: str) -> str:
        """A value as the flat form writes it; one that the schema forbids stays, with a warning."""
        if index in columns.DATES and value:
            found = _DATE.fullmatch(value)
            return "".join(found.groups()[:3]) if found else self._odd(index, value)
        if index not in columns.AMOUNTS or not value:
            return value
        if index == columns.SENS and self._header.signed:
            return value
        if len(value) <= _FLOAT_MAX and _FLOAT.fullmatch(value):
            return value.replace(".", ",")
        return value if index == columns.MONTANT_DEVISE else self._odd(index, value)

    def _odd(self, index: int, value: str) -> str:
        column = columns.column_name(index, signed=self._header.signed)
        message = (
            f"La valeur « {value[:60]} » de {column} n’a pas la forme du schéma XML (date "
            "aaaa-mm-jj, point décimal) : elle est lue comme dans la forme à plat."
        )
        # On one physical line a value is of the record around it, or of the next one of its entry.
        own = self._number + (len(self._levels) < _DEPTH_OF_LINES)
        line = max(self.parser.CurrentLineNumber, own)
        self._sink.add(finding("XML_VALEUR", message, line=line, column=column, old=value))
        return value

    def _end_entry(self) -> None:
        shared: dict[int, str] = {}
        for level in self._levels:
            shared.update(level)
        width = range(self._header.width)
        lettered = self._lettered(shared)
        for number, line in self._lines:
            values = {**shared, **line}
            if number not in lettered:
                values = {at: text for at, text in values.items() if at not in _LETTERING}
            self.count += 1
            self.records.append((number, [values.get(at, "") for at in width]))
        self._lines = []

    def _lettered(self, shared: dict[int, str]) -> set[int]:
        """The numbers of the lines that the lettering of the entry is meant for.

        Those that bear one themselves, else those that `lettered_ranks` tells.
        """
        own = {number for number, line in self._lines if line.get(columns.ECRITURE_LET)}
        code = shared.get(columns.ECRITURE_LET)
        if own or not code:
            return own
        accounts = [line.get(columns.COMPTE_NUM, "") for _, line in self._lines]
        auxiliaries = [line.get(columns.COMP_AUX_NUM, "") for _, line in self._lines]
        found = [self._lines[rank][0] for rank in lettered_ranks(accounts, auxiliaries)]
        if len(found) < len(accounts) and not self._is_told:
            self._is_told = True
            message = (
                "Le schéma XML donne le lettrage à l’écriture entière : il est lu sur ses lignes "
                "de tiers, à défaut sur ses comptes de classe 4."
            )
            column = columns.column_name(columns.ECRITURE_LET)
            told = finding("XML_LETTRAGE", message, line=found[0], column=column, old=code)
            self._sink.add(told)
        return set(found)

    def _check_closing(self, value: str) -> None:
        found = _DATE.fullmatch(value)
        closing = "".join(found.groups()[:3]) if found else value
        if self._year_end is not None and closing != f"{self._year_end:%Y%m%d}":
            message = (
                f"La date de clôture du document ({value}) n’est pas celle du nom du fichier "
                f"({self._year_end:%d/%m/%Y})."
            )
            line = self.parser.CurrentLineNumber
            self._sink.add(finding("XML_CLOTURE", message, line=line, old=value))


def _indexes(header: Header) -> dict[str, int]:
    """Where the value of each element goes in a record."""
    legal = {name: at for at, name in enumerate(columns.ALL)}
    signed = {name: at for at, name in columns.SIGNED_NAMES.items()}
    extras = {name: len(columns.ALL) + at for at, name in enumerate(header.extras)}
    return legal | signed | _COMPAT | extras
