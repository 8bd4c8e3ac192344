"""The jobs that validate or close a year, as their page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clients.models import Dossier
from firm.errors import NotFound
from firm.models import Job, JobItem
from ledger.models import FiscalYear

KINDS = {"ledger.validate": "Validation d’écritures", "ledger.close_year": "Clôture de l’exercice"}


@dataclass(frozen=True, slots=True)
class YearJob:
    """One job on a year: `preview` is what it was to do, `result` what it did."""

    job: Job
    item: JobItem
    year: FiscalYear

    @property
    def title(self) -> str:
        """« Clôture de l’exercice »."""
        return KINDS[self.job.kind]

    @property
    def is_closing(self) -> bool:
        """Whether it closes the year."""
        return self.job.kind == "ledger.close_year"

    @property
    def is_moving(self) -> bool:
        """Whether it waits or runs."""
        return self.job.state in Job.ACTIVE

    @property
    def preview(self) -> dict[str, Any]:
        """What was counted before."""
        found: dict[str, Any] = self.item.result.get("preview") or {}
        return found


def year_job(dossier: Dossier, job_id: int) -> YearJob:
    """One of the dossier's jobs on a year, in three queries.

    Raises:
        NotFound: no such job in this dossier.
    """
    job = Job.objects.filter(pk=job_id, dossier_id=dossier.id, kind__in=KINDS).first()
    if job is None:
        raise NotFound("Ce travail n’existe pas dans ce dossier.")
    item = JobItem.objects.get(dossier_id=dossier.id, job_id=job.pk)
    return YearJob(job, item, FiscalYear.objects.get(dossier=dossier, pk=item.params["year"]))
