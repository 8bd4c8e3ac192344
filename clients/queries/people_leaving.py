"""What a person reaches, for the day he leaves; who reaches what, for the review of accesses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.db import connection
from django.db.models import Count, Q
from django.db.models.functions import Now

from clients.models import Dossier, DossierGrant
from clients.queries.people_access import Reason, reasons, rights_from
from firm.models import ApiToken, Block, Firm, Invitation, Membership, User


@dataclass(frozen=True, slots=True)
class DepartureRow:
    """One dossier that he reaches; `to_hand_over` says what nobody else would do there."""

    dossier: Dossier
    reasons: list[Reason]
    to_hand_over: str

    @property
    def roles(self) -> str:
        """His roles there."""
        return ", ".join(dict.fromkeys(reason.label for reason in self.reasons))

    @property
    def why(self) -> str:
        """Where they come from."""
        return " ".join(reason.sentence for reason in self.reasons)

    @property
    def until(self) -> dt.datetime | None:
        """When it ends by itself, if all of it does."""
        ends = [reason.expires_at for reason in self.reasons]
        return None if None in ends else max(end for end in ends if end)


@dataclass(frozen=True, slots=True)
class Departure:
    """Dossiers by name, and what else lets him in or goes on in his name."""

    rows: list[DepartureRow]
    sessions: int
    tokens: int
    invitations: int

    @property
    def to_hand_over(self) -> int:
        """How many dossiers wait for somebody else."""
        return sum(1 for row in self.rows if row.to_hand_over)


@dataclass(frozen=True, slots=True)
class OwnDeparture:
    """What keeps a person from leaving his firm, and what ends with him; all of it his to see."""

    is_last_owner: bool
    owned: list[Dossier]
    alone: list[Dossier]
    assigned: int

    @property
    def is_free(self) -> bool:
        """Whether nothing keeps him."""
        return not (self.is_last_owner or self.owned or self.alone)


def own_departure(firm: Firm, person: User) -> OwnDeparture:
    """What a person owns in a firm and alone opens there, in five queries."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT listed_alone(%s)", (person.pk,))
        alone = [row[0] for row in cursor.fetchall()]
    his = Dossier.objects.filter(firm=firm).order_by("name_key", "pk")
    owners = Membership.objects.filter(
        firm=firm, role=Membership.Role.OWNER, user__is_active=True
    ).exclude(user_id__in=Block.objects.filter(firm=firm).values("user_id"))
    assigned = DossierGrant.objects.lasting().filter(
        user=person, role=DossierGrant.Role.ASSIGNED, dossier__firm=firm
    )
    return OwnDeparture(
        set(owners.values_list("user_id", flat=True)) == {person.pk},
        list(his.filter(owner=person)),
        list(his.filter(pk__in=alone)),
        assigned.count(),
    )


def departure(firm: Firm, person: User, ids: frozenset[int]) -> Departure:
    """Everything of the firm that is open to a person, in a constant number of queries."""
    held = reasons(firm.pk, ids, person=person.pk)
    reached = [dossier for _person, dossier in held]
    dossiers = Dossier.objects.in_bulk(reached)
    alone = _only_accountant(person, reached)
    rows = [
        DepartureRow(dossiers[key], why, _left(dossiers[key], person, alone))
        for (_person, key), why in held.items()
    ]
    rows.sort(key=lambda row: (not row.to_hand_over, row.dossier.name.lower(), row.dossier.pk))
    tokens = ApiToken.objects.filter(user=person, revoked_at=None)
    return Departure(
        rows,
        UserSession.objects.filter(user=person).count(),
        tokens.filter(Q(expires_at=None) | Q(expires_at__gt=Now())).count(),
        Invitation.objects.filter(invited_by=person, accepted_at=None, revoked_at=None).count(),
    )


def _only_accountant(person: User, dossiers: list[int]) -> set[int]:
    """Of these dossiers, those to which he alone is assigned."""
    assigned = DossierGrant.objects.lasting().filter(
        dossier_id__in=dossiers, role=DossierGrant.Role.ASSIGNED
    )
    return set(
        assigned.values("dossier_id")
        .annotate(n=Count("id"), his=Count("id", filter=Q(user=person)))
        .filter(n=1, his=1)
        .values_list("dossier_id", flat=True)
    )


def _left(dossier: Dossier, person: User, alone: set[int]) -> str:
    parts = []
    if dossier.owner_id == person.pk:
        parts.append("propriété")
    if dossier.pk in alone:
        parts.append("seul comptable affecté")
    return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One person on one dossier."""

    person: User
    dossier: Dossier
    reasons: list[Reason]

    @property
    def rights(self) -> int:
        """How many rights he has there."""
        return len(rights_from(self.reasons).held)


def review(firm: Firm, ids: frozenset[int]) -> Iterator[ReviewRow]:
    """Who opens which dossier and why, by dossier then person, in a constant number of queries."""
    dossiers = Dossier.objects.order_by("name", "pk").in_bulk(ids)
    held = reasons(firm.pk, ids)
    users = User.objects.in_bulk({person for person, _dossier in held})
    order = {pk: at for at, pk in enumerate(dossiers)}
    for (person, dossier), why in sorted(
        held.items(), key=lambda item: (order[item[0][1]], users[item[0][0]].name)
    ):
        yield ReviewRow(users[person], dossiers[dossier], why)
