"""Lines of the books on accounts of class 2 that the register does not hold yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from clients.models import Dossier
from ledger.assets.accounts import Usual, usual
from ledger.assets.days import DAY
from ledger.queries.years import Year

# Opening lines count only in the first year of the books: later ones carry what is there already.
_PENDING = """
SELECT l.entry_id, l.line_no, l.date, l.label, l.debit, a.number, a.label, e.piece_ref, e.number,
    e.is_opening, e.fec_import_id IS NOT NULL,
    (SELECT t.label FROM ledger_entryline o
     JOIN ledger_thirdparty t ON t.dossier_id = o.dossier_id AND t.id = o.third_party_id
     WHERE o.dossier_id = l.dossier_id AND o.entry_id = l.entry_id AND o.credit > 0
     ORDER BY o.line_no LIMIT 1)
FROM ledger_account a
JOIN ledger_entryline l ON l.dossier_id = a.dossier_id AND l.account_id = a.id
JOIN ledger_entry e ON e.dossier_id = l.dossier_id AND e.id = l.entry_id
WHERE a.dossier_id = %(dossier)s AND a.number ~ '^2[0-7]' AND l.debit > 0
  AND (NOT e.is_opening OR e.fiscal_year_id = ANY (%(first)s))
  AND NOT EXISTS (SELECT 1 FROM ledger_fixedasset f WHERE f.dossier_id = l.dossier_id
                  AND f.source_entry_id = l.entry_id AND f.source_line_no = l.line_no)
ORDER BY l.date, l.entry_id, l.line_no
"""


@dataclass(frozen=True, slots=True)
class Pending:
    """A line to be registered: cents, its account, and what the register would propose."""

    entry_id: int
    line_no: int
    date: dt.date
    label: str
    cents: int
    account: str
    account_label: str
    piece_ref: str
    number: str
    is_opening: bool
    is_imported: bool
    supplier: str | None

    @property
    def key(self) -> str:
        """What a form names it by."""
        return f"{self.entry_id}-{self.line_no}"

    @property
    def usual(self) -> Usual | None:
        """Method, life and accounts proposed for its account."""
        return usual(self.account)


def pending_lines(dossier: Dossier, years: Sequence[Year]) -> list[Pending]:
    """Every debit of accounts 20 to 27 that no asset names, by date, in one query."""
    ends = {year.end for year in years if year.lines}
    first = [year.id for year in years if year.start - DAY not in ends]
    with connection.cursor() as cursor:
        cursor.execute(_PENDING, {"dossier": dossier.id, "first": first})
        return [Pending(*row) for row in cursor.fetchall()]


def starts_of_register(dossier: Dossier, years: Sequence[Year]) -> dict[str, dt.date]:
    """The day up to which depreciation stands in the books already, by accounts 28, in one query.

    It is the end of the latest year in which the account was credited otherwise than by the
    opening, else the day before the first year: from there on the register writes.
    """
    by_id = {year.id: year for year in years}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.number, s.fiscal_year_id FROM ledger_accountmonth s"
            " JOIN ledger_account a ON a.dossier_id = s.dossier_id AND a.id = s.account_id"
            " WHERE s.dossier_id = %s AND a.number LIKE '28%%' AND NOT s.is_opening"
            " AND s.credit > s.debit AND NOT EXISTS (SELECT 1 FROM ledger_fixedasset f"
            "  JOIN ledger_assetcharge c ON c.dossier_id = f.dossier_id AND c.asset_id = f.id"
            "  WHERE f.dossier_id = s.dossier_id AND f.depreciation_account = a.number"
            "  AND date_trunc('month', c.\"on\"::timestamp)::date = s.month)",
            [dossier.id],
        )
        found: dict[str, dt.date] = {}
        for number, year in cursor.fetchall():
            end = by_id[year].end
            found[number] = max(end, found.get(number, end))
    filled = [year for year in years if year.lines] or list(years)
    if filled:
        found[""] = min(year.start for year in filled) - DAY
    return found
