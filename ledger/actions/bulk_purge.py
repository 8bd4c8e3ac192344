"""The end of a bin: thirty days after a deletion its rows go; its archive stays ten years."""

from __future__ import annotations

from contextlib import suppress

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from firm import jobs, scope
from firm.models import Job
from ledger.actions.bulk import PREFIX, PURGE

FINAL = (f"{PREFIX}delete", f"{PREFIX}reset")
_ROWS = (
    "SELECT 1 FROM ledger_jobrow x WHERE x.dossier_id = %(dossier)s AND x.job_id = %(job)s"
    " AND x.reason IS NULL"
)
_STATEMENTS = {
    "lines": "DELETE FROM ledger_binnedentryline r USING ledger_binnedentry e"
    " WHERE r.dossier_id = %(dossier)s AND e.dossier_id = r.dossier_id AND e.id = r.entry_id"
    " AND e.is_deleted AND e.job_id = %(job)s",
    "entries": "DELETE FROM ledger_binnedentry r WHERE r.dossier_id = %(dossier)s"
    " AND r.is_deleted AND r.job_id = %(job)s",
    "letterings": "DELETE FROM ledger_binnedlettering r WHERE r.dossier_id = %(dossier)s"
    " AND r.job_id = %(job)s",
    "unlettered": "DELETE FROM ledger_unletteredline r WHERE r.dossier_id = %(dossier)s"
    " AND NOT EXISTS (SELECT 1 FROM ledger_binnedlettering g"
    " WHERE g.dossier_id = r.dossier_id AND g.id = r.lettering_id)",
    "invoice_lines": "DELETE FROM ledger_binnedinvoiceline r"  # noqa: S608 (of constants)
    " WHERE r.dossier_id = %(dossier)s"
    f" AND EXISTS ({_ROWS} AND x.what = 'i' AND x.object_id = r.invoice_id)",
    "invoices": "DELETE FROM ledger_binnedinvoice r WHERE r.dossier_id = %(dossier)s"
    " AND r.job_id = %(job)s",
    "transactions": "DELETE FROM ledger_binnedbanktransaction r WHERE r.dossier_id = %(dossier)s"
    " AND r.job_id = %(job)s",
    "others": "DELETE FROM ledger_binnedrow r WHERE r.dossier_id = %(dossier)s"
    " AND r.job_id = %(job)s",
}  # fmt: skip


def empty(dossier_id: int, job_id: int) -> dict[str, int]:
    """Remove what a deletion still keeps; answers the rows removed, by kind."""
    counts = {}
    with connection.cursor() as cursor:
        for name, statement in _STATEMENTS.items():
            cursor.execute(statement, {"dossier": dossier_id, "job": job_id})
            counts[name] = cursor.rowcount
    return counts


def start_due() -> list[Job]:
    """Start a job for every deletion whose bin is due to be emptied; harmless when called again."""
    cleared = Job.objects.filter(kind=PURGE, about=OuterRef("pk"))
    due = Job.objects.filter(
        kind__in=FINAL, state=Job.State.DONE, undo_until__lt=timezone.now()
    ).exclude(Exists(cleared))
    started = []
    for job in due[:100]:
        with suppress(jobs.Busy):  # its turn comes once the dossier is free
            own = frozenset({job.dossier_id or 0})
            with scope.open_scope(scope.Scope(firm=job.firm_id, read=own, write=own)):
                started.append(jobs.start(
                    PURGE, by=None, dossier_id=job.dossier_id, firm_id=job.firm_id, about=job.pk,
                    key=f"purge:{job.pk}", label=f"Travail n° {job.pk}", is_destructive=True,
                ))  # fmt: skip
    return started
