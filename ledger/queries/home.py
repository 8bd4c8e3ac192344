"""What a dossier's home shows: result, cash, open items and revenue, each read from sums by month.

Amounts are cents.  Cash and third parties are signed, debit positive; revenue and result are
positive when they are a gain.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Max

from clients.models import Dossier
from ledger.models import Entry, FecImport
from ledger.queries.balances import AccountSums, result, total
from ledger.queries.sums import fetch
from ledger.queries.years import Period

CASH = ("51", "53", "54")
CUSTOMERS, SUPPLIERS = "411", "401"
REVENUE = "70"

_REVENUE = """
SELECT m.fiscal_year_id, m.month, sum(m.credit - m.debit)::bigint
FROM ledger_accountmonth m
JOIN ledger_account a ON a.dossier_id = m.dossier_id AND a.id = m.account_id
WHERE m.dossier_id = %(dossier)s AND m.fiscal_year_id = ANY (%(years)s) AND NOT m.is_opening
  AND a.number LIKE %(prefix)s
GROUP BY m.fiscal_year_id, m.month
ORDER BY m.month
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """The key figures of a period.

    Balanced letterings weigh nothing, so the balance of 411 and of 401 is what is not settled.
    """

    result: int
    revenue: int
    cash: int
    customers: int
    suppliers: int


@dataclass(frozen=True, slots=True)
class RevenueMonth:
    """Revenue of a month and of the same month a year earlier (None: not in the books)."""

    month: dt.date
    now: int
    before: int | None


def figures(rows: Iterable[AccountSums]) -> Figures:
    """Key figures of a trial balance."""
    every = list(rows)

    def of(*prefixes: str) -> Sequence[AccountSums]:
        return [row for row in every if row.account.startswith(prefixes)]

    revenue = total(row.sums for row in of(REVENUE))
    return Figures(
        result=result(every),
        revenue=revenue.movement_credit - revenue.movement_debit,
        cash=sum(row.sums.closing for row in of(*CASH)),
        customers=sum(row.sums.closing for row in of(CUSTOMERS)),
        suppliers=sum(row.sums.closing for row in of(SUPPLIERS)),
    )


EXPENSES = {
    "60": "Achats",
    "61": "Services extérieurs",
    "62": "Autres services",
    "63": "Impôts et taxes",
    "64": "Personnel",
    "65": "Autres charges",
    "66": "Financières",
    "67": "Exceptionnelles",
    "68": "Dotations",
    "69": "Participation, IS",
}


def expenses(rows: Iterable[AccountSums]) -> list[tuple[str, str, int]]:
    """(root, name, cents) of each kind of expense that moved, net of its credits, by root."""
    sums: dict[str, int] = {}
    for row in rows:
        if row.account[:2] in EXPENSES:
            net = row.sums.movement_debit - row.sums.movement_credit
            sums[row.account[:2]] = sums.get(row.account[:2], 0) + net
    return [(root, EXPENSES[root], cents) for root, cents in sorted(sums.items()) if cents]


def latest_entries(dossier: Dossier, limit: int = 8) -> list[Entry]:
    """The last entries by date, in one query."""
    rows = Entry.objects.filter(dossier=dossier).select_related("journal")
    return list(rows.order_by("-date", "-id")[:limit])


def revenue_by_month(dossier: Dossier, now: Period, before: Period | None) -> list[RevenueMonth]:
    """Revenue (accounts 70) of each month beside that of the year before, in one query."""
    held_before = set(before.year_ids) if before else set()
    rows = fetch(
        _REVENUE,
        {
            "dossier": dossier.id,
            "years": [*now.year_ids, *held_before],
            "prefix": f"{REVENUE}%",
        },
    )
    by_month: dict[tuple[bool, dt.date], int] = {}
    for year_id, month, cents in rows:
        key = (year_id in held_before, month)
        by_month[key] = by_month.get(key, 0) + cents
    return [
        RevenueMonth(
            month,
            by_month.get((False, month), 0),
            by_month.get((True, month.replace(year=month.year - 1)), 0) if before else None,
        )
        for month in now.months()
    ]


def last_entry_on(dossier: Dossier) -> dt.date | None:
    """The day of the latest entry, in one query."""
    latest: dt.date | None = Entry.objects.filter(dossier=dossier).aggregate(day=Max("date"))["day"]
    return latest


def last_import(dossier: Dossier) -> FecImport | None:
    """The import received last, whatever its state, in one query."""
    return FecImport.objects.filter(dossier=dossier).order_by("-uploaded_at", "-id").first()
