"""« Avant reprise »: what is dated before the dossier's takeover date is already in its FEC."""

from __future__ import annotations

from django.db import connection

from clients.models import Dossier
from ledger.actions.summaries import refresh_stats

_FLAGS = (
    "UPDATE ledger_invoice SET is_pre_takeover = coalesce(issue_date < %(day)s::date, false)"
    " WHERE dossier_id = %(dossier)s"
    " AND is_pre_takeover <> coalesce(issue_date < %(day)s::date, false)",
    "UPDATE ledger_banktransaction SET is_pre_takeover = coalesce(date < %(day)s::date, false)"
    " WHERE dossier_id = %(dossier)s"
    " AND is_pre_takeover <> coalesce(date < %(day)s::date, false)",
)


def refresh_flags(dossier: Dossier) -> None:
    """Flag the invoices and bank transactions dated before the takeover date, and only those.

    Two set-based statements in the caller's transaction; without a date nothing is flagged.
    What is held back is no work: the counters follow.
    """
    with connection.cursor() as cursor:
        for statement in _FLAGS:
            cursor.execute(statement, {"dossier": dossier.id, "day": dossier.takeover_date})
    refresh_stats(dossier.id)
