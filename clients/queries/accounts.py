"""« Comptes clients »: the accounts of a firm, and what a person may choose for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from clients.models import Dossier, DossierGrant, PlanSubscription
from firm import scope
from firm.models import Firm

ORDERS: dict[str, tuple[Any, ...]] = {
    "nom": ("name", "id"),
    "-nom": ("-name", "-id"),
    "creation": ("created_at", "id"),
    "-creation": ("-created_at", "-id"),
    "protection": (F("lock_date").asc(nulls_first=True), "id"),
    "-protection": (F("lock_date").desc(nulls_last=True), "-id"),
}


@dataclass(slots=True)
class AccountRow:
    """One client account: `users` are its owner and its client's people, the firm's apart."""

    dossier: Dossier
    users: int
    plan: PlanSubscription | None
    people_url: str = ""

    @property
    def protected_until(self) -> object:
        """The date of document protection while it stops anybody."""
        locks = self.dossier.lock_mode != Dossier.LockMode.NONE
        return self.dossier.lock_date if locks else None


def matching(firm: Firm, search: str = "") -> QuerySet[Dossier]:
    """The firm's accounts that the person in scope may see, by what was typed."""
    rows = Dossier.objects.filter(firm=firm)
    if search:
        digits = "".join(search.split())
        by_siren = Q(siren__startswith=digits) if digits.isdigit() else Q()
        rows = rows.filter(Q(name__icontains=search) | Q(slug__icontains=search) | by_siren)
    return rows


def account_rows(
    firm: Firm, *, search: str = "", order: str = "nom", start: int = 0, limit: int = 100
) -> list[AccountRow]:
    """A page of accounts with their users and current plan, in three queries."""
    found = matching(firm, search).select_related("owner").order_by(*ORDERS[order])
    return described(found[start : start + limit])


def described(dossiers: Iterable[Dossier]) -> list[AccountRow]:
    """Accounts with their users and current plan; two queries beside the one that finds them."""
    rows = list(dossiers)
    ids = frozenset(row.pk for row in rows)
    with scope.extended(read=ids, write=frozenset()):
        grants = (
            DossierGrant.objects.lasting()
            .filter(dossier_id__in=ids)
            .exclude(role=DossierGrant.Role.ASSIGNED)
        )
        people = set(grants.values_list("dossier_id", "user_id"))
        today = timezone.localdate()
        plans = PlanSubscription.objects.filter(starts_on__lte=today).order_by("ends_on")
        current = {plan.dossier_id: plan for plan in plans.filter(dossier_id__in=ids)}
    people |= {(row.pk, row.owner_id) for row in rows if row.owner_id}
    users = Counter(dossier for dossier, _user in people)
    return [AccountRow(row, users[row.pk], current.get(row.pk)) for row in rows]


def proposed_slug(firm: Firm) -> str:
    """The firm's own short name and the next free number, in two queries."""
    base = firm.slug[:34].strip("-")
    first = Dossier.objects.filter(firm=firm).count() + 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT free_slug_number(%s, %s)", (base, first))
        return f"{base}-{cursor.fetchone()[0]}"


def plans_of(dossier: Dossier) -> list[PlanSubscription]:
    """The dossier's periods, the latest first, in one query."""
    return list(PlanSubscription.objects.filter(dossier=dossier).order_by("-ends_on", "-id"))
