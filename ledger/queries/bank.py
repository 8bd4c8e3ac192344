"""Bank transactions of a dossier: tabs with their totals, keyset pages, neighbours, accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from clients.models import Dossier
from ledger.models import (
    BankAccount,
    BankAlert,
    BankConnection,
    BankStatement,
    BankTransaction,
)
from ledger.queries.duplicates import is_in_open_pair
from ledger.queries.statements import latest_statements

PAGE = 100
Booking = BankTransaction.Booking
# In the order of the tabs.
BOOKINGS = (
    Booking.TO_PROCESS, Booking.PENDING_CLIENT, Booking.JUSTIFIED, Booking.BOOKED, Booking.ARCHIVED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BankFilters:
    """What narrows the list; bounds included; `booking` "" is every tab.

    `takeover`: held (before the takeover, not kept), kept.  `receipt`: missing (a payment without
    document or exemption), with.  `proposal`: with, without.
    """

    search: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    bank_account: int | None = None
    booking: str = ""
    source: str = ""
    takeover: str = ""
    receipt: str = ""
    proposal: str = ""
    statement: int | None = None
    rule: int | None = None
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    """Number and sums in cents of a tab."""

    count: int = 0
    money_in: int = 0
    money_out: int = 0


def without_receipt(dossier: Dossier) -> Q:
    """« Reçu manquant » (decision M5): a payment since the takeover, neither archived nor exempt,
    without a document.  Without a takeover date, what a FEC brought is not asked for.
    """
    asked = Q(amount__lt=0, document__isnull=True, is_exempt=False) & ~Q(booking=Booking.ARCHIVED)
    if dossier.takeover_date:
        return asked & Q(date__gte=dossier.takeover_date)
    return asked & ~Q(source=BankTransaction.Source.FEC)


def wanted(dossier: Dossier, filters: BankFilters) -> QuerySet[BankTransaction]:
    """The transactions of the filters, in no order."""
    rows = BankTransaction.objects.filter(dossier=dossier)
    if filters.search:
        rows = rows.filter(_said(filters.search))
    asked: dict[str, Any] = {
        "date__gte": filters.since, "date__lte": filters.until, "source": filters.source,
        "bank_account": filters.bank_account, "booking": filters.booking,
        "statement": filters.statement, "rule": filters.rule,
    }  # fmt: skip
    rows = rows.filter(**{name: value for name, value in asked.items() if value})
    if filters.takeover:
        rows = rows.filter(is_pre_takeover=True, is_kept=filters.takeover == "kept")
    if filters.receipt == "missing":
        rows = rows.filter(without_receipt(dossier))
    elif filters.receipt == "with":
        rows = rows.filter(document__isnull=False)
    if filters.proposal:
        is_bare = Q(account__isnull=True, third_party__isnull=True)
        rows = rows.exclude(is_bare) if filters.proposal == "with" else rows.filter(is_bare)
    if filters.is_repeated:
        rows = rows.filter(Q(repeats__gt=0) | is_in_open_pair(BankTransaction))
    return rows


def _said(search: str) -> Q:
    found = Q(label__icontains=search) | Q(reference__icontains=search) | Q(note__icontains=search)
    digits = search.replace(" ", "").replace("\u00a0", "").replace(",", ".")
    whole, _point, rest = digits.partition(".")
    if whole.isdigit() and len(whole) < 13 and (rest.isdigit() or not rest) and len(rest) < 3:
        cents = int(whole) * 100 + int(rest.ljust(2, "0"))
        found |= Q(amount__in=(cents, -cents))
    return found


def totals_by_tab(dossier: Dossier, filters: BankFilters) -> dict[str, Totals]:
    """The totals of every tab under the other filters, in one query."""
    rows = wanted(dossier, replace(filters, booking="")).values("booking")
    sums = rows.order_by().annotate(
        n=Count("id"),
        money_in=Sum("amount", filter=Q(amount__gt=0), default=0),
        money_out=Sum("amount", filter=Q(amount__lt=0), default=0),
    )
    found = {
        row["booking"]: Totals(row["n"], int(row["money_in"]), int(row["money_out"]))
        for row in sums
    }
    return {booking: found.get(booking, Totals()) for booking in BOOKINGS}


def shown_tab(filters: BankFilters, by_tab: dict[str, Totals]) -> BankFilters:
    """With a tab: the one asked for, else the first that holds something."""
    if filters.booking:
        return filters
    filled = [booking for booking in BOOKINGS if by_tab[booking].count]
    return replace(filters, booking=(filled or [Booking.TO_PROCESS])[0])


def transaction_page(
    dossier: Dossier, filters: BankFilters, after: str = "", limit: int = PAGE
) -> tuple[list[BankTransaction], str]:
    """A page, latest first, and the cursor `AAAA-MM-JJ~id` of the next; one query."""
    rows = detailed(_after(wanted(dossier, filters), after)).order_by("-date", "-id")
    found = list(rows[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return found[:limit], f"{last.date:%Y-%m-%d}~{last.id}" if last else ""


def detailed(rows: QuerySet[BankTransaction]) -> QuerySet[BankTransaction]:
    """With all that a row shows, in the same query."""
    return rows.select_related(
        "bank_account__account", "account", "third_party", "rule", "entry", "document"
    )


def _after(rows: QuerySet[BankTransaction], after: str) -> QuerySet[BankTransaction]:
    """The rows past a cursor; one that makes no sense is the first page."""
    day, _sep, pk = after.partition("~")
    try:
        since, last = dt.date.fromisoformat(day), int(pk)
    except ValueError:
        return rows
    return rows.filter(Q(date__lt=since) | Q(date=since, id__lt=last))


def neighbours(
    dossier: Dossier, filters: BankFilters, row: BankTransaction
) -> tuple[int | None, int | None]:
    """The ids of the transactions before and behind one in its list; two queries."""
    rows = wanted(dossier, filters)
    newer = rows.filter(Q(date__gt=row.date) | Q(date=row.date, id__gt=row.id))
    older = rows.filter(Q(date__lt=row.date) | Q(date=row.date, id__lt=row.id))
    before = newer.order_by("date", "id").values_list("id", flat=True).first()
    behind = older.order_by("-date", "-id").values_list("id", flat=True).first()
    return before, behind


@dataclass(frozen=True)
class AccountCard:
    """A bank account on top of the page.

    `balance` in signed cents: the last statement's closing and what moved since, else all that
    moved; `as_of` the day of its last transaction.
    """

    account: BankAccount
    count: int
    balance: int
    as_of: dt.date | None
    statement: BankStatement | None
    connection: BankConnection | None


def account_cards(*, closed: bool = False) -> list[AccountCard]:
    """Bank accounts by number, with balance, last statement and link: four queries."""
    accounts = BankAccount.objects.select_related("account", "journal")
    if not closed:
        accounts = accounts.filter(is_closed=False)
    rows = list(accounts.order_by("account__number"))
    ids = [row.id for row in rows]
    moved = {
        found["bank_account"]: found
        for found in BankTransaction.objects.values("bank_account")
        .order_by()
        .annotate(n=Count("id"), total=Sum("amount"), last=Max("date"))
    }
    latest = latest_statements(ids)
    since = _moved_since([row for row in latest.values() if row.closing is not None])
    links = {link.bank_account_id: link for link in BankConnection.objects.filter(is_active=True)}
    cards = []
    for row in rows:
        found = moved.get(row.id, {"n": 0, "total": 0, "last": None})
        statement = latest.get(row.id)
        balance = int(found["total"])
        if statement and statement.closing is not None:
            balance = statement.closing + since.get(row.id, 0)
        cards.append(
            AccountCard(row, found["n"], balance, found["last"], statement, links.get(row.id))
        )
    return cards


def _moved_since(statements: Iterable[BankStatement]) -> dict[int, int]:
    """What moved after the end of each statement, in cents, by bank account; one query at most."""
    later = Q()
    for statement in statements:
        later |= Q(bank_account=statement.bank_account_id, date__gt=statement.until)
    if not later:
        return {}
    rows = BankTransaction.objects.filter(later).exclude(source="fec").values("bank_account")
    return {
        row["bank_account"]: int(row["total"])
        for row in rows.order_by().annotate(total=Sum("amount"))
    }


def latest_alerts(most: int = 20) -> list[BankAlert]:
    """The latest notices about bank connections, in one query."""
    return list(
        BankAlert.objects.select_related("bank_account").order_by("-created_at", "-id")[:most]
    )
