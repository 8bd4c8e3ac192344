"""The description that LPF A47 A-1 XI wants beside every FEC: zones, codes, technical facts.

Plain text in UTF-8, made from the facts of one export, so that it never says more nor less than
the file holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.fec.columns import DATES, LAYOUT_SIZES, VALID_DATE, Layout, column_name
from ledger.fec.wording import typographic
from ledger.fec.write_texts import clean_text
from ledger.fec.zones import zone

TITLE: Final = "DESCRIPTION DU FICHIER DES ÉCRITURES COMPTABLES (FEC)"
SOURCE: Final = "Article A47 A-1 du livre des procédures fiscales, paragraphe XI"
ZONES: Final = "Zones"
_REGIMES: Final[dict[Layout, str]] = {
    "BIC": "comptabilité commerciale (BIC, impôt sur les sociétés), article A47 A-1, VII-1°",
    "COM": "BNC ou BA tenus selon les règles du droit commercial, article A47 A-1, VIII-3°",
    "BAT": "bénéfices agricoles, comptabilité de trésorerie, article A47 A-1, VIII-5°",
    "BNCT": "bénéfices non commerciaux, comptabilité de trésorerie, article A47 A-1, VIII-7°",
}
_CHARSETS: Final[dict[str, str]] = {
    "utf-8": "UTF-8 (ISO/IEC 10646), sans marque d’ordre des octets",
    "iso8859-15": "ISO 8859-15 ; les caractères absents de ce jeu sont translittérés",
    "ascii": "ASCII ; les caractères absents de ce jeu sont translittérés",
}
_SEPARATORS: Final[dict[str, str]] = {
    "\t": "tabulation (code 09 hexadécimal)",
    "|": "barre verticale « | » (code 7C hexadécimal)",
}
_EOLS: Final[dict[str, str]] = {
    "\r\n": "retour chariot et fin de ligne (CR LF, codes 0D 0A hexadécimaux)",
    "\n": "fin de ligne (LF, code 0A hexadécimal)",
    "\r": "retour chariot (CR, code 0D hexadécimal)",
}


@dataclass(frozen=True, slots=True)
class JournalFacts:
    """One journal of the file; `nature` is a French phrase, « achats », « banque »."""

    code: str
    label: str
    nature: str
    entries: int
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFacts:
    """One exported FEC.  `debit` and `credit` are integer cents, `size` bytes.

    `drafts` counts the entries that are not validated yet: the file is then provisional.
    `extra_columns` pairs each extra column with its meaning.
    """

    siren: str
    company: str
    year_start: date
    year_end: date
    file_name: str
    size: int
    sha256: str
    journals: Sequence[JournalFacts]
    lines: int
    entries: int
    debit: int
    credit: int
    software: str
    version: str
    layout: Layout = "BIC"
    is_xml: bool = False
    encoding: str = "utf-8"
    separator: str = "\t"
    eol: str = "\r\n"
    signed: bool = False
    drafts: int = 0
    extra_columns: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """One zone of the file, in its order from 1."""

    number: int
    name: str
    nature: str
    meaning: str


def description(facts: ExportFacts) -> str:
    """The description file of one export, in French, lines ended by CR LF.

    Raises:
        KeyError: the charset, the separator or the line end is none that the law admits.
    """
    lines = [TITLE, SOURCE]
    for heading, body in sections(facts):
        lines += ["", heading, "-" * len(heading), *body]
    return typographic("\r\n".join(lines) + "\r\n")


def sections(facts: ExportFacts) -> Iterator[tuple[str, list[str]]]:
    """The numbered headings of the description, each with its lines.

    Raises:
        KeyError: the charset, the separator or the line end is none that the law admits.
    """
    writers = (_identity, _technique, _zones, _values, _journals, _entries, _control)
    for number, section in enumerate(writers, 1):
        title, *body = section(facts)
        yield f"{number}. {title}", body


def zone_rows(facts: ExportFacts) -> Iterator[ZoneRow]:
    """The zones of the file, those added to the law's list last."""
    for index in range(LAYOUT_SIZES[facts.layout]):
        one = zone(index, signed=facts.signed)
        blank = "à blanc si non utilisée" if one.may_be_blank else "toujours renseignée"
        if index == VALID_DATE and facts.drafts:
            blank = "à blanc tant que l’écriture n’est pas validée"
        form = "AAAA-MM-JJ" if facts.is_xml else "AAAAMMJJ"
        nature = f"{one.nature} {form}" if index in DATES else one.nature
        name = column_name(index, signed=facts.signed)
        yield ZoneRow(index + 1, name, f"{nature} ; {blank}", one.meaning)
    for number, (name, meaning) in enumerate(facts.extra_columns, LAYOUT_SIZES[facts.layout] + 1):
        yield ZoneRow(
            number, name, "alphanumérique ; zone ajoutée, hors liste réglementaire", meaning
        )


