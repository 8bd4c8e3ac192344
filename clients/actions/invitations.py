"""Invitations: a link of 256 random bits, for one address, one role and one use, for seven days.

Only the SHA-256 of its secret is kept.  Nobody chooses another's password: a new person chooses his
own through the link, one who has an account signs in with it.
"""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from clients import powers
from clients.access import rights_on
from clients.models import Dossier, DossierGrant
from clients.queries.people_quota import QUOTA, seats_taken
from firm import audit, mailer, scope
from firm.errors import BusinessError
from firm.models import Block, CustomRole, Firm, Invitation, Membership, User
from firm.models.invitations import LASTS


class AlreadyInside(BusinessError):
    """Whoever is invited is there already, or has been invited."""

    code = "already_inside"
    title = "Déjà présent"


class RoleTooHigh(BusinessError):
    """A role that its giver does not hold himself."""

    code = "role_too_high"
    title = "Rôle au-dessus du vôtre"


class SeatsTaken(BusinessError):
    """A client's administrator invites so many collaborators and no more."""

    code = "seats_taken"
    title = "Plus de place"


class PersonBlocked(BusinessError):
    """The firm has shut this person out."""

    code = "person_blocked"
    title = "Personne bloquée"


class DeadLink(BusinessError):
    """The link is unknown, used, revoked or too old; `title` says which."""

    code = "dead_link"
    status = 404
    title = "Ce lien ne sert plus"


