"""Merging an empty duplicate into the dossier that has the books, and taking it back.

Only people, contacts and missing data go over; books never move.  The duplicate is hidden, whole,
so that undoing is a matter of showing it again.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models.functions import Now

from clients.actions.connection import JobRunning
from clients.actions.dossiers import PLANNED_FROM, refuse_taken_siren, takeover_changed
from clients.actions.grants import grant_access, revoke_access
from clients.actions.obligations import plan_obligations
from clients.models import (
    Contact,
    Dossier,
    DossierGrant,
    DossierMerge,
    DossierStats,
    LockException,
    Obligation,
    PlanSubscription,
    TaxProfile,
)
from firm import audit, scope
from firm.errors import BusinessError, Conflict
from firm.models import Job, JobItem, User
from firm.tenancy import TenantRow

FILLED = ("siren", "siret", "legal_form", "tax_regime", "vat_regime", "year_end", "takeover_date")
# What a dossier has without any books.
HUSK = (
    Contact, DossierMerge, DossierStats, LockException, Obligation, PlanSubscription, TaxProfile,
    JobItem,
)  # fmt: skip


class NotMergeable(BusinessError):
    """These two dossiers are not one company seen twice."""

    code = "not_mergeable"
    title = "Fusion impossible"


class DuplicateHasBooks(BusinessError):
    """Only an empty dossier goes into another."""

    code = "duplicate_has_books"
    title = "Le doublon n’est pas vide"


class MergeOver(Conflict):
    """The merge was taken back already."""

    code = "merge_over"
    title = "Fusion déjà annulée"


@transaction.atomic
def merge_dossiers(source: Dossier, *, into: Dossier, by: User) -> DossierMerge:
    """Merge the empty `source` into `into`: its contacts, people and numbers fill what is missing.

    Both must be in the writing scope.

    Raises:
        NotMergeable: the same dossier, two firms, two SIREN, or a confidential one.
        DuplicateHasBooks: the source holds books; when both do, nothing can be merged.
        JobRunning: a job of the source is not over.
    """
    rows = Dossier.objects.select_for_update(of=("self",)).filter(pk__in=(source.pk, into.pk))
    locked = {row.pk: row for row in rows.order_by("pk")}
    if len(locked) != 2:
        raise NotMergeable("Choisissez un autre dossier que celui-ci.")
    source, into = locked[source.pk], locked[into.pk]
    _refuse(source, into)
    filled = _filled(source, into)
    merge = DossierMerge(
        dossier=into, source_id=source.pk, source_name=source.name, source_siren=source.siren,
        created_by=by.id, filled={name: _text(getattr(into, name)) for name in filled},
    )  # fmt: skip
    # The number leaves the duplicate first: a firm has one dossier a SIREN.
    Dossier.objects.filter(pk=source.pk).update(siren="", merged_into_id=into.pk)
    _write(into, filled)
    _replan(into, filled, by)
    merge.contacts = _copy_contacts(source, into)
    merge.grants = _copy_grants(source, into, by)
    merge.save()
    audit.record(
        "clients.dossier_merged", by=by, dossier_id=into.pk, firm_id=into.firm_id, merge=merge.id,
        source=source.pk, name=source.name, contacts=len(merge.contacts), people=len(merge.grants),
    )  # fmt: skip
    return merge


@transaction.atomic
def undo_merge(merge: DossierMerge, *, by: User) -> Dossier:
    """Show the duplicate again and take back what it gave, except what was changed since.

    The dossier must be in the writing scope.

    Raises:
        MergeOver: it was taken back already.
        SirenTaken: the duplicate's SIREN is another dossier's by now.
    """
    into = Dossier.objects.select_for_update(of=("self",)).get(pk=merge.dossier_id)
    held = DossierMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if held.undone_at:
        raise MergeOver("Cette fusion est déjà annulée.")
    both = frozenset({into.pk, held.source_id})
    with scope.extended(read=both, write=both):
        source = Dossier.objects.select_for_update(of=("self",)).get(pk=held.source_id)
        _replan(into, _give_back(held, source, into), by)
        Contact.objects.filter(dossier=into, pk__in=held.contacts).delete()
        for user in User.objects.filter(dossier_grants__pk__in=held.grants).order_by("pk"):
            revoke_access(into, of=user, by=by)
        if into.firm and held.source_siren:
            refuse_taken_siren(into.firm, held.source_siren)
        Dossier.objects.filter(pk=source.pk).update(siren=held.source_siren, merged_into_id=None)
        DossierMerge.objects.filter(pk=held.pk, dossier=into).update(undone_at=Now())
        audit.record(
            "clients.merge_undone", by=by, dossier_id=into.pk, firm_id=into.firm_id,
            merge=held.pk, source=source.pk, name=source.name,
        )  # fmt: skip
        source.refresh_from_db()
    return source


def holds_books(dossier: Dossier) -> bool:
    """Whether any business row of any app belongs to the dossier, its own data apart."""
    only, of_it = frozenset({dossier.pk}), {"dossier_id": dossier.pk}
    with scope.extended(read=only, write=frozenset()):
        return any(
            model._base_manager.filter(**of_it).exists()
            for model in apps.get_models()
            if issubclass(model, TenantRow) and model not in HUSK
        )


def _refuse(source: Dossier, into: Dossier) -> None:
    if source.firm_id is None or source.firm_id != into.firm_id:
        raise NotMergeable("Les deux dossiers doivent être suivis par le même cabinet.")
    if source.siren and into.siren and source.siren != into.siren:
        raise NotMergeable("Leurs SIREN diffèrent : ce sont deux entreprises.")
    if source.is_confidential or into.is_confidential:
        raise NotMergeable("Un dossier confidentiel ne se fusionne pas : levez d’abord ce choix.")
    if Job.objects.filter(dossier_id=source.pk, state__in=Job.ACTIVE).exists():
        raise JobRunning("Un travail est en cours sur le doublon : attendez qu’il soit terminé.")
    if holds_books(source):
        both = holds_books(into)
        raise DuplicateHasBooks(
            f"« {source.name} » et « {into.name} » ont tous deux des livres : ils ne se fusionnent "
            "pas. Exportez le FEC de l’un, importez-le dans l’autre, puis recommencez."
            if both
            else f"« {source.name} » a des livres et « {into.name} » n’en a pas : fusionnez dans "
            "l’autre sens."
        )


def _filled(source: Dossier, into: Dossier) -> dict[str, Any]:
    """What the duplicate knows and the other does not."""
    return {
        name: getattr(source, name)
        for name in FILLED
        if getattr(source, name) and not getattr(into, name)
    }


def _replan(into: Dossier, changed: dict[str, Any], by: User) -> None:
    """Plan the obligations anew when what they are planned from has changed."""
    if PLANNED_FROM & changed.keys():
        into.refresh_from_db()
        plan_obligations(into, by=by)


def _text(value: Any) -> str:
    return str(value or "")


def _copy_contacts(source: Dossier, into: Dossier) -> list[int]:
    """Those whose name and address the other has not; ids of the copies."""
    known = {(row.name, row.email) for row in Contact.objects.filter(dossier=into)}
    return [
        Contact.objects.create(
            dossier=into, name=row.name, role=row.role, email=row.email, phone=row.phone
        ).pk
        for row in Contact.objects.filter(dossier=source)
        if (row.name, row.email) not in known
    ]


def _copy_grants(source: Dossier, into: Dossier, by: User) -> list[int]:
    """The duplicate's people who have no role in the other; ids of their new grants."""
    known = set(DossierGrant.objects.filter(dossier=into).values_list("user_id", flat=True))
    made = []
    for row in DossierGrant.objects.filter(dossier=source).select_related("user", "custom_role"):
        if row.user_id not in known | {into.owner_id}:
            grant = grant_access(
                into, to=row.user, role=row.role, by=by, expires_at=row.expires_at,
                reason=row.reason, custom_role=row.custom_role,
            )  # fmt: skip
            made.append(grant.pk)
    return made


def _give_back(merge: DossierMerge, source: Dossier, into: Dossier) -> dict[str, Any]:
    """Empty again the fields that the duplicate had filled, unless they were changed since."""
    given = {name: merge.source_siren if name == "siren" else getattr(source, name)
             for name in merge.filled}  # fmt: skip
    back = {
        name: None if name == "takeover_date" else merge.filled[name]
        for name, value in given.items()
        if getattr(into, name) == value
    }
    _write(into, back)
    return back


def _write(into: Dossier, fields: dict[str, Any]) -> None:
    """Change the dossier kept; what hangs on its takeover date follows."""
    if fields:
        Dossier.objects.filter(pk=into.pk).update(**fields)
        into.refresh_from_db()
    if "takeover_date" in fields:
        takeover_changed(into)
