"""What a third party's past invoices were booked on: the usual account and rate, and its share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from clients.models import Dossier
from firm.formats import integer, percent
from ledger.queries.posting_accounts import Chosen

LATEST = 60  # lines of a third party, payments included
# The account of charge, income or asset with the largest amount, of each of its latest invoices.
_USUAL = """
WITH latest AS (
    SELECT t.id AS third, l.entry_id FROM unnest(%(thirds)s::bigint[]) AS t (id)
    CROSS JOIN LATERAL (
        SELECT DISTINCT x.entry_id FROM (
            SELECT entry_id FROM ledger_entryline
            WHERE dossier_id = %(dossier)s AND third_party_id = t.id
            ORDER BY date DESC, entry_id DESC LIMIT %(latest)s) x) l
    JOIN ledger_entry e ON e.dossier_id = %(dossier)s AND e.id = l.entry_id
        AND e.shape IN ('sale', 'purchase') AND NOT e.is_opening
), main AS (
    SELECT DISTINCT ON (k.third, k.entry_id) k.third, a.id, a.number, a.label
    FROM latest k
    JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.entry_id = k.entry_id
    JOIN ledger_account a ON a.dossier_id = %(dossier)s AND a.id = l.account_id
        AND a.number ~ '^[267]'
    ORDER BY k.third, k.entry_id, abs(l.debit - l.credit) DESC, l.line_no
)
SELECT third, id, number, label, count(*), sum(count(*)) OVER (PARTITION BY third)
FROM main GROUP BY 1, 2, 3, 4 ORDER BY third, count(*) DESC, number
"""
_RATES = """
SELECT t.id, i.vat_rate, count(*) FROM unnest(%(thirds)s::bigint[]) AS t (id)
CROSS JOIN LATERAL (
    SELECT l.entry_id FROM ledger_entryline l
    WHERE l.dossier_id = %(dossier)s AND l.third_party_id = t.id
    ORDER BY l.date DESC, l.entry_id DESC LIMIT %(latest)s) x
JOIN ledger_invoice v ON v.dossier_id = %(dossier)s AND v.entry_id = x.entry_id
JOIN ledger_invoiceline i ON i.dossier_id = %(dossier)s AND i.invoice_id = v.id
WHERE i.vat_rate IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2
"""


@dataclass(frozen=True, slots=True)
class Usual:
    """An account, and how many of the latest invoices were booked on it."""

    account: Chosen
    count: int
    total: int

    def why(self, role: str) -> str:
        """« 12 des 14 dernières factures de ce fournisseur »."""
        party = "fournisseur" if role == "supplier" else "client"
        if self.total == 1:
            return f"La dernière facture de ce {party}"
        if self.count == self.total:
            return f"Les {integer(self.total)} dernières factures de ce {party}"
        return (
            f"{integer(self.count)} des {integer(self.total)} dernières factures de ce {party}"
            f" ({percent(self.count / self.total, 0)})"
        )


def usual_accounts(dossier: Dossier, thirds: Iterable[int]) -> Mapping[int, Usual]:
    """The most frequent account of each third party's latest invoices, in one query."""
    found: dict[int, Usual] = {}
    for third, pk, number, label, count, total in _rows(_USUAL, dossier, thirds):
        found.setdefault(third, Usual(Chosen(number, label, pk), count, int(total)))
    return found


def usual_rates(dossier: Dossier, thirds: Iterable[int]) -> Mapping[int, Decimal]:
    """The most frequent VAT rate (per cent) of each third party's latest invoices, in one query."""
    found: dict[int, Decimal] = {}
    for third, rate, _count in _rows(_RATES, dossier, thirds):
        found.setdefault(third, rate)
    return found


def _rows(statement: str, dossier: Dossier, thirds: Iterable[int]) -> list[tuple]:  # type: ignore[type-arg]
    wanted = sorted(set(thirds))
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, {"dossier": dossier.id, "thirds": wanted, "latest": LATEST})
        return list(cursor.fetchall())
