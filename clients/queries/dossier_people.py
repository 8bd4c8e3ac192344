"""Who opens a dossier, and under which hats."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import QuerySet

from clients.models import Dossier, DossierGrant
from firm.models import Block, Membership, User


@dataclass(slots=True)
class Person:
    """Somebody who opens the dossier; `hats` says through what."""

    user: User
    hats: list[str] = field(default_factory=list)
    until: dt.datetime | None = None


def people_of(dossier: Dossier) -> list[Person]:
    """Everyone who opens the dossier now, with all his hats, by name; two queries.

    The dossier must be in scope, and its firm for the firm's people to be seen.
    """
    found: dict[int, Person] = {}

    def hat(user: User, words: str) -> Person:
        person = found.setdefault(user.pk, Person(user))
        person.hats.append(words)
        return person

    if dossier.owner:
        hat(dossier.owner, "Propriétaire du dossier")
    grants = _live_grants(dossier)
    listed = {row.user_id for row in grants if row.role == DossierGrant.Role.ASSIGNED}
    for row in members_of(dossier):
        sees = row.sees_all and not dossier.is_confidential
        if sees or (row.user_id in listed and row.role != Membership.Role.STAFF):
            hat(row.user, f"{row.role_label} du cabinet")
    for grant in grants:
        words = "Accès d’urgence" if grant.is_break_glass else grant.role_label
        person = hat(grant.user, words)
        person.until = grant.expires_at
    return sorted(found.values(), key=lambda person: person.user.get_full_name().casefold())


def _live_grants(dossier: Dossier) -> list[DossierGrant]:
    rows = DossierGrant.objects.lasting().filter(dossier=dossier)
    return list(rows.exclude(user__in=_shut_out(dossier)).select_related("user", "custom_role"))


def _shut_out(dossier: Dossier) -> QuerySet[Block, int]:
    """Ids of those whom the dossier's firm has blocked: nothing of it opens to them."""
    return Block.objects.filter(firm_id=dossier.firm_id or 0).values_list("user_id", flat=True)


def members_of(dossier: Dossier) -> list[Membership]:
    """The people of the dossier's firm, by name, in one query; none when it is not in scope."""
    rows = Membership.objects.filter(firm=dossier.firm, user__is_active=True)
    rows = rows.exclude(user__in=_shut_out(dossier))
    return list(rows.select_related("user", "custom_role").order_by("user__name", "user_id"))


def listed_for_good(dossier: Dossier) -> set[int]:
    """Ids of the accountants assigned without a term, in one query."""
    rows = DossierGrant.objects.filter(
        dossier=dossier, role=DossierGrant.Role.ASSIGNED, expires_at=None
    )
    return set(rows.values_list("user_id", flat=True))


def administrators_of(dossier: Dossier) -> list[User]:
    """Active administrators of the dossier, to whom it may be handed over, in one query."""
    lasting = [
        grant.user for grant in _live_grants(dossier)
        if grant.role == DossierGrant.Role.CLIENT_ADMIN and grant.user.is_active
    ]  # fmt: skip
    return sorted(lasting, key=lambda user: user.get_full_name().casefold())