def digest(secret: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def invite_to_firm(
    firm: Firm,
    *,
    email: str,
    role: str,
    by: User,
    name: str = "",
    custom_role: CustomRole | None = None,
    send: bool = True,
) -> Invitation:
    """Offer a role in the firm to an address; `send` mails the link at once.

    Raises:
        RoleTooHigh: the role holds more than the inviter does.
        AlreadyInside: a member, or an open invitation, has this address.
        PersonBlocked: the firm has blocked whoever has this address.
    """
    email = email.strip().lower()
    mine = Membership.objects.select_related("custom_role").get(firm=firm, user=by)
    if not powers.of_member(mine).covers(powers.of_firm_role(role, custom_role)):
        raise RoleTooHigh("Vous ne pouvez pas donner un rôle plus étendu que le vôtre.")
    if Membership.objects.filter(firm=firm, user__email=email).exists():
        raise AlreadyInside(f"{email} travaille déjà dans le cabinet.")
    refuse_blocked(firm.pk, email)
    return _invite(
        Invitation(firm=firm, email=email, name=name, role=role, custom_role=custom_role,
                   invited_by=by), send=send, by=by)  # fmt: skip


def invite_to_dossier(
    dossier: Dossier,
    *,
    email: str,
    role: str,
    by: User,
    name: str = "",
    custom_role: CustomRole | None = None,
    send: bool = True,
) -> Invitation:
    """Offer a client's role in the dossier to an address.

    Raises:
        RoleTooHigh: the role holds more than the inviter does there, or is the firm's to give.
        AlreadyInside: whoever has this address has a role there, or an open invitation.
        SeatsTaken: the inviter is the client, and four collaborators are there or invited.
        PersonBlocked: the dossier's firm has blocked whoever has this address.
    """
    email = email.strip().lower()
    Dossier.objects.select_for_update(no_key=True).get(pk=dossier.pk)  # one count at a time
    if role == DossierGrant.Role.ASSIGNED or not powers.may_give_on_dossier(
        rights_on(by, dossier.pk), role, custom_role
    ):
        raise RoleTooHigh("Vous ne pouvez pas donner un rôle plus étendu que le vôtre.")
    if dossier.owner is not None and dossier.owner.email == email:
        raise AlreadyInside(f"{email} est propriétaire du dossier.")
    if DossierGrant.objects.filter(dossier=dossier, user__email=email).exists():
        raise AlreadyInside(f"{email} a déjà un rôle dans ce dossier : changez-le dans la liste.")
    with scope.extended(firm=dossier.firm_id):
        refuse_blocked(dossier.firm_id, email)
    _refuse_full(dossier, by)
    return _invite(
        Invitation(dossier_id=dossier.pk, email=email, name=name, role=role,
                   custom_role=custom_role, invited_by=by), send=send, by=by)  # fmt: skip


def _refuse_full(dossier: Dossier, by: User) -> None:
    with scope.extended(firm=dossier.firm_id):
        taken = seats_taken(dossier, by=by)
    if taken is not None and taken >= QUOTA:
        raise SeatsTaken(
            f"Vos collaborateurs et invitations en cours sont déjà {taken} sur {QUOTA}. Retirez-en "
            "un avant d’en inviter un autre, ou demandez à votre cabinet."
        )


def refuse_blocked(firm_id: int | None, email: str) -> None:
    """Let nobody in whom the firm has shut out.

    Raises:
        PersonBlocked: it has.
    """
    if firm_id and Block.objects.filter(firm_id=firm_id, user__email=email).exists():
        raise PersonBlocked(
            f"{email} est bloqué par le cabinet : débloquez d’abord cette personne."
        )


def _invite(invitation: Invitation, *, send: bool, by: User) -> Invitation:
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError as error:
        if "one_open_invitation_per_address" not in str(error):
            raise
        raise AlreadyInside(
            f"{invitation.email} est déjà invité : renvoyez l’invitation ou révoquez-la."
        ) from error
    record_invitation("invited", invitation, by=by, role=invitation.role)
    if send:
        send_invitation(invitation, by=by)
    return invitation


def record_invitation(what: str, invitation: Invitation, *, by: User, **details: str) -> None:
    """Write an act on an invitation down, where it belongs."""
    audit.record(f"clients.{what}", by=by, firm_id=invitation.firm_id,
                 dossier_id=invitation.dossier_id, email=invitation.email, **details)  # fmt: skip


@transaction.atomic
def send_invitation(invitation: Invitation, *, by: User) -> None:
    """Mail a fresh link, which lasts seven days; an earlier one stops working.

    Raises:
        DeadLink: the invitation has been accepted or revoked.
        SeatsTaken: it had expired, and its place is taken.
    """
    if invitation.dossier_id and invitation.state == "expired":
        _refuse_full(Dossier.objects.get(pk=invitation.dossier_id or 0), by)
    secret = secrets.token_urlsafe(32)
    changed = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(
        digest=digest(secret), sent_at=Now(), expires_at=timezone.now() + LASTS
    )
    if not changed:
        raise DeadLink("Cette invitation a été acceptée ou révoquée entre-temps.")
    invitation.refresh_from_db()
    shown = {
        "link": settings.BASE_URL + reverse("people:invitation", args=[secret]),
        "inviter": by.get_full_name(),
        "place": place_of(invitation),
        "product": settings.PRODUCT,
        "days": LASTS.days,
    }
    mailer.queue(
        kind="invitation",
        key=f"invitation:{invitation.pk}:{invitation.digest[:16]}",
        to=invitation.email,
        subject=f"{shown['inviter']} vous invite dans {shown['place']}",
        text=render_to_string("people/email/invitation.txt", shown),
    )
    record_invitation("invitation_sent", invitation, by=by)


def place_of(invitation: Invitation) -> str:
    """The name of the firm or dossier to which one is invited, for whoever holds the link."""
    if invitation.firm_id:
        with scope.extended(firm=invitation.firm_id):
            return Firm.objects.get(pk=invitation.firm_id or 0).name
    with scope.extended(read=frozenset({invitation.dossier_id or 0})):
        return Dossier.objects.get(pk=invitation.dossier_id or 0).name


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: User) -> None:
    """Make its link useless; once it is accepted, it is the person who is detached."""
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(revoked_at=Now())
    record_invitation("invitation_revoked", invitation, by=by)
