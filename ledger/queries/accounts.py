"""Accounts and third parties of a dossier: one of them, its neighbours, keyset lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet, Sum

from clients.models import Dossier
from ledger.models import Account, Journal, JournalMonth, ThirdParty
from ledger.queries import cursors
from ledger.queries.years import Period

M = TypeVar("M", bound=Model)

_NEIGHBOURS = """
WITH held AS (
    SELECT DISTINCT account_id FROM ledger_accountmonth
    WHERE dossier_id = %(dossier)s AND fiscal_year_id = ANY (%(years)s) AND line_count > 0
), numbers AS (
    SELECT a.number FROM ledger_account a JOIN held h ON h.account_id = a.id
    WHERE a.dossier_id = %(dossier)s
)
SELECT (SELECT max(number COLLATE "C") FROM numbers WHERE number COLLATE "C" < %(number)s),
       (SELECT min(number COLLATE "C") FROM numbers WHERE number COLLATE "C" > %(number)s)
"""


@dataclass(frozen=True, slots=True)
class JournalTotals:
    """A journal and all that it holds, in cents."""

    journal: Journal
    entries: int
    debit: int
    credit: int


def find_account(dossier: Dossier, number: str) -> Account | None:
    """The account of this number, in one query."""
    return Account.objects.filter(dossier=dossier, number=number).first()


def find_third_party(dossier: Dossier, third_party_id: int) -> ThirdParty | None:
    """A third party of the dossier, in one query."""
    return ThirdParty.objects.filter(dossier=dossier, id=third_party_id).first()


def find_journal(dossier: Dossier, journal_id: int) -> Journal | None:
    """A journal of the dossier, in one query."""
    return Journal.objects.filter(dossier=dossier, id=journal_id).first()


def journal_id_of(dossier: Dossier, code: str) -> int:
    """The id of the journal of this code, in one query; 0, which no journal has, for another."""
    found = Journal.objects.filter(dossier=dossier, code=code).values_list("id", flat=True).first()
    return found or 0


def neighbour_accounts(
    dossier: Dossier, period: Period, number: str
) -> tuple[str | None, str | None]:
    """Numbers of the accounts with lines before and after this one, in one query."""
    parameters: dict[str, Any] = {
        "dossier": dossier.id,
        "years": period.year_ids,
        "number": number,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEIGHBOURS, parameters)
        before, after = cursor.fetchone()
    return before, after


def account_page(
    dossier: Dossier, *, prefix: str = "", cursor: str = "", limit: int = 50
) -> tuple[list[Account], str]:
    """Accounts by number and the cursor of the next page, in one query."""
    rows = Account.objects.filter(dossier=dossier, number__startswith=prefix)
    return keyset(rows, "accounts", "number", cursor, limit)


def third_party_page(
    dossier: Dossier, *, role: str = "", cursor: str = "", limit: int = 50
) -> tuple[list[ThirdParty], str]:
    """Third parties by id and the cursor of the next page, in one query."""
    rows = ThirdParty.objects.filter(dossier=dossier).select_related("account")
    return keyset(rows.filter(role=role) if role else rows, "third-parties", "id", cursor, limit)


def journal_page(
    dossier: Dossier, *, cursor: str = "", limit: int = 50
) -> tuple[list[JournalTotals], str]:
    """Journals by id with their totals over all years, in two queries."""
    found, after = keyset(Journal.objects.filter(dossier=dossier), "journals", "id", cursor, limit)
    sums = (
        JournalMonth.objects.filter(dossier=dossier, journal__in=[row.id for row in found])
        .values("journal_id")
        .annotate(n=Sum("entry_count"), d=Sum("debit"), c=Sum("credit"))
    )
    held = {row["journal_id"]: (int(row["n"]), int(row["d"]), int(row["c"])) for row in sums}
    return [JournalTotals(row, *held.get(row.id, (0, 0, 0))) for row in found], after


def keyset(rows: QuerySet[M], about: str, key: str, cursor: str, limit: int) -> tuple[list[M], str]:
    """A page of rows in the order of a unique column, and the cursor of the next page."""
    place = cursors.unpack(about, cursor, 1)
    if place:
        rows = rows.filter(**{f"{key}__gt": place[0]})
    found: list[Any] = list(rows.order_by(key)[: limit + 1])
    after = cursors.pack(about, getattr(found[limit - 1], key)) if len(found) > limit else ""
    return found[:limit], after
