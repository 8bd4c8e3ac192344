"""Creating a dossier and changing its data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.utils.text import slugify

from clients import company_numbers
from clients.actions.obligations import plan_obligations
from clients.actions.plans import start_plan
from clients.company_numbers import CompanyNumber
from clients.models import Dossier, DossierStats
from firm import audit, scope
from firm.errors import BusinessError
from firm.models import Firm, User

SLUG_LENGTH = 60
# What the obligations are planned from.
PLANNED_FROM = frozenset({"tax_regime", "vat_regime", "year_end"})


class SirenTaken(BusinessError):
    """A dossier of the firm already has this SIREN; it may be one that the person cannot see."""

    code = "siren_taken"
    title = "SIREN déjà suivi"


class NameMissing(BusinessError):
    """A dossier needs a name."""

    code = "name_missing"
    title = "Nom manquant"


class YearEndInvalid(BusinessError):
    """Not a day of the year."""

    code = "year_end_invalid"
    title = "Fin d’exercice invalide"


class RegimeUnknown(BusinessError):
    """Not one of the regimes of the list."""

    code = "regime_unknown"
    title = "Régime inconnu"


def clean_siren(typed: str) -> str:
    """Nine digits from what was typed: spaces dropped, a SIRET gives its first nine.

    Raises:
        SirenInvalid, SiretInvalid: see `clients.company_numbers.read`.
    """
    return company_numbers.read(typed).siren


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
        SirenInvalid, SiretInvalid: the number is not one.
        SirenTaken: the firm already follows this SIREN.
    """
    name = name.strip()
    if not name:
        raise NameMissing("Indiquez le nom du dossier.")
    number = company_numbers.read(siren)
    new_id = _next_id()
    only = frozenset({new_id})
    before = scope.current()
    assert before is not None
    with (
        transaction.atomic(),
        scope.extended(firm=firm.id, read=(before.read or frozenset()) | only, write=only),
    ):
        refuse_taken_siren(firm, number.siren)
        dossier = Dossier.objects.create(
            id=new_id,
            firm=firm,
            owner=by,
            name=name[:200],
            slug=_free_slug(slug or name, new_id),
            siren=number.siren,
            siret=number.siret,
            takeover_date=takeover_date,
        )
        DossierStats.objects.create(dossier=dossier)
        start_plan(dossier, by=by)
        audit.record(
            "clients.dossier_created", by=by, firm_id=firm.id, dossier_id=new_id, name=name
        )
    return dossier


def update_dossier(dossier: Dossier, *, by: User, **changes: Any) -> Dossier:
    """Change the dossier's own data: name, numbers, legal form, regimes, year end, takeover date.

    A SIRET typed as the SIREN gives both.  `year_end` is « JJ/MM » or « MM-JJ ».  Nothing is
    written when nothing has changed.

    Raises:
        NameMissing, SirenInvalid, SiretInvalid, SirenTaken: as for a new dossier.
        YearEndInvalid, RegimeUnknown: a value outside its list.
    """
    _clean(dossier, changes)
    changes = {key: value for key, value in changes.items() if getattr(dossier, key) != value}
    if not changes:
        return dossier
    old = {key: str(getattr(dossier, key) or "") for key in changes}
    with transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(**changes)
        new = {key: str(value or "") for key, value in changes.items()}
        audit.record("clients.dossier_changed", by=by, dossier_id=dossier.id, old=old, new=new)
        dossier.refresh_from_db()
        if PLANNED_FROM & changes.keys():
            plan_obligations(dossier, by=by)
        if "takeover_date" in changes:
            takeover_changed(dossier)
    return dossier


