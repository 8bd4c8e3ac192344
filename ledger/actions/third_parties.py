"""Customers and suppliers made here, beside those that an import brings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from itertools import count

from django.db import transaction

from clients.actions.dossiers import clean_siren
from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, Conflict
from firm.models import User
from ledger.models import Account, ThirdParty

KINDS = ("B2B", "B2C", "B2G")
CODE = 17


class ThirdPartyInvalid(BusinessError):
    """A name is missing, or a role, a country or a kind is not one."""

    code = "third_party_invalid"
    title = "Tiers incomplet ou invalide"


class ThirdPartyExists(Conflict):
    """Another customer (or supplier) of the dossier has this code."""

    code = "third_party_exists"
    title = "Code déjà utilisé"


@transaction.atomic
def create_third_party(  # noqa: PLR0913 (the fields of a form, each by its name)
    dossier: Dossier,
    *,
    name: str,
    role: str,
    by: User,
    code: str = "",
    country: str = "FR",
    kind: str = "B2B",
    siren: str = "",
    vat_number: str = "",
) -> ThirdParty:
    """Create a customer or a supplier; without a code one is made from the name.

    `country` is two letters (ISO 3166), `kind` B2B, B2C or B2G.

    Raises:
        ThirdPartyInvalid: no name, or an unknown role, country or kind.
        ThirdPartyExists: the code is taken on this side.
        SirenInvalid: the SIREN is not one.
    """
    name, country, code = name.strip(), country.strip().upper(), code.strip()
    _check(name, role, country, kind)
    siren = clean_siren(siren)
    same_side = ThirdParty.objects.filter(dossier=dossier, role=role)
    if code and same_side.filter(code=code).exists():
        raise ThirdPartyExists(f"Le code « {code} » est déjà pris. Choisissez-en un autre.")
    made: ThirdParty = ThirdParty.objects.create(
        dossier=dossier,
        role=role,
        code=code or _free_code(name, role, set(same_side.values_list("code", flat=True))),
        label=name,
        country=country,
        kind=kind,
        siren=siren,
        vat_number=re.sub(r"[\s.-]", "", vat_number).upper()[:20],
    )
    audit.record(
        "ledger.third_party_created", by=by, dossier_id=dossier.id, third_party=made.id, name=name
    )
    return made


@transaction.atomic
def create_third_parties(
    dossier: Dossier, *, names: Sequence[str], role: str, by: User
) -> list[ThirdParty]:
    """Create customers or suppliers known by their names alone, in three statements.

    Raises:
        ThirdPartyInvalid: a name is empty, or the role is not one.
    """
    for name in names:
        _check(name.strip(), role, "FR", "B2B")
    taken = set(
        ThirdParty.objects.filter(dossier=dossier, role=role).values_list("code", flat=True)
    )
    rows = []
    for name in names:
        code = _free_code(name, role, taken)
        taken.add(code)
        rows.append(ThirdParty(dossier=dossier, role=role, code=code, label=name.strip()[:300]))
    made: list[ThirdParty] = ThirdParty.objects.bulk_create(rows)
    audit.record(
        "ledger.third_parties_created", by=by, dossier_id=dossier.id, count=len(made),
        names=list(names)[:200],
    )  # fmt: skip
    return made


def _check(name: str, role: str, country: str, kind: str) -> None:
    if not name:
        raise ThirdPartyInvalid("Indiquez le nom du tiers.")
    if role not in ThirdParty.Role.values:
        raise ThirdPartyInvalid("Indiquez le rôle du tiers : « customer » ou « supplier ».")
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise ThirdPartyInvalid("Indiquez le pays par ses deux lettres, par exemple FR.")
    if kind not in KINDS:
        raise ThirdPartyInvalid(f"Indiquez le genre du tiers : {', '.join(KINDS)}.")


def _free_code(name: str, role: str, taken: set[str]) -> str:
    """C (or F for a supplier) and the name's letters, then a number if that is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    letters = re.sub(r"[^A-Z0-9]", "", plain)[: CODE - 5] or "TIERS"
    base = ("C" if role == ThirdParty.Role.CUSTOMER else "F") + letters
    numbered = (f"{base}{number}" for number in count(2))
    return base if base not in taken else next(code for code in numbered if code not in taken)


@transaction.atomic
def change_defaults(
    third_party: ThirdParty,
    *,
    default_account: Account | None,
    default_vat_rate: Decimal | None,
    payment_days: int | None,
    siren: str,
    vat_number: str,
    by: User,
) -> None:
    """Change what a third party's invoices are proposed with, and its numbers.

    The rate is in per cent; the days count from the invoice.

    Raises:
        ThirdPartyInvalid: a rate outside 0 to 100, or days outside 0 to 365.
        SirenInvalid: the SIREN is not one.
    """
    if default_vat_rate is not None and not 0 <= default_vat_rate <= 100:
        raise ThirdPartyInvalid("Le taux de TVA est compris entre 0 et 100 %.")
    if payment_days is not None and not 0 <= payment_days <= 365:
        raise ThirdPartyInvalid("Le délai de paiement est compris entre 0 et 365 jours.")
    third_party.default_account = default_account
    third_party.default_vat_rate = default_vat_rate
    third_party.payment_days = payment_days
    third_party.siren = clean_siren(siren)
    third_party.vat_number = re.sub(r"[\s.-]", "", vat_number).upper()[:20]
    third_party.save(
        update_fields=["default_account", "default_vat_rate", "payment_days", "siren", "vat_number"]
    )
    audit.record(
        "ledger.third_party_changed", by=by, dossier_id=third_party.dossier_id,
        third_party=third_party.id, name=third_party.label,
        account=default_account.number if default_account else "",
    )  # fmt: skip
