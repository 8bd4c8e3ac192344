"""Parting a dossier from its firm.

A firm reaches a dossier through one column; parting clears it with every right that came through
the firm, so that the very next request fails.  The owner and the client's people keep theirs, and
only the client's invitation (`firm_invitations.py`) joins them again, or, for 72 hours, whoever
parted them (`reconnection.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from guardian.shortcuts import remove_perm

from clients.actions.grants import DERIVED
from clients.models import AccessRequest, Disconnection, Dossier, DossierGrant, LockException
from firm import audit, mailer, scope
from firm.errors import BusinessError, Conflict
from firm.models import Firm, Job, Membership, User

RIGHT = "dossier.disconnect"


class JobRunning(Conflict):
    """A job of the dossier is not over."""

    code = "dossier_busy"
    title = "Un travail est en cours"


class NotConnected(BusinessError):
    """The dossier has no firm."""

    code = "not_connected"
    title = "Dossier sans cabinet"


class FirmsOwnDossier(BusinessError):
    """A firm keeps its own dossier."""

    code = "firms_own_dossier"
    title = "Dossier du cabinet"


class OwnerMissing(BusinessError):
    """Nobody could open the dossier any more."""

    code = "owner_missing"
    title = "Dossier sans propriétaire"


@transaction.atomic
def disconnect(dossier: Dossier, *, by: User) -> Disconnection:
    """Part the dossier from its firm: rights, grants of its people, requests end with this commit.

    Its plan runs on, its owner and its client's people keep their access.  The dossier must be in
    the writing scope.  What is answered may be taken back for a while.

    Raises:
        NotConnected: it has no firm.
        FirmsOwnDossier: it is the firm's own.
        OwnerMissing: nobody owns it.
        JobRunning: a job of it waits or runs.
    """
    _refuse_while_busy(dossier)
    locked = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    why_not = refusal_to_disconnect(locked)
    if why_not:
        raise why_not
    firm_id = locked.firm_id
    assert firm_id is not None
    with scope.extended(firm=firm_id):
        firm = Firm.objects.get(pk=firm_id)
        members = set(Membership.objects.values_list("user_id", flat=True).filter(firm=firm))
    ended = _end_grants(locked, members)
    parted = Disconnection.objects.create(
        dossier=locked, dossier_name=locked.name, firm=firm, firm_name=firm.name, by=by,
        is_by_firm=by.pk in members, was_confidential=locked.is_confidential,
        status=locked.status, grants=ended,
    )  # fmt: skip
    AccessRequest.objects.filter(dossier=locked, state=AccessRequest.State.REQUESTED).update(
        state=AccessRequest.State.REFUSED, answered_by=by, answered_at=Now()
    )
    LockException.objects.filter(user_id__in=members).delete()
    Dossier.objects.filter(pk=locked.pk).update(
        firm=None, former_firm_id=firm_id, disconnected_at=Now(), is_confidential=False,
        status=Dossier.Status.DISCONNECTED,
    )  # fmt: skip
    audit.record("clients.disconnected", by=by, dossier_id=locked.id, firm_id=firm_id)
    tell_client(
        locked, "disconnected", f"{locked.name} n’est plus suivi par {firm.name}",
        f"Le dossier « {locked.name} » est déconnecté du cabinet {firm.name}, qui n’y a plus accès."
        "\n\nVous gardez l’accès au dossier, et votre formule court jusqu’à son terme. Pour être "
        "suivi à nouveau, invitez un cabinet depuis Paramètres > Actions.\n",
    )  # fmt: skip
    dossier.refresh_from_db()
    return parted


def refusal_to_disconnect(dossier: Dossier, *, is_busy: bool | None = None) -> BusinessError | None:
    """Why the dossier cannot be parted from its firm now; None when it can.

    `is_busy` says that a job of it waits or runs, when the caller knows.
    """
    if dossier.firm_id is None:
        return NotConnected("Ce dossier n’est suivi par aucun cabinet.")
    if dossier.is_firm_own:
        return FirmsOwnDossier("Le dossier du cabinet lui-même ne se déconnecte pas.")
    if dossier.owner_id is None:
        return OwnerMissing("Ce dossier n’a pas de propriétaire : personne ne pourrait l’ouvrir.")
    if is_busy is None:
        is_busy = Job.objects.filter(dossier_id=dossier.id, state__in=Job.ACTIVE).exists()
    if is_busy:
        return JobRunning("Un travail est en cours sur ce dossier : attendez qu’il soit terminé.")
    return None


def _refuse_while_busy(dossier: Dossier) -> None:
    """Take the lock that destructive jobs hold while they work, without waiting for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('dossier', %s))", (dossier.id,)
        )
        if not cursor.fetchone()[0]:
            raise JobRunning(
                "Un travail est en cours sur ce dossier : attendez qu’il soit terminé."
            )


def _end_grants(dossier: Dossier, members: set[int]) -> list[dict[str, Any]]:
    """Every grant of the firm's people goes, and whatever « assigned » is left, with its twins;
    answers what they were.
    """
    grants = DossierGrant.objects.filter(dossier=dossier)
    theirs = grants.filter(user_id__in=members) | grants.filter(role=DossierGrant.Role.ASSIGNED)
    rows = list(theirs.select_related("user").order_by("id"))
    for grant in rows:
        remove_perm(DERIVED, grant.user, dossier)
    theirs.delete()
    return [
        {"user": row.user_id, "role": row.role, "custom_role": row.custom_role_id,
         "until": row.expires_at.isoformat() if row.expires_at else "", "reason": row.reason,
         "is_break_glass": row.is_break_glass}
        for row in rows
    ]  # fmt: skip


def chiefs_of(firm_id: int) -> list[User]:
    """Who leads a firm: its owners and administrators."""
    with scope.extended(firm=firm_id):
        rows = Membership.objects.filter(
            firm_id=firm_id, role__in=(Membership.Role.OWNER, Membership.Role.ADMIN)
        )
        return [row.user for row in rows.select_related("user")]


def tell_client(dossier: Dossier, what: str, subject: str, text: str) -> None:
    """Write to the dossier's owner and to its administrators."""
    admins = DossierGrant.objects.filter(dossier=dossier, role=DossierGrant.Role.CLIENT_ADMIN)
    ids = set(admins.values_list("user_id", flat=True)) | {dossier.owner_id or 0}
    people = User.objects.filter(pk__in=ids, is_active=True).order_by("pk")
    _write_to(people, dossier, what, subject, text)


def tell_firm(dossier: Dossier, firm_id: int, what: str, subject: str, text: str) -> None:
    """Write to those who lead a firm."""
    _write_to(chiefs_of(firm_id), dossier, f"firm-{what}", subject, text)


def _write_to(people: Iterable[User], dossier: Dossier, what: str, subject: str, text: str) -> None:
    moment = timezone.now().isoformat()
    for person in people:
        mailer.queue(
            kind="connection", key=f"{what}:{dossier.pk}:{moment}:{person.pk}", to=person.email,
            subject=subject, text=text, dossier_id=dossier.pk, user_id=person.pk,
        )  # fmt: skip
