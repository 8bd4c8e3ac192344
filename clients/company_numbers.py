"""SIREN and SIRET as people type them: nine or fourteen digits and a key that adds up.

The key is Luhn's; the establishments of La Poste (356 000 000) add their digits up to a multiple of
five instead.  Plain Python: nothing is looked up in a register.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from stdnum.fr import siren as siren_rules
from stdnum.fr import siret as siret_rules

from firm.errors import BusinessError

SIREN_DIGITS, SIRET_DIGITS = 9, 14


class SirenInvalid(BusinessError):
    """Not nine digits with a right key."""

    code = "siren_invalid"
    title = "SIREN invalide"


class SiretInvalid(BusinessError):
    """Fourteen digits whose key is wrong, or another company's."""

    code = "siret_invalid"
    title = "SIRET invalide"


class CompanyNumber(NamedTuple):
    """What a typed number says; both empty for an empty field, `siret` for a SIREN alone."""

    siren: str = ""
    siret: str = ""


def digits_of(typed: str) -> str:
    """What was typed without its separators: spaces of all kinds, full stops, hyphens."""
    return re.sub(r"[\s.\-\u2010-\u2015]", "", typed)


def read(typed: str) -> CompanyNumber:
    """The company that a typed SIREN or SIRET names; a SIRET gives both.

    Raises:
        SirenInvalid: another length, a letter, or a key that does not add up.
        SiretInvalid: fourteen digits of a right SIREN, but their own key does not add up.
    """
    digits = digits_of(typed)
    if not digits:
        return CompanyNumber()
    siren = digits[:SIREN_DIGITS]
    is_siret = len(digits) == SIRET_DIGITS
    if (not is_siret and len(digits) != SIREN_DIGITS) or not siren_rules.is_valid(siren):
        raise SirenInvalid(
            f"« {typed.strip()} » n’est pas un SIREN : neuf chiffres et une clé juste sont "
            "attendus (un SIRET de quatorze chiffres convient aussi). "
            "Vérifiez le numéro ou laissez le champ vide."
        )
    if is_siret and not siret_rules.is_valid(digits):
        raise SiretInvalid(
            f"La clé du SIRET « {typed.strip()} » est fausse. Vérifiez ses cinq derniers chiffres, "
            "ou saisissez les neuf premiers seulement : c’est le SIREN."
        )
    return CompanyNumber(siren, digits if is_siret else "")


def read_pair(typed_siren: str, typed_siret: str) -> CompanyNumber:
    """What the two fields of a form say together; either may hold a SIRET.

    Raises:
        SirenInvalid, SiretInvalid: as `read`; also a SIRET that is another SIREN's.
    """
    first = read(typed_siren)
    if not digits_of(typed_siret):
        return first
    if len(digits_of(typed_siret)) != SIRET_DIGITS:
        raise SiretInvalid("Un SIRET a quatorze chiffres. Vérifiez-le ou laissez le champ vide.")
    second = read(typed_siret)
    if first.siren and second.siren != first.siren:
        raise SiretInvalid(
            "Ce SIRET n’est pas celui de ce SIREN : ses neuf premiers chiffres doivent être les "
            "mêmes."
        )
    return second
