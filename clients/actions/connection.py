"""Joining a dossier to a firm and parting them.

A firm reaches a dossier through one column; parting clears it with every right that came through
the firm, so that the very next request fails.  The owner and the client's people keep theirs, and
only the client's invitation joins them again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from guardian.shortcuts import remove_perm

from clients.actions.dossiers import refuse_taken_siren
from clients.actions.grants import DERIVED
from clients.models import (
    AccessRequest,
    Disconnection,
    Dossier,
    DossierGrant,
    FirmInvitation,
    LockException,
)
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


class ConnectedAlready(Conflict):
    """A dossier has one firm at most."""

    code = "connected_already"
    title = "Dossier déjà suivi"


class FirmUnknown(BusinessError):
    """No firm, or more than one, is called so."""

    code = "firm_unknown"
    title = "Cabinet introuvable"


class InvitationOpen(Conflict):
    """One invitation at a time."""

    code = "firm_invitation_open"
    title = "Une invitation attend déjà"


class InvitationOver(Conflict):
    """The invitation was answered or withdrawn."""

    code = "firm_invitation_over"
    title = "Invitation close"


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


@transaction.atomic
def invite_firm(dossier: Dossier, *, wanted: str, by: User, message: str = "") -> FirmInvitation:
    """Invite the firm of this exact name or short address to follow a dossier that has none.

    Raises:
        ConnectedAlready: the dossier has a firm.
        FirmUnknown: none, or several, are called so.
        InvitationOpen: another invitation waits.
    """
    locked = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    if locked.firm_id is not None:
        raise ConnectedAlready("Ce dossier est déjà suivi par un cabinet : déconnectez-le d’abord.")
    firm_id, firm_name = firm_called(wanted)
    try:
        with transaction.atomic():
            invitation = FirmInvitation.objects.create(
                dossier=locked, dossier_name=locked.name, firm_id=firm_id,
                message=message.strip()[:500], invited_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise InvitationOpen(
            "Une invitation attend déjà la réponse d’un cabinet. Retirez-la d’abord."
        ) from error
    audit.record("clients.firm_invited", by=by, dossier_id=locked.id, firm=firm_name)
    for person in chiefs_of(firm_id):
        mailer.queue(
            kind="firm_invited", key=f"firm-invited:{invitation.pk}:{person.pk}", to=person.email,
            subject=f"{locked.name} vous invite à suivre son dossier",
            text=(
                f"{by} invite votre cabinet à suivre le dossier « {locked.name} ».\n\n"
                f"{invitation.message}\n\nAcceptez ou refusez dans Clients > Invitations.\n"
            ),
            dossier_id=locked.id, user_id=person.pk,
        )  # fmt: skip
    return invitation


def chiefs_of(firm_id: int) -> list[User]:
    """Who leads a firm: its owners and administrators."""
    with scope.extended(firm=firm_id):
        rows = Membership.objects.filter(
            firm_id=firm_id, role__in=(Membership.Role.OWNER, Membership.Role.ADMIN)
        )
        return [row.user for row in rows.select_related("user")]


def firm_called(wanted: str) -> tuple[int, str]:
    """Id and name of the firm that is meant; its short address decides between namesakes.

    Raises:
        FirmUnknown: none, or several, are called so.
    """
    typed = " ".join(wanted.split())
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, slug, name FROM firm_called(%s)", (typed,))
        found = cursor.fetchall()
    exact = [row for row in found if row[1] == typed.lower()] or found
    if len(exact) != 1:
        raise FirmUnknown(
            "Aucun cabinet ne porte exactement ce nom ni cette adresse courte. Demandez-les à "
            "votre cabinet."
            if not exact
            else "Plusieurs cabinets portent ce nom : demandez au vôtre son adresse courte."
        )
    return int(exact[0][0]), str(exact[0][2])


@transaction.atomic
def accept_client(invitation: FirmInvitation, *, by: User) -> Dossier:
    """Follow the client's dossier; accepted once, by whoever answers first.

    The firm must be in the writing scope; its invitation opens the dossier for this one act.

    Raises:
        InvitationOver: it was withdrawn, declined, or the dossier has found a firm.
        SirenTaken: the firm already follows this SIREN.
    """
    held = FirmInvitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if held.declined_at:
        raise InvitationOver("Cette invitation a été refusée ou retirée entre-temps.")
    only = frozenset({held.dossier_id})
    with scope.extended(read=only, write=only):
        dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=held.dossier_id)
        if held.accepted_at and dossier.firm_id == held.firm_id:
            return dossier
        if held.accepted_at or dossier.firm_id is not None:
            raise InvitationOver("Ce dossier est déjà suivi par un cabinet.")
        refuse_taken_siren(held.firm, dossier.siren)
        Dossier.objects.filter(pk=dossier.pk).update(
            firm_id=held.firm_id, status=Dossier.Status.ACTIVE, disconnected_at=None,
            former_firm_id=None,
        )  # fmt: skip
        FirmInvitation.objects.filter(pk=held.pk).update(accepted_at=Now())
        audit.record("clients.connected", by=by, dossier_id=dossier.id, firm_id=held.firm_id)
        tell_client(
            dossier, "connected", f"{held.firm.name} suit désormais {dossier.name}",
            f"Le cabinet {held.firm.name} a accepté de suivre le dossier « {dossier.name} ».\n",
        )  # fmt: skip
        dossier.refresh_from_db()
    return dossier


@transaction.atomic
def decline_client(invitation: FirmInvitation, *, by: User) -> None:
    """Decline the client's invitation, or withdraw it on the client's side.

    Raises:
        InvitationOver: it was answered already.
    """
    held = FirmInvitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if held.accepted_at or held.declined_at:
        raise InvitationOver("Cette invitation a déjà reçu une réponse.")
    FirmInvitation.objects.filter(pk=held.pk).update(declined_at=Now())
    audit.record("clients.firm_invitation_closed", by=by, dossier_id=held.dossier_id)


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
