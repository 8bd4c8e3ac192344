"""Sums of a period, from the months kept beside the lines; a month that the period cuts is added up
from its lines.

One SQL text for accounts and for third parties, so that the balance, the auxiliary balance and the
grand livre cannot disagree.  Amounts are cents; opening balances are signed, debit positive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from clients.models import Dossier
from ledger.queries.years import Period

# KEYS: the columns summed by.  MONTHS: the table of months.  ONLY: more conditions on both parts.
_SUMS = """
SELECT KEYS, is_before, is_opening, sum(debit)::bigint AS debit, sum(credit)::bigint AS credit,
       sum(line_count)::bigint AS line_count
FROM (
    SELECT KEYS, month < %(since)s AS is_before, is_opening, debit, credit, line_count
    FROM MONTHS
    WHERE dossier_id = %(dossier)s AND fiscal_year_id = ANY (%(years)s) AND month <= %(until)s
      AND line_count > 0 AND month <> ALL (%(cut)s)
      AND NOT (is_opening AND fiscal_year_id = ANY (%(left_out)s)) ONLY
    EDGES
) parts
GROUP BY KEYS, is_before, is_opening
"""
_EDGE = """
    UNION ALL
    SELECT LINE_KEYS, l.date < %(since)s, e.is_opening, l.debit, l.credit, 1
    FROM ledger_entry e
    JOIN ledger_entryline l ON l.dossier_id = e.dossier_id AND l.entry_id = e.id
    WHERE e.dossier_id = %(dossier)s AND e.fiscal_year_id = ANY (%(years)s)
      AND e.date BETWEEN %(from_AT)s AND least(%(to_AT)s, %(until)s)
      AND NOT (e.is_opening AND e.fiscal_year_id = ANY (%(left_out)s)) LINE_ONLY
"""
_EDGE_OF_ACCOUNT = """
    UNION ALL
    SELECT LINE_KEYS, l.date < %(since)s, e.is_opening, l.debit, l.credit, 1
    FROM ledger_entryline l
    JOIN ledger_entry e ON e.dossier_id = l.dossier_id AND e.id = l.entry_id
    WHERE l.dossier_id = %(dossier)s AND e.fiscal_year_id = ANY (%(years)s)
      AND l.date BETWEEN %(from_AT)s AND least(%(to_AT)s, %(until)s)
      AND NOT (e.is_opening AND e.fiscal_year_id = ANY (%(left_out)s)) LINE_ONLY
"""


@dataclass(frozen=True, slots=True)
class Sums:
    """The figures of one account, third party or group over a period, in cents."""

    opening: int = 0
    debit: int = 0
    credit: int = 0
    movement_debit: int = 0
    movement_credit: int = 0
    lines: int = 0

    @property
    def closing(self) -> int:
        """Balance on the last day; debit positive."""
        return self.opening + self.debit - self.credit

    @property
    def start(self) -> int:
        """What the column « Ouverture » shows: the balance brought in, opening entries included."""
        return (
            self.opening + (self.debit - self.movement_debit) - (self.credit - self.movement_credit)
        )

    @property
    def has_moved(self) -> bool:
        """Whether anything but opening entries happened in the period."""
        return bool(self.movement_debit or self.movement_credit)

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.opening + other.opening,
            self.debit + other.debit,
            self.credit + other.credit,
            self.movement_debit + other.movement_debit,
            self.movement_credit + other.movement_credit,
            self.lines + other.lines,
        )


NOTHING = Sums()


def sums_sql(period: Period, *, keys: Sequence[str], months: str, only: Sequence[str] = ()) -> str:
    """The SELECT that sums `months` by `keys` (columns of ours, never of a request).

    `only` are columns that must equal the parameter of the same name.
    """
    by_account = "account_id" in only
    conditions = "".join(f" AND {column} = %({column})s" for column in only)
    line_conditions = "".join(f" AND l.{column} = %({column})s" for column in only)
    if "third_party_id" in keys and "third_party_id" not in only:
        line_conditions += " AND l.third_party_id IS NOT NULL"
    edges = "".join(
        (_EDGE_OF_ACCOUNT if by_account else _EDGE)
        .replace("LINE_KEYS", ", ".join(f"l.{key}" for key in keys))
        .replace("LINE_ONLY", line_conditions)
        .replace("_AT", f"_{at}")
        for at in range(len(period.edges()))
    )
    return (
        _SUMS.replace("EDGES", edges)
        .replace("ONLY", conditions)
        .replace("MONTHS", months)
        .replace("KEYS", ", ".join(keys))
    )


def sums_parameters(dossier: Dossier, period: Period) -> dict[str, Any]:
    """The parameters that `sums_sql` names."""
    edges = period.edges()
    bounds = {
        name: day
        for at, (first, last) in enumerate(edges)
        for name, day in ((f"from_{at}", first), (f"to_{at}", last))
    }
    return {
        "dossier": dossier.id,
        "since": period.since,
        "until": period.until,
        "years": period.year_ids,
        "left_out": list(period.left_out),
        "cut": [first for first, _last in edges],
        **bounds,
    }


def fetch(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of one query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def fold(rows: Iterable[tuple[Any, ...]], width: int) -> dict[tuple[Any, ...], Sums]:
    """Figures by key, in the rows' order: the first `width` columns, then those of `_SUMS`."""
    found: dict[tuple[Any, ...], Sums] = {}
    for row in rows:
        key, (is_before, is_opening, debit, credit, lines) = row[:width], row[width:]
        if is_before:
            sums = Sums(opening=debit - credit)
        elif is_opening:
            sums = Sums(0, debit, credit, 0, 0, lines)
        else:
            sums = Sums(0, debit, credit, debit, credit, lines)
        found[key] = found[key] + sums if key in found else sums
    return found
