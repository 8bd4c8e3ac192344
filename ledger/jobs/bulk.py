"""Jobs: archive, restore, delete and reset in bulk, take one back, clear a bin that is past."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clients.models import Dossier
from firm import audit, jobs, scope
from firm.job_previews import PreviewStale, refuse_stale
from firm.models import Job, JobItem
from ledger.actions import bulk_purge, bulk_work, sealed
from ledger.actions.bulk import NAMES, PREFIX, PURGE, RIGHTS, UNDO
from ledger.actions.bulk_pick import Selection, mark, pick
from ledger.models import SealedArchive

WORKS: dict[str, Callable[..., dict[str, Any]]] = {
    "archive": bulk_work.archive,
    "restore": bulk_work.restore,
    "delete": bulk_work.delete,
    "reset": bulk_work.delete,
}


def work(run: jobs.Run) -> None:
    """Do what was previewed, in this one transaction, or refuse it whole."""
    dossier, selection = _of(run)
    found = _preview(run)
    assert run.by is not None
    kept: sealed.Sealed | None = run.carried
    extra: dict[str, Any] = {} if kept is None else {"sealed": kept}
    run.result = {"preview": found} | WORKS[selection.operation](
        dossier, selection, run.job.id, expected=found["mark"], by_id=run.by.id,
        progress=_told(run, sum(group["count"] for group in found["groups"])), **extra,
    )  # fmt: skip
    if kept:
        sealed.keep(dossier, run.job.id, kept, by_id=run.by.id)
    counts = {name: run.result[name] for name in ("invoices", "transactions", "entries", "lines")}
    audit.record(
        f"ledger.bulk_{selection.operation}", by=run.by, dossier_id=dossier.id, job=run.job.id,
        counts=counts, skipped=run.result["skipped"], since=str(selection.since or ""),
        until=str(selection.until or ""), sha256=kept.sha256 if kept else "",
    )  # fmt: skip


def prepare(run: jobs.Run) -> None:
    """Write the sealed archive of what goes, store it and read it back; nothing is deleted yet.

    Raises:
        PreviewStale: something has changed since the preview.
    """
    assert run.by is not None
    run.progress(0, run.job.total, "Archive scellée")
    with run.scope():
        dossier, selection = _of(run)
        pick(dossier, selection)
        found = _preview(run)
        refuse_stale(found["mark"], mark())
        about = {
            "job": run.job.id, "operation": selection.operation, "by": run.by.email,
            "selection": run.params, "preview": found,
        }  # fmt: skip
        run.carried = sealed.seal(dossier, run.job.id, about=about)


def fail(run: jobs.Run, message: str) -> None:
    """Nothing was deleted: the archive of it is nobody's."""
    del message
    dossier_id = run.job.dossier_id
    assert dossier_id is not None
    if not SealedArchive.objects.filter(job_id=run.job.id).exists():
        sealed.drop(dossier_id, run.job.id)


def take_back(run: jobs.Run) -> None:
    """Take another job back; that one is undone when this transaction commits.

    Raises:
        PreviewStale: it was taken back meanwhile.
    """
    assert run.by is not None
    assert run.job.dossier_id is not None
    dossier = Dossier.objects.get(pk=run.job.dossier_id)
    about, operation = run.params["about"], run.params["operation"]
    run.result = bulk_work.take_back(
        dossier, about, operation, run.job.id, by_id=run.by.id,
        progress=_told(run, run.job.total),
    )  # fmt: skip
    undone = Job.objects.filter(pk=about, state=Job.State.DONE)
    if not undone.update(state=Job.State.UNDONE):
        raise PreviewStale("Ce travail a déjà été annulé. Rien n’a été modifié.")
    audit.record(
        "ledger.bulk_undone", by=run.by, dossier_id=dossier.id, job=about, operation=operation,
        counts={name: run.result[name] for name in ("invoices", "transactions", "entries")},
        skipped=run.result["skipped"],
    )  # fmt: skip


def purge(run: jobs.Run) -> None:
    """Empty the bin of a deletion whose thirty days have passed; its sealed archive stays."""
    assert run.job.dossier_id is not None
    assert run.job.about is not None
    run.result = bulk_purge.empty(run.job.dossier_id, run.job.about)
    audit.record(
        "ledger.bulk_purged", by=None, dossier_id=run.job.dossier_id, firm_id=run.job.firm_id,
        job=run.job.about, counts=run.result,
    )  # fmt: skip


def nobodys(job: Job) -> scope.Scope:
    """Clearing away is no person's work."""
    assert job.dossier_id is not None
    only = frozenset({job.dossier_id})
    return scope.Scope(firm=job.firm_id, read=only, write=only)


def _of(run: jobs.Run) -> tuple[Dossier, Selection]:
    assert run.job.dossier_id is not None
    return Dossier.objects.get(pk=run.job.dossier_id), Selection.of(run.params)


def _preview(run: jobs.Run) -> dict[str, Any]:
    """What was counted: kept with the job, or handed over by the request that runs it at once."""
    if "preview" in run.params:
        found: dict[str, Any] = run.params["preview"]
        return found
    item = JobItem.objects.get(dossier_id=run.job.dossier_id, job_id=run.job.id)
    kept: dict[str, Any] = item.result["preview"]
    return kept


def _told(run: jobs.Run, total: int) -> bulk_work.Progress:
    run.total = total
    return lambda share, step: run.progress(round(total * share), total, step)


for _name, _right in RIGHTS.items():
    _is_final = _name in {"delete", "reset"}
    jobs.register(jobs.Kind(
        PREFIX + _name, f"{NAMES[_name]} en masse" if _name != "reset" else NAMES[_name], work,
        prepare if _is_final else None, fail if _is_final else None, needs=_right,
    ))  # fmt: skip
    jobs.register(
        jobs.Kind(UNDO + _name, f"Annulation : {NAMES[_name].lower()}", take_back, needs=_right)
    )
PURGE_KIND = jobs.register(
    jobs.Kind(PURGE, "Vidage de la corbeille", purge, needs="", scope=nobodys)
)
