"""Taking up an invitation: the link's holder becomes a member, or a user of a dossier, once."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from clients import powers
from clients.access import rights_on
from clients.actions.grants import grant_access
from clients.actions.invitations import (
    AlreadyInside,
    DeadLink,
    digest,
    record_invitation,
    refuse_blocked,
)
from clients.models import Dossier, DossierGrant
from clients.rights import may_in_firm
from firm import scope
from firm.errors import BusinessError
from firm.models import Block, Invitation, Membership, User


class NotAddressee(BusinessError):
    """Somebody else's invitation."""

    code = "not_addressee"
    status = 403
    title = "Cette invitation ne vous est pas adressée"


class HasAccount(BusinessError):
    """The address has an account: its person signs in."""

    code = "has_account"
    title = "Vous avez déjà un compte"


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
            raise NotAddressee(f"Elle est pour {invitation.email} ; vous êtes {by.email}.")
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
        raise HasAccount("Cette adresse a déjà un compte : connectez-vous pour accepter.")
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
        raise HasAccount("Cette adresse a déjà un compte : connectez-vous.") from error
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
        "Il est incomplet, ou un plus récent l’a remplacé : prenez le dernier message reçu.",
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
        refuse_blocked(invitation.firm_id, by.email)
        Membership.objects.get_or_create(
            firm_id=invitation.firm_id or 0,
            user=by,
            defaults={"role": invitation.role, "custom_role": custom,
                      "sees_all": wanted.reaches_all},
        )  # fmt: skip
        record_invitation("invitation_accepted", invitation, by=by, role=invitation.role)


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
            refuse_blocked(dossier.firm_id, by.email)
            mine = DossierGrant.objects.filter(dossier=dossier, user=by).first()
            if mine is not None and mine.role == DossierGrant.Role.ASSIGNED:
                raise AlreadyInside("Vous êtes comptable affecté sur ce dossier.")
            if mine is None:
                grant_access(dossier, to=by, role=invitation.role, by=author, custom_role=custom)
        record_invitation("invitation_accepted", invitation, by=by, role=invitation.role)
