"""What a year hands on to the next one: à-nouveaux, held against those that are there.

Every account but those of classes 6 and 7 is carried: by its balance, or, on third parties, by each
item that is not settled within the year, under its own piece and date.  What is left is the result
(C. com. L123-19: the opening balance sheet of a year is the closing one of the year before).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from ledger.models import Entry, FiscalYear

SHAPE = "opening"
_CARRIED = """
WITH line AS (
    SELECT l.account_id, l.third_party_id, l.debit - l.credit AS net, l.lettering_id, l.label, e.id,
        l.line_no, coalesce(l.extra->>'PieceRef', e.piece_ref) AS piece_ref,
        coalesce((l.extra->>'PieceDate')::date, e.piece_date, e.date) AS piece_date
    FROM ledger_entry e
    JOIN ledger_entryline l ON l.dossier_id = e.dossier_id AND l.entry_id = e.id
    JOIN ledger_account a ON a.dossier_id = l.dossier_id AND a.id = l.account_id
    WHERE e.dossier_id = %(dossier)s AND e.fiscal_year_id = %(year)s AND a.number !~ '^[67]'
), settled AS (
    SELECT lettering_id FROM line WHERE lettering_id IS NOT NULL GROUP BY 1 HAVING sum(net) = 0
)
SELECT a.number, c.account_id, c.third_party_id, c.label, c.piece_ref, c.piece_date, c.net
FROM (
    SELECT account_id, NULL::bigint AS third_party_id, '' AS label, NULL AS piece_ref,
        NULL::date AS piece_date, sum(net)::bigint AS net, 0 AS id, 0 AS line_no
    FROM line WHERE third_party_id IS NULL GROUP BY 1 HAVING sum(net) <> 0
    UNION ALL
    SELECT account_id, third_party_id, label, piece_ref, piece_date, net, id, line_no
    FROM line WHERE third_party_id IS NOT NULL AND net <> 0
      AND (lettering_id IS NULL OR lettering_id NOT IN (SELECT lettering_id FROM settled))
) c JOIN ledger_account a ON a.dossier_id = %(dossier)s AND a.id = c.account_id
LEFT JOIN ledger_thirdparty t ON t.dossier_id = %(dossier)s AND t.id = c.third_party_id
ORDER BY a.number, t.code NULLS FIRST, c.piece_date NULLS FIRST, c.id, c.line_no
"""
_RESULT = """
SELECT coalesce(sum(s.credit - s.debit), 0)::bigint FROM ledger_accountmonth s
JOIN ledger_account a ON a.dossier_id = s.dossier_id AND a.id = s.account_id
WHERE s.dossier_id = %s AND s.fiscal_year_id = %s AND a.number ~ '^[67]'
"""
# Closing against opening, account by account, trailing zeros apart; the result goes to 12.
_DIFFER = """
SELECT number, sum(closing)::bigint, sum(opening)::bigint FROM (
    SELECT CASE WHEN a.number ~ '^([67]|12)' THEN '12' ELSE rtrim(a.number, '0') END AS number,
        sum(s.debit - s.credit) AS closing, 0 AS opening
    FROM ledger_accountmonth s
    JOIN ledger_account a ON a.dossier_id = s.dossier_id AND a.id = s.account_id
    WHERE s.dossier_id = %(dossier)s AND s.fiscal_year_id = %(year)s GROUP BY 1
    UNION ALL
    SELECT CASE WHEN a.number ~ '^([67]|12)' THEN '12' ELSE rtrim(a.number, '0') END, 0,
        sum(s.debit - s.credit)
    FROM ledger_accountmonth s
    JOIN ledger_account a ON a.dossier_id = s.dossier_id AND a.id = s.account_id
    WHERE s.dossier_id = %(dossier)s AND s.fiscal_year_id = %(after)s AND s.is_opening GROUP BY 1
) both_sides GROUP BY 1 HAVING sum(closing) <> sum(opening) ORDER BY 1
"""


class Carried(NamedTuple):
    """One opening line: `cents` signed, debit positive; label and piece are those of an item."""

    number: str
    account_id: int
    third_party_id: int | None
    label: str
    piece_ref: str | None
    piece_date: dt.date | None
    cents: int


class Difference(NamedTuple):
    """An account (trailing zeros apart) whose opening is not its closing; signed cents."""

    number: str
    closing: int
    opening: int


@dataclass(frozen=True, slots=True)
class NextYear:
    """The year after one, and what opens it: an entry made here, or those that files brought."""

    year: FiscalYear | None
    ours: Entry | None = None
    has_others: bool = False


def carried(year: FiscalYear) -> list[Carried]:
    """The opening lines of the year after, without that of the result; in one query."""
    return [Carried(*row) for row in _rows(_CARRIED, {"dossier": year.dossier_id, "year": year.id})]


def result_of(year: FiscalYear) -> int:
    """Income less charges of a year in signed cents, a profit positive; in one query."""
    ((result,),) = _rows(_RESULT, (year.dossier_id, year.id))
    return int(result)


def next_year(year: FiscalYear) -> NextYear:
    """The year that begins the day after this one's end, in two queries."""
    after: FiscalYear | None = FiscalYear.objects.filter(
        dossier=year.dossier_id, start=year.end + dt.timedelta(days=1)
    ).first()
    if after is None:
        return NextYear(None)
    opening = list(Entry.objects.filter(fiscal_year=after, is_opening=True).order_by("id")[:50])
    ours = [row for row in opening if row.fec_import_id is None and row.shape == SHAPE]
    return NextYear(after, ours[0] if ours else None, len(ours) < len(opening))


def differences(year: FiscalYear, after: FiscalYear) -> list[Difference]:
    """The accounts whose opening in the year after is not their closing, in one query."""
    values = {"dossier": year.dossier_id, "year": year.id, "after": after.id}
    return [Difference(*row) for row in _rows(_DIFFER, values)]


def _rows(statement: str, values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
