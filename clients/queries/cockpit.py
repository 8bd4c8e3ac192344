"""Where work waits, over all the dossiers that a person sees; the figures of one page.

Only the access query, `DossierStats` and the jobs are read: a constant number of queries.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Count, Q, Sum
from django.db.models.functions import Abs, Coalesce
from django.utils import timezone

from clients.models import DossierStats
from clients.queries import counters, id_lists, obligations, portfolio
from clients.queries.counters import Counter
from clients.queries.filters import assignments
from firm.formats import amount, integer, plural
from firm.models import Job, User

PEOPLE = 8
ROWS = 10
DUE = 8


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the cockpit and the list that it opens."""

    label: str
    value: str
    sub: str
    query: dict[str, str]


@dataclass(frozen=True)
class Cockpit:
    """The whole page.  `ages` are (label, dossiers, query); `people` (name, waiting, quiet)."""

    total: int
    waiting: int
    figures: list[Figure]
    ages: list[tuple[str, int, dict[str, str]]]
    people: list[tuple[str, int, int]]
    unassigned: int
    jobs_running: int
    rows: list[dict[str, Any]]
    due: list[obligations.Shown]
    due_count: int


def cockpit(seen: portfolio.Reach, *, today: dt.date | None = None) -> Cockpit:
    """The figures over the dossiers of a tab, in nine queries after those of its reach."""
    today = today or timezone.localdate()
    everyone = seen.tab == portfolio.EVERY
    with seen.opened():
        sums = _sums(today)
        waiting = _waiting(sums)
        teams = _teams(seen) if everyone else {}
        due, due_count = obligations.next_due(DUE)
    rows = portfolio.rows_of(seen.membership, waiting[:ROWS])
    followed = set[int]().union(*teams.values())
    return Cockpit(
        total=sums["total"],
        waiting=len(waiting),
        figures=[_figure(counter, sums) for counter in counters.COUNTERS if counter.figure],
        ages=[
            (label, sums[f"age_{key}"], {"derniere": key}) for key, label, *_days in counters.AGES
        ],
        people=_people(teams, set(waiting)),
        unassigned=sums["total"] - len(followed) if everyone else 0,
        jobs_running=_running(seen),
        rows=rows,
        due=due,
        due_count=due_count,
    )


def _sums(today: dt.date) -> dict[str, Any]:
    """Every counter over the dossiers in scope: how many meet it, and its sum; in one query.

    The dossiers with work come beside the counters that say so, as lists in one order: sorted here,
    they would make the database sort all the others too.
    """
    asked: dict[str, Any] = {
        "total": Count("dossier_id"),
        "waiting": id_lists.listed("dossier_id", counters.has_work()),
    }
    for counter in _of_work():
        asked[f"{counter.key}_waiting"] = id_lists.listed(counter.column, counters.has_work())
    for counter in counters.COUNTERS:
        if not counter.figure:
            continue
        asked[f"{counter.key}_n"] = Count("dossier_id", filter=counter.meets())
        if counter.kind != "date":
            value = counter.column if counter.rule == "negative" else Abs(counter.column)
            asked[f"{counter.key}_sum"] = Coalesce(Sum(value, output_field=BigIntegerField()), 0)
    for key, *_rest in counters.AGES:
        asked[f"age_{key}"] = Count("dossier_id", filter=counters.of_age(key, today))
    return DossierStats.objects.aggregate(**asked)


def _of_work() -> list[Counter]:
    return [counter for counter in counters.COUNTERS if counter.is_work]


def _waiting(sums: dict[str, Any]) -> list[int]:
    """The dossiers with work, where more waits first, by the counters of work in their order."""
    ids = id_lists.read(sums["waiting"])
    held = [id_lists.read(sums[f"{counter.key}_waiting"]) for counter in _of_work()]
    ranked = sorted(zip(*([-n for n in each] for each in held), ids, strict=True))
    return [dossier_id for *_counts, dossier_id in ranked]


def _figure(counter: Counter, sums: dict[str, Any]) -> Figure:
    count, total = sums[f"{counter.key}_n"], sums["total"]
    query = {counter.key: "1"}
    if counter.kind == "date":
        return Figure(counter.figure, integer(count), f"sur {plural(total, 'dossier')}", query)
    held = sums[f"{counter.key}_sum"]
    if counter.kind == "count":
        return Figure(counter.figure, integer(held), f"sur {plural(count, 'dossier')}", query)
    if counter.rule == "negative":
        below = f"{plural(count, 'dossier')} en négatif"
        return Figure(counter.figure, _euros(held), below, query)
    return Figure(counter.figure, integer(count), f"{_euros(held)} en cumul", query)


def _euros(cents: int) -> str:
    """A large amount without its cents: what a figure of six digits and more is read by."""
    return f"{integer(round(cents / 100))}\u00a0€" if abs(cents) >= 10_000_000 else amount(cents)


def _teams(seen: portfolio.Reach) -> dict[int, frozenset[int]]:
    """The dossiers that each accountant follows, in one query."""
    rows = assignments().values_list("user_id").annotate(ids=id_lists.listed("dossier_id"))
    # One's own assignments are seen wherever they are: only this firm's count.
    return {user_id: seen.ids.intersection(id_lists.read(ids)) for user_id, ids in rows}


def _people(teams: dict[int, frozenset[int]], waiting: set[int]) -> list[tuple[str, int, int]]:
    """Accountants with most work waiting: name, dossiers with work, other dossiers; one query."""
    ranked = sorted(
        ((len(ids & waiting), len(ids), user_id) for user_id, ids in teams.items() if ids),
        reverse=True,
    )[:PEOPLE]
    names = {
        person.id: person.get_full_name()
        for person in User.objects.filter(id__in=[user_id for *_counts, user_id in ranked])
    }
    return [(names[pk], busy, every - busy) for busy, every, pk in ranked]


def _running(seen: portfolio.Reach) -> int:
    """The firm's jobs that wait or run, in the dossiers seen or in none; in one query."""
    active = Q(firm_id=seen.membership.firm_id, state__in=Job.ACTIVE)
    where = Job.objects.filter(active).values_list("dossier_id", flat=True)
    return sum(1 for dossier_id in where if dossier_id is None or dossier_id in seen.ids)
