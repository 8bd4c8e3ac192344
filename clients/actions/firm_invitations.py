"""A client without a firm invites one, which follows his dossier or declines."""

from __future__ import annotations

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from clients.actions.connection import chiefs_of, tell_client
from clients.actions.dossiers import refuse_taken_siren
from clients.models import Dossier, FirmInvitation
from firm import audit, mailer, scope
from firm.errors import BusinessError, Conflict
from firm.models import User


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
