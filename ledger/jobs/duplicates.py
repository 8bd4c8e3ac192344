"""Job: compare the rows that an import brought with what the dossier has.  It has no author."""

from __future__ import annotations

from clients.models import Dossier
from firm import jobs, scope
from firm.models import Job
from ledger.actions import duplicates
from ledger.models import BankTransaction, Invoice


def work(run: jobs.Run) -> None:
    """One set-based pass over the new invoices, one over the new transactions."""
    dossier = Dossier.objects.get(pk=run.job.dossier_id or 0)
    new = {"fec_import": run.params["import_id"]}
    run.result = {
        "pairs": duplicates.find_duplicates(
            dossier, by=None,
            invoices=Invoice.objects.filter(**new).values_list("id", flat=True),
            transactions=BankTransaction.objects.filter(**new).values_list("id", flat=True),
        )
    }  # fmt: skip


def _scope(job: Job) -> scope.Scope:
    only = frozenset({job.dossier_id or 0})
    return scope.Scope(firm=job.firm_id, read=only, write=only)


KIND = jobs.register(
    jobs.Kind(duplicates.KIND, "Recherche de doublons", work, scope=_scope, pauses=(1, 5, 60))
)
