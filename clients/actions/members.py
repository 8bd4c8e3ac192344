"""People of a firm and of its dossiers: roles, assignments, hand-over, leaving."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef

from clients import powers
from clients.access import rights_on
from clients.actions.grants import assign_all, grant_access, revoke_access
from clients.actions.invitations import RoleTooHigh
from clients.actions.last_listed import refuse_listed_alone
from clients.models import Dossier, DossierGrant
from firm import audit
from firm.actions.people import NotAnAddress
from firm.errors import BusinessError, NotFound
from firm.models import Block, CustomRole, Firm, Membership, User


class LastOwner(BusinessError):
    """A firm always has an owner who can enter."""

    code = "last_owner"
    title = "Dernier propriétaire"


class OwnsDossiers(BusinessError):
    """Who owns dossiers hands them over before he leaves."""

    code = "owns_dossiers"
    title = "Dossiers à remettre"


class OwnsDossier(BusinessError):
    """The owner of a dossier is not taken out of it: he transfers it."""

    code = "owns_dossier"
    title = "Propriétaire du dossier"


class AddressNotOurs(BusinessError):
    """An address that this firm may not change."""

    code = "address_not_ours"
    title = "Adresse non modifiable ici"


class AddressTaken(BusinessError):
    """Another account has this address."""

    code = "address_taken"
    title = "Adresse indisponible"


def member(firm: Firm, person: User) -> Membership:
    """His membership of the firm.

    Raises:
        NotFound: he does not work there.
    """
    found = (
        Membership.objects.select_related("custom_role", "user")
        .filter(firm=firm, user=person)
        .first()
    )
    if found is None:
        raise NotFound("Cette personne ne travaille pas dans le cabinet.")
    return found


def refuse_above(firm: Firm, person: User, *, by: User) -> None:
    """Let nobody touch a member whose role is larger than his own.

    Raises:
        RoleTooHigh: it is.
    """
    theirs = Membership.objects.select_related("custom_role").filter(firm=firm, user=person).first()
    if theirs and not powers.of_member(member(firm, by)).covers(powers.of_member(theirs)):
        raise RoleTooHigh(f"Le rôle de {person} est plus étendu que le vôtre.")


def keep_an_owner(firm: Firm, *, without: User) -> None:
    """Make sure that another owner can still enter; the firm's row is locked until the end.

    Raises:
        LastOwner: `without` is the only one.
    """
    Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)
    shut_out = Block.objects.filter(firm=firm, user_id=OuterRef("user_id"))
    owners = Membership.objects.filter(
        ~Exists(shut_out), firm=firm, role=Membership.Role.OWNER, user__is_active=True
    )
    if set(owners.values_list("user_id", flat=True)) <= {without.pk} and owners.exists():
        raise LastOwner(
            f"{without} est le seul propriétaire du cabinet : nommez-en d’abord un autre."
        )


@transaction.atomic
def change_firm_role(
    firm: Firm, person: User, *, role: str, by: User, custom_role: CustomRole | None = None
) -> None:
    """Give a member another role in the firm.

    Raises:
        RoleTooHigh: the role that he has or gets is larger than its giver's.
        LastOwner: he is the firm's only owner.
    """
    held = member(firm, person)
    refuse_above(firm, person, by=by)
    wanted = powers.of_firm_role(role, custom_role)
    if not powers.of_member(member(firm, by)).covers(wanted):
        raise RoleTooHigh("Vous ne pouvez pas donner un rôle plus étendu que le vôtre.")
    if held.role == Membership.Role.OWNER and role != Membership.Role.OWNER:
        keep_an_owner(firm, without=person)
    Membership.objects.filter(pk=held.pk).update(
        role=role, custom_role=custom_role, sees_all=wanted.reaches_all
    )
    audit.record("clients.firm_role_changed", by=by, firm_id=firm.pk, person=person.pk,
                 old=held.role_label, new=custom_role.name if custom_role else role)  # fmt: skip


@transaction.atomic
def detach_from_firm(firm: Firm, person: User, *, by: User) -> None:
    """End a person's work for the firm and his assignments; a client's roles of his stay.

    Raises:
        RoleTooHigh: his role is larger than theirs.
        LastOwner: he is the firm's only owner.
        OwnsDossiers: he owns dossiers of the firm, perhaps some that `by` does not see.
        ListedAlone: he alone opens a confidential dossier of the firm, seen by `by` or not.
    """
    held = member(firm, person)
    refuse_above(firm, person, by=by)
    if held.role == Membership.Role.OWNER:
        keep_an_owner(firm, without=person)
    if _answer("SELECT person_owns_in_firm(%s, %s)", person.pk, firm.pk):
        raise OwnsDossiers(
            f"{person} est propriétaire d’au moins un dossier du cabinet : remettez ses dossiers à "
            "quelqu’un depuis le rapport de départ. S’il en reste que vous ne voyez pas, "
            "bloquez cette personne : plus rien ne lui sera ouvert."
        )
    refuse_listed_alone(person)
    held.delete()
    audit.record("clients.detached_from_firm", by=by, firm_id=firm.pk, person=person.pk)


def _answer(question: str, *values: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return bool(cursor.fetchone()[0])


@transaction.atomic
def hand_over(firm: Firm, *, of: User, to: User, by: User) -> tuple[int, int]:
    """Give a colleague the dossiers in the write scope that a member is assigned to or owns.

    Returns how many were assigned and how many changed owner.  A client's ownership is not the
    firm's to move: both must be members.

    Raises:
        NotFound: one of them does not work for the firm, or they are the same person.
        RoleTooHigh: the leaver's role is larger than theirs who ask.
    """
    member(firm, of)
    member(firm, to)
    refuse_above(firm, of, by=by)
    if of.pk == to.pk:
        raise NotFound("Choisissez une autre personne que celle qui part.")
    dossiers = Dossier.objects.filter(firm=firm)
    owned = list(dossiers.filter(owner=of))
    mine = DossierGrant.objects.filter(user=of, role=DossierGrant.Role.ASSIGNED)
    assigned = list(
        dossiers.filter(pk__in=mine.values("dossier_id")).exclude(
            pk__in=DossierGrant.objects.filter(user=to).values("dossier_id")
        )
    )
    Dossier.objects.filter(pk__in=[row.pk for row in owned]).update(owner=to)
    for row in owned:
        audit.record("clients.owner_changed", by=by, firm_id=firm.pk, dossier_id=row.pk,
                     old=of.pk, new=to.pk)  # fmt: skip
    assign_all([(to, row) for row in assigned], by=by)
    return len(assigned), len(owned)


@transaction.atomic
def change_dossier_role(
    dossier: Dossier, person: User, *, role: str, by: User, custom_role: CustomRole | None = None
) -> None:
    """Give a client's user another role in the dossier.

    Raises:
        NotFound: he has no client's role there.
        RoleTooHigh: the role that he has or gets is larger than its giver's.
    """
    grant = _client_grant(dossier, person)
    held = rights_on(by, dossier.pk)
    for each, custom in ((grant.role, grant.custom_role), (role, custom_role)):
        if not powers.may_give_on_dossier(held, each, custom):
            raise RoleTooHigh("Ce rôle est plus étendu que le vôtre.")
    if role == DossierGrant.Role.ASSIGNED:
        raise RoleTooHigh("Les comptables se choisissent à part.")
    grant_access(dossier, to=person, role=role, by=by, custom_role=custom_role)


@transaction.atomic
def detach_from_dossier(dossier: Dossier, person: User, *, by: User) -> None:
    """Take a client's user out of this one dossier; his other hats stay.

    Raises:
        NotFound: he has no client's role there.
        OwnsDossier: he owns it.
        RoleTooHigh: his role is larger than theirs.
    """
    if dossier.owner_id == person.pk:
        raise OwnsDossier(f"{person} est propriétaire du dossier : il doit d’abord le céder.")
    grant = _client_grant(dossier, person)
    if not powers.may_give_on_dossier(rights_on(by, dossier.pk), grant.role, grant.custom_role):
        raise RoleTooHigh("Ce rôle est plus étendu que le vôtre.")
    revoke_access(dossier, of=person, by=by)


def _client_grant(dossier: Dossier, person: User) -> DossierGrant:
    found = (
        DossierGrant.objects.select_related("custom_role")
        .filter(dossier=dossier, user=person)
        .exclude(role=DossierGrant.Role.ASSIGNED)
        .first()
    )
    if found is None:
        raise NotFound("Cette personne n’est pas un utilisateur de ce dossier.")
    return found


@transaction.atomic
def change_address(firm: Firm, person: User, *, email: str, by: User) -> None:
    """Change the address of a client of the firm, who stays signed in and is told nothing.

    Only for a person all of whose hats are this firm's clients': an address opens an account.

    Raises:
        NotAnAddress: it is none.
        AddressNotOurs: he works for a firm, runs the installation, or has other hats elsewhere.
        AddressTaken: another account has it.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise NotAnAddress(f"« {email} » n’est pas une adresse e-mail.") from error
    if (
        person.is_staff
        or Membership.objects.filter(firm=firm, user=person).exists()
        or _answer("SELECT person_is_elsewhere(%s, %s)", person.pk, firm.pk)
    ):
        raise AddressNotOurs(
            f"{person} n’est pas seulement client du cabinet : son adresse ne se change pas ici."
        )
    old = person.email
    try:
        with transaction.atomic():
            User.objects.filter(pk=person.pk).update(email=email)
            EmailAddress.objects.filter(user_id=person.pk).delete()
            EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    except IntegrityError as error:
        raise AddressTaken(f"L’adresse {email} n’est pas disponible.") from error
    audit.record("clients.address_changed", by=by, firm_id=firm.pk, person=person.pk,
                 old=old, new=email)  # fmt: skip
