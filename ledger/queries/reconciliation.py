"""Bank reconciliation: the balance of the books, that of the statement, and what lies between.

A line of the bank's account is pointed on the day that the bank shows it: that of its pointing, or
of the transaction that wrote it.  What a FEC brought as a transaction is no word of the bank's.
Opening entries are never to point: they repeat lines of the years before.  Cents; positive is a
debit of the account, money that we have.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from clients.models import Dossier
from ledger.models import BankAccount, BankStatement

MOST = 300  # lines and operations that a page lists; sums are those of all
# The balance of the books: the year of the day, from its opening entries on.
_BALANCE = """
WITH base AS (
    SELECT y.start FROM ledger_fiscalyear y WHERE y.dossier_id = %(dossier)s AND y.start <= %(day)s
      AND EXISTS (SELECT 1 FROM ledger_journalmonth m WHERE m.dossier_id = %(dossier)s
                    AND m.fiscal_year_id = y.id AND m.is_opening)
    ORDER BY y.start DESC LIMIT 1
), years AS (
    SELECT id FROM ledger_fiscalyear WHERE dossier_id = %(dossier)s
      AND start >= coalesce((SELECT start FROM base), '-infinity'::date) AND start <= %(day)s
)
SELECT coalesce((
    SELECT sum(debit - credit) FROM ledger_accountmonth
    WHERE dossier_id = %(dossier)s AND account_id = %(account)s
      AND fiscal_year_id IN (SELECT id FROM years)
      AND month < date_trunc('month', %(day)s::date)), 0)::bigint
  + coalesce((
    SELECT sum(l.debit - l.credit) FROM ledger_entryline l
    JOIN ledger_entry e ON e.dossier_id = l.dossier_id AND e.id = l.entry_id
    WHERE l.dossier_id = %(dossier)s AND l.account_id = %(account)s
      AND l.date >= date_trunc('month', %(day)s::date) AND l.date <= %(day)s
      AND e.fiscal_year_id IN (SELECT id FROM years)), 0)::bigint
"""
_CLEARED = """
line AS MATERIALIZED (
    SELECT l.entry_id, l.line_no, l.date, l.label, l.debit - l.credit AS cents,
        coalesce(p.cleared_on, b.date) AS cleared_on, p.id AS pointing,
        coalesce(p.transaction_id, b.id) AS transaction
    FROM ledger_entryline l
    JOIN ledger_entry e ON e.dossier_id = l.dossier_id AND e.id = l.entry_id AND NOT e.is_opening
    LEFT JOIN ledger_bankpointing p ON p.dossier_id = %(dossier)s AND p.entry_id = l.entry_id
        AND p.line_no = l.line_no
    LEFT JOIN ledger_banktransaction b ON b.dossier_id = %(dossier)s
        AND b.bank_account_id = %(bank)s AND b.entry_id = l.entry_id AND b.line_no = l.line_no
        AND b.source <> 'fec' AND b.booking = 'booked' AND p.id IS NULL
    WHERE l.dossier_id = %(dossier)s AND l.account_id = %(account)s
)"""
_OPEN = "date <= %(day)s AND (cleared_on IS NULL OR cleared_on > %(day)s)"
_LINES = f"""
WITH {_CLEARED}
SELECT x.entry_id, x.line_no, x.date, j.code, e.number, e.piece_ref, x.label, x.cents, x.cleared_on,
    x.pointing, x.transaction
FROM line x
JOIN ledger_entry e ON e.dossier_id = %(dossier)s AND e.id = x.entry_id
JOIN ledger_journal j ON j.dossier_id = %(dossier)s AND j.id = e.journal_id
WHERE {{which}} ORDER BY x.date, x.entry_id, x.line_no LIMIT %(most)s
"""  # noqa: S608 (of constants)
_LINE_SUMS = f"""
WITH {_CLEARED}
SELECT count(*) FILTER (WHERE {_OPEN}), coalesce(sum(cents) FILTER (WHERE {_OPEN}), 0)::bigint,
    count(*) FILTER (WHERE cleared_on <= %(day)s AND date > %(day)s),
    coalesce(sum(cents) FILTER (WHERE cleared_on <= %(day)s AND date > %(day)s), 0)::bigint,
    count(*) FILTER (WHERE pointing IS NOT NULL AND date <= %(day)s),
    coalesce(sum(cents) FILTER (WHERE pointing IS NOT NULL AND date <= %(day)s), 0)::bigint
