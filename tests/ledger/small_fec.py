"""A small, clean FEC as bytes, with the year, labels and amounts that a test wants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

HEAD = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib",
    "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit",
    "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
)  # fmt: skip
JOURNALS = {"AN": "À-nouveaux", "AC": "Achats", "VE": "Ventes", "BQ": "Banque"}
NAME = "552100554FEC{year}1231.txt"

# One line: account, its label, third party (code, name), debit and credit in cents.
Line = tuple[str, str, str, int, int]


@dataclass(frozen=True)
class Piece:
    """One entry of the file; `day` is MMDD."""

    journal: str
    number: str
    day: str
    ref: str
    label: str
    lines: tuple[Line, ...]


def name(year: int = 2024) -> str:
    """The name by law of the file of a calendar year."""
    return NAME.format(year=year)


def ordinary(
    year: int = 2024, *, opening_bank: int = 100_000, sale: str = "Vente de pains"
) -> list[Piece]:
    """An opening, a purchase, a sale, and both paid through the bank."""
    return [
        Piece("AN", "1", "0101", "RAN", "Report à nouveau", (
            ("512000", "Banque", "", opening_bank, 0), ("101000", "Capital", "", 0, opening_bank),
        )),
        Piece("AC", "2", "0210", "FA-7", "Farine", (
            ("607000", "Achats de marchandises", "", 50_000, 0),
            ("445660", "TVA déductible", "", 10_000, 0),
            ("401000", "Fournisseurs", "MOULIN", 0, 60_000),
        )),
        Piece("VE", "3", "0315", "VT-1", sale, (
            ("411000", "Clients", "MAIRIE", 120_000, 0),
            ("707000", "Ventes de marchandises", "", 0, 100_000),
            ("445710", "TVA collectée", "", 0, 20_000),
        )),
        Piece("BQ", "4", "0420", "VIR", "Virement Moulin", (
            ("401000", "Fournisseurs", "MOULIN", 60_000, 0), ("512000", "Banque", "", 0, 60_000),
        )),
        Piece("BQ", "5", "0620", "REM", "Remise mairie", (
            ("512000", "Banque", "", 120_000, 0), ("411000", "Clients", "MAIRIE", 0, 120_000),
        )),
    ]  # fmt: skip


def content(pieces: Iterable[Piece], year: int = 2024, *, header: bool = True) -> bytes:
    """The file: tabulations, UTF-8, CRLF."""
    rows = ["\t".join(HEAD)] if header else []
    for piece in pieces:
        day = piece.day if len(piece.day) == 8 else f"{year}{piece.day}"
        for account, label, third, debit, credit in piece.lines:
            rows.append("\t".join((
                piece.journal, JOURNALS.get(piece.journal, piece.journal), piece.number, day,
                account, label, third, third.title(), piece.ref, day, piece.label,
                euros(debit), euros(credit), "", "", f"{year}1231", "", "",
            )))  # fmt: skip
    return "\r\n".join([*rows, ""]).encode()


def euros(cents: int) -> str:
    """`1234,50`, as a FEC writes it."""
    return f"{cents // 100},{cents % 100:02d}"
