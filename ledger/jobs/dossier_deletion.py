"""Jobs: a dossier's rows at the end of its thirty days, then its files.  They have no author."""

from __future__ import annotations

from clients.models import Dossier
from firm import jobs, scope
from firm.models import Job
from ledger.actions import dossier_deletion


def work(run: jobs.Run) -> None:
    """Delete every row in this one transaction; the files follow its commit."""
    dossier = Dossier.objects.get(pk=run.job.dossier_id or 0)
    dossier_deletion.delete_dossier(dossier)


def work_bytes(run: jobs.Run) -> None:
    """Delete the files; what an attempt before deleted is not there any more."""
    dossier_deletion.remove_bytes(int(run.job.idempotency_key))


def _scope(job: Job) -> scope.Scope:
    only = frozenset({job.dossier_id or 0})
    return scope.Scope(firm=job.firm_id, read=only, write=only)


def _scope_of_bytes(job: Job) -> scope.Scope:
    only = frozenset({int(job.idempotency_key)})
    return scope.Scope(firm=job.firm_id, firm_write=True, read=only, write=only)


KIND = jobs.register(
    jobs.Kind(dossier_deletion.KIND, "Suppression du dossier", work, scope=_scope,
              pauses=(60, 600, 3600))
)  # fmt: skip
BYTES = jobs.register(
    jobs.Kind(dossier_deletion.BYTES, "Effacement des fichiers", work_bytes, scope=_scope_of_bytes,
              pauses=(60, 600, 3600, 86400))
)  # fmt: skip
