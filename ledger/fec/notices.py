"""What the slow path tells a person: one method per finding about a line or a zone."""

from __future__ import annotations

from typing import Final

from ledger.fec import columns
from ledger.fec.findings import FindingSink, finding
from ledger.fec.header import SEPARATOR_NAMES, Header
from ledger.fec.lines import MAX_RECORD

_TEXTS: Final = frozenset(
    columns.ALL[at]
    for at in (columns.JOURNAL_LIB, columns.COMPTE_LIB, columns.COMP_AUX_LIB, columns.ECRITURE_LIB,
               columns.MODE_RGLT, columns.NAT_OP)
)  # fmt: skip
_VALUES: Final = frozenset(
    columns.column_name(at, signed=signed)
    for at in columns.DATES | columns.AMOUNTS
    for signed in (False, True)
)


class Notices:
    """Writes the findings of the lines of one file to its sink."""

    def __init__(self, header: Header, separator: str, sink: FindingSink) -> None:
        self._header = header
        self._separator = separator
        self._sink = sink
        self._told: set[str] = set()

    def nul(self, line: int, old: str, new: str) -> None:
        """NUL bytes were taken out of a line."""
        message = f"{_octets(old.count(chr(0)))} de la ligne {line}."
        self._add("CARACTERE_NUL", line, message, old=old.replace("\0", "\\x00"), new=new)

    def dos_end(self, line: int, *, glued: bool) -> None:
        """0x1A ended the file, alone on its line or glued to the last record."""
        code = "CARACTERE_FIN_DOS_ACCOLE" if glued else "CARACTERE_FIN_DOS"
        message = "La marque de fin de fichier DOS (0x1A) a été retirée."
        self._add(code, line, message, old="\\x1a", new="")

    def control(self, line: int, zone: int, sign: str, text: str) -> None:
        """A control character in a zone became a space.

        In a text it matters to nobody; a code may be another one without it, and the tool of the
        administration takes a date or an amount that holds one for none (blank ones it drops).
        """
        message = (
            f"Un caractère de contrôle (U+{ord(sign):04X}) dans {self._shown(zone)} a été "
            "remplacé par une espace."
        )
        shown = text.replace(sign, f"\\x{ord(sign):02x}")
        code, new = self._control_code(zone, sign), text.replace(sign, " ")
        self._add(code, line, message, zone=zone, old=shown, new=new)

    def _control_code(self, zone: int, sign: str) -> str:
        name = self._header.name_of(zone)
        if name is None or name in _TEXTS:
            return "CARACTERE_CONTROLE"
        is_value = name in _VALUES and not sign.isspace()
        return "CARACTERE_CONTROLE_VALEUR" if is_value else "CARACTERE_CONTROLE_CODE"

    def repaired_bytes(self, line: int, old: str, new: str) -> None:
        """A line of a mixed file was read under another alphabet."""
        message = f"La ligne {line} n’est pas dans l’encodage du fichier : elle a été convertie."
        self._add("ENCODAGE_MIXTE", line, message, old=old, new=new)

    def unreadable_bytes(self, line: int, old: str, new: str) -> None:
        """A line has bytes that the encoding does not know."""
        message = (
            f"La ligne {line} contient des octets illisibles dans l’encodage du fichier : choisir "
            "un autre encodage ou corriger la ligne à la source."
        )
        self._add("ENCODAGE_INVALIDE", line, message, old=old, new=new)

    def varying_line_ends(self, line: int) -> None:
        """Some lines end otherwise than the first, without harm; told once."""
        message = "Toutes les lignes n’ont pas la même fin (CR, LF) : elles ont été lues."
        self._add_once("FIN_LIGNE_VARIABLE", line, message)

    def mixed_line_ends(self, line: int) -> None:
        """CR, LF and CR LF each end records in the same file; told once."""
        message = "Les fins de ligne CR et LF sont mélangées : chacune a été lue comme une fin."
        self._add_once("FIN_LIGNE_MIXTE", line, message)

    def break_in_data(self, line: int, zone: int, old: str, new: str) -> None:
        """A line end of another kind than the file's is part of a text."""
        message = f"Un saut de ligne dans {self._shown(zone)} a été remplacé par une espace."
        self._add("SAUT_DE_LIGNE_DONNEE", line, message, zone=zone, old=old, new=new)

    def joined(self, line: int, zone: int, old: str, new: str) -> None:
        """A record cut by a line end was put together again."""
        message = (
            f"Un saut de ligne coupait {self._shown(zone)} : les morceaux de l’enregistrement ont "
            "été rejoints."
        )
        self._add("SAUT_DE_LIGNE_LIBELLE", line, message, zone=zone, old=old, new=new)

    def rebuilt(self, line: int, zone: int, pieces: list[str], new: str) -> None:
        """A zone cut by a separator was put together again."""
        message = (
            f"Le texte de {self._shown(zone)} contient le séparateur "
            f"({SEPARATOR_NAMES[self._separator]}) : la zone a été recomposée, les dates et "
            "montants de la ligne ne laissant qu’une lecture."
        )
        old = " ".join(f"« {piece} »" for piece in pieces)
        self._add("SEPARATEUR_LIBELLE", line, message, zone=zone, old=old, new=new)

    def blank(self, line: int) -> None:
        """A line holds nothing."""
        self._add("LIGNE_VIDE", line, f"La ligne {line} est vide : elle a été ignorée.")

    def repeated_header(self, line: int) -> None:
        """The header stands again among the records."""
        message = "L’en-tête se répète dans le fichier : cette ligne a été ignorée."
        self._add("ENTETE_REPETE", line, message)

    def unnamed_value(self, line: int, value: str) -> None:
        """The zone after the last column is not empty; told once."""
        message = "La dernière zone a une valeur mais pas de nom dans l’en-tête : elle est ignorée."
        self._add_once("COLONNE_SANS_NOM", line, message, old=value)

    def irregular_ends(self, line: int, count: int) -> None:
        """Lines have more or fewer empty zones at their end than the header; told at the end."""
        where = "Sur une ligne" if count == 1 else f"Sur {count} lignes à partir de la ligne {line}"
        message = (
            f"{where}, les séparateurs en fin de ligne ne sont pas ceux de l’en-tête : les zones "
            "vides finales sont ignorées."
        )
        self._add("ZONE_FINALE_IRREGULIERE", line, message)

    def padded(self, line: int) -> None:
        """Zones are filled with spaces up to a fixed width; told once."""
        message = "Les zones sont complétées par des espaces : elles ont été retirées à la lecture."
        self._add_once("ZONES_COMPLETEES", line, message)

    def wrong_count(self, line: int, count: int) -> None:
        """A line has a wrong number of zones and no unique repair."""
        message = (
            f"La ligne {line} compte {_zones(count)} au lieu de {self._header.width} et ne se lit "
            "pas d’une seule façon : la corriger à la source."
        )
        self._add("ZONES_NOMBRE", line, message)

    def too_long(self, line: int) -> None:
        """A line is longer than any record may be."""
        limit = f"{MAX_RECORD:,}".replace(",", " ")
        message = (
            f"La ligne {line} dépasse {limit} caractères : ce n’est pas une ligne d’écriture, "
            "la corriger à la source."
        )
        self._add("LIGNE_TROP_LONGUE", line, message)

    def cut_short(self, line: int, count: int, text: str) -> None:
        """The file stops inside its last record."""
        message = (
            f"Le fichier s’arrête au milieu de la ligne {line} ({_zones(count)} sur "
            f"{self._header.width}) : il est incomplet, le redemander ou le transférer à nouveau."
        )
        self._add("FICHIER_TRONQUE", line, message, old=text)

    def no_entries(self) -> None:
        """Nothing follows the header."""
        message = "Le fichier ne contient aucune écriture : redemander un export de l’exercice."
        self._add("FICHIER_SANS_ECRITURE", 1, message)

    def _shown(self, zone: int) -> str:
        return self._header.name_of(zone) or f"la zone {zone + 1}"

    def _add_once(self, code: str, line: int, message: str, *, old: str | None = None) -> None:
        if code not in self._told:
            self._told.add(code)
            self._add(code, line, message, old=old)

    def _add(
        self,
        code: str,
        line: int,
        message: str,
        *,
        zone: int | None = None,
        old: str | None = None,
        new: str | None = None,
    ) -> None:
        column = None if zone is None else self._header.name_of(zone)
        self._sink.add(finding(code, message, line=line, column=column, old=old, new=new))


def _zones(count: int) -> str:
    return f"{count} zone" if count == 1 else f"{count} zones"


def _octets(count: int) -> str:
    return "Un octet NUL a été retiré" if count == 1 else f"{count} octets NUL ont été retirés"