FROM line
"""  # noqa: S608 (idem)
# What the bank shows and the books do not: never booked, nor archived, nor already in the FEC.
UNBOOKED = """
b.dossier_id = %(dossier)s AND b.bank_account_id = %(bank)s AND b.entry_id IS NULL
AND b.source <> 'fec' AND b.booking <> 'archived' AND (NOT b.is_pre_takeover OR b.is_kept)
"""
_MOVES = f"""
SELECT b.id, b.date, b.label, b.reference, b.amount FROM ledger_banktransaction b
WHERE {UNBOOKED} AND b.date <= %(day)s ORDER BY b.date, b.id LIMIT %(most)s
"""  # noqa: S608 (idem)
_MOVE_SUMS = f"""
SELECT count(*), coalesce(sum(b.amount), 0)::bigint FROM ledger_banktransaction b
WHERE {UNBOOKED} AND b.date <= %(day)s
"""  # noqa: S608 (idem)
VIEWS = {
    "ouvertes": "x.date <= %(day)s AND (x.cleared_on IS NULL OR x.cleared_on > %(day)s)",
    "pointees": "x.pointing IS NOT NULL AND x.date <= %(day)s",
    "apres": "x.cleared_on <= %(day)s AND x.date > %(day)s",
}


class BookLine(NamedTuple):
    """One line of the bank's account; `pointing` is set when a person or a match pointed it."""

    entry_id: int
    line_no: int
    date: dt.date
    journal: str
    number: str
    piece_ref: str
    label: str
    cents: int
    cleared_on: dt.date | None
    pointing: int | None
    transaction: int | None

    @property
    def key(self) -> str:
        """How forms name it."""
        return f"{self.entry_id}-{self.line_no}"


class Move(NamedTuple):
    """One operation of the bank that the books do not have."""

    id: int
    date: dt.date
    label: str
    reference: str
    amount: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What stands between the books and the statement on a day.

    `later` are operations that the bank shows by that day and the books date after it.
    """

    day: dt.date
    books: int
    line_count: int
    lines: int
    later_count: int
    later: int
    move_count: int
    moves: int
    pointed_count: int
    pointed: int
    declared: int | None

    @property
    def reconciled(self) -> int:
        """The balance of the books, less what the bank does not show, plus what it alone shows."""
        return self.books - self.lines + self.later + self.moves

    @property
    def deducted(self) -> int:
        """What the lines to point take off the balance of the books."""
        return -self.lines

    @property
    def gap(self) -> int | None:
        """The statement's balance less the reconciled one; None without a statement."""
        return None if self.declared is None else self.declared - self.reconciled


def reconciliation(
    dossier: Dossier, account: BankAccount, day: dt.date, declared: int | None
) -> Reconciliation:
    """The reconciliation of a bank account on a day, in three queries."""
    values = _values(dossier, account, day)
    ((books,),) = _rows(_BALANCE, values)
    ((line_count, lines, later_count, later, pointed_count, pointed),) = _rows(_LINE_SUMS, values)
    ((move_count, moved),) = _rows(_MOVE_SUMS, values)
    return Reconciliation(
        day, books, line_count, lines, later_count, later, move_count, moved, pointed_count,
        pointed, declared,
    )  # fmt: skip


def book_lines(
    dossier: Dossier, account: BankAccount, day: dt.date, *, view: str, most: int | None = MOST
) -> list[BookLine]:
    """Lines to point (`ouvertes`), pointed, or dated after the day (`apres`); in one query."""
    values = _values(dossier, account, day) | {"most": most}
    return [BookLine(*row) for row in _rows(_LINES.format(which=VIEWS[view]), values)]


def moves(
    dossier: Dossier, account: BankAccount, day: dt.date, *, most: int | None = MOST
) -> list[Move]:
    """Operations of the bank that the books do not have, in one query."""
    values = _values(dossier, account, day) | {"most": most}
    return [Move(*row) for row in _rows(_MOVES, values)]


def statement_at(account: BankAccount, day: dt.date | None) -> BankStatement | None:
    """The latest imported statement with a balance, up to a day if one is given; one query."""
    rows = BankStatement.objects.filter(
        bank_account=account, state=BankStatement.State.IMPORTED, closing__isnull=False,
        until__isnull=False,
    )  # fmt: skip
    if day:
        rows = rows.filter(until__lte=day)
    return rows.order_by("-until", "-id").first()


def _values(dossier: Dossier, account: BankAccount, day: dt.date) -> dict[str, Any]:
    return {"dossier": dossier.id, "bank": account.id, "account": account.account_id, "day": day}


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
