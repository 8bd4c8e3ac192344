"""`manage purge_expired`: empty now what the clock would: old previews, bins past their time."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from firm import job_previews, jobs
from firm.formats import plural
from ledger.actions import bulk_purge


class Command(BaseCommand):
    """Expire previews, and run the jobs that empty bins; sealed archives stay."""

    help = "Périme les aperçus de plus de 24 heures et vide les corbeilles passées de 30 jours."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say how much there was."""
        del args, options
        expired = job_previews.expire_previews()
        started = bulk_purge.start_due()
        for job in started:
            jobs.run(job.pk)
        self.stdout.write(
            f"{plural(expired, 'aperçu périmé', 'aperçus périmés')},"
            f" {plural(len(started), 'corbeille vidée', 'corbeilles vidées')}."
        )
