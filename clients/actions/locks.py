"""Lock dates (« date de restriction »): nothing dated on or before one is written any more.

The database keeps them (`app_lock_dates`, and a statement-level trigger on each dated table of the
books); what is here moves them, and says beforehand what would be refused.
"""

from __future__ import annotations

import datetime as dt

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from clients.models import Dossier, LockException
from firm import audit
from firm.errors import BusinessError, Conflict, guard
from firm.formats import date_fr, datetime_fr
from firm.models import Job, User

Mode = Dossier.LockMode
WAIT = "3s"


class PeriodLocked(BusinessError):
    """What is dated on or before the lock date is not written, changed or removed."""

    code = "period_locked"
    title = "Période verrouillée"


class LockIncomplete(BusinessError):
    """A date without whom it stops, or the other way round."""

    code = "lock_incomplete"
    title = "Restriction incomplète"


class LockReasonMissing(BusinessError):
    """A lock is only loosened for a reason, which is kept."""

    code = "lock_reason_missing"
    title = "Motif manquant"
    SENTENCE = "Indiquez pourquoi la restriction est assouplie : le motif est conservé."


class LockBusy(Conflict):
    """A long job writes in the dossier: its lock date cannot move under it."""

    code = "lock_busy"
    title = "Travail en cours"


class ExceptionRefused(BusinessError):
    """An exception without a reason, or that ends in the past."""

    code = "lock_exception_refused"
    title = "Exception refusée"


def set_lock(
    dossier: Dossier,
    *,
    lock_date: dt.date | None,
    lock_mode: str,
    reason: str = "",
    by: User,
) -> bool:
    """Move the lock date (last locked day, included) and say whom it stops; False if nothing moved.

    Modes: `none`; `users` (the firm's administrators pass, which is logged); `users_and_admins`
    (only an exception passes).  Loosening (an earlier day, a softer mode, none) needs a reason.

    Raises:
        LockIncomplete: a mode without its date, or a date without its mode.
        LockReasonMissing: it is loosened and no reason is given.
        LockBusy: a job is writing in the dossier.
    """
    checked_lock(lock_date, lock_mode)
    with transaction.atomic():
        _hold(dossier)
        current = Dossier.objects.get(pk=dossier.pk)
        before = (current.lock_date, current.lock_mode)
        if before == (lock_date, lock_mode):
            return False
        if is_looser(before, (lock_date, lock_mode)) and not reason.strip():
            raise LockReasonMissing(LockReasonMissing.SENTENCE)
        Dossier.objects.filter(pk=dossier.pk).update(lock_date=lock_date, lock_mode=lock_mode)
        audit.record(
            "clients.lock_moved", by=by, dossier_id=dossier.pk, reason=reason.strip(),
            old={"date": _iso(before[0]), "mode": before[1]},
            new={"date": _iso(lock_date), "mode": lock_mode},
        )  # fmt: skip
    dossier.lock_date, dossier.lock_mode = lock_date, lock_mode
    return True


def _hold(dossier: Dossier) -> None:
    """Wait a little for whoever writes in the dossier; nobody writes until this commits."""
    if Job.objects.filter(dossier_id=dossier.pk, is_destructive=True, state="running").exists():
        raise LockBusy("Un travail écrit dans ce dossier : attendez qu’il se termine.")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", (WAIT,))
            lock = "SELECT pg_advisory_xact_lock(hashtextextended('lock date', %s))"
            cursor.execute(lock, (dossier.pk,))
            cursor.execute("SELECT set_config('lock_timeout', '0', true)")
    except OperationalError as error:
        raise LockBusy(
            "Une écriture est en cours dans ce dossier : recommencez dans un instant."
        ) from error


def checked_lock(lock_date: dt.date | None, lock_mode: str) -> None:
    """Let pass a date with those it stops, or neither.

    Raises:
        LockIncomplete: one without the other.
    """
    if lock_mode not in Mode.values or (lock_mode == Mode.NONE) is not (lock_date is None):
        raise LockIncomplete(
            "Indiquez à la fois la date et les personnes qu’elle arrête, ou aucune des deux."
        )


def is_looser(old: tuple[dt.date | None, str], new: tuple[dt.date | None, str]) -> bool:
    """Whether a restriction stops less than the one before: an earlier day, or fewer people."""
    strength = [Mode.NONE, Mode.USERS, Mode.USERS_AND_ADMINS]
    is_earlier = old[0] is not None and (new[0] is None or new[0] < old[0])
    return is_earlier or strength.index(Mode(new[1])) < strength.index(Mode(old[1]))


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def allow_exception(
    dossier: Dossier, *, to: User, reason: str, until: dt.datetime, by: User
) -> LockException:
    """Let one person write before the lock date, until a moment (excluded).

    Raises:
        ExceptionRefused: no reason, or a moment that has passed.
    """
    if not reason.strip():
        raise ExceptionRefused("Indiquez le motif de l’exception : il est conservé.")
    if until <= timezone.now():
        raise ExceptionRefused("L’exception doit se terminer dans le futur.")
    with transaction.atomic():
        made: LockException = LockException.objects.create(
            dossier=dossier, user=to, reason=reason.strip()[:300], until=until, created_by=by.pk
        )
        audit.record(
            "clients.lock_exception_allowed", by=by, dossier_id=dossier.pk, to=to.pk,
            until=until.isoformat(), reason=made.reason,
        )  # fmt: skip
    return made


def end_exception(dossier: Dossier, exception: LockException, *, by: User) -> None:
    """End an exception now."""
    with transaction.atomic():
        running = LockException.objects.filter(pk=exception.pk, until__gt=timezone.now())
        if running.update(until=timezone.now()):
            audit.record(
                "clients.lock_exception_ended", by=by, dossier_id=dossier.pk, of=exception.user_id
            )


def refuse_locked(dossier: Dossier, *, since: dt.date) -> None:
    """Say beforehand that the guards would refuse to touch anything dated from `since` on.

    Raises:
        PeriodLocked: `since` is locked for the person in scope.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT until, mode FROM app_lock_dates() WHERE dossier = %s AND pass = ''"
            " AND until >= %s",
            (dossier.pk, since),
        )
        row = cursor.fetchone()
    if row:
        raise PeriodLocked(_sentence(*row))


def _sentence(until: dt.date, mode: str) -> str:
    way = (
        "Demandez à un administrateur du cabinet."
        if mode == Mode.USERS
        else "Seule une exception motivée, donnée par un administrateur du cabinet, le permet."
    )
    return f"La période est verrouillée jusqu’au {date_fr(until)} inclus. {way}"


def _refusal(detail: str) -> PeriodLocked:
    """The sentence for what a guard of the database refused."""
    until, mode, _met = detail.split()
    return PeriodLocked(_sentence(dt.date.fromisoformat(until), mode))


def describe_exception(exception: LockException) -> str:
    """« jusqu’au 12/06/2026 à 18 h 00 »."""
    return f"jusqu’au {datetime_fr(exception.until)}"


guard("lock_date", _refusal)