def _identity(facts: ExportFacts) -> Iterator[str]:
    yield "Identification"
    yield f"Entreprise : {clean_text(facts.company)}"
    yield f"SIREN : {facts.siren}"
    yield f"Exercice : du {_day(facts.year_start)} au {_day(facts.year_end)}"
    yield f"Fichier : {facts.file_name}"
    yield f"Régime : {_REGIMES[facts.layout]}"
    yield f"Logiciel de comptabilité : {facts.software}, version {facts.version}"


def _technique(facts: ExportFacts) -> Iterator[str]:
    yield "Caractéristiques techniques"
    yield f"Jeu de caractères : {_CHARSETS[facts.encoding]}"
    if facts.is_xml:
        yield "Structure : document XML (comptabilite, exercice, journal, ecriture, ligne)"
        yield "Le libellé, la pièce, le lettrage et la validation y sont portés par l’écriture."
        return
    yield "Structure : fichier à plat, mono-structure, organisation séquentielle"
    yield "Longueur des enregistrements : variable"
    yield f"Séparateur de zones : {_SEPARATORS[facts.separator]}"
    yield f"Séparateur d’enregistrements : {_EOLS[facts.eol]}"
    yield "Délimiteur de texte : aucun ; les séparateurs et les caractères de contrôle"
    yield "présents dans les textes sont remplacés par une espace."
    yield "Première ligne : noms des zones ; une ligne d’écriture par enregistrement ensuite"


def _zones(facts: ExportFacts) -> Iterator[str]:
    yield ZONES
    for row in zone_rows(facts):
        yield f"{row.number:>2}  {row.name:<14} {row.nature}"
        yield f"    {row.meaning}"


def _values(facts: ExportFacts) -> Iterator[str]:
    yield "Expression des valeurs"
    point = "point décimal" if facts.is_xml else "virgule décimale"
    yield f"Montants : base décimale, {point}, deux décimales, sans séparateur de milliers ;"
    yield "le signe moins, s’il y en a un, précède le premier chiffre."
    if facts.signed:
        yield "Sens : D pour un débit, C pour un crédit."
    elif facts.is_xml:
        yield "Chaque ligne porte soit un débit, soit un crédit."
    else:
        yield "Le montant nul s’écrit 0,00 : une ligne a un débit ou un crédit, l’autre est nul."
    yield "Devises : le montant garde le nombre de décimales de sa devise ; code ISO 4217."
    yield "Lettrage : un même code réunit, dans un compte et un auxiliaire, les lignes qui se"
    yield "soldent ; un code en minuscules signale un lettrage partiel."


def _journals(facts: ExportFacts) -> Iterator[str]:
    yield "Codes des journaux"
    for journal in facts.journals:
        yield f"{journal.code} : {clean_text(journal.label)} ({journal.nature}) ; " + (
            f"{_count(journal.entries, 'écriture')}, {_count(journal.lines, 'ligne')}"
        )


def _entries(facts: ExportFacts) -> Iterator[str]:
    yield "Écritures retenues"
    yield "Le fichier comprend toutes les écritures de l’exercice, écritures d’inventaire"
    yield "comprises. Les écritures d’à-nouveaux viennent en premier ; les autres sont classées"
    yield "dans l’ordre chronologique de leur validation."
    yield "Les écritures de centralisation et les écritures de solde des comptes de charges et"
    yield "de produits n’y figurent pas."
    yield "Numérotation : une séquence par journal et par exercice."
    if facts.drafts:
        drafts = _count(facts.drafts, "écriture", "en brouillard")
        yield f"FICHIER PROVISOIRE : {drafts}, dont la date de validation est à blanc."
    else:
        yield "Brouillard : aucune écriture du fichier n’est en attente de validation."


def _control(facts: ExportFacts) -> Iterator[str]:
    yield "Contrôle"
    yield f"Lignes d’écriture : {_grouped(facts.lines)}"
    yield f"Écritures : {_grouped(facts.entries)}"
    yield f"Total des débits : {_euros(facts.debit)}"
    yield f"Total des crédits : {_euros(facts.credit)}"
    yield f"Taille du fichier : {_count(facts.size, 'octet')}"
    yield f"Empreinte SHA-256 : {facts.sha256}"


def _day(day: date) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


def _count(number: int, noun: str, rest: str = "") -> str:
    """« 1 écriture », « 2 écritures »: French counts zero in the singular."""
    plural = "s" if number > 1 else ""
    return f"{_grouped(number)} {noun}{plural} {rest}".rstrip()


def _euros(cents: int) -> str:
    euros, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{_grouped(euros)},{rest:02d} €"
