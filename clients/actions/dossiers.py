"""Creating a dossier and changing its data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.utils.text import slugify
from stdnum.fr import siren as siren_rules

from clients.models import Dossier, DossierStats
from firm import audit, scope
from firm.errors import BusinessError
from firm.models import Firm, User

SLUG_LENGTH = 60


class SirenTaken(BusinessError):
    """A dossier of the firm already has this SIREN; it may be one that the person cannot see."""

    code = "siren_taken"
    title = "SIREN déjà suivi"


class SirenInvalid(BusinessError):
    """Not nine digits with a right key."""

    code = "siren_invalid"
    title = "SIREN invalide"


class NameMissing(BusinessError):
    """A dossier needs a name."""

    code = "name_missing"
    title = "Nom manquant"


def clean_siren(typed: str) -> str:
    """Nine digits from what was typed: spaces dropped, a SIRET gives its first nine.

    Raises:
        SirenInvalid: another length, or a key that does not add up (Luhn).
    """
    digits = "".join(typed.split()).replace(".", "").replace("-", "")
    if not digits:
        return ""
    if len(digits) == 14 and digits.isdigit():
        digits = digits[:9]
    if not siren_rules.is_valid(digits):
        raise SirenInvalid(
            f"« {typed.strip()} » n’est pas un SIREN : neuf chiffres et une clé juste sont "
            "attendus. "
            "Vérifiez le numéro ou laissez le champ vide."
        )
    return digits


def create_dossier(
    firm: Firm,
    *,
    name: str,
    by: User,
    slug: str = "",
    siren: str = "",
    takeover_date: dt.date | None = None,
) -> Dossier:
    """Create an empty dossier of the firm; its maker owns it.

    A taken short name silently gets a suffix: saying so would tell of dossiers that one cannot see.

    Raises:
        NameMissing: no name.
        SirenInvalid: the SIREN is not one.
        SirenTaken: the firm already follows this SIREN.
    """
    name = name.strip()
    if not name:
        raise NameMissing("Indiquez le nom du dossier.")
    siren = clean_siren(siren)
    new_id = _next_id()
    only = frozenset({new_id})
    before = scope.current()
    assert before is not None
    with (
        transaction.atomic(),
        scope.extended(firm=firm.id, read=(before.read or frozenset()) | only, write=only),
    ):
        _refuse_taken_siren(firm, siren)
        dossier = Dossier.objects.create(
            id=new_id,
            firm=firm,
            owner=by,
            name=name[:200],
            slug=_free_slug(slug or name, new_id),
            siren=siren,
            takeover_date=takeover_date,
        )
        DossierStats.objects.create(dossier=dossier)
        audit.record(
            "clients.dossier_created", by=by, firm_id=firm.id, dossier_id=new_id, name=name
        )
    return dossier


def update_dossier(dossier: Dossier, *, by: User, **changes: Any) -> Dossier:
    """Change the name, SIREN, legal form or takeover date of a dossier.

    Raises:
        NameMissing, SirenInvalid, SirenTaken: as for a new dossier.
    """
    if "name" in changes:
        changes["name"] = changes["name"].strip()[:200]
        if not changes["name"]:
            raise NameMissing("Indiquez le nom du dossier.")
    if "siren" in changes:
        changes["siren"] = clean_siren(changes["siren"])
        if changes["siren"] != dossier.siren and dossier.firm:
            _refuse_taken_siren(dossier.firm, changes["siren"])
    old = {key: str(getattr(dossier, key) or "") for key in changes}
    with transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(**changes)
        new = {key: str(value or "") for key, value in changes.items()}
        audit.record("clients.dossier_changed", by=by, dossier_id=dossier.id, old=old, new=new)
        dossier.refresh_from_db()
        if "takeover_date" in changes and old["takeover_date"] != new["takeover_date"]:
            for follow in _takeover_followers:
                follow(dossier)
    return dossier


_takeover_followers: list[Callable[[Dossier], None]] = []


def follow_takeover(follower: Callable[[Dossier], None]) -> None:
    """Say what an upper app does, in the same transaction, when a takeover date has changed."""
    _takeover_followers.append(follower)


def _next_id() -> int:
    """The id first: INSERT … RETURNING must pass the policies, so the scope is widened to it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('clients_dossier', 'id'))")
        return int(cursor.fetchone()[0])


def _refuse_taken_siren(firm: Firm, siren: str) -> None:
    """One dossier per SIREN in a firm, hidden ones included: the answer does not tell which."""
    if not siren:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT dossier_siren_taken(%s, %s)", (firm.id, siren))
        if cursor.fetchone()[0]:
            raise SirenTaken(
                "Ce SIREN est déjà suivi ou indisponible : demandez à un administrateur."
            )


def _free_slug(wanted: str, new_id: int) -> str:
    """The short name itself when free anywhere on the platform, else with the dossier's number."""
    base = slugify(wanted)[: SLUG_LENGTH - 12].strip("-") or "dossier"
    with connection.cursor() as cursor:
        cursor.execute("SELECT dossier_slug_taken(%s)", (base,))
        return f"{base}-{new_id}" if cursor.fetchone()[0] else base
