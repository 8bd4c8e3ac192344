"""The demo cast: two firms always, so that whatever leaks has somewhere to leak to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from clients.actions.dossiers import create_dossier
from clients.actions.grants import grant_access
from clients.actions.plans import PUBLISHER, publish_price
from clients.models import Dossier, DossierGrant, PlanPrice
from firm import scope
from firm.models import Firm, Membership, User

PASSWORD = "demo-2026"  # noqa: S105 (of the demo cast; refused unless the host is loopback)

FIRMS = (
    ("Cabinet Martin", "martin", (
        ("alice@martin.example", "Alice Martin", Membership.Role.OWNER),
        ("bruno@martin.example", "Bruno Keller", Membership.Role.STAFF),
        ("chloe@martin.example", "Chloé Nguyen", Membership.Role.STAFF),
    )),
    ("Cabinet Durand", "durand", (
        ("eve@durand.example", "Ève Durand", Membership.Role.OWNER),
        ("fred@durand.example", "Fred Lopez", Membership.Role.STAFF),
    )),
)  # fmt: skip
CLIENTS = (
    ("denis@boulangerie.example", "Denis Lefèvre", DossierGrant.Role.CLIENT_ADMIN),
    ("emma@boulangerie.example", "Emma Petit", DossierGrant.Role.EMPLOYEE),
)


# Invented, for the demonstration: cents without VAT a year.
PRICES = (("pro", 29_000), ("max", 59_000))


@dataclass(frozen=True)
class Cast:
    """Everyone by first name, the firms by slug, the dossier that all tests speak of."""

    people: dict[str, User]
    firms: dict[str, Firm]
    boulangerie: Dossier


def create_cast(password: str = PASSWORD) -> Cast:
    """Create the two firms, their people and the dossier `boulangerie`; or find them again."""
    people: dict[str, User] = {}
    firms: dict[str, Firm] = {}
    for name, slug, members in FIRMS:
        for email, full_name, _role in members:
            people[email.split("@")[0]] = _person(email, full_name, password)
        firms[slug] = _firm(
            name, slug, [(people[e.split("@")[0]], role) for e, _n, role in members]
        )
    for email, full_name, _grant in CLIENTS:
        people[email.split("@")[0]] = _person(email, full_name, password)
    _prices()
    return Cast(people, firms, _boulangerie(firms["martin"], people))


def _prices() -> None:
    """What the plans cost since the beginning of 2026, unless prices are published already."""
    with scope.open_scope(scope.Scope(token=PUBLISHER)):
        if not PlanPrice.objects.exists():
            for plan, price in PRICES:
                publish_price(plan, starts_on=dt.date(2026, 1, 1), price=price, by=None)


def _person(email: str, name: str, password: str) -> User:
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email, password, name=name)


def _firm(name: str, slug: str, members: list[tuple[User, str]]) -> Firm:
    """The firm's id comes first, then the scope is opened on it and it is inserted within."""
    with scope.open_scope(scope.Scope(user=members[0][0].id)):
        found = Firm.objects.filter(slug=slug).first()
    if found:
        return found
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('firm_firm', 'id'))")
        new_id = cursor.fetchone()[0]
    with scope.open_scope(scope.Scope(user=members[0][0].id, firm=new_id, firm_write=True)):
        firm = Firm.objects.create(id=new_id, name=name, slug=slug)
        for user, role in members:
            Membership.objects.create(
                firm=firm, user=user, role=role, sees_all=role in Membership.SEES_ALL
            )
    return firm


def _boulangerie(firm: Firm, people: dict[str, User]) -> Dossier:
    alice = people["alice"]
    with scope.open_scope(scope.Scope(user=alice.id, firm=firm.id, firm_write=True)):
        found = Dossier.objects.filter(slug="boulangerie").first()
        if found:
            return found
        made = create_dossier(
            firm, name="Boulangerie-Pâtisserie Lefèvre & Fils", slug="boulangerie", by=alice
        )
        with scope.extended(read=frozenset({made.id}), write=frozenset({made.id})):
            Dossier.objects.filter(pk=made.pk).update(owner=people["alice"], legal_form="SARL")
            for first_name in ("bruno", "chloe"):
                grant_access(made, to=people[first_name], role=DossierGrant.Role.ASSIGNED, by=alice)
            for email, _name, role in CLIENTS:
                grant_access(made, to=people[email.split("@")[0]], role=role, by=alice)
    return made
