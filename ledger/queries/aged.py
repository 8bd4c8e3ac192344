"""Balance âgée: what third parties owe, or are owed, on a day, by how long it has been due.

An item is a line of a collective account that nothing settled on that day: a lettering counts from
its own date on.  Where a lettering settles in part, what is left is on its latest lines.  The books
are read from the last opening entries before the day, which carry what was open then; the sum of
the items is the balance of the collective account to the cent.  Amounts are cents, debit positive.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from clients.models import Dossier
from ledger.models import ThirdParty
from ledger.queries.balance_lines import plain
from ledger.queries.balances import COLLECTIVES, trial_balance
from ledger.queries.sums import fetch
from ledger.queries.years import Period, Year, period

BUCKETS = ("Non échu", "0 à 30 jours", "31 à 60 jours", "61 à 90 jours", "Plus de 90 jours")
SALES, PURCHASES = "clients", "fournisseurs"

# The planner takes tables just filled for small ones, and would try every pair of rows.
_BY_HASHES = (
    "SELECT set_config('work_mem', '96MB', true), set_config('enable_nestloop', 'off', true)"
)
_AS_BEFORE = "SELECT set_config('enable_nestloop', 'on', true)"
_ACCOUNTS = """
SELECT id FROM ledger_account WHERE dossier_id = %(dossier)s AND number LIKE %(prefix)s
UNION
SELECT m.account_id FROM ledger_thirdpartymonth m
JOIN ledger_thirdparty t ON t.dossier_id = m.dossier_id AND t.id = m.third_party_id
WHERE m.dossier_id = %(dossier)s AND m.fiscal_year_id = ANY (%(years)s) AND t.role = %(role)s
"""
_FIRST_YEAR = """
SELECT max(y.start) FROM ledger_fiscalyear y
WHERE y.dossier_id = %s AND y.start <= %s AND EXISTS (
    SELECT 1 FROM ledger_journalmonth m WHERE m.dossier_id = y.dossier_id
      AND m.fiscal_year_id = y.id AND m.is_opening AND m.line_count > 0)
"""
# `held`: the lines of the collective accounts up to the day, under the lettering that settles them
# on that day.  What a lettering leaves is given to its latest lines, of the side that is left.
_ITEMS = """
WITH held AS MATERIALIZED (
    SELECT l.account_id, l.third_party_id, l.entry_id, l.line_no, l.date,
        l.debit - l.credit AS cents,
        CASE WHEN l.lettering_id IS NOT NULL
            AND coalesce(l.lettered_on, g.lettered_on, l.date) <= %(day)s
            THEN l.lettering_id END AS lettering_id
    FROM ledger_entryline l
    JOIN ledger_entry e ON e.dossier_id = l.dossier_id AND e.id = l.entry_id
    LEFT JOIN ledger_lettering g ON g.dossier_id = l.dossier_id AND g.id = l.lettering_id
    WHERE l.dossier_id = %(dossier)s AND l.account_id = ANY (%(accounts)s)
      AND e.fiscal_year_id = ANY (%(years)s) AND e.date <= %(day)s
      AND NOT (e.is_opening AND e.fiscal_year_id = ANY (%(left_out)s)) ONLY
), grouped AS (
    SELECT *, sum(cents) OVER (PARTITION BY account_id, third_party_id, lettering_id) AS rest
    FROM held WHERE lettering_id IS NOT NULL
), partly AS (
    SELECT *, sum(abs(cents)) OVER (
            PARTITION BY account_id, third_party_id, lettering_id
            ORDER BY date DESC, entry_id DESC, line_no DESC
        ) - abs(cents) AS later
    FROM grouped WHERE rest <> 0 AND sign(rest) = sign(cents)
), items AS (
    SELECT account_id, third_party_id, entry_id, line_no, cents, cents::numeric AS rest
    FROM held WHERE lettering_id IS NULL AND cents <> 0
    UNION ALL
    SELECT account_id, third_party_id, entry_id, line_no, cents,
        sign(rest) * least(abs(cents), abs(rest) - later)
    FROM partly WHERE later < abs(rest)
), dated AS (
    SELECT i.*, e.date, e.piece_ref, e.number, coalesce(v.due_date, e.piece_date, e.date) AS due
    FROM items i
    JOIN ledger_entry e ON e.dossier_id = %(dossier)s AND e.id = i.entry_id
    LEFT JOIN (
        SELECT entry_id, min(due_date) AS due_date FROM ledger_invoice
        WHERE dossier_id = %(dossier)s AND entry_id IS NOT NULL AND due_date IS NOT NULL
        GROUP BY entry_id) v ON v.entry_id = i.entry_id
)
"""
_BY_PARTY = (
    _ITEMS
    + """
SELECT a.id, a.number, a.label, t.id, coalesce(t.code, ''), coalesce(t.label, ''),
    ARRAY[SUMS], sum(d.rest)::bigint, count(*), min(d.due)
FROM dated d
JOIN ledger_account a ON a.dossier_id = %(dossier)s AND a.id = d.account_id
LEFT JOIN ledger_thirdparty t ON t.dossier_id = %(dossier)s AND t.id = d.third_party_id
GROUP BY a.id, a.number, a.label, t.id, t.code, t.label
ORDER BY a.number COLLATE "C", t.id IS NULL, lower(t.label), t.code, t.id
"""
)
_AGES = ("%(day)s - d.due < 0", "%(day)s - d.due BETWEEN 0 AND 30",
         "%(day)s - d.due BETWEEN 31 AND 60", "%(day)s - d.due BETWEEN 61 AND 90",
         "%(day)s - d.due > 90")  # fmt: skip
_SUMS = ", ".join(f"coalesce(sum(d.rest) FILTER (WHERE {age}), 0)::bigint" for age in _AGES)
_LINES = (
    _ITEMS
    + """
