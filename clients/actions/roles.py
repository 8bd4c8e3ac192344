"""Custom roles: a named set of rights, no larger than its maker's own."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import RestrictedError

from clients import powers, rights
from clients.actions.invitations import RoleTooHigh
from clients.actions.members import member
from firm import audit
from firm.errors import BusinessError
from firm.models import CustomRole, Firm, Membership, User


class RoleNameTaken(BusinessError):
    """Another custom role of the firm has this name."""

    code = "role_name_taken"
    title = "Nom déjà pris"


class RoleInUse(BusinessError):
    """Somebody holds the role, or is invited to it."""

    code = "role_in_use"
    title = "Rôle attribué"


@transaction.atomic
def save_custom_role(
    firm: Firm,
    *,
    name: str,
    kind: str,
    reach: str,
    named: list[str],
    by: User,
    role: CustomRole | None = None,
) -> CustomRole:
    """Make a custom role, or change one; its holders have the new rights at their next request.

    A client's role (`kind` dossier) has rights on dossiers alone, and no reach.

    Raises:
        RoleTooHigh: it would hold, or holds, more than its maker does.
        RoleNameTaken: the firm has another one of this name.
    """
    is_firms = kind == CustomRole.Kind.FIRM
    table = rights.table()
    known = set(table["rights"]) | (set(table["firm_rights"]) if is_firms else set())
    made = role or CustomRole(firm=firm, created_by=by, kind=kind)
    before = list(made.rights)
    made.name, made.reach = name, reach if is_firms else CustomRole.Reach.ASSIGNED
    made.rights = sorted(set(named) & known)
    mine = powers.of_member(member(firm, by))
    # A client's rights that the firm's chiefs lack (inviting a firm, say) are theirs to give.
    extra = rights.of_role("client_admin") if mine.on_dossiers >= CHIEF else frozenset[str]()
    mine = powers.Power(mine.in_firm, mine.on_dossiers | extra, mine.reaches_all)
    for each in (before, made.rights):
        if not mine.covers(powers.of_custom(each, made.reach)):
            raise RoleTooHigh("Un rôle personnalisé ne dépasse pas vos propres droits.")
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise RoleNameTaken(f"Un rôle s’appelle déjà « {name} ».") from error
    Membership.objects.filter(custom_role=made).update(sees_all=made.reach == CustomRole.Reach.ALL)
    audit.record("clients.custom_role_saved", by=by, firm_id=firm.pk, role=made.pk, name=name,
                 old=before, new=made.rights)  # fmt: skip
    return made


CHIEF = rights.of_role("admin")


@transaction.atomic
def delete_custom_role(role: CustomRole, *, by: User) -> None:
    """Remove a custom role that nobody holds.

    Raises:
        RoleInUse: somebody holds it or is invited to it, perhaps in a dossier that one cannot see.
    """
    try:
        with transaction.atomic():
            CustomRole.objects.filter(pk=role.pk).delete()
    except (IntegrityError, RestrictedError) as error:
        raise RoleInUse(
            f"« {role.name} » est attribué ou proposé à quelqu’un : changez d’abord son rôle."
        ) from error
    audit.record("clients.custom_role_deleted", by=by, firm_id=role.firm_id, name=role.name)
