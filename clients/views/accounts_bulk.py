"""What is done to ticked accounts: jobs over many dossiers, and their export."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from clients.models import Dossier
from clients.queries import accounts
from clients.rights import may_in_firm
from clients.views import bulk_acts
from clients.views.accounts import require_module
from firm import audit, spreadsheets
from firm.access import FirmRequest, firm_view
from firm.errors import NotFound

HEADER = (
    "Nom", "Adresse", "SIREN", "Créé le", "Documents protégés jusqu’au", "Portée",
    "Utilisateurs", "Propriétaire", "État", "Formule", "Formule jusqu’au",
)  # fmt: skip


def _ticked(request: FirmRequest) -> list[Dossier]:
    """The accounts ticked among those that one may see, or all that match, by name."""
    require_module(request)
    every = accounts.matching(request.firm, request.POST.get("q", "").strip())
    if request.POST.get("tout") != "1":
        every = accounts.matching(request.firm).filter(pk__in=bulk_acts.ticked_ids(request))
    found = list(every.select_related("owner").order_by("name_key", "id"))
    if not found:
        raise bulk_acts.NothingTicked("Cochez au moins un compte client.")
    return found


@firm_view(needs="firm.open", may=may_in_firm, methods=("POST",))
def disconnect_many(request: FirmRequest) -> HttpResponse:
    """« Déconnecter » those ticked."""
    return bulk_acts.part(request, _ticked(request))


@firm_view(needs="firm.open", may=may_in_firm, methods=("POST",))
def lock_many(request: FirmRequest) -> HttpResponse:
    """« Changer la date de restriction » of those ticked."""
    return bulk_acts.lock(request, _ticked(request))


@firm_view(needs="firm.open", may=may_in_firm, methods=("POST",))
def assign_many(request: FirmRequest) -> HttpResponse:
    """« Affecter un comptable » to those ticked."""
    return bulk_acts.assign(request, _ticked(request))


@firm_view(needs="firm.open", may=may_in_firm, methods=("POST",))
def export(request: FirmRequest) -> HttpResponse:
    """The ticked accounts as CSV or XLSX."""
    kind = request.POST.get("format", "csv")
    if kind not in spreadsheets.TYPES:
        raise NotFound("Ce format n’existe pas.")
    rows = [_line(row) for row in accounts.described(_ticked(request))]
    audit.record("clients.accounts_exported", by=request.user, firm_id=request.firm.pk,
                 accounts=len(rows), format=kind)  # fmt: skip
    return spreadsheets.download(kind, "comptes-clients", HEADER, rows)


def _line(row: accounts.AccountRow) -> tuple[Any, ...]:
    dossier = row.dossier
    return (
        dossier.name, dossier.slug, dossier.siren,
        timezone.localtime(dossier.created_at).date(), row.protected_until,
        dossier.get_lock_mode_display(), row.users,
        dossier.owner.get_full_name() if dossier.owner else "", dossier.get_status_display(),
        row.plan.get_plan_display() if row.plan else "", row.plan.ends_on if row.plan else None,
    )  # fmt: skip
