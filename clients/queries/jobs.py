"""Jobs as people see them: what runs, what ended, how."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse

from clients.models import Dossier
from firm import jobs, scope
from firm.job_batches import may_undo
from firm.models import Firm, Job, User

STATES = {"confirmed": "wait", "running": "run", "done": "ok", "undone": "wait", "failed": "danger"}

EXPORT, BOOKLET = "ledger.table_export", "ledger.booklet"
BOOKING, UNBOOKING, BULK = "ledger.book", "ledger.unbook", "ledger.bulk_"
YEARS = frozenset(("ledger.validate", "ledger.close_year"))


def jobs_of_person(user: User, *, limit: int = 12) -> list[dict[str, Any]]:
    """One's own latest jobs, in three queries at most."""
    rows = list(Job.objects.filter(requested_by=user.id).order_by("-created_at")[:limit])
    return _described(rows)


def jobs_of_firm(firm: Firm, *, limit: int = 100) -> list[dict[str, Any]]:
    """The firm's latest jobs in dossiers that the person may see, in three queries at most."""
    rows = list(Job.objects.filter(firm_id=firm.id).order_by("-created_at")[: limit * 2])
    return [row for row in _described(rows) if row["dossier"] or row["own"]][:limit]


def _described(rows: list[Job]) -> list[dict[str, Any]]:
    ids = {row.dossier_id for row in rows if row.dossier_id}
    dossiers = {row.id: row for row in Dossier.objects.filter(id__in=ids)}
    homes = {row.firm_id or 0 for row in rows if row.targets}
    firms = dict(Firm.objects.filter(pk__in=homes).values_list("pk", "slug")) if homes else {}
    return [_row(job, dossiers.get(job.dossier_id or 0), firms) for job in rows]


def _row(job: Job, dossier: Dossier | None, firms: dict[int, str]) -> dict[str, Any]:
    """What the tray and the list show of a job; a hidden dossier's name never appears."""
    detail = job.error or job.step
    return {
        "id": job.id,
        "title": jobs.label(job.kind),
        "detail": " · ".join(part for part in (dossier.name if dossier else "", detail) if part),
        "dossier": dossier,
        "own": job.dossier_id is None,
        "done": job.done,
        "total": job.total,
        "share": Decimal(job.done) / job.total if job.total else None,
        "state": STATES.get(job.state, "wait"),
        "state_label": Job.State(job.state).label,
        "url": _url(job, dossier) if dossier else _bulk_url(job, firms, "job"),
        "undo_url": _bulk_url(job, firms, "undo_job") if may_undo(job) else "",
        "created_at": job.created_at,
        "finished_at": job.finished_at,
        "is_over": job.is_over,
    }


def _bulk_url(job: Job, firms: dict[int, str], name: str) -> str:
    """The page of one's own job over many dossiers; another's has none."""
    current, firm = scope.current(), firms.get(job.firm_id or 0)
    if not job.targets or not firm or current is None or current.user != job.requested_by:
        return ""
    return reverse(f"clients:{name}", args=[firm, job.id])


def _url(job: Job, dossier: Dossier) -> str:
    """Where a job leads: bulk work to its page, one's own export, plaquette or booking to what came
    of it, the rest to imports.
    """
    current = scope.current()
    if job.kind.startswith(BULK):
        return reverse("ledger:bulk_job", args=[dossier.slug, job.about or job.id])
    if job.kind in YEARS:
        return reverse("ledger:year_job", args=[dossier.slug, job.id])
    if job.kind not in {EXPORT, BOOKLET, BOOKING, UNBOOKING}:
        return reverse("ledger:imports", args=[dossier.slug])
    if current is None or current.user != job.requested_by:
        return reverse("ledger:home", args=[dossier.slug])
    if job.kind in {BOOKING, UNBOOKING}:
        return reverse("ledger:booking_job", args=[dossier.slug, job.about or job.id])
    name = "export_file" if job.state == Job.State.DONE else "export_job"
    return reverse(f"ledger:{name}", args=[dossier.slug, job.id])
