"""The name of a FEC: `SirenFECAAAAMMJJ`, whatever its extension (LPF A47 A-1, IX).

An odd name never blocks anything here, though Test Compta Demat refuses to start (check 1).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from ledger.fec.findings import Finding, finding

# Test Compta Demat asks for these signs anywhere in the name, after at least one other.
_ACCEPTED: Final = re.compile(r".+FEC(20\d\d[01]\d[0-3]\d)", re.IGNORECASE)
_LEGAL: Final = re.compile(r"(\d+)FEC(\d{8})(\.\w{1,5})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FileName:
    """What a name says: digits before FEC (a SIREN if all is well) and the closing date."""

    siren: str | None
    year_end: dt.date | None
    findings: tuple[Finding, ...]


def read_name(name: str) -> FileName:
    """The SIREN and closing date in a file name, with what is odd about it."""
    accepted = _ACCEPTED.match(name)
    legal = _LEGAL.fullmatch(name)
    found: list[Finding] = []
    if accepted is None:
        message = (
            f"Le nom « {name} » n’est pas de la forme SirenFECAAAAMMJJ : Test Compta Demat le "
            "refuse. Le renommer avant toute remise à l’administration."
        )
        found.append(finding("NOM_FICHIER", message, old=name))
    elif legal is None:
        message = (
            f"Le nom « {name} » porte plus que SirenFECAAAAMMJJ : le renommer avant toute remise "
            "à l’administration."
        )
        found.append(finding("NOM_FICHIER_VARIANTE", message, old=name))
    siren = legal.group(1) if legal else None
    if siren is not None and not is_siren(siren):
        found.append(finding("NOM_FICHIER_SIREN", _why_no_siren(siren), old=siren))
    year_end = _date(accepted.group(1)) if accepted else None
    if accepted and year_end is None:
        message = (
            f"La date {accepted.group(1)} du nom du fichier n’existe pas : indiquer la date de "
            "clôture de l’exercice."
        )
        found.append(finding("NOM_FICHIER_DATE", message, old=accepted.group(1)))
    return FileName(siren, year_end, tuple(found))


def is_siren(digits: str) -> bool:
    """Nine digits whose Luhn key is right."""
    if len(digits) != 9 or not (digits.isascii() and digits.isdigit()):
        return False
    doubled = (int(digit) * (1 + rank % 2) for rank, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _why_no_siren(siren: str) -> str:
    if len(siren) != 9:
        return f"Le SIREN {siren} du nom du fichier compte {len(siren)} chiffres au lieu de 9."
    return f"La clé du SIREN {siren} du nom du fichier est fausse : vérifier le numéro."


def _date(digits: str) -> dt.date | None:
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
