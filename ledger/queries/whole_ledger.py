"""The grand livre of every account in one list, for programs: accounts by id, lines in order.

It walks `lines_by_account` as the ledger of one account does; the balance starts afresh with each
account from its opening balance.  Amounts are cents.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection

from clients.models import Dossier
from ledger.queries import cursors
from ledger.queries.balances import trial_balance
from ledger.queries.general_ledger import COLUMNS, FROM, LedgerLine
from ledger.queries.years import Period

_PLACE = (
    " AND (l.account_id, l.date, l.entry_id, l.line_no)"
    " > (%(at_account)s, %(at_date)s, %(at_entry)s, %(at_line)s)"
)
_ORDER = " ORDER BY l.account_id, l.date, l.entry_id, l.line_no LIMIT %(limit)s"


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A line, the number of its account, and the balance of that account after it."""

    account: str
    line: LedgerLine
    balance: int


def whole_ledger_page(
    dossier: Dossier, period: Period, *, cursor: str = "", limit: int = 50
) -> tuple[list[AccountLine], str]:
    """Lines of all accounts and the cursor of the next page, in two queries."""
    about = f"whole/{period.since}/{period.until}"
    place = cursors.unpack(about, cursor, 5)
    accounts = {row.account_id: row for row in trial_balance(dossier, period)}
    account_id, balance = (int(place[0]), int(place[4])) if place else (0, 0)
    found = []
    rows = _read(dossier, period, place, limit + 1)
    for row_account, line in rows[:limit]:
        if row_account != account_id:
            account_id, balance = row_account, accounts[row_account].sums.opening
        balance += line.debit - line.credit
        found.append(AccountLine(accounts[account_id].account, line, balance))
    if len(rows) <= limit:
        return found, ""
    last = found[-1].line
    parts = (account_id, last.date, last.entry_id, last.line_no, balance)
    return found, cursors.pack(about, *parts)


def _read(
    dossier: Dossier, period: Period, place: list[str] | None, limit: int
) -> list[tuple[int, LedgerLine]]:
    parameters: dict[str, Any] = {
        "dossier": dossier.id,
        "since": period.since,
        "until": period.until,
        "years": period.year_ids,
        "left_out": list(period.left_out),
        "limit": limit,
    }
    if place:
        parameters |= {
            "at_account": int(place[0]),
            "at_date": dt.date.fromisoformat(place[1]),
            "at_entry": int(place[2]),
            "at_line": int(place[3]),
        }
    sql = f"SELECT l.account_id, {COLUMNS}{FROM}{_PLACE if place else ''}{_ORDER}"
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [(row[0], LedgerLine(*row[1:])) for row in cursor.fetchall()]
