"""What the tests of client accounts do over and over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.test import Client

from clients.actions.confidentiality import assign_accountants
from clients.actions.dossiers import create_dossier
from clients.demo import PASSWORD, Cast
from clients.models import Dossier
from firm import scope
from firm.models import Membership, OutgoingEmail, User
from tests.conftest import open_dossier

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SECRET = "Zéphyrine Confidentiel"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def fresh(user: User) -> Client:
    """A browser that has just given the password."""
    client = Client()
    client.post("/connexion/", {"login": user.email, "password": PASSWORD})
    return client


@contextmanager
def at_firm(user: User, firm: Any) -> Iterator[None]:
    with scope.open_scope(scope.Scope(user=user.pk, firm=firm.pk, firm_write=True)):
        yield


def new_dossier(cast: Cast, name: str, *, by: str = "alice", **more: Any) -> Dossier:
    with at_firm(cast.people[by], cast.firms["martin"]):
        return create_dossier(cast.firms["martin"], name=name, by=cast.people[by], **more)


def secret_dossier(cast: Cast) -> Dossier:
    """A confidential dossier that only Alice may open."""
    alice = cast.people["alice"]
    made = new_dossier(cast, SECRET, slug="zephyrine", siren="732829320")
    with open_dossier(alice, made):
        assign_accountants(made, people=[], confidential=True, by=alice)
    return made


def member(cast: Cast, email: str, role: str) -> User:
    """One more person of the firm."""
    user = User.objects.create_user(email, PASSWORD, name=email.split("@", maxsplit=1)[0].title())
    with at_firm(cast.people["alice"], cast.firms["martin"]):
        Membership.objects.create(
            firm=cast.firms["martin"], user=user, role=role, sees_all=role in Membership.SEES_ALL
        )
    return user


def letters(dossier: Dossier, kind: str, reader: User) -> list[OutgoingEmail]:
    with open_dossier(reader, dossier):
        return list(OutgoingEmail.objects.filter(kind=kind).order_by("recipient"))


def roles_of(user: User, dossier: Dossier) -> frozenset[str]:
    from clients.access import rights_on

    with scope.open_scope(scope.Scope(user=user.pk)):
        return rights_on(user, dossier.pk).roles
