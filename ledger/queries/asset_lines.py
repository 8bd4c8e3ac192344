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
    (SELECT CASE WHEN NOT e.is_opening THEN t.label END FROM ledger_entryline o
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
    def name(self) -> str:
        """What an asset made of it is called: an opening line bears the name of its account."""
        return self.account_label if self.is_opening else self.label or self.account_label

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
