"""Entries from a spreadsheet: received, mapped, previewed, written all together or not, undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO

from django.db import transaction
from django.utils import timezone

from clients.document_kinds import clean_name
from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, Conflict
from firm.formats import date_fr, plural
from firm.models import User
from firm.sheets_read import read_sheet
from ledger import entry_sheets as sheets
from ledger.actions.bulk_pick import locked_until
from ledger.actions.entries import NewEntry, Removed, hold_books, remove_entries, write_entries
from ledger.actions.entry_typing import named, resolved
from ledger.entry_rows import HEAD
from ledger.entry_sheets import SheetEntry, SheetLine
from ledger.models import EntryFile, EntryOrigin, FiscalYear

State = EntryFile.State


class EntryFileUnreadable(BusinessError):
    """It is no spreadsheet, or has no row."""

    code = "entry_file_unreadable"
    title = "Fichier illisible"


class EntryFileFaulty(BusinessError):
    """Some rows are to be corrected: nothing is written before they are."""

    code = "entry_file_faulty"
    title = "Lignes à corriger"


class EntryFileOver(Conflict):
    """It was imported, dropped or undone already."""

    code = "entry_file_over"
    title = "Fichier déjà traité"


@dataclass
class Prepared:
    """What a file would give: its rows with their faults, its entries ready to be written."""

    rows: list[SheetLine]
    entries: list[tuple[SheetEntry, NewEntry]] = field(default_factory=list)

    @property
    def faulty(self) -> list[SheetLine]:
        """The rows to be corrected."""
        return [row for row in self.rows if row.faults]

    @property
    def debit(self) -> int:
        """One side of the entries that are ready, in cents."""
        return sum(line.debit for _sheet, entry in self.entries for line in entry.lines)


def receive_entries(dossier: Dossier, source: IO[bytes], *, name: str, by: User) -> EntryFile:
    """Read a spreadsheet and guess what its columns are.

    Raises:
        EntryFileUnreadable: neither CSV nor XLSX, too large, or without a row.
    """
    heads, rows = read_sheet(
        source, most_bytes=sheets.MOST_BYTES, most_rows=sheets.MOST_ROWS,
        refuse=EntryFileUnreadable,
    )  # fmt: skip
    if not any(cell.strip() for row in rows for cell in row):
        raise EntryFileUnreadable("Ce fichier ne contient aucune ligne sous ses en-têtes.")
    with transaction.atomic():
        made: EntryFile = EntryFile.objects.create(
            dossier=dossier, name=clean_name(name), heads=heads, rows=rows,
            mapping=sheets.guessed(heads), created_by=by.id,
        )  # fmt: skip
        audit.record(
            "ledger.entry_file_received", by=by, dossier_id=dossier.id, file=made.id,
            name=made.name, rows=len(rows),
        )  # fmt: skip
    return made


@transaction.atomic
def map_entry_columns(file: EntryFile, *, mapping: Mapping[str, int], by: User) -> None:
    """Say which column each field comes from.

    Raises:
        EntryFileOver: it is not a preview any more.
    """
    held = _held(file, State.PREVIEWED)
    kept = {
        name: at for name, at in mapping.items()
        if name in sheets.FIELDS and 0 <= at < len(held.heads)
    }  # fmt: skip
    EntryFile.objects.filter(pk=held.pk).update(mapping=kept)
    audit.record(
        "ledger.entry_file_mapped", by=by, dossier_id=held.dossier_id, file=held.id, mapping=kept
    )


def prepare_entries(file: EntryFile) -> Prepared:
    """What the file would give, in five queries, nothing written."""
    rows = sheets.read_lines(file.rows, file.mapping)
    found = sheets.entries_of(rows, today=timezone.localdate())
    parts = named([one.typed for one in found], file.dossier)
    _judge_days(file.dossier, found)
    out = Prepared(rows)
    for one in found:
        entry = resolved(one.typed, parts)
        one.tell()
        if entry is not None and not any(row.faults for row in one.rows):
            out.entries.append((one, entry))
    return out


def _judge_days(dossier: Dossier, found: list[SheetEntry]) -> None:
    """Dates outside the open years, or locked, are faults of the preview already."""
    years = list(FiscalYear.objects.filter(dossier=dossier, state=FiscalYear.State.OPEN))
    locked = locked_until(dossier)
    for one in found:
        day = one.typed.date
        if day is None:
            continue
        if not any(year.start <= day <= year.end for year in years):
            one.typed.fault(HEAD, "date", f"aucun exercice ouvert ne contient le {date_fr(day)}.")
        elif locked is not None and day <= locked:
            one.typed.fault(HEAD, "date", f"la période est verrouillée jusqu’au {date_fr(locked)}.")


@transaction.atomic
def confirm_entries(file: EntryFile, *, by: User) -> int:
    """Write every entry of the file as drafts; answers how many.

    Raises:
        EntryFileOver: it is not a preview any more.
        EntryFileFaulty: a row is to be corrected; nothing is written.
        NoOpenYear, PeriodLocked: as `create_entry`; nothing is written.
    """
    hold_books(file.dossier_id)
    held = _held(file, State.PREVIEWED)
    found = prepare_entries(held)
    if found.faulty or not found.entries:
        count = plural(len(found.faulty), "ligne est", "lignes sont")
        raise EntryFileFaulty(
            f"{count} à corriger : corrigez le fichier, puis déposez-le de nouveau. Rien n’a été"
            " écrit."
        )
    ids = write_entries(held.dossier, [entry for _sheet, entry in found.entries], by=by)
    EntryOrigin.objects.bulk_create(
        (
            EntryOrigin(
                dossier_id=held.dossier_id, entry_id=pk, file=held, line=one.rows[0].line,
                batch=ids[0],
            )
            for pk, (one, _entry) in zip(ids, found.entries, strict=True)
        ),
        batch_size=2000,
    )  # fmt: skip
    EntryFile.objects.filter(pk=held.pk).update(
        state=State.DONE, made=len(ids), debit=found.debit, rows=[], heads=[]
    )
    audit.record(
        "ledger.entries_imported", by=by, dossier_id=held.dossier_id, file=held.id, name=held.name,
        count=len(ids), debit=found.debit,
    )  # fmt: skip
    return len(ids)


@transaction.atomic
def undo_entries(file: EntryFile, *, by: User) -> Removed:
    """Take every entry of the file back, all or none, those changed since too.

    Raises:
        EntryFileOver: it is not imported.
        EntryNotRemovable, PeriodLocked: as `remove_entries`; nothing is removed then.
    """
    hold_books(file.dossier_id)
    held = _held(file, State.DONE)
    origins = EntryOrigin.objects.filter(file=held.pk, entry__isnull=False)
    ids = list(origins.order_by("entry").values_list("entry", flat=True))
    removed = remove_entries(held.dossier_id, ids, by=by) if ids else Removed(0)
    EntryOrigin.objects.filter(file=held.pk).delete()
    EntryFile.objects.filter(pk=held.pk).update(state=State.UNDONE)
    audit.record(
        "ledger.entry_file_undone", by=by, dossier_id=held.dossier_id, file=held.id,
        name=held.name, count=len(ids), letterings=removed.letterings,
    )  # fmt: skip
    return removed


@transaction.atomic
def drop_entries(file: EntryFile, *, by: User) -> None:
    """Put a file aside: nothing was written, and its rows are forgotten.

    Raises:
        EntryFileOver: it is not a preview any more.
    """
    held = _held(file, State.PREVIEWED)
    EntryFile.objects.filter(pk=held.pk).update(state=State.DROPPED, rows=[], heads=[])
    audit.record(
        "ledger.entry_file_dropped", by=by, dossier_id=held.dossier_id, file=held.id,
        name=held.name,
    )  # fmt: skip


def _held(file: EntryFile, wanted: str) -> EntryFile:
    rows = EntryFile.objects.select_for_update(of=("self",)).select_related("dossier")
    held: EntryFile = rows.get(pk=file.pk)
    if held.state != wanted:
        raise EntryFileOver(
            f"Ce fichier est déjà traité ({held.get_state_display().lower()}). Déposez-le de"
            " nouveau pour recommencer."
        )
    return held
