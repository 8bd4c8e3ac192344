"""The open lines of a dossier, third party after third party, as `ledger.matching` takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection

from clients.models import Dossier
from ledger.matching import Item, Side
from ledger.queries.open_items import Span

_ITEMS = """
SELECT l.account_id, l.third_party_id, a.number, l.entry_id, l.line_no,
    l.debit - l.credit AS cents, l.date, e.piece_ref, l.label, NULL::bigint AS lettering,
    coalesce(l.currency, '') NOT IN ('', 'EUR') AS is_foreign, l.debit, l.credit
FROM ledger_entryline l
JOIN ledger_entry e ON e.dossier_id = %(dossier)s AND e.id = l.entry_id
JOIN ledger_account a ON a.dossier_id = %(dossier)s AND a.id = l.account_id
WHERE l.dossier_id = %(dossier)s AND l.account_id = ANY (%(accounts)s) AND l.lettering_id IS NULL
  AND l.date >= %(since)s AND l.date <= %(until)s
  AND (%(third)s::bigint IS NULL OR coalesce(l.third_party_id, 0) = %(third)s)
UNION ALL
SELECT g.account_id, g.third_party_id, a.number, 0, 0, sum(l.debit - l.credit)::bigint, max(l.date),
    CASE WHEN count(DISTINCT e.piece_ref) = 1 THEN min(e.piece_ref) ELSE '' END, '', g.id,
    bool_or(coalesce(l.currency, '') NOT IN ('', 'EUR')), sum(l.debit)::bigint,
    sum(l.credit)::bigint
FROM ledger_lettering g
JOIN ledger_account a ON a.dossier_id = %(dossier)s AND a.id = g.account_id
JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.lettering_id = g.id
JOIN ledger_entry e ON e.dossier_id = %(dossier)s AND e.id = l.entry_id
WHERE g.dossier_id = %(dossier)s AND NOT g.is_balanced AND g.account_id = ANY (%(accounts)s)
  AND (%(third)s::bigint IS NULL OR coalesce(g.third_party_id, 0) = %(third)s)
GROUP BY g.id, g.account_id, g.third_party_id, a.number
HAVING max(l.date) >= %(since)s AND max(l.date) <= %(until)s
ORDER BY 1, 2, 7, 4, 5
"""


class Party(NamedTuple):
    """Whose lines they are."""

    account_id: int
    third_party_id: int | None
    number: str

    @property
    def side(self) -> Side:
        """Customers owe us debits, suppliers are owed credits."""
        return {"41": "customer", "40": "supplier"}.get(self.number[:2], "")  # type: ignore[return-value]


def open_items(
    dossier: Dossier, accounts: Sequence[int], span: Span, *, third_party: int | None = None
) -> Iterator[tuple[Party, list[Item]]]:
    """The open lines and partial letterings of each third party, in one query.

    `third_party` narrows to one; 0 is the lines without any.
    """
    values: dict[str, Any] = {
        "dossier": dossier.id, "accounts": list(accounts), "since": span.since,
        "until": span.until, "third": third_party,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS, values)
        rows = cursor.fetchall()
    for (account, third, number), some in groupby(rows, key=lambda row: row[:3]):
        yield Party(account, third, number), [Item._make(row[3:]) for row in some]
