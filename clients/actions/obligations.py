"""The obligations of a dossier: planned from its regimes, decided on by people.

Planning writes the coming months from the rules of `clients.obligations`; what a person has done,
set aside or moved stays as he left it, and what lies in the past is not taken away.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from clients.models import Dossier, DossierStats, Obligation, TaxProfile
from clients.obligations.calendar import Planned, Situation, plan
from clients.obligations.days import months_after
from firm import audit, scope
from firm.errors import BusinessError
from firm.models import User

OTHER = "other"
AHEAD = 14  # months
RENEWED = 12  # months that are always covered
MOST_DUE = 50
PROFILE = (
    "vat_day", "payroll_day", "pays_instalments", "pays_cfe", "pays_cfe_advance", "pays_cvae",
    "files_das2", "holds_meeting",
)  # fmt: skip
State = Obligation.State


class ProfileInvalid(BusinessError):
    """A day outside those that the law knows."""

    code = "tax_profile_invalid"
    title = "Échéances inexactes"


class ObligationInvalid(BusinessError):
    """A manual obligation without a name or a day, or a state that does not exist."""

    code = "obligation_invalid"
    title = "Obligation incomplète"


@dataclass(frozen=True, slots=True)
class PlanDone:
    """What a planning changed."""

    created: int = 0
    moved: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        return bool(self.created or self.moved or self.removed)


def situation_of(dossier: Dossier, profile: TaxProfile) -> Situation:
    """What the rules ask of the dossier."""
    month, _dash, day = dossier.year_end.partition("-")
    return Situation(
        tax_regime=dossier.tax_regime, vat_regime=dossier.vat_regime,
        closing=(int(month), int(day)) if day else None,
        **{name: getattr(profile, name) for name in PROFILE},
    )  # fmt: skip


@transaction.atomic
def plan_obligations(
    dossier: Dossier, *, by: User | None, today: dt.date | None = None
) -> PlanDone:
    """Plan what falls due from the first of this month on, for fourteen months.

    The same situation twice changes nothing.  Rows that a person decided on stay; what the
    situation asks no more goes, unless its day is over.
    """
    profile = _held_profile(dossier)
    day = today or timezone.localdate()
    since = day.replace(day=1)
    until = months_after(since, AHEAD) - dt.timedelta(days=1)
    wanted = {
        (one.kind, one.period): one for one in plan(situation_of(dossier, profile), since, until)
    }
    done = _write(dossier, wanted, since)
    TaxProfile.objects.filter(pk=profile.pk).update(planned_until=until)
    refresh_next_due(dossier.pk)
    if done:
        audit.record(
            "clients.obligations_planned", by=by, dossier_id=dossier.pk, created=done.created,
            moved=done.moved, removed=done.removed,
        )  # fmt: skip
    return done


def _held_profile(dossier: Dossier) -> TaxProfile:
    """The profile, made if there is none, held until the end: one planner at a time."""
    TaxProfile.objects.get_or_create(dossier=dossier)
    held: TaxProfile = TaxProfile.objects.select_for_update().get(dossier=dossier)
    return held


def _write(dossier: Dossier, wanted: dict[tuple[str, str], Planned], since: dt.date) -> PlanDone:
    rows = Obligation.objects.filter(dossier=dossier).exclude(kind=OTHER)
    held = {(row.kind, row.period): row for row in rows}
    fresh = [
        Obligation(
            dossier=dossier, kind=one.kind, period=one.period, period_end=one.period_end,
            due_on=one.due_on,
        )
        for key, one in wanted.items()
        if key not in held
    ]  # fmt: skip
    moved = []
    for key, row in held.items():
        one = wanted.get(key)
        if one and not row.is_final and row.due_on != one.due_on:
            row.due_on, row.period_end = one.due_on, one.period_end
            moved.append(row)
    gone = [
        row.pk
        for key, row in held.items()
        if key not in wanted and not row.is_final and row.due_on >= since
    ]
    Obligation.objects.bulk_create(fresh)
    Obligation.objects.bulk_update(moved, ["due_on", "period_end"])
    Obligation.objects.filter(dossier=dossier, pk__in=gone).delete()
    return PlanDone(len(fresh), len(moved), len(gone))


@transaction.atomic
def save_profile(dossier: Dossier, *, by: User, **fields: Any) -> PlanDone:
    """Change what the obligations depend on, and plan them anew.

    Raises:
        ProfileInvalid: a VAT day outside 15 to 24, a DSN day that is neither 5 nor 15.
    """
    profile = _held_profile(dossier)
    old = {name: getattr(profile, name) for name in PROFILE}
    new = {**old, **{name: fields[name] for name in PROFILE if name in fields}}
    if not 15 <= new["vat_day"] <= 24:
        raise ProfileInvalid("La TVA se déclare entre le 15 et le 24 : choisissez un de ces jours.")
    if new["payroll_day"] not in (0, 5, 15):
        raise ProfileInvalid("La DSN se dépose le 5 ou le 15 : choisissez l’un des deux.")
    if new != old:
        TaxProfile.objects.filter(pk=profile.pk).update(**new)
        changed = {name: value for name, value in new.items() if old[name] != value}
        audit.record(
            "clients.tax_profile_changed", by=by, dossier_id=dossier.pk,
            old={name: old[name] for name in changed}, new=changed,
        )  # fmt: skip
    return plan_obligations(dossier, by=by)


@transaction.atomic
def decide(row: Obligation, *, state: str, by: User | None, note: str = "") -> Obligation:
    """Say that an obligation is done or does not apply, or open it again.

    Raises:
        ObligationInvalid: no such state.
    """
    if state not in State.values:
        raise ObligationInvalid("Choisissez « À faire », « Fait » ou « Sans objet ».")
    held: Obligation = Obligation.objects.select_for_update().get(pk=row.pk)
    if held.state == state:
        return held
    is_open = state == State.TO_DO
    Obligation.objects.filter(pk=held.pk).update(
        state=state, is_final=not is_open, note=note[:300] if note else held.note,
        decided_by=None if is_open or by is None else by.pk,
        decided_at=None if is_open else timezone.now(),
    )  # fmt: skip
    refresh_next_due(held.dossier_id)
    audit.record(
        "clients.obligation_decided", by=by, dossier_id=held.dossier_id, obligation=held.pk,
        kind=held.kind, period=held.period, state=state,
    )  # fmt: skip
    held.refresh_from_db()
    return held


@transaction.atomic
def move_obligation(row: Obligation, *, due_on: dt.date, by: User) -> None:
    """Give an obligation another day; planning leaves it there."""
    old = row.due_on
    Obligation.objects.filter(pk=row.pk).update(due_on=due_on, is_final=True)
    refresh_next_due(row.dossier_id)
    audit.record(
        "clients.obligation_moved", by=by, dossier_id=row.dossier_id, obligation=row.pk,
        kind=row.kind, period=row.period, old=old.isoformat(), new=due_on.isoformat(),
    )  # fmt: skip


@transaction.atomic
def add_obligation(dossier: Dossier, *, label: str, due_on: dt.date, by: User) -> Obligation:
    """Add one that the rules do not know of; the same name and day twice is one.

    Raises:
        ObligationInvalid: it has no name.
    """
    label = " ".join(label.split())[:150]
    if not label:
        raise ObligationInvalid("Donnez un intitulé à l’obligation.")
    made: Obligation
    made, is_new = Obligation.objects.get_or_create(
        dossier=dossier, kind=OTHER, label=label, due_on=due_on,
        defaults={
            "period": _own_period(), "period_end": due_on, "source": Obligation.Source.MANUAL,
            "is_final": True,
        },
    )  # fmt: skip
    if is_new:
        refresh_next_due(dossier.pk)
        audit.record(
            "clients.obligation_added", by=by, dossier_id=dossier.pk, obligation=made.pk,
            label=label, due_on=due_on.isoformat(),
        )  # fmt: skip
    return made


def _own_period() -> str:
    return f"{timezone.now():%y%m%d%H%M%S%f}"


@transaction.atomic
def remove_obligation(row: Obligation, *, by: User) -> None:
    """Take one that was added by hand away.

    Raises:
        ObligationInvalid: it comes from the calendar.
    """
    if row.source != Obligation.Source.MANUAL:
        raise ObligationInvalid(
            "Cette obligation vient du calendrier : marquez-la « Sans objet » plutôt."
        )
    Obligation.objects.filter(pk=row.pk).delete()
    refresh_next_due(row.dossier_id)
    audit.record(
        "clients.obligation_removed", by=by, dossier_id=row.dossier_id, label=row.label,
        due_on=row.due_on.isoformat(),
    )  # fmt: skip


def settle_obligation(
    dossier: Dossier, *, kinds: tuple[str, ...], period_end: dt.date, by: User | None
) -> None:
    """Mark the open obligation of these kinds for a period done; nothing if there is none."""
    row = Obligation.objects.filter(
        dossier=dossier, kind__in=kinds, period_end=period_end, state=State.TO_DO
    ).first()
    if row is not None:
        decide(row, state=State.DONE, by=by)


def refresh_next_due(dossier_id: int) -> None:
    """Note the day of the first obligation that is still to do, for the cockpit and the list."""
    rows = Obligation.objects.filter(dossier_id=dossier_id, state=State.TO_DO)
    DossierStats.objects.filter(dossier_id=dossier_id).update(
        next_due_on=rows.aggregate(day=Min("due_on"))["day"]
    )


def plan_due() -> int:
    """Extend the calendars that end within a year, each in its own transaction; how many."""
    until = months_after(timezone.localdate().replace(day=1), RENEWED)
    with scope.open_scope(scope.Scope()), connection.cursor() as cursor:
        cursor.execute("SELECT dossier, firm FROM obligations_to_plan(%s, %s)", [until, MOST_DUE])
        waiting = cursor.fetchall()
    for dossier_id, firm_id in waiting:
        only = frozenset({dossier_id})
        with scope.open_scope(scope.Scope(firm=firm_id, read=only, write=only)):
            plan_obligations(Dossier.objects.get(pk=dossier_id), by=None)
    return len(waiting)