SELECT d.entry_id, d.line_no, d.date, d.due, d.piece_ref, d.number, l.label, d.cents::bigint,
    d.rest::bigint
FROM dated d JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.entry_id = d.entry_id
    AND l.line_no = d.line_no
ORDER BY d.due, d.date, d.entry_id, d.line_no
"""
)


@dataclass(frozen=True, slots=True)
class Aged:
    """A third party within a collective account; `third_party_id` is None for lines without one.

    `buckets` follow `BUCKETS`; their sum is `total`.  `oldest` is the first due day.
    """

    account_id: int
    account: str
    account_label: str
    third_party_id: int | None
    code: str
    name: str
    buckets: tuple[int, ...]
    total: int
    items: int
    oldest: dt.date

    @property
    def late(self) -> int:
        """What is due already."""
        return self.total - self.buckets[0]

    def owed(self, role: str) -> tuple[int, ...]:
        """The buckets in the sense of the role: what customers owe, what suppliers are owed."""
        return tuple(cents * sense_of(role) for cents in self.buckets)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A line that nothing settles whole; `rest` of its `cents` is open, due on `due`."""

    entry_id: int
    line_no: int
    date: dt.date
    due: dt.date
    piece_ref: str
    number: str
    label: str
    cents: int
    rest: int

    def late(self, day: dt.date) -> int:
        """Days late on a day; negative before it is due."""
        return (day - self.due).days


@dataclass(frozen=True, slots=True)
class AgedAccount:
    """A collective account: its third parties, and the balance that it has in the ledger."""

    account: str
    label: str
    rows: list[Aged]
    closing: int

    @property
    def difference(self) -> int:
        """The account's balance less its open items: 0 always, or one of the two is wrong."""
        return self.closing - sum(row.total for row in self.rows)


def sense_of(role: str) -> int:
    """1 for customers, whose debit balance is what is looked at; -1 for suppliers."""
    return 1 if role == ThirdParty.Role.CUSTOMER else -1


def aged_period(dossier: Dossier, years: Sequence[Year], day: dt.date) -> Period | None:
    """The books that hold what is open on a day, in one query; None when they begin later."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_YEAR, [dossier.id, day])
        (start,) = cursor.fetchone()
    filled = [year.start for year in years if year.lines and year.start <= day]
    if not filled:
        return None
    return period(years, start or min(filled), day)


def aged_balance(dossier: Dossier, held: Period, *, role: str) -> list[Aged]:
    """Third parties with something open on the last day of the period, in two queries.

    A third party whose open items cancel out is kept: each of them waits for its lettering.
    """
    sql = _BY_PARTY.replace("SUMS", _SUMS).replace("ONLY", "")
    values = _parameters(dossier, held, role)
    fetch(_BY_HASHES, {})
    values["accounts"] = [account for (account,) in fetch(_ACCOUNTS, values)]
    rows = fetch(sql, values)
    fetch(_AS_BEFORE, {})
    return [
        Aged(a, b, c, d, e, f, tuple(ages), total, items, oldest)
        for a, b, c, d, e, f, ages, total, items, oldest in rows
    ]


def wanted(rows: Iterable[Aged], *, text: str = "", late_only: bool = False) -> list[Aged]:
    """Those whose name or code says the words, and those with something late."""
    words = plain(text)
    return [
        row
        for row in rows
        if (not words or words in plain(row.name) or words in row.code.lower())
        and (not late_only or any(row.buckets[1:]))
    ]


def in_accounts(dossier: Dossier, held: Period, rows: Iterable[Aged]) -> list[AgedAccount]:
    """Third parties under their collective accounts, beside these ones' balances; one query."""
    closings = {row.account: row.sums.closing for row in trial_balance(dossier, held)}
    groups: dict[str, list[Aged]] = {}
    for row in rows:
        groups.setdefault(row.account, []).append(row)
    return [
        AgedAccount(number, inside[0].account_label, inside, closings.get(number, 0))
        for number, inside in groups.items()
    ]


def open_items(
    dossier: Dossier, held: Period, *, role: str, account_id: int, third_party_id: int | None
) -> list[OpenItem]:
    """The open items of a third party on an account, the first due first, in one query."""
    only = "AND l.third_party_id IS NOT DISTINCT FROM %(third)s"
    values = _parameters(dossier, held, role) | {
        "accounts": [account_id], "third": third_party_id,
    }  # fmt: skip
    return [OpenItem(*row) for row in fetch(_LINES.replace("ONLY", only), values)]


def sums_of(rows: Iterable[Aged]) -> tuple[list[int], int]:
    """The sum of each bucket, and of all of them."""
    every = list(rows)
    return (
        [sum(row.buckets[at] for row in every) for at in range(len(BUCKETS))],
        sum(row.total for row in every),
    )


def _parameters(dossier: Dossier, held: Period, role: str) -> dict[str, Any]:
    return {
        "dossier": dossier.id,
        "years": held.year_ids,
        "left_out": list(held.left_out),
        "day": held.until,
        "role": role,
        "prefix": f"{COLLECTIVES[ThirdParty.Role(role)]}%",
    }
