"""The client base as a spreadsheet speaks of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from clients.models import Dossier, DossierGrant
from firm import scope
from firm.models import Firm, User


def dossiers_by_id(firm: Firm) -> dict[str, Dossier]:
    """The firm's dossiers that the person in scope sees, by identifier, in one query."""
    return {str(one.pk): one for one in _seen(firm)}


def sirens_of(firm: Firm) -> dict[str, Dossier]:
    """The same by SIREN, those without one left out."""
    return {one.siren: one for one in _seen(firm).exclude(siren="")}


def grants_in(dossiers: Iterable[Dossier]) -> set[tuple[int, int]]:
    """(dossier, person) of every grant in these dossiers, in one query."""
    ids = frozenset(one.pk for one in dossiers)
    with scope.extended(read=ids, write=frozenset()):
        found = DossierGrant.objects.filter(dossier_id__in=ids)
        return set(found.values_list("dossier_id", "user_id"))


def accountants_by_email(firm: Firm) -> dict[str, User]:
    """The firm's people by address, in one query."""
    return {one.email: one for one in User.objects.filter(memberships__firm=firm, is_active=True)}


def template_rows(firm: Firm) -> list[dict[str, Any]]:
    """The dossiers that exist, as rows of the template, by name, in one query."""
    return [
        {
            "id": one.pk,
            "name": one.name,
            "siren": one.siren,
            "siret": one.siret,
            "legal_form": one.legal_form,
            "tax_regime": one.get_tax_regime_display() if one.tax_regime else "",
            "vat_regime": one.get_vat_regime_display() if one.vat_regime else "",
            "year_end": "/".join(reversed(one.year_end.split("-"))),
            "takeover_date": f"{one.takeover_date:%d/%m/%Y}" if one.takeover_date else "",
        }
        for one in _seen(firm).order_by("name", "id")
    ]


def _seen(firm: Firm) -> QuerySet[Dossier]:
    return Dossier.objects.filter(firm=firm)
