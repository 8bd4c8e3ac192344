"""A dossier as a whole: its archives, its deletion, what it holds."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import connection

from clients.models import Document, Dossier, DossierDeletion, DossierGrant
from firm.models import Job, JobItem

ARCHIVE = "ledger.dossier_export"
_HOLDINGS = """
SELECT (SELECT count(*) FROM ledger_fiscalyear WHERE dossier_id = %(d)s),
    (SELECT coalesce(sum(entry_count), 0) FROM ledger_journalmonth WHERE dossier_id = %(d)s),
    (SELECT count(*) FROM ledger_entry WHERE dossier_id = %(d)s AND state = 'validated'),
    (SELECT count(*) FROM ledger_invoice WHERE dossier_id = %(d)s),
    (SELECT count(*) FROM ledger_invoice WHERE dossier_id = %(d)s AND direction = 'sale'
        AND source <> 'fec' AND state NOT IN ('draft', 'cancelled') AND number <> ''),
    (SELECT count(*) FROM ledger_banktransaction WHERE dossier_id = %(d)s),
    (SELECT count(*) FROM ledger_fecimport WHERE dossier_id = %(d)s)
"""

_BALANCE = """
SELECT a.number, sum(l.debit)::text, sum(l.credit)::text
FROM ledger_entryline l JOIN ledger_account a ON a.dossier_id = l.dossier_id AND a.id = l.account_id
WHERE l.dossier_id = %s GROUP BY 1 ORDER BY a.number COLLATE "C"
"""


def balance_digest(dossier_id: int) -> str:
    """SHA-256 of the totals of every account over all years: two dossiers with it balance alike."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCE, (dossier_id,))
        return hashlib.sha256(json.dumps(cursor.fetchall()).encode()).hexdigest()


def archives_of(dossier: Dossier) -> list[tuple[Job, JobItem | None]]:
    """The last archives asked for, latest first, with what came of each; two queries."""
    made = list(Job.objects.filter(dossier_id=dossier.id, kind=ARCHIVE).order_by("-id")[:20])
    items = JobItem.objects.filter(dossier_id=dossier.id, job_id__in=[job.id for job in made])
    by_job = {item.job_id: item for item in items}
    return [(job, by_job.get(job.id)) for job in made]


def open_deletion(dossier: Dossier) -> DossierDeletion | None:
    """The deletion that waits for its day, if one was asked for."""
    return DossierDeletion.objects.filter(
        dossier_id=dossier.id, cancelled_at=None, deleted_at=None
    ).first()


def holdings(dossier: Dossier) -> list[tuple[str, int]]:
    """What the dossier holds, to be read before it is deleted: (what, how many)."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDINGS, {"d": dossier.id})
        years, entries, validated, invoices, issued, moved, files = cursor.fetchone()
    rows: list[tuple[str, Any]] = [
        ("exercices", years), ("écritures", entries), ("dont écritures validées", validated),
        ("factures", invoices), ("dont factures émises et numérotées", issued),
        ("opérations bancaires", moved), ("imports FEC", files),
        ("documents", Document.objects.filter(dossier=dossier).count()),
        ("accès", DossierGrant.objects.filter(dossier=dossier).count()),
    ]  # fmt: skip
    return [(what, int(number)) for what, number in rows]
