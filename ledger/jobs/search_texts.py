"""Job: bring the texts that the search reads in step with the imports.  It has no author."""

from __future__ import annotations

from firm import jobs, scope
from firm.models import Job
from ledger.actions import search_texts


def work(run: jobs.Run) -> None:
    """Write what is missing, remove what is left over."""
    run.result = {"imports": search_texts.bring_in_step(run.job.dossier_id or 0)}


def _scope(job: Job) -> scope.Scope:
    only = frozenset({job.dossier_id or 0})
    return scope.Scope(firm=job.firm_id, read=only, write=only)


def run_waiting(dossier_id: int) -> None:
    """Do it here and now, for a command that no worker may follow."""
    waiting = Job.objects.filter(
        kind=search_texts.KIND, dossier_id=dossier_id, state=Job.State.CONFIRMED
    )
    for job in waiting:
        jobs.run(job.id)


KIND = jobs.register(
    jobs.Kind(
        search_texts.KIND, "Préparation de la recherche", work, scope=_scope, pauses=(1, 5, 60)
    )
)
