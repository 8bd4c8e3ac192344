"""What each zone of a FEC means, in French: the heart of the description file (A47 A-1 VII, VIII).

Source: the tables of LPF A47 A-1 VII-1° and VIII, and the notice of the DGFiP.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.fec.columns import (
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
    MODE_RGLT,
    MONTANT,
    MONTANT_DEVISE,
    NAT_OP,
    PIECE_DATE,
    PIECE_REF,
    SENS,
    VALID_DATE,
)


@dataclass(frozen=True, slots=True)
class Zone:
    """Nature (`alphanumérique`, `date`, `numérique`), meaning, and when the zone may be blank."""

    nature: str
    meaning: str
    may_be_blank: bool = False


_TEXT: Final = "alphanumérique"
_DATE: Final = "date"
_NUMBER: Final = "numérique"

ZONES: Final[dict[int, Zone]] = {
    JOURNAL_CODE: Zone(_TEXT, "Code du journal de l’écriture comptable"),
    JOURNAL_LIB: Zone(_TEXT, "Libellé du journal de l’écriture comptable"),
    ECRITURE_NUM: Zone(_TEXT, "Numéro de l’écriture, dans la séquence de son journal"),
    ECRITURE_DATE: Zone(_DATE, "Date de comptabilisation de l’écriture"),
    COMPTE_NUM: Zone(_TEXT, "Numéro de compte, selon le plan comptable général"),
    COMPTE_LIB: Zone(_TEXT, "Libellé du compte"),
    COMP_AUX_NUM: Zone(_TEXT, "Numéro de compte auxiliaire (client, fournisseur)", True),
    COMP_AUX_LIB: Zone(_TEXT, "Libellé du compte auxiliaire", True),
    PIECE_REF: Zone(_TEXT, "Référence de la pièce justificative"),
    PIECE_DATE: Zone(_DATE, "Date de la pièce justificative"),
    ECRITURE_LIB: Zone(_TEXT, "Libellé de l’écriture comptable"),
    DEBIT: Zone(_NUMBER, "Montant au débit, en euros"),
    CREDIT: Zone(_NUMBER, "Montant au crédit, en euros"),
    ECRITURE_LET: Zone(_TEXT, "Code de lettrage de la ligne", True),
    DATE_LET: Zone(_DATE, "Date de lettrage", True),
    VALID_DATE: Zone(_DATE, "Date de validation de l’écriture"),
    MONTANT_DEVISE: Zone(_NUMBER, "Montant en devise, dans l’unité de la devise", True),
    IDEVISE: Zone(_TEXT, "Identifiant de la devise (code ISO 4217)", True),
    DATE_RGLT: Zone(_DATE, "Date de règlement"),
    MODE_RGLT: Zone(_TEXT, "Mode de règlement"),
    NAT_OP: Zone(_TEXT, "Nature de l’opération", True),
    ID_CLIENT: Zone(_TEXT, "Identification du client", True),
}

SIGNED_ZONES: Final[dict[int, Zone]] = {
    MONTANT: Zone(_NUMBER, "Montant de la ligne, en euros"),
    SENS: Zone(_TEXT, "Sens du montant : D (débit) ou C (crédit)"),
}


def zone(index: int, *, signed: bool = False) -> Zone:
    """The zone of a canonical index; `signed` when the file has Montant and Sens."""
    if signed and index in SIGNED_ZONES:
        return SIGNED_ZONES[index]
    return ZONES[index]
