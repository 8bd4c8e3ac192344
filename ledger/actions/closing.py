"""Locking a year, and closing it: everything validated, the next one opened, never to be undone.

PCG 921-4: closing freezes the chronology; a closed year is never opened again.  The accounts of
classes 6 and 7 are not zeroed by an entry (a FEC must hold none): the result is carried to 120 or
129 by the à-nouveaux.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F, Sum

from clients.models import Dossier
from firm import audit, job_previews
from firm.errors import BusinessError, NotFound
from firm.formats import date_fr
from firm.models import Job, JobItem, User
from ledger.actions.entries import hold_books
from ledger.actions.fec_life import WrongConfirmation
from ledger.actions.openings import write_openings
from ledger.actions.validation import Choice, Progress, validate
from ledger.actions.years import open_year
from ledger.models import Entry, FiscalYear, JournalMonth, YearSeal
from ledger.queries.chain import head_of
from ledger.queries.closings import Closing, foresee_closing
from ledger.queries.openings import next_year, result_of

KIND = "ledger.close_year"
_DAY = dt.timedelta(days=1)


class CannotClose(BusinessError):
    """Something stands in the way; the message says what."""

    code = "year_not_closable"
    title = "Clôture impossible"


class YearStateRefused(BusinessError):
    """A closed year is neither locked nor unlocked."""

    code = "year_state_refused"
    title = "Exercice clos"


class NotAClosing(NotFound):
    """No such job in the dossier."""

    code = "closing_unknown"


def set_locked(dossier: Dossier, year: FiscalYear, *, locked: bool, by: User) -> bool:
    """Lock an open year, or open a locked one again; False if it was so already.

    Raises:
        YearStateRefused: it is closed.
    """
    wanted = FiscalYear.State.LOCKED if locked else FiscalYear.State.OPEN
    with transaction.atomic():
        hold_books(dossier.id)
        year.refresh_from_db()
        if year.state == FiscalYear.State.CLOSED:
            raise YearStateRefused(
                f"L’exercice du {date_fr(year.end)} est clos : un exercice clos ne se rouvre pas."
            )
        if year.state == wanted:
            return False
        FiscalYear.objects.filter(pk=year.pk).update(state=wanted)
        year.state = wanted
        audit.record(
            "ledger.year_locked" if locked else "ledger.year_unlocked", by=by,
            dossier_id=dossier.id, year=year.id, end=year.end.isoformat(),
        )  # fmt: skip
    return True


def preview_closing(dossier: Dossier, year: FiscalYear, *, reason: str = "", by: User) -> Job:
    """Write down what closing a year would do as a job that waits to be confirmed.

    Raises:
        CannotClose: something stands in the way, or the reason for other opening balances lacks.
    """
    found = foresee_closing(dossier, year)
    _refuse(found, reason)
    return job_previews.preview(
        KIND, by=by, dossier_id=dossier.id, firm_id=dossier.firm_id,
        params={"year": year.id, "reason": reason.strip()[:500]},
        result={"preview": found.as_json()}, total=max(found.drafts, 1),
        label=f"Clôture au {date_fr(year.end)}",
    )  # fmt: skip


def confirm_closing(dossier: Dossier, job: Job, *, confirmation: str, by: User) -> None:
    """Have a previewed closing run, if the books are still those that it looked at.

    Raises:
        WrongConfirmation: the word typed is not the dossier's short name.
        job_previews.PreviewExpired, PreviewStale, Busy: see there.
    """
    year = year_of_closing(dossier, job)
    if confirmation.strip() != dossier.slug:
        raise WrongConfirmation(
            f"Pour confirmer, saisissez exactement le nom court du dossier : « {dossier.slug} »."
        )
    with transaction.atomic():
        job_previews.confirm(
            job, by=by, mark=lambda: foresee_closing(dossier, year).mark, is_undoable=False
        )
        audit.record("ledger.closing_confirmed", by=by, dossier_id=dossier.id, job=job.id)


def close_year(
    dossier: Dossier,
    year_id: int,
    *,
    by: User,
    reason: str = "",
    expected: str = "",
    progress: Progress = lambda _done, _total: None,
) -> dict[str, Any]:
    """Close a year in one transaction: drafts validated, next year opened, both sealed.

    `expected` is the mark of a preview.  Answers entries validated, opening lines and result.

    Raises:
        CannotClose: as `preview_closing`.
        job_previews.PreviewStale: the books are not those of the preview.
    """
    with transaction.atomic():
        hold_books(dossier.id)
        year: FiscalYear = FiscalYear.objects.get(dossier=dossier, pk=year_id)
        found = foresee_closing(dossier, year)
        if expected:
            job_previews.refuse_stale(expected, found.mark)
        _refuse(found, reason)
        if found.drafts:
            validate(dossier, Choice(year.id), by=by, progress=progress)
        lines = 0 if found.keeps_openings else _open_next(dossier, year, by=by)
        seal = _seal(dossier, year, by=by)
        FiscalYear.objects.filter(pk=year.pk).update(state=FiscalYear.State.CLOSED)
        audit.record(
            "ledger.year_closed", by=by, dossier_id=dossier.id, year=year.id,
            end=year.end.isoformat(), entries=seal.entry_count, result=seal.result,
            head=bytes(seal.head).hex(), reason=reason,
        )  # fmt: skip
    return {"entries": found.drafts, "lines": lines, "result": seal.result,
            "head": bytes(seal.head).hex()}  # fmt: skip


def year_of_closing(dossier: Dossier, job: Job) -> FiscalYear:
    """The year that a closing of this dossier is about.

    Raises:
        NotAClosing: it is another job, or another dossier's.
    """
    if job.dossier_id != dossier.id or job.kind != KIND:
        raise NotAClosing("Ce travail n’existe pas dans ce dossier.")
    item = JobItem.objects.get(dossier_id=dossier.id, job_id=job.pk)
    found: FiscalYear = FiscalYear.objects.get(dossier=dossier, pk=item.params["year"])
    return found


def _refuse(found: Closing, reason: str) -> None:
    if found.stops:
        raise CannotClose(" ".join(found.stops))
    if found.needs_reason and not reason.strip():
        raise CannotClose(
            "Les à-nouveaux de l’exercice suivant, repris d’un fichier, diffèrent de cette clôture"
            " : indiquez pourquoi, ou corrigez l’un des deux."
        )


def _open_next(dossier: Dossier, year: FiscalYear, *, by: User) -> int:
    """Open the next year if it lacks, write its à-nouveaux and validate them."""
    if next_year(year).year is None:
        start = year.end + _DAY
        open_year(dossier, start=start, end=_a_year_later(start) - _DAY, by=by)
    written = write_openings(dossier, year, by=by)
    if written.entry is None:
        return 0
    validate(dossier, Choice(written.entry.fiscal_year_id, ids=(written.entry.id,)), by=by)
    return written.lines


def _a_year_later(day: dt.date) -> dt.date:
    leap = (day.month, day.day) == (2, 29)
    return dt.date(day.year + 1, 3, 1) if leap else day.replace(year=day.year + 1)


def _seal(dossier: Dossier, year: FiscalYear, *, by: User) -> YearSeal:
    head = head_of(year)
    sums = JournalMonth.objects.filter(fiscal_year=year).aggregate(
        entries=Sum(F("entry_count")), debit=Sum(F("debit"))
    )
    assert not Entry.objects.filter(fiscal_year=year, state=Entry.State.DRAFT).exists()
    made: YearSeal = YearSeal.objects.create(
        dossier=dossier, fiscal_year=year, chain_seq=head.seq, head=head.head,
        entry_count=int(sums["entries"] or 0), debit=int(sums["debit"] or 0),
        result=result_of(year), closed_by=by.id,
    )  # fmt: skip
    return made
