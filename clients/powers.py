"""What one person may give another: never more than he holds himself.

A power is a set of rights in the firm's workspace, a set on dossiers, and a reach.  One may give,
change or take away a role only when one's own power covers it.
"""

from __future__ import annotations

from dataclasses import dataclass

from clients import rights
from clients.access import Rights
from clients.models import DossierGrant
from firm.models import CustomRole, Membership

# Whoever holds one of these runs the dossier: he may give any of the client's roles.
CHIEFS = frozenset({"owner", "admin", "dossier_owner", "client_admin"})
CLIENT_ROLES = tuple(
    role
    for role in DossierGrant.Role
    if role not in {DossierGrant.Role.ASSIGNED, DossierGrant.Role.CUSTOM}
)


@dataclass(frozen=True, slots=True)
class Power:
    """Rights in the firm's workspace, rights on its dossiers, and whether it reaches them all."""

    in_firm: frozenset[str]
    on_dossiers: frozenset[str]
    reaches_all: bool

    def covers(self, other: Power) -> bool:
        """Whether the other is no larger than this one."""
        return (
            other.in_firm <= self.in_firm
            and other.on_dossiers <= self.on_dossiers
            and (self.reaches_all or not other.reaches_all)
        )


def of_firm_role(role: str, custom: CustomRole | None = None) -> Power:
    """The power of a role in a firm; `custom` is the firm's own role when `role` says so."""
    if custom is not None:
        return of_custom(custom.rights, custom.reach)
    on_dossiers = rights.of_role("assigned")
    if role != Membership.Role.STAFF:
        on_dossiers |= rights.of_role(role)
    return Power(rights.of_firm_role(role), on_dossiers, role in Membership.SEES_ALL)


def of_custom(named: list[str], reach: str) -> Power:
    """The power of a set of rights, as a custom role holds it."""
    table = rights.table()
    return Power(
        frozenset(named) & frozenset(table["firm_rights"]) | {"firm.open"},
        frozenset(named) & frozenset(table["rights"]) | {"dossier.open"},
        reach == CustomRole.Reach.ALL,
    )


def of_member(membership: Membership) -> Power:
    """The power of one of the firm's people."""
    return of_firm_role(membership.role, membership.custom_role)


def may_give_on_dossier(held: Rights, role: str, custom: CustomRole | None = None) -> bool:
    """Whether the holder of these rights on a dossier may give a client's role there.

    Who runs the dossier gives any predefined one: its accountant may enter what he may not.
    """
    if role == DossierGrant.Role.ASSIGNED:
        return held.may("dossier.assign")
    wanted = rights.of_role(role) if custom is None else rights.of_rows([(role, custom.rights)])
    if held.roles & CHIEFS:
        if custom is None and role in CLIENT_ROLES:
            return True
        return wanted <= held.held | rights.of_role("client_admin")
    return wanted <= held.held
