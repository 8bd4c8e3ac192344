"""The header line: which zone of the file is which legal column.

Names decide, never positions (Test Compta Demat, check 5).  A name that is not legal but plain is
understood with a warning; an unknown one stays, after the legal columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from ledger.fec import columns
from ledger.fec.columns import Layout
from ledger.fec.findings import Finding, FindingSink, finding

MAX_COLUMNS: Final = 64
SEPARATORS: Final = "\t|;,"
SEPARATOR_NAMES: Final = {
    "\t": "la tabulation",
    "|": "la barre verticale",
    ";": "le point-virgule",
    ",": "la virgule",
}
_ZONES_MIN: Final = 9  # Test Compta Demat: fewer zones are no FEC
_SIDES: Final = ("D", "C", "+1", "-1")


@dataclass(frozen=True, slots=True)
class Header:
    """How the zones of a line are laid out.

    `zones[i]` is the canonical index of the i-th zone, or None for an unknown column; `width`
    counts the zones of a regular line, with an unnamed last one if the lines have it.  `raw` are
    the names as written, none in a file without header.
    """

    names: tuple[str, ...]
    zones: tuple[int | None, ...]
    width: int
    layout: Layout
    signed: bool
    raw: tuple[str, ...] = ()

    @property
    def extras(self) -> tuple[str, ...]:
        """The names of the unknown columns, in the order of the file."""
        return tuple(name for name, at in zip(self.names, self.zones, strict=True) if at is None)

    @property
    def absent(self) -> frozenset[int]:
        """The canonical zones that the layout wants and the header lacks."""
        wanted = range(columns.LAYOUT_SIZES[self.layout])
        return frozenset(wanted) - {at for at in self.zones if at is not None}

    @property
    def has_unnamed_end(self) -> bool:
        """True when lines end with a separator after the last column."""
        return self.width > len(self.names)

    def is_repeated_by(self, zones: Sequence[str]) -> bool:
        """True when the zones of a line are the header's names again."""
        return bool(self.raw) and tuple(unquoted(zone) for zone in zones[: len(self.raw)]) == (
            self.raw
        )

    def name_of(self, zone: int) -> str | None:
        """The legal name of the zone at a position of the line, None if it has none."""
        at = self.zones[zone] if zone < len(self.zones) else None
        return None if at is None else columns.column_name(at, signed=self.signed)

    def arrange(self) -> Callable[[list[str]], list[str]] | None:
        """A function from the zones of a line to the canonical order; None if they have it."""
        if self.zones == tuple(range(len(self.zones))) and not self.has_unnamed_end:
            return None
        places = {at: zone for zone, at in enumerate(self.zones) if at is not None}
        extras = [zone for zone, at in enumerate(self.zones) if at is None]
        legal = len(columns.ALL) if extras else max(places) + 1
        order = [places.get(at, -1) for at in range(legal)] + extras
        pick = itemgetter(*order)

        def arranged(zones: list[str]) -> list[str]:
            zones.append("")  # what absent columns, at -1, take
            return list(pick(zones))

        return arranged


def find_separator(line: str) -> str | None:
    """Tabulation or bar as Test Compta Demat finds them (check 3), else `;` or `,`."""
    for separator in SEPARATORS:
        if len(line.rstrip(separator + " ").split(separator)) >= _ZONES_MIN:
            return separator
    return None


def unquoted(name: str) -> str:
    """A header name without the quotes of a spreadsheet."""
    name = name.strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        return name[1:-1].strip()
    return name


def split_names(line: str, separator: str) -> list[str]:
    """The names of a header line, without the empty ones at its end."""
    names = [unquoted(name) for name in line.split(separator)]
    while names and not names[-1]:
        names.pop()
    return names


def looks_like_header(names: Sequence[str]) -> bool:
    """True when at least three names, or half of them, are those of a FEC."""
    known = sum(_index_of(name) is not None for name in names)
    return known >= 3 or 2 * known > len(names)


def read_header(names: Sequence[str], sink: FindingSink) -> Header | Finding:
    """The layout that the header names give, as wide as they are; what is odd goes to the sink.

    Answers the finding that forbids to read on, itself in the sink too, when the columns without
    which there are no books are absent.
    """
    zones = _map_names(names, sink)
    present = {at for at in zones if at is not None}
    signed = _is_signed(names)
    header = Header(_shown(names), tuple(zones), len(zones), _layout(present), signed, tuple(names))
    refusal = _report_absent(header, sink)
    _report_odd_order(header, sink)
    return refusal or header


