"""Roles and what they hold, as the permission table says it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from clients import rights
from firm.models import CustomRole, Firm

IN_FIRM = ("owner", "admin", "staff_all", "staff")
ON_DOSSIERS = ("owner", "admin", "staff_all", "assigned", "dossier_owner", "client_admin",
               "client_accountant", "client_user", "employee", "billing_manager")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Matrix:
    """One table: `roles` are (key, name); `rows` are (right, label, a yes or no for each role)."""

    title: str
    roles: list[tuple[str, str]]
    rows: list[tuple[str, str, list[bool]]]


def matrix() -> list[Matrix]:
    """Rights in the firm's workspace, then on a dossier."""
    table = rights.table()
    names = table["roles"]
    return [
        Matrix(title, [(role, names[role]) for role in roles],
               [(right, row["label"], [role in row["roles"] for role in roles])
                for right, row in table[part].items()])
        for title, part, roles in (
            ("Espace du cabinet", "firm_rights", IN_FIRM), ("Dossiers", "rights", ON_DOSSIERS))
    ]  # fmt: skip


def custom_roles(firm: Firm) -> list[CustomRole]:
    """The firm's own roles by name, each with `holders` among its members, in one query."""
    return list(
        CustomRole.objects.filter(firm=firm)
        .annotate(holders=Count("memberships"))
        .order_by("kind", "name")
    )
