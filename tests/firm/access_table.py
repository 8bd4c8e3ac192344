"""Everybody who may knock at a page, by role, and the addresses to knock at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.test import Client

from clients.actions.grants import grant_access
from clients.demo import Cast
from clients.models import Dossier, DossierGrant
from firm import scope
from firm.models import CustomRole, Firm, Membership, User
from tests.firm.test_structure import every_pattern

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
VALUES = {
    "slug": "boulangerie", "firm": "martin", "number": 2, "line": 2,
    "year_end": dt.date(2025, 12, 31), "table": "balance",
    "direction": "achats",
}  # fmt: skip
BY_KIND = {"int": "987654321", "str": "rien", "slug": "rien", "path": "rien",
           "uuid": "00000000-0000-4000-8000-000000000000"}  # fmt: skip
# What the firm's own role may do in these tests: read the people, make dossiers, read the books.
CUSTOM_RIGHTS = ["firm.see_people", "firm.create_dossier", "books.read"]

FIRM_ROLES = ("owner", "admin", "staff_all", "staff")
DOSSIER_ROLES = ("owner", "admin", "staff_all", "assigned", "dossier_owner", "client_admin",
                 "client_accountant", "client_user", "employee", "billing_manager")  # fmt: skip


def filled(url: str) -> str:
    """The address with numbers that exist nowhere."""
    out = "/" + url
    for part in url.split("/"):
        if part.startswith("<"):
            kind, _colon, name = part.strip("<>").rpartition(":")
            value = VALUES.get(name, BY_KIND.get(kind or "str", "1"))
            out = out.replace(part, value.isoformat() if isinstance(value, dt.date) else str(value))
    return out


def pages(prefix: str) -> Iterator[tuple[str, str]]:
    """(address pattern, right) of every page below a prefix."""
    for url, view in every_pattern():
        if url.startswith(prefix) and hasattr(view, "needs"):
            yield url, view.needs


def new_person(name: str) -> User:
    return User.objects.create_user(f"{name}@roles.example", None, name=name)


def member(firm: Firm, role: str, custom: CustomRole | None = None) -> User:
    """A new person with a role in the firm."""
    person = new_person(f"m-{role}")
    with scope.open_scope(scope.Scope(user=person.pk, firm=firm.pk, firm_write=True)):
        Membership.objects.create(
            firm=firm, user=person, role=role, custom_role=custom,
            sees_all=role in Membership.SEES_ALL or bool(custom and custom.reach == "all"),
        )  # fmt: skip
    return person


def custom_role(firm: Firm, rights: list[str], *, reach: str = "all", kind: str = "firm") -> Any:
    with scope.open_scope(scope.Scope(firm=firm.pk, firm_write=True)):
        return CustomRole.objects.create(
            firm=firm, name=f"Rôle {kind} {reach} {len(rights)}", kind=kind, reach=reach,
            rights=rights,
        )  # fmt: skip


def granted(dossier: Dossier, role: str, person: User, **more: Any) -> User:
    """The same person with a role in the dossier."""
    only = frozenset({dossier.pk})
    with scope.open_scope(
        scope.Scope(user=dossier.owner_id, firm=dossier.firm_id, read=only, write=only)
    ):
        grant_access(dossier, to=person, role=role, by=dossier.owner, **more)
    return person


def holder(cast: Cast, role: str) -> User:
    """A new person who holds this one role, and nothing else, on the dossier of the tests."""
    dossier, firm = cast.boulangerie, cast.firms["martin"]
    if role in {"owner", "admin", "staff_all"}:
        return member(firm, role)
    if role == "assigned":
        return granted(dossier, role, member(firm, "staff"))
    if role == "dossier_owner":
        person = new_person("m-dossier-owner")
        only = frozenset({dossier.pk})
        with scope.open_scope(scope.Scope(firm=firm.pk, read=only, write=only)):
            Dossier.objects.filter(pk=dossier.pk).update(owner=person)
        return person
    return granted(dossier, DossierGrant.Role(role), new_person(f"g-{role}"))


def signed_in(person: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person, backend=BACKEND)
    return client


def call(client: Client, url: str, method: str = "get") -> int:
    response: Any = getattr(client, method)(url)
    if response.streaming:
        b"".join(response.streaming_content)  # a file is held open until its answer is read
    return int(response.status_code)