def standard_header(zones: Sequence[str], width: int) -> Header | None:
    """The legal order, for a file without header; None when its zones are not 18, 21 or 22."""
    count = len(zones)
    while count and not zones[count - 1].strip() and count not in columns.LAYOUT_SIZES.values():
        count -= 1
    by_size: dict[int, Layout] = {18: "BIC", 21: "BAT", 22: "BNCT"}
    if count not in by_size:
        return None
    signed = zones[columns.SENS].strip().upper() in _SIDES
    names = tuple(columns.column_name(at, signed=signed) for at in range(count))
    return Header(names, tuple(range(count)), width, by_size[count], signed)


def _index_of(name: str) -> int | None:
    index = columns.legal_index(name)
    return columns.alias_index(name) if index is None else index


def _shown(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name or f"Colonne {number}" for number, name in enumerate(names, 1))


def _is_signed(names: Sequence[str]) -> bool:
    """Montant and Sens count only where Debit and Credit are not (VII-2°)."""
    upper = {columns.normalised(name) for name in names}
    return {"MONTANT", "SENS"} <= upper and not {"DEBIT", "CREDIT"} & upper


def _map_names(names: Sequence[str], sink: FindingSink) -> list[int | None]:
    signed = _is_signed(names)
    unsigned: set[str] = set() if signed else {"MONTANT", "SENS"}
    legal = [
        None if columns.normalised(name) in unsigned else columns.legal_index(name)
        for name in names
    ]
    zones: list[int | None] = []
    for name, index in zip(names, legal, strict=True):
        if index is None:
            zones.append(_map_odd_name(name, {*legal, *zones}, unsigned, sink))
        elif index in zones:
            sink.add(_duplicate(name, columns.column_name(index, signed=signed)))
            zones.append(None)
        else:
            zones.append(index)
    return zones


def _map_odd_name(
    name: str, taken: set[int | None], unsigned: set[str], sink: FindingSink
) -> int | None:
    """A name that is not legal: an alias of a column that is still free, or unknown."""
    index = columns.alias_index(name)
    if index is None or index in taken or columns.normalised(name) in unsigned:
        sink.add(_unknown(name))
        return None
    sink.add(_alias(name, index))
    return index


def _duplicate(name: str, legal: str) -> Finding:
    message = f"La colonne {legal} figure deux fois dans l’en-tête : n’en garder qu’une."
    return finding("COLONNE_EN_DOUBLE", message, line=1, column=legal, old=name)


def _alias(name: str, index: int) -> Finding:
    legal = columns.ALL[index]
    message = f"La colonne « {name} » a été lue comme {legal}, son nom légal."
    return finding("ENTETE_ALIAS", message, line=1, column=legal, old=name, new=legal)


def _unknown(name: str) -> Finding:
    shown = name or "sans nom"
    message = f"La colonne « {shown} » n’est pas prévue par la loi : elle est conservée à part."
    return finding("COLONNE_INCONNUE", message, line=1, old=shown)


def _layout(present: set[int]) -> Layout:
    if {columns.DATE_RGLT, columns.ID_CLIENT} <= present:
        return "BNCT"
    if {columns.DATE_RGLT, columns.MODE_RGLT} <= present:
        return "BAT"
    return "BIC"


def _report_absent(header: Header, sink: FindingSink) -> Finding | None:
    refusal = None
    for index in sorted(header.absent):
        name = columns.column_name(index, signed=header.signed)
        if index in columns.REQUIRED:
            message = f"La colonne obligatoire {name} est absente : redemander un fichier complet."
            found = finding("COLONNE_OBLIGATOIRE_ABSENTE", message, line=1, column=name)
            refusal = refusal or found
        else:
            message = f"La colonne {name} est absente de l’en-tête : elle est lue vide partout."
            found = finding("COLONNE_ABSENTE", message, line=1, column=name)
        sink.add(found)
    return refusal


def _report_odd_order(header: Header, sink: FindingSink) -> None:
    known = [at for at in header.zones if at is not None]
    if known != sorted(known):
        message = "Les colonnes ne sont pas dans l’ordre légal : elles ont été lues par leur nom."
        sink.add(finding("ENTETE_ORDRE", message, line=1))
