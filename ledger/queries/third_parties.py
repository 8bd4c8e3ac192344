"""Lists of suppliers and customers: what is open with each, what their invoices are booked on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from clients.models import Dossier
from ledger.models import AutoInvoiceRule, Invoice, ThirdParty
from ledger.queries import cursors
from ledger.queries.drift import CURRENT_YEARS

PAGE = 100
_OPEN = f"""
SELECT s.third_party_id, sum(s.debit - s.credit)::bigint FROM ledger_thirdpartymonth s
JOIN ledger_thirdparty t ON t.dossier_id = s.dossier_id AND t.id = s.third_party_id
WHERE s.dossier_id = %(dossier)s AND t.role = %(role)s AND s.fiscal_year_id IN ({CURRENT_YEARS})
GROUP BY 1
"""  # noqa: S608 (of a constant)


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A third party; `balance` in cents, in the sense of its side (owed by us, or to us)."""

    party: ThirdParty
    invoices: int
    balance: int
    rules: int


@dataclass(frozen=True, slots=True)
class PartyPage:
    """Some rows by name, the cursor of the next page, and the totals of the whole filtered set."""

    rows: list[PartyRow]
    next: str
    total: int
    balance: int


def party_page(
    dossier: Dossier, role: str, *, search: str = "", with_rules: bool = False, cursor: str = ""
) -> PartyPage:
    """A page of suppliers or customers by name, in five queries."""
    wanted = _wanted(dossier, role, search, with_rules)
    ids = set(wanted.values_list("id", flat=True))
    balances = _balances(dossier, role)
    place = cursors.unpack("third-parties", cursor, 2)
    rows = wanted.select_related("default_account")
    if place:
        rows = rows.filter(Q(label__gt=place[0]) | Q(label=place[0], id__gt=place[1]))
    found: list[Any] = list(rows.order_by("label", "id")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    shown = found[:PAGE]
    counts = _counts(Invoice.objects.filter(dossier=dossier), shown)
    rules = _counts(AutoInvoiceRule.objects.filter(dossier=dossier, is_active=True), shown)
    return PartyPage(
        [
            PartyRow(row, counts.get(row.id, 0), balances.get(row.id, 0), rules.get(row.id, 0))
            for row in shown
        ],
        cursors.pack("third-parties", last.label, last.id) if last else "",
        len(ids),
        sum(cents for pk, cents in balances.items() if pk in ids),
    )


def _wanted(dossier: Dossier, role: str, search: str, with_rules: bool) -> QuerySet[ThirdParty]:
    rows = ThirdParty.objects.filter(dossier=dossier, role=role)
    if search:
        rows = rows.filter(
            Q(label__icontains=search) | Q(code__icontains=search)
            | Q(siren__startswith=search.replace(" ", ""))
        )  # fmt: skip
    if with_rules:
        active = AutoInvoiceRule.objects.filter(dossier=dossier, is_active=True)
        rows = rows.filter(id__in=active.values("third_party"))
    return rows


def _balances(dossier: Dossier, role: str) -> dict[int, int]:
    """What is owed to each supplier, or by each customer, in cents, in one query."""
    sign = -1 if role == ThirdParty.Role.SUPPLIER else 1
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"dossier": dossier.id, "role": role})
        return {pk: sign * cents for pk, cents in cursor.fetchall()}


def _counts(rows: QuerySet[Any], parties: list[ThirdParty]) -> dict[int, int]:
    found = rows.filter(third_party__in=[party.id for party in parties])
    counted = found.order_by().values_list("third_party").annotate(n=Count("id"))
    return dict(counted)
