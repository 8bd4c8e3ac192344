"""Invitations: a link of 256 random bits, for one address, one role and one use, for seven days.

Only the SHA-256 of its secret is kept.  Nobody chooses another's password: a new person chooses his
own through the link, one who has an account signs in with it.
"""

from __future__ import annotations

import hashlib
import secrets

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from clients import powers
from clients.access import rights_on
from clients.actions.grants import grant_access
from clients.models import Dossier, DossierGrant
from clients.queries.people_quota import QUOTA, seats_taken
from clients.rights import may_in_firm
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


class NotAddressee(BusinessError):
    """Somebody else's invitation."""

    code = "not_addressee"
    status = 403
    title = "Cette invitation ne vous est pas adressée"


class HasAccount(BusinessError):
    """The address has an account: its person signs in."""

    code = "has_account"
    title = "Vous avez déjà un compte"


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
    _refuse_blocked(firm.pk, email)
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
        raise AlreadyInside(f"{email} a déjà un rôle dans ce dossier : changez-le dans la liste.")
    with scope.extended(firm=dossier.firm_id):
        _refuse_blocked(dossier.firm_id, email)
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


def _refuse_blocked(firm_id: int | None, email: str) -> None:
    if firm_id and Block.objects.filter(firm_id=firm_id, user__email=email).exists():
        raise PersonBlocked(
            f"{email} est bloqué par le cabinet : débloquez d’abord cette personne."
        )


def _invite(invitation: Invitation, *, send: bool, by: User) -> Invitation:
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError as error:
        if "one_open_invitation_per_address" not in str(error):
            raise
        raise AlreadyInside(
            f"{invitation.email} est déjà invité : renvoyez l’invitation ou révoquez-la."
        ) from error
    _record("invited", invitation, by=by, role=invitation.role)
    if send:
        send_invitation(invitation, by=by)
    return invitation


def _record(what: str, invitation: Invitation, *, by: User, **details: str) -> None:
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
    _record("invitation_sent", invitation, by=by)


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
    _record("invitation_revoked", invitation, by=by)


@transaction.atomic
def accept_invitation(secret: str, *, by: User) -> Invitation:
    """Take up one's invitation, once: the role becomes his.

    Raises:
        DeadLink: unknown, used, revoked, expired, or its author may not invite any more.
        NotAddressee: it is for another address.
        AlreadyInside: he is an assigned accountant of the dossier.
        PersonBlocked: the firm has blocked him.
    """
    with scope.extended(user=by.pk, token=digest(secret)):
        invitation = _living(secret)
        if invitation.email != by.email:
            raise NotAddressee(f"Elle est pour {invitation.email} ; vous êtes {by.email}.")
        (_join_firm if invitation.firm_id else _join_dossier)(invitation, by)
        Invitation.objects.filter(pk=invitation.pk).update(accepted_at=Now(), accepted_by=by)
    return invitation


@transaction.atomic
def accept_as_newcomer(secret: str, *, name: str, password: str) -> User:
    """Open the account of whoever holds the link, who chose this password, and let him in.

    The link came by mail to the address, so the address is proven.

    Raises:
        HasAccount: the address has an account already, whose password opens it.
    """
    with scope.extended(token=digest(secret)):
        email = _living(secret).email
    person = User.objects.filter(email=email).first()
    if person is not None and (person.has_usable_password() or not person.is_active):
        raise HasAccount("Cette adresse a déjà un compte : connectez-vous pour accepter.")
    try:
        with transaction.atomic():
            person = person or User.objects.create_user(email, name=name)
            person.name = name
            person.set_password(password)
            person.save(update_fields=["name", "password"])
            EmailAddress.objects.update_or_create(
                user=person, email=email, defaults={"verified": True, "primary": True}
            )
    except IntegrityError as error:
        raise HasAccount("Cette adresse a déjà un compte : connectez-vous.") from error
    accept_invitation(secret, by=person)
    return person


def find_by_link(secret: str) -> Invitation | None:
    """The invitation of a link, dead or alive."""
    with scope.extended(token=digest(secret)):
        return Invitation.objects.filter(digest=digest(secret)).first()


DEAD = {
    "accepted": ("Invitation déjà acceptée", "Ce lien a servi. Connectez-vous pour entrer."),
    "revoked": ("Invitation révoquée", "Demandez une nouvelle invitation à qui vous l’a envoyée."),
    "expired": (
        "Invitation expirée",
        "Ce lien avait sept jours pour servir. Demandez qu’on vous le renvoie.",
    ),
    "unknown": (
        "Ce lien ne sert plus",
        "Il est incomplet, ou un plus récent l’a remplacé : prenez le dernier message reçu.",
    ),
}


def _living(secret: str) -> Invitation:
    """The invitation, locked until the transaction ends, so that two accepts make one member."""
    invitation = Invitation.objects.select_for_update().filter(digest=digest(secret)).first()
    state = invitation.state if invitation else "unknown"
    if invitation is None or state in DEAD:
        raise DeadLink(DEAD[state][1])
    return invitation


def _join_firm(invitation: Invitation, by: User) -> None:
    with scope.extended(firm=invitation.firm_id, firm_write=True):
        author = Membership.objects.select_related("custom_role").filter(
            firm_id=invitation.firm_id or 0, user=invitation.invited_by).first()  # fmt: skip
        is_shut_out = Block.objects.filter(
            firm_id=invitation.firm_id or 0, user=invitation.invited_by).exists()  # fmt: skip
        custom = invitation.custom_role
        wanted = powers.of_firm_role(invitation.role, custom)
        if (
            author is None
            or is_shut_out
            or not may_in_firm(author, "firm.manage_people")
            or not powers.of_member(author).covers(wanted)
        ):
            raise DeadLink(DEAD["revoked"][1])
        _refuse_blocked(invitation.firm_id, by.email)
        Membership.objects.get_or_create(
            firm_id=invitation.firm_id or 0,
            user=by,
            defaults={"role": invitation.role, "custom_role": custom,
                      "sees_all": wanted.reaches_all},
        )  # fmt: skip
        _record("invitation_accepted", invitation, by=by, role=invitation.role)


def _join_dossier(invitation: Invitation, by: User) -> None:
    only = frozenset({invitation.dossier_id or 0})
    with scope.extended(read=only, write=only):
        dossier = Dossier.objects.get(pk=invitation.dossier_id or 0)
        with scope.extended(firm=dossier.firm_id):
            custom = invitation.custom_role
            author = invitation.invited_by
            held = rights_on(author, dossier.pk) if author else None
            if (
                held is None
                or not held.may("dossier.people")
                or not powers.may_give_on_dossier(held, invitation.role, custom)
            ):
                raise DeadLink(DEAD["revoked"][1])
            _refuse_blocked(dossier.firm_id, by.email)
            mine = DossierGrant.objects.filter(dossier=dossier, user=by).first()
            if mine is not None and mine.role == DossierGrant.Role.ASSIGNED:
                raise AlreadyInside("Vous êtes comptable affecté sur ce dossier.")
            if mine is None:
                grant_access(dossier, to=by, role=invitation.role, by=author, custom_role=custom)
        _record("invitation_accepted", invitation, by=by, role=invitation.role)
