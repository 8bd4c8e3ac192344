"""Entries made here: written and taken away with their sums, few statements however many they are.

A draft counts in every balance.  Its number is `BR-` and its id: it cannot be one of the gapless
numbers that a validation gives, which never begin so.  What guards the books (lock date, validated
entries, balance) is the database's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection, transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, refusal_of
from firm.formats import date_fr
from firm.models import User
from ledger.actions.letterings import undo_letterings
from ledger.actions.new_entries import Line, NewEntry, arrays, check
from ledger.actions.scripts import statements
from ledger.actions.summaries import follow_review
from ledger.models import Entry, FiscalYear, Journal
from ledger.queries.posting_refusals import calendar
from ledger.queries.write_offs import write_offs_with

__all__ = [
    "EntryNotRemovable",
    "Line",
    "NewEntry",
    "NoOpenYear",
    "Removed",
    "create_entry",
    "guarded",
    "hold_books",
    "hold_years",
    "remove_entries",
    "remove_entry",
    "write_entries",
]


class NoOpenYear(BusinessError):
    """No open fiscal year contains the date; `details` say which one would."""

    code = "no_open_year"
    title = "Aucun exercice ouvert à cette date"


class EntryNotRemovable(BusinessError):
    """The entry is validated, came with a file, or its year is closed or locked."""

    code = "entry_not_removable"
    title = "Écriture définitive"


@dataclass(frozen=True, slots=True)
class Removed:
    """What went: entries, and the codes of the letterings that were undone with them."""

    entries: int
    letterings: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """« Le lettrage AB est défait. », or nothing."""
        codes = ", ".join(self.letterings[:5])
        if not self.letterings:
            return ""
        one = len(self.letterings) == 1
        return f"Le lettrage {codes} est défait." if one else f"Les lettrages {codes} sont défaits."


def create_entry(  # noqa: PLR0913 (the parts of an entry, each by its name)
    *,
    dossier: Dossier,
    journal: Journal,
    date: dt.date,
    lines: Sequence[Line],
    by: User,
    piece_ref: str = "",
    piece_date: dt.date | None = None,
    label: str = "",
    shape: str = "misc",
) -> Entry:
    """Write one balanced draft into the open year that contains `date`.

    Raises:
        EntryIncomplete: fewer than two lines, or a line without exactly one positive amount.
        EntryUnbalanced: debit and credit differ.
        NoOpenYear: no open year contains the date.
        PeriodLocked: the date is locked for this person.
    """
    wanted = NewEntry(journal.id, date, lines, piece_ref, piece_date, label, shape)
    (made_id,) = write_entries(dossier, [wanted], by=by)
    made: Entry = Entry.objects.get(pk=made_id)
    audit.record(
        "ledger.entry_created", by=by, dossier_id=dossier.id, entry=made.id, number=made.number,
        journal=journal.code, date=date.isoformat(), debit=made.debit,
    )  # fmt: skip
    return made


def write_entries(dossier: Dossier, wanted: Sequence[NewEntry], *, by: User) -> list[int]:
    """Write many drafts in three statements; answers their ids in order.  The caller audits them.

    Raises:
        EntryIncomplete, EntryUnbalanced, NoOpenYear, PeriodLocked: as `create_entry`; nothing is
            written then.
    """
    del by  # who acts is in the scope: the lock date's guard reads it there
    for entry in wanted:
        check(entry.lines)
    if not wanted:
        return []
    with guarded(), transaction.atomic():
        years = hold_years(dossier, [entry.date for entry in wanted])
        (statement,) = statements("post")
        with connection.cursor() as cursor:
            cursor.execute(statement.text, arrays(dossier, wanted, years))
            made = [made_id for (made_id,) in cursor.fetchall()]
        follow_review(dossier.id)
        return made


class guarded:  # noqa: N801 (read as a word of the statement)
    """Say what a guard of the database refuses in the block as the refusal that it means."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        if isinstance(error, IntegrityError) and (meant := refusal_of(error)):
            raise meant from error


def hold_years(dossier: Dossier, dates: Iterable[dt.date]) -> dict[dt.date, int]:
    """The id of the open year of each date, their rows held until the transaction ends.

    Held, two writers of a year's sums follow one another, and none meets a closing.

    Raises:
        NoOpenYear: a date lies in no open year.
    """
    days = sorted(set(dates))
    held = list(
        FiscalYear.objects.select_for_update(no_key=True)
        .filter(dossier=dossier, start__lte=days[-1], end__gte=days[0])
        .order_by("id")
    )
    found = {
        day: next((year for year in held if year.start <= day <= year.end), None) for day in days
    }
    for day, year in found.items():
        if year is None or year.state != FiscalYear.State.OPEN:
            raise _no_year(day, year)
    return {day: year.id for day, year in found.items() if year}


