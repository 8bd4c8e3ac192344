"""Recurring entries (abonnements): set up, stopped, and written as drafts, each occurrence once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, NotFound
from firm.models import User
from ledger.actions.entries import NewEntry, hold_books, remove_entries, write_entries
from ledger.actions.entry_typing import named, resolved
from ledger.entry_formulas import cells, dated, next_after
from ledger.entry_rows import Fault, TypedEntry, read_entry
from ledger.models import EntryOrigin, EntryTemplate, RecurringEntry

MOST = 120  # occurrences written at once


class RecurringInvalid(BusinessError):
    """Its last day precedes its first, or its template needs an amount."""

    code = "recurring_entry_invalid"
    title = "Abonnement à compléter"


class NothingDue(BusinessError):
    """No occurrence is due, or one of them cannot be written."""

    code = "recurring_nothing_due"
    title = "Rien à écrire"


@dataclass
class Due:
    """One occurrence to be written: its day, what it would be, or why it cannot."""

    recurring: RecurringEntry
    day: dt.date
    typed: TypedEntry
    entry: NewEntry | None = None

    @property
    def faults(self) -> list[Fault]:
        """What keeps it from being written."""
        return self.typed.faults

    @property
    def debit(self) -> int:
        """One side of it, in cents."""
        return sum(line.debit or 0 for line in self.typed.lines)


@transaction.atomic
def save_recurring(
    dossier: Dossier,
    row: RecurringEntry | None,
    *,
    template: EntryTemplate,
    rhythm: int,
    since: dt.date,
    until: dt.date | None,
    amount: int | None,
    by: User,
) -> RecurringEntry:
    """Set up a recurring entry, or change what is still to be written of one.

    Both days are included; `amount` in cents is what the shares of the template are of.

    Raises:
        RecurringInvalid: the last day precedes the first, or the template needs an amount.
    """
    if until is not None and until < since:
        raise RecurringInvalid("L’abonnement se termine avant de commencer : corrigez les dates.")
    hows = {line["how"] for line in template.lines}
    if "free" in hows:
        raise RecurringInvalid("Ce modèle a un montant à saisir : donnez-lui un montant fixe.")
    if "share" in hows and not amount:
        raise RecurringInvalid("Indiquez le montant dont le modèle prend des parts.")
    kept = row or RecurringEntry(dossier=dossier, created_by=by.id)
    kept.template, kept.rhythm, kept.amount = template, rhythm, amount
    kept.since, kept.until = since, until
    kept.next_on = _bounded(kept, _first_unwritten(kept) if row else since)
    kept.save(force_insert=row is None)
    audit.record(
        "ledger.recurring_entry_saved", by=by, dossier_id=dossier.id, recurring=kept.id,
        name=template.name,
    )  # fmt: skip
    return kept


def _first_unwritten(row: RecurringEntry) -> dt.date:
    """The first day, or that after the last occurrence written."""
    written = EntryOrigin.objects.filter(recurring=row.pk).order_by("-due_on").first()
    if written is None or written.due_on < row.since:
        return row.since
    return next_after(row.since, row.rhythm, written.due_on)


def _bounded(row: RecurringEntry, day: dt.date) -> dt.date | None:
    return None if row.until is not None and day > row.until else day


@transaction.atomic
def switch_recurring(row: RecurringEntry, *, by: User) -> None:
    """Stop a recurring entry, or let it go on; occurrences missed meanwhile are due again."""
    RecurringEntry.objects.filter(pk=row.pk).update(is_active=not row.is_active)
    audit.record(
        "ledger.recurring_entry_switched", by=by, dossier_id=row.dossier_id, recurring=row.pk,
        active=not row.is_active,
    )  # fmt: skip


def prepare_due(dossier: Dossier, until: dt.date) -> list[Due]:
    """Every occurrence up to a day, included, ready or with its faults; in five queries at most."""
    rows = RecurringEntry.objects.filter(
        dossier=dossier, is_active=True, next_on__lte=until
    ).select_related("template")
    found = [
        _typed(row, day) for row in rows.order_by("next_on", "id") for day in _days(row, until)
    ]
    found = sorted(found, key=lambda due: (due.day, due.recurring.pk))[:MOST]
    parts = named([due.typed for due in found], dossier)
    for due in found:
        due.entry = resolved(due.typed, parts)
    return found


def _days(row: RecurringEntry, until: dt.date) -> Iterator[dt.date]:
    day = row.next_on
    while day is not None and day <= until:
        yield day
        day = _bounded(row, next_after(row.since, row.rhythm, day))


def _typed(row: RecurringEntry, day: dt.date) -> Due:
    template = row.template
    typed = read_entry(
        template.journal, day.isoformat(), dated(template.piece_ref, day),
        cells(template.lines, label=template.label, day=day, amount=row.amount), today=day,
    )  # fmt: skip
    return Due(row, day, typed)


@transaction.atomic
def write_due(dossier: Dossier, until: dt.date, *, by: User) -> list[int]:
    """Write every occurrence up to a day as a draft, all or none; answers their ids.

    Two who ask at once write each occurrence once: the second finds nothing due.

    Raises:
        NothingDue: nothing is due, or an occurrence cannot be written as it stands.
        NoOpenYear, PeriodLocked: as `create_entry`.
    """
    hold_books(dossier.id)
    list(RecurringEntry.objects.select_for_update().filter(dossier=dossier).order_by("id"))
    found = prepare_due(dossier, until)
    faulty = [due for due in found if due.entry is None]
    if faulty:
        first = faulty[0]
        raise NothingDue(f"{first.recurring.template.name} : {first.faults[0].message}")
    if not found:
        raise NothingDue("Aucun abonnement n’est dû à cette date.")
    ids = write_entries(dossier, [due.entry for due in found if due.entry], by=by)
    EntryOrigin.objects.bulk_create(
        EntryOrigin(
            dossier=dossier, entry_id=pk, recurring=due.recurring, due_on=due.day, batch=ids[0]
        )
        for pk, due in zip(ids, found, strict=True)
    )
    _move_on(found)
    audit.record(
        "ledger.recurring_entries_written", by=by, dossier_id=dossier.id, count=len(ids),
        until=until.isoformat(), entries=ids, debit=sum(due.debit for due in found),
    )  # fmt: skip
    return ids


def _move_on(found: Sequence[Due]) -> None:
    """Each recurring entry goes on after its last occurrence written."""
    last = {due.recurring.pk: due for due in found}
    for due in last.values():
        row = due.recurring
        row.next_on = _bounded(row, next_after(row.since, row.rhythm, due.day))
    RecurringEntry.objects.bulk_update([due.recurring for due in last.values()], ["next_on"])


@transaction.atomic
def undo_written(dossier: Dossier, batch: int, *, by: User) -> int:
    """Take back the drafts written together; they are due again.  Answers how many went.

    Raises:
        NotFound: nothing was written under this number, or all of it is gone.
        EntryNotRemovable, PeriodLocked: as `remove_entries`; nothing goes then.
    """
    hold_books(dossier.id)
    origins = list(
        EntryOrigin.objects.filter(dossier=dossier, batch=batch, recurring__isnull=False)
        .select_related("recurring").order_by("due_on")
    )  # fmt: skip
    ids = [origin.entry_id for origin in origins if origin.entry_id]
    if not ids:
        raise NotFound("Ces écritures ont déjà été retirées.")
    remove_entries(dossier.id, ids, by=by)
    first: dict[int, dt.date] = {}
    for origin in origins:
        first.setdefault(origin.recurring_id, origin.due_on)
    EntryOrigin.objects.filter(pk__in=[origin.pk for origin in origins]).delete()
    for pk, day in first.items():
        later = EntryOrigin.objects.filter(recurring=pk, due_on__gte=day).exists()
        if not later:
            RecurringEntry.objects.filter(pk=pk).update(next_on=day)
    audit.record(
        "ledger.recurring_entries_undone", by=by, dossier_id=dossier.id, count=len(ids),
        entries=ids,
    )  # fmt: skip
    return len(ids)
