"""Jobs: validate the drafts of a year, close a year."""

from __future__ import annotations

from clients.models import Dossier
from firm import jobs
from firm.models import JobItem
from ledger.actions import closing, validation
from ledger.actions.validation import Choice


def work(run: jobs.Run) -> None:
    """Validate what was previewed, in this one transaction, or refuse it whole."""
    assert run.by is not None
    assert run.job.dossier_id is not None
    dossier = Dossier.objects.get(pk=run.job.dossier_id)
    choice = Choice.of(run.params)
    item = JobItem.objects.filter(dossier_id=dossier.id, job_id=run.job.id).first()
    expected = item.result["preview"]["mark"] if item else ""
    done = validation.validate(
        dossier, choice, by=run.by, expected=expected,
        progress=lambda seen, total: run.progress(seen, total, "Validation"),
    )  # fmt: skip
    kept = {"preview": item.result["preview"]} if item else {}
    run.result = kept | done
    run.total = done["entries"]


jobs.register(jobs.Kind(validation.KIND, "Validation d’écritures", work, needs="books.validate"))


def close(run: jobs.Run) -> None:
    """Close the year that was previewed, in this one transaction, or refuse it whole."""
    assert run.by is not None
    assert run.job.dossier_id is not None
    dossier = Dossier.objects.get(pk=run.job.dossier_id)
    item = JobItem.objects.get(dossier_id=dossier.id, job_id=run.job.id)
    done = closing.close_year(
        dossier, run.params["year"], by=run.by, reason=run.params["reason"],
        expected=item.result["preview"]["mark"],
        progress=lambda seen, total: run.progress(seen, total, "Validation"),
    )  # fmt: skip
    run.result = {"preview": item.result["preview"]} | done
    run.total = run.job.total


jobs.register(jobs.Kind(closing.KIND, "Clôture d’un exercice", close, needs="books.validate"))
