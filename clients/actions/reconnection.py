"""Taking a disconnection back within 72 hours, as if it had not been (decision J3).

Only its author may: one of the firm's people who still administers it, or one of the client's who
still administers the dossier.  Once the client has turned to a firm, only an invitation joins them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from clients.access import rights_on
from clients.actions.connection import RIGHT, tell_client, tell_firm
from clients.actions.dossiers import refuse_taken_siren
from clients.actions.grants import grant_access
from clients.models import Disconnection, Dossier, FirmInvitation
from clients.rights import of_rows
from firm import audit, scope
from firm.errors import BusinessError, Conflict
from firm.models import CustomRole, Membership, User

UNDOABLE = dt.timedelta(hours=72)


class DisconnectionOver(Conflict):
    """It was taken back, 72 hours have passed, or the dossier has gone its own way since."""

    code = "disconnection_over"
    title = "Déconnexion qui ne s’annule plus"


@dataclass(frozen=True)
class Restored:
    """Whose roles come back, and who is no longer of the firm (or whose role has ended)."""

    people: list[User]
    left_out: list[User]


def undoable_until(row: Disconnection) -> dt.datetime | None:
    """Until when (excluded) its author may take it back; nothing when he may not any more."""
    until = row.created_at + UNDOABLE
    return until if row.undone_at is None and until > timezone.now() else None


def refusal_to_undo(row: Disconnection, *, by: User) -> BusinessError | None:
    """Why this person may not take it back now; None when he may."""
    if row.by_id != by.pk or undoable_until(row) is None:
        return DisconnectionOver(
            "Cette déconnexion ne s’annule pas, ou son délai de 72 heures est passé."
        )
    only = frozenset({row.dossier_id})
    with scope.extended(firm=row.firm_id, read=only, write=only):
        dossier = Dossier.objects.get(pk=row.dossier_id)
        if dossier.firm_id is not None or dossier.status != Dossier.Status.DISCONNECTED:
            return DisconnectionOver("Ce dossier est suivi par un cabinet, ou va être supprimé.")
        if FirmInvitation.objects.filter(dossier=dossier, created_at__gt=row.created_at).exists():
            return DisconnectionOver(
                "Le client a invité un cabinet depuis la déconnexion : c’est à ce cabinet de"
                " répondre."
            )
        if not _may(row, by):
            return DisconnectionOver(
                "Vous n’administrez plus le cabinet ou le dossier : demandez au client d’inviter"
                " le cabinet."
            )
    return None


def _may(row: Disconnection, by: User) -> bool:
    if not row.is_by_firm:
        return rights_on(by, row.dossier_id).may(RIGHT)
    member = Membership.objects.select_related("custom_role").filter(
        firm_id=row.firm_id, user=by, user__is_active=True
    ).first()  # fmt: skip
    if member is None or not member.sees_all:
        return False
    named = member.custom_role.rights if member.custom_role else None
    return RIGHT in of_rows([(member.role, named)])


def restored(row: Disconnection) -> Restored:
    """Whose roles taking it back would give again; three queries."""
    lasting = {
        held["user"] for held in row.grants
        if not held["until"] or dt.datetime.fromisoformat(held["until"]) > timezone.now()
    }  # fmt: skip
    with scope.extended(firm=row.firm_id):
        members = Membership.objects.filter(firm_id=row.firm_id, user_id__in=lasting)
        back = set(members.values_list("user_id", flat=True))
    everyone = User.objects.filter(pk__in=[held["user"] for held in row.grants]).order_by("name")
    people = list(everyone)
    return Restored(
        [person for person in people if person.pk in back and person.is_active],
        [person for person in people if person.pk not in back or not person.is_active],
    )


@transaction.atomic
def undo_disconnection(row: Disconnection, *, by: User) -> Dossier:
    """Join the dossier to its firm again, with the roles of those who still work there.

    Requests for access that it refused and exceptions to the lock date that it ended stay ended.

    Raises:
        DisconnectionOver: why not (`refusal_to_undo`).
        SirenTaken: the firm follows this SIREN in another dossier by now.
    """
    only = frozenset({row.dossier_id})
    with scope.extended(firm=row.firm_id, read=only, write=only):
        Dossier.objects.select_for_update(of=("self",)).get(pk=row.dossier_id)
        held = Disconnection.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if refused := refusal_to_undo(held, by=by):
            raise refused
        dossier = Dossier.objects.get(pk=row.dossier_id)
        refuse_taken_siren(held.firm, dossier.siren)
        Dossier.objects.filter(pk=dossier.pk).update(
            firm_id=held.firm_id, status=held.status, is_confidential=held.was_confidential,
            disconnected_at=None, former_firm_id=None,
        )  # fmt: skip
        dossier.refresh_from_db()
        back = {person.pk: person for person in restored(held).people}
        for one in held.grants:
            if person := back.get(one["user"]):
                grant_access(
                    dossier, to=person, role=one["role"], by=by, reason=one["reason"],
                    custom_role=CustomRole.objects.filter(pk=one["custom_role"] or 0).first(),
                    expires_at=dt.datetime.fromisoformat(one["until"]) if one["until"] else None,
                    is_break_glass=one["is_break_glass"],
                )  # fmt: skip
        Disconnection.objects.filter(pk=held.pk).update(undone_at=Now())
        audit.record(
            "clients.reconnected", by=by, dossier_id=dossier.id, firm_id=held.firm_id,
            people=sorted(back),
        )  # fmt: skip
        subject = f"{held.firm_name} suit de nouveau {dossier.name}"
        text = (
            f"{by} a annulé la déconnexion du dossier « {dossier.name} » : le cabinet"
            f" {held.firm_name} le suit de nouveau, avec les mêmes collaborateurs.\n"
        )
        tell_client(dossier, "reconnected", subject, text)
        if not held.is_by_firm:
            tell_firm(dossier, held.firm_id, "reconnected", subject, text)
    return dossier
