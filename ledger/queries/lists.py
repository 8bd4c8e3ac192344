"""Bank transactions of a dossier: keyset pages with totals of the whole set."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from ledger.models import BankAccount, BankTransaction

PAGE = 100


@dataclass(frozen=True)
class Filters:
    """What narrows a list; bounds included."""

    search: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    bank_account: int | None = None
    after: str = ""


@dataclass
class Page:
    """Rows of one page, the cursor of the next, count and totals (cents) of the whole set."""

    rows: list[Any]
    next: str
    total: int
    sums: dict[str, int] = field(default_factory=dict)


def bank_transactions(filters: Filters) -> Page:
    """Money that moved, latest first.  Two queries."""
    rows, sums = wanted_transactions(filters)
    return _page(_after(rows, filters, "date"), sums, "date")


def wanted_transactions(filters: Filters) -> tuple[QuerySet[BankTransaction], dict[str, int]]:
    """All of them, latest first, with their number `n` and sums in cents, in one query so far."""
    rows = BankTransaction.objects.select_related("bank_account", "entry")
    rows = _dated(rows, filters, "date")
    if filters.search:
        rows = rows.filter(
            Q(label__icontains=filters.search) | Q(reference__icontains=filters.search)
        )
    if filters.bank_account:
        rows = rows.filter(bank_account=filters.bank_account)
    sums = rows.aggregate(
        n=Count("id"),
        money_in=Sum("amount", filter=Q(amount__gt=0)),
        money_out=Sum("amount", filter=Q(amount__lt=0)),
    )
    return rows.order_by("-date", "-id"), _whole(sums)


def _whole(sums: dict[str, Any]) -> dict[str, int]:
    return {name: int(value or 0) for name, value in sums.items()}


def bank_accounts() -> list[dict[str, Any]]:
    """Bank accounts with their number of transactions and the sum of these, in one query."""
    moved = BankTransaction.objects.values("bank_account").annotate(
        n=Count("id"), balance=Sum("amount")
    )
    sums = {row["bank_account"]: row for row in moved}
    return [
        {"account": row, **sums.get(row.id, {"n": 0, "balance": 0})}
        for row in BankAccount.objects.select_related("account").order_by("account__number")
    ]


def _dated(rows: QuerySet[Any], filters: Filters, column: str) -> QuerySet[Any]:
    if filters.since:
        rows = rows.filter(**{f"{column}__gte": filters.since})
    if filters.until:
        rows = rows.filter(**{f"{column}__lte": filters.until})
    return rows


def _after(rows: QuerySet[Any], filters: Filters, column: str) -> QuerySet[Any]:
    """The rows past a cursor `AAAA-MM-JJ~id`; a cursor that makes no sense is the first page."""
    day, _sep, pk = filters.after.partition("~")
    try:
        since, last = dt.date.fromisoformat(day), int(pk)
    except ValueError:
        return rows
    return rows.filter(Q(**{f"{column}__lt": since}) | Q(**{column: since}, id__lt=last))


def _page(rows: QuerySet[Any], sums: dict[str, int], column: str) -> Page:
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    cursor = f"{getattr(last, column):%Y-%m-%d}~{last.id}" if last else ""
    total = sums.pop("n")
    return Page(found[:PAGE], cursor, total, sums)