def _no_year(day: dt.date, year: FiscalYear | None) -> NoOpenYear:
    if year is None:
        return NoOpenYear(
            f"Aucun exercice ne contient le {date_fr(day)}. Ouvrez l’exercice de cette date"
            " (menu « Exercices »), puis recommencez.",
            date=day.isoformat(),
        )
    state = year.get_state_display().lower()
    return NoOpenYear(
        f"L’exercice du {date_fr(year.start)} au {date_fr(year.end)} est {state} : il ne reçoit"
        " plus d’écriture. Choisissez une date dans un exercice ouvert.",
        date=day.isoformat(), state=year.state,
    )  # fmt: skip


def remove_entry(entry: Entry, *, by: User) -> Removed:
    """Take one draft made here away; letterings of its lines are undone, and named in the answer.

    Raises:
        EntryNotRemovable: it is validated, came with a file, or its year is not open.
        PeriodLocked: its date is locked for this person.
    """
    number, debit, day = entry.number, entry.debit, entry.date
    removed = remove_entries(entry.dossier_id, [entry.id], by=by)
    audit.record(
        "ledger.entry_removed", by=by, dossier_id=entry.dossier_id, entry=entry.id, number=number,
        date=day.isoformat(), debit=debit, letterings=removed.letterings,
    )  # fmt: skip
    return removed


def remove_entries(dossier_id: int, entry_ids: Sequence[int], *, by: User) -> Removed:
    """Take drafts made here away, all or none, in a constant number of statements.

    What was written off to letter their lines goes with them, unless its day is shut.  The caller
    audits them.  Nothing may point to them any more (an invoice, a bank transaction).

    Raises:
        EntryNotRemovable, PeriodLocked: as `remove_entry`; nothing is removed then.
    """
    del by  # who acts is in the scope: the lock date's guard reads it there
    with guarded(), transaction.atomic():
        gone_ids = [*entry_ids, *_free_write_offs(dossier_id, entry_ids)]
        _hold_removable(gone_ids)
        undone = undo_letterings(dossier_id, gone_ids)
        (removal,) = statements("unpost")
        with connection.cursor() as cursor:
            gone: dict[str, Any] = {
                "dossier": dossier_id,
                "entries": gone_ids,
                "keep": False,
            }
            cursor.execute(removal.text, gone)
        follow_review(dossier_id)
    return Removed(len(entry_ids), undone)


def _free_write_offs(dossier_id: int, entry_ids: Sequence[int]) -> list[int]:
    """The entries of differences that go with these, those of shut days apart."""
    held = write_offs_with(dossier_id, entry_ids)
    if not held:
        return []
    days = calendar(Dossier.objects.get(pk=dossier_id))
    return [entry.id for entry in held if days.refusal(entry.date) is None]


def hold_books(dossier_id: int) -> None:
    """Make other writers of the dossier's books wait until the transaction ends.

    Taken before an invoice or a bank transaction is held, so that no two writers wait for each
    other.
    """
    years = FiscalYear.objects.select_for_update(no_key=True).filter(dossier=dossier_id)
    list(years.order_by("id").values_list("id"))


def _hold_removable(entry_ids: Sequence[int]) -> None:
    """Hold the years of entries that may go, then the entries."""
    asked = Entry.objects.filter(pk__in=entry_ids)
    years = FiscalYear.objects.select_for_update(no_key=True).filter(
        pk__in=asked.order_by().values("fiscal_year")
    )
    for year in years.order_by("id"):
        if year.state != FiscalYear.State.OPEN:
            raise EntryNotRemovable(
                f"L’exercice du {date_fr(year.start)} au {date_fr(year.end)} est"
                f" {year.get_state_display().lower()} : ses écritures ne changent plus."
                " Passez une contre-passation dans l’exercice ouvert."
            )
    held = list(asked.select_for_update())
    if len(held) != len(set(entry_ids)):
        raise EntryNotRemovable("Cette écriture a déjà été retirée.")
    for entry in held:
        if entry.state != Entry.State.DRAFT:
            raise EntryNotRemovable(
                f"L’écriture {entry.number} est validée : elle ne se retire plus."
                " Passez une contre-passation."
            )
        if entry.fec_import_id is not None:
            raise EntryNotRemovable(
                f"L’écriture {entry.number} vient d’un fichier : elle ne se retire qu’avec son"
                " import."
            )
