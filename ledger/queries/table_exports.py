"""Exports that jobs prepare, as whoever asked for them sees them."""

from __future__ import annotations

from clients.models import Dossier
from firm.errors import NotFound
from firm.models import Job, JobItem, User


def own_job(
    dossier: Dossier, job_id: int, *, kind: str, person: User, or_kind: str = ""
) -> tuple[Job, JobItem]:
    """A job of one's own on the dossier, of one kind or another, with what came of it.

    Two queries.

    Raises:
        NotFound: no such job, or another person's.
    """
    job = Job.objects.filter(
        pk=job_id, dossier_id=dossier.id, kind__in=[kind, or_kind], requested_by=person.id
    ).first()
    if job is None:
        raise NotFound("Cet export n’existe pas, ou une autre personne l’a demandé.")
    return job, JobItem.objects.get(dossier_id=dossier.id, job_id=job.id)
