"""Jobs over many dossiers as who asked for them sees them, and as one dossier remembers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from clients.bulk_kinds import DISCONNECT
from clients.models import Dossier
from firm import jobs, scope
from firm.errors import NotFound
from firm.models import Firm, Job, JobItem, User

STEP = 100
HIDDEN = "Dossier qui ne vous est plus ouvert"
State = JobItem.State


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One dossier of a job: `slug` is empty where it does not open."""

    pk: int
    name: str
    slug: str
    state: str
    reason: str


@dataclass(frozen=True)
class ItemPage:
    """How many dossiers are in each state, rows of those asked for, where the next start (0 at the
    end), and what the job was asked to do.
    """

    counts: dict[str, int]
    rows: list[ItemRow]
    after: int
    params: dict[str, Any]


def job_over_many(firm: Firm, user: User, job_id: int) -> Job:
    """A job over many dossiers that this person asked for, in one query.

    Raises:
        NotFound: there is none, or it is another's.
    """
    found = Job.objects.filter(pk=job_id, firm_id=firm.pk, requested_by=user.pk).exclude(targets=[])
    job = found.first()
    if job is None:
        raise NotFound("Ce travail n’existe pas ou n’est pas le vôtre.")
    return job


def undo_of(job: Job) -> Job | None:
    """The job that takes this one back, if one was let run."""
    return Job.objects.filter(undoes=job.pk).exclude(state=Job.State.CANCELLED).last()


def items(job: Job, *, state: str = "", after: int = 0) -> ItemPage:
    """One page of a job's dossiers, in the order of the list, in three queries.

    A dossier hidden from the person by now has no name; but what he has disconnected himself keeps
    the one that he knew.
    """
    every = frozenset(job.targets)
    with scope.extended(read=every, write=frozenset()):
        mine = JobItem.objects.filter(job_id=job.pk)
        counts = dict(mine.values_list("state").annotate(n=Count("id")))
        shown = mine.filter(state=state) if state else mine
        found = list(shown.filter(id__gt=after).order_by("id")[: STEP + 1])
    ids = [item.dossier_id for item in found]
    open_ones = dict(Dossier.objects.filter(pk__in=ids).values_list("pk", "slug"))
    rows = [_row(job, item, open_ones) for item in found[:STEP]]
    asked = found[0].params if found else {}
    return ItemPage(counts, rows, rows[-1].pk if len(found) > STEP else 0, asked)


def _row(job: Job, item: JobItem, open_ones: dict[int, str]) -> ItemRow:
    slug = open_ones.get(item.dossier_id, "")
    is_known = bool(slug) or (job.kind == DISCONNECT and item.state == State.DONE)
    return ItemRow(item.pk, item.label if is_known else HIDDEN, slug, item.state, item.reason)


def acts_on(dossier: Dossier, *, limit: int = 10) -> list[dict[str, Any]]:
    """What jobs over many dossiers did to this one, latest first, in four queries."""
    found = JobItem.objects.filter(dossier_id=dossier.pk).order_by("-id")
    over = {
        job.pk: job
        for job in Job.objects.filter(pk__in=list(found.values_list("job_id", flat=True)[:200]))
        .exclude(targets=[])
        .exclude(state=Job.State.PREVIEWED)
    }
    kept = [item for item in found.filter(job_id__in=over) if item.state != State.PLANNED][:limit]
    people = User.objects.in_bulk([over[item.job_id].requested_by or 0 for item in kept])
    return [
        {
            "title": jobs.label(over[item.job_id].kind),
            "state": item.state,
            "reason": item.reason,
            "at": over[item.job_id].finished_at or over[item.job_id].created_at,
            "by": people.get(over[item.job_id].requested_by or 0),
        }
        for item in kept
    ]
