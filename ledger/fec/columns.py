"""The columns of a FEC: their legal names, order, aliases and layouts (LPF A47 A-1, VII and VIII).

FEC column names appear here only; everything else speaks of the index constants.
"""

from __future__ import annotations

import unicodedata
from typing import Final, Literal

Layout = Literal["BIC", "COM", "BAT", "BNCT"]

JOURNAL_CODE: Final = 0
JOURNAL_LIB: Final = 1
ECRITURE_NUM: Final = 2
ECRITURE_DATE: Final = 3
COMPTE_NUM: Final = 4
COMPTE_LIB: Final = 5
COMP_AUX_NUM: Final = 6
COMP_AUX_LIB: Final = 7
PIECE_REF: Final = 8
PIECE_DATE: Final = 9
ECRITURE_LIB: Final = 10
DEBIT: Final = 11
CREDIT: Final = 12
MONTANT: Final = DEBIT  # the same two zones when the system has no debit and credit
SENS: Final = CREDIT
ECRITURE_LET: Final = 13
DATE_LET: Final = 14
VALID_DATE: Final = 15
MONTANT_DEVISE: Final = 16
IDEVISE: Final = 17
DATE_RGLT: Final = 18
MODE_RGLT: Final = 19
NAT_OP: Final = 20
ID_CLIENT: Final = 21

LEGAL: Final[tuple[str, ...]] = (
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
)
TREASURY: Final[tuple[str, ...]] = ("DateRglt", "ModeRglt", "NatOp", "IdClient")
ALL: Final[tuple[str, ...]] = LEGAL + TREASURY
SIGNED_NAMES: Final[dict[int, str]] = {MONTANT: "Montant", SENS: "Sens"}

# The last legal zone of each layout: BIC/IS and COM (BNC and BA, commercial law) hold 18 zones,
# BAT (BA treasury) 21, BNCT (BNC treasury) 22.  A header cannot tell BIC from COM.
LAYOUT_SIZES: Final[dict[Layout, int]] = {"BIC": 18, "COM": 18, "BAT": 21, "BNCT": 22}

# Check 6 of Test Compta Demat: a header without one of these cannot be read at all.
REQUIRED: Final[frozenset[int]] = frozenset(
    (ECRITURE_NUM, ECRITURE_DATE, COMPTE_NUM, COMPTE_LIB, ECRITURE_LIB, DEBIT, CREDIT)
)
DATES: Final[frozenset[int]] = frozenset(
    (ECRITURE_DATE, PIECE_DATE, DATE_LET, VALID_DATE, DATE_RGLT)
)
AMOUNTS: Final[frozenset[int]] = frozenset((DEBIT, CREDIT, MONTANT_DEVISE))

# Names seen in real files, in the form that `normalised` gives them.
ALIASES: Final[dict[str, int]] = {
    "JOURNALLIBELLE": JOURNAL_LIB,
    "LIBELLEJOURNAL": JOURNAL_LIB,
    "CODEJOURNAL": JOURNAL_CODE,
    "JOURNAL": JOURNAL_CODE,
    "ECRITURENUMERO": ECRITURE_NUM,
    "NUMECRITURE": ECRITURE_NUM,
    "DATEECRITURE": ECRITURE_DATE,
    "COMPTENUMERO": COMPTE_NUM,
    "NUMCOMPTE": COMPTE_NUM,
    "COMPTELIBELLE": COMPTE_LIB,
    "LIBELLECOMPTE": COMPTE_LIB,
    "COMPTEAUXNUM": COMP_AUX_NUM,
    "COMPAUXNUMERO": COMP_AUX_NUM,
    "COMPTEAUXLIB": COMP_AUX_LIB,
    "COMPTEAUXLIBELLE": COMP_AUX_LIB,
    "COMPAUXLIBELLE": COMP_AUX_LIB,
    "PIECEREFERENCE": PIECE_REF,
    "REFPIECE": PIECE_REF,
    "DATEPIECE": PIECE_DATE,
    "ECRITURELIBELLE": ECRITURE_LIB,
    "LIBELLEECRITURE": ECRITURE_LIB,
    "MONTANTDEBIT": DEBIT,
    "MONTANTCREDIT": CREDIT,
    "LETTRAGE": ECRITURE_LET,
    "ECRITURELETTRAGE": ECRITURE_LET,
    "DATELETTRAGE": DATE_LET,
    "DATEVALIDATION": VALID_DATE,
    "VALIDATIONDATE": VALID_DATE,
    "DEVISEMONTANT": MONTANT_DEVISE,
    "DEVISE": IDEVISE,
    "IDDEVISE": IDEVISE,
    "DATEREGLEMENT": DATE_RGLT,
    "MODEREGLEMENT": MODE_RGLT,
    "NATUREOPERATION": NAT_OP,
    "IDENTIFIANTCLIENT": ID_CLIENT,
}


def column_name(index: int, *, signed: bool = False) -> str:
    """The legal name of a canonical zone; `signed` when the file has Montant and Sens."""
    if signed and index in SIGNED_NAMES:
        return SIGNED_NAMES[index]
    return ALL[index]


def normalised(name: str) -> str:
    """A header name without case, accents, spaces nor signs: « Écriture_Num » is ECRITURENUM."""
    bare = unicodedata.normalize("NFKD", name.replace("\ufeff", ""))
    return "".join(sign for sign in bare.upper() if sign.isascii() and sign.isalnum())


_E_ACCENTS: Final = str.maketrans("éèÉÈ", "eeEE")
_BY_NAME: Final[dict[str, int]] = {
    name.upper(): index for index, name in (*enumerate(ALL), *SIGNED_NAMES.items())
}


def legal_index(name: str) -> int | None:
    """The canonical zone of a legal name; case and é or è do not count (Test Compta Demat)."""
    return _BY_NAME.get(name.strip(" ").translate(_E_ACCENTS).upper())


def alias_index(name: str) -> int | None:
    """The canonical zone of a name that is not legal but plain enough to be understood."""
    bare = normalised(name)
    return ALIASES.get(bare, _BY_NAME.get(bare))
