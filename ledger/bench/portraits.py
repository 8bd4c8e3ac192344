"""What a dossier's books hold, as texts to compare: to the id, or whatever the ids.

For the drills and the tests that kill jobs: equal portraits are the same books.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

TABLES = (
    "entry", "entryline", "lettering", "invoice", "invoiceline", "banktransaction", "journal",
    "account", "thirdparty", "fiscalyear", "bankaccount", "accountmonth", "thirdpartymonth",
    "journalmonth",
)  # fmt: skip
BINS = (
    "binnedentry", "binnedentryline", "binnedlettering", "binnedinvoice", "binnedinvoiceline",
    "binnedbanktransaction", "unletteredline",
)  # fmt: skip
# Sums have no lasting id: they are made again.
NAMELESS = frozenset(("accountmonth", "thirdpartymonth", "journalmonth"))
_NAMED = {
    "balance": "SELECT a.number, sum(l.debit)::text, sum(l.credit)::text FROM ledger_entryline l"
    " JOIN ledger_account a ON a.id = l.account_id WHERE l.dossier_id = %(d)s GROUP BY 1",
    "letterings": "SELECT a.number, t.code, g.code, g.debit, g.credit, g.is_balanced,"
    " (SELECT count(*) FROM ledger_entryline l WHERE l.dossier_id = g.dossier_id"
    " AND l.lettering_id = g.id) FROM ledger_lettering g"
    " JOIN ledger_account a ON a.id = g.account_id LEFT JOIN ledger_thirdparty t"
    " ON t.id = g.third_party_id WHERE g.dossier_id = %(d)s",
    "invoices": "SELECT i.direction, i.type, i.number, i.issue_date, t.code, i.net, i.vat, i.gross,"
    " i.state, i.booking, e.number, d.sha256, (SELECT sum(net) FROM ledger_invoiceline n"
    " WHERE n.dossier_id = i.dossier_id AND n.invoice_id = i.id) FROM ledger_invoice i"
    " LEFT JOIN ledger_thirdparty t"
    " ON t.id = i.third_party_id "
    " LEFT JOIN ledger_entry e ON e.dossier_id = i.dossier_id AND e.id = i.entry_id"
    " LEFT JOIN clients_document d ON d.id = i.document_id WHERE i.dossier_id = %(d)s",
    "bank": "SELECT b.name, t.date, t.amount, t.label, e.number FROM ledger_banktransaction t"
    " JOIN ledger_bankaccount b ON b.id = t.bank_account_id LEFT JOIN ledger_entry e"
    " ON e.dossier_id = t.dossier_id AND e.id = t.entry_id WHERE t.dossier_id = %(d)s",
    "entries": "SELECT j.code, e.number, e.date, e.state, e.label, e.debit, e.line_count,"
    " (SELECT count(*) FROM ledger_entryline l"
    " WHERE l.dossier_id = e.dossier_id AND l.entry_id = e.id) FROM ledger_entry e"
    " JOIN ledger_journal j ON j.id = e.journal_id WHERE e.dossier_id = %(d)s",
    "documents": "SELECT name, sha256, size FROM clients_document WHERE dossier_id = %(d)s",
    "flags": "SELECT kind, state, reasons FROM ledger_duplicateflag WHERE dossier_id = %(d)s",
    "set aside": "SELECT d.rule, d.reason, e.number, d.line_no FROM ledger_anomalydismissal d"
    " LEFT JOIN ledger_entry e ON e.dossier_id = d.dossier_id AND e.id = d.entry_id"
    " WHERE d.dossier_id = %(d)s",
    "imports": "SELECT file_name, sha256, state FROM ledger_fecimport WHERE dossier_id = %(d)s",
}


def snapshot(
    dossier_id: int, tables: Iterable[str] = TABLES, *, without: Iterable[str] = ()
) -> dict[str, list[str]]:
    """Every row of the dossier in scope, whole, table by table: to the id.

    `without` names columns that are left out.
    """
    out = {}
    with connection.cursor() as cursor:
        for table in tables:
            gone = [*without, *(("id",) if table in NAMELESS else ())]
            cursor.execute(
                f"SELECT (to_jsonb(r) - %s::text[])::text FROM ledger_{table} r"  # noqa: S608
                " WHERE dossier_id = %s ORDER BY 1",
                [gone, dossier_id],
            )
            out[table] = [text for (text,) in cursor.fetchall()]
    return out


def portrait(dossier_id: int) -> dict[str, list[tuple[Any, ...]]]:
    """What two dossiers must share to be the same books, whatever their ids."""
    out = {}
    with connection.cursor() as cursor:
        for name, question in _NAMED.items():
            cursor.execute(question, {"d": dossier_id})
            out[name] = sorted(cursor.fetchall(), key=repr)
    return out


def digest(*portraits: Mapping[str, Any]) -> str:
    """One word for portraits; equal words are equal portraits."""
    return hashlib.sha256(repr([sorted(each.items()) for each in portraits]).encode()).hexdigest()
