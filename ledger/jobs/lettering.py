"""Jobs: letter what was proposed and kept, and take that back."""

from __future__ import annotations

from clients.models import Dossier
from firm import jobs
from firm.job_previews import PreviewStale
from firm.models import Job, JobItem
from ledger.actions.lettering_runs import Progress, letter_batch, unletter_batch
from ledger.queries.lettering_batches import KIND, UNDO


def work(run: jobs.Run) -> None:
    """Letter the proposals that are kept, in this one transaction."""
    assert run.by is not None
    item = JobItem.objects.get(dossier_id=run.job.dossier_id, job_id=run.job.id)
    found = item.result["preview"]
    run.result = {"preview": found} | letter_batch(
        _dossier(run), run.job.id, expected=found["mark"], by=run.by, progress=_told(run)
    )


def take_back(run: jobs.Run) -> None:
    """Take another job back; that one is undone when this transaction commits.

    Raises:
        PreviewStale: it was taken back meanwhile.
    """
    assert run.by is not None
    about = run.params["about"]
    done = JobItem.objects.get(dossier_id=run.job.dossier_id, job_id=about).result
    run.result = unletter_batch(_dossier(run), about, done=done, by=run.by, progress=_told(run))
    if not Job.objects.filter(pk=about, state=Job.State.DONE).update(state=Job.State.UNDONE):
        raise PreviewStale("Ce lettrage a déjà été annulé. Rien n’a été modifié.")


def _dossier(run: jobs.Run) -> Dossier:
    assert run.job.dossier_id is not None
    found: Dossier = Dossier.objects.get(pk=run.job.dossier_id)
    return found


def _told(run: jobs.Run) -> Progress:
    total = run.total = run.job.total
    return lambda share, step: run.progress(round(total * share), total, step)


LETTER = jobs.register(jobs.Kind(KIND, "Lettrage automatique", work, needs="books.letter"))
UNLETTER = jobs.register(
    jobs.Kind(UNDO, "Annulation : lettrage automatique", take_back, needs="books.letter")
)