def _clean(dossier: Dossier, changes: dict[str, Any]) -> None:
    """Bring what was given into the form in which it is kept, or refuse it."""
    if "name" in changes:
        changes["name"] = changes["name"].strip()[:200]
        if not changes["name"]:
            raise NameMissing("Indiquez le nom du dossier.")
    if "siren" in changes or "siret" in changes:
        number = _number(dossier, changes)
        changes.update(siren=number.siren, siret=number.siret)
        if number.siren != dossier.siren and dossier.firm:
            refuse_taken_siren(dossier.firm, number.siren)
    if "year_end" in changes:
        changes["year_end"] = read_year_end(changes["year_end"] or "")
    for field, choices in (("tax_regime", Dossier.TaxRegime), ("vat_regime", Dossier.VatRegime)):
        if changes.get(field) and changes[field] not in choices.values:
            raise RegimeUnknown("Choisissez un régime de la liste.")


def _number(dossier: Dossier, changes: dict[str, Any]) -> CompanyNumber:
    """SIREN and SIRET together; the one that was not given stays while it still fits."""
    if "siren" not in changes:
        return company_numbers.read_pair(dossier.siren, changes["siret"])
    typed = company_numbers.read(changes["siren"])
    if "siret" in changes:
        if typed.siret and not company_numbers.digits_of(changes["siret"]).startswith(typed.siren):
            return typed
        return company_numbers.read_pair(changes["siren"], changes["siret"])
    keeps = dossier.siret if typed.siren == dossier.siren else ""
    return CompanyNumber(typed.siren, typed.siret or keeps)


def read_year_end(typed: str) -> str:
    """« 31/12 », « 3112 » or « 12-31 » as « 12-31 »; empty for nothing.

    Raises:
        YearEndInvalid: no such day; the 29th of February is none, since most years lack it.
    """
    text = typed.strip()
    if not text:
        return ""
    if found := re.fullmatch(r"(\d{2})-(\d{2})", text):
        month, day = found.groups()
    elif found := re.fullmatch(r"(\d{1,2})[/. ](\d{1,2})|(\d{2})(\d{2})", text):
        day, month = (part for part in found.groups() if part)
    else:
        raise YearEndInvalid(f"« {text} » n’est pas un jour : écrivez jj/mm, par exemple 31/12.")
    try:
        return f"{dt.date(2025, int(month), int(day)):%m-%d}"
    except ValueError as error:
        raise YearEndInvalid(f"Le {text} n’existe pas chaque année : écrivez jj/mm.") from error


_takeover_followers: list[Callable[[Dossier], None]] = []


def follow_takeover(follower: Callable[[Dossier], None]) -> None:
    """Say what an upper app does, in the same transaction, when a takeover date has changed."""
    _takeover_followers.append(follower)


def takeover_changed(dossier: Dossier) -> None:
    """Have the upper apps follow the dossier's takeover date, in the caller's transaction."""
    for follow in _takeover_followers:
        follow(dossier)


def _next_id() -> int:
    """The id first: INSERT … RETURNING must pass the policies, so the scope is widened to it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('clients_dossier', 'id'))")
        return int(cursor.fetchone()[0])


def refuse_taken_siren(firm: Firm, siren: str) -> None:
    """One dossier per SIREN in a firm, hidden ones included.

    The answer names the other dossier only to whoever may see it.

    Raises:
        SirenTaken: the firm already follows this SIREN.
    """
    if not siren:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT dossier_siren_taken(%s, %s)", (firm.id, siren))
        if not cursor.fetchone()[0]:
            return
    other = Dossier.objects.filter(firm=firm, siren=siren).first()
    if other is None:
        raise SirenTaken("Ce SIREN est déjà suivi ou indisponible : demandez à un administrateur.")
    raise SirenTaken(f"Ce SIREN est déjà celui du dossier « {other.name} ».", dossier=other.slug)


def _free_slug(wanted: str, new_id: int) -> str:
    """The short name itself when free anywhere on the platform, else with the dossier's number."""
    base = slugify(wanted)[: SLUG_LENGTH - 12].strip("-") or "dossier"
    with connection.cursor() as cursor:
        cursor.execute("SELECT dossier_slug_taken(%s)", (base,))
        return f"{base}-{new_id}" if cursor.fetchone()[0] else base
