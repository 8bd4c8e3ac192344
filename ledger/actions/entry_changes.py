"""Drafts made here, changed in place or copied: guarded, seen by whoever else was at it.

An entry keeps its id, its number and what hangs on it.  Letterings of lines that stay as they were
stay too; another line's is undone only when the person has said so.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import connection, transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, Conflict
from firm.models import User
from ledger.actions.entries import (
    Line,
    NewEntry,
    create_entry,
    guarded,
    hold_books,
    write_entries,
)
from ledger.actions.letterings import undo_letterings
from ledger.actions.new_entries import check
from ledger.actions.scripts import statements
from ledger.models import (
    BankTransaction,
    Entry,
    EntryLine,
    FiscalYear,
    Invoice,
)


class EntryNotEditable(BusinessError):
    """It is validated, came with a file, follows a piece, or its year is not open; says which."""

    code = "entry_not_editable"
    title = "Écriture non modifiable"


class EntryChanged(Conflict):
    """Somebody else has changed or removed the entry since it was read."""

    code = "entry_changed"
    title = "Écriture modifiée entre-temps"


class EntryLettered(BusinessError):
    """A lettered line would change; `details.letterings` name the codes that would be undone."""

    code = "entry_lettered"
    title = "Lettrage à défaire"


def version_of(entry: Entry, lines: Iterable[EntryLine]) -> str:
    """What the entry says, as sixteen hexadecimal digits: other content, another version."""
    head = (entry.journal_id, entry.date, entry.piece_ref, entry.piece_date, entry.label)
    rows = [
        (line.line_no, line.account_id, line.third_party_id, line.label, line.debit, line.credit,
         line.lettering_id)
        for line in lines
    ]  # fmt: skip
    return hashlib.sha256(repr((head, sorted(rows))).encode()).hexdigest()[:16]


def why_not_editable(entry: Entry) -> str:
    """The sentence that says why an entry cannot be changed here; empty for one that can.

    `entry` comes with its `fiscal_year`; at most two queries.
    """
    name = f"L’écriture {entry.number}"
    if entry.state != Entry.State.DRAFT:
        return f"{name} est validée : elle ne se modifie plus. Passez une contre-passation."
    if entry.fec_import_id is not None:
        return f"{name} vient d’un fichier : passez une écriture de correction."
    if entry.is_opening:
        return f"{name} est un à-nouveau : elle suit les comptes de l’exercice précédent."
    if entry.fiscal_year.state != FiscalYear.State.OPEN:
        state = entry.fiscal_year.get_state_display().lower()
        return f"L’exercice de cette écriture est {state} : elle ne se modifie plus."
    return _piece_of(entry, name)


def _piece_of(entry: Entry, name: str) -> str:
    if Invoice.objects.filter(entry=entry.pk).exists():
        return f"{name} suit une facture : modifiez la facture, puis comptabilisez-la de nouveau."
    if BankTransaction.objects.filter(entry=entry.pk).exists():
        return f"{name} suit une opération bancaire : modifiez-la depuis la banque."
    return ""


@transaction.atomic
def change_entry(
    dossier: Dossier,
    entry_id: int,
    wanted: NewEntry,
    *,
    version: str,
    by: User,
    unletter: bool = False,
) -> Entry:
    """Give a draft made here another head and other lines; its id and number stay.

    `version` is that of the entry as the person read it (`version_of`).

    Raises:
        EntryChanged: it is not what the person read, or it is gone.
        EntryNotEditable: see there.
        EntryLettered: a lettered line would change and `unletter` was not said.
        EntryIncomplete, EntryUnbalanced, NoOpenYear, PeriodLocked: as `create_entry`.
    """
    check(wanted.lines)
    held, lines = _hold(dossier, entry_id, version)
    before = told(held, lines)
    lost = _undo_changed(dossier, lines, wanted.lines, unletter=unletter)
    kept = [] if lost else [line for line in lines if line.lettering_id]
    with guarded():
        _take_lines(dossier.id, entry_id)
        write_entries(dossier, [replace(wanted, id=entry_id)], by=by)
    for line in kept:
        EntryLine.objects.filter(entry=entry_id, line_no=line.line_no).update(
            lettering=line.lettering_id, lettering_code=line.lettering_code,
            lettered_on=line.lettered_on,
        )  # fmt: skip
    made: Entry = Entry.objects.get(pk=entry_id)
    audit.record(
        "ledger.entry_changed", by=by, dossier_id=dossier.id, entry=made.id, number=made.number,
        date=made.date.isoformat(), debit=made.debit, before=before, letterings=lost,
    )  # fmt: skip
    return made


def _hold(dossier: Dossier, entry_id: int, version: str) -> tuple[Entry, list[EntryLine]]:
    """The entry and its lines, held; other writers of the books wait."""
    hold_books(dossier.id)
    held = (
        Entry.objects.select_related("fiscal_year")
        .select_for_update(of=("self",), no_key=True)
        .filter(dossier=dossier, pk=entry_id)
        .first()
    )
    if held is None:
        raise EntryChanged("Cette écriture a été retirée entre-temps. Votre saisie est gardée ici.")
    if why := why_not_editable(held):
        raise EntryNotEditable(why)
    lines = list(EntryLine.objects.filter(entry=entry_id).order_by("line_no"))
    if version_of(held, lines) != version:
        raise EntryChanged(
            f"L’écriture {held.number} a été modifiée entre-temps par une autre personne."
            " Rouvrez-la pour voir ce qu’elle contient, puis reprenez votre modification."
        )
    return held, lines


def _undo_changed(
    dossier: Dossier, lines: Sequence[EntryLine], wanted: Sequence[Line], *, unletter: bool
) -> list[str]:
    """Undo the letterings of the entry if one of their lines changes; answers their codes."""
    lettered = [line for line in lines if line.lettering_id]
    if all(_stays(line, wanted) for line in lettered):
        return []
    if not unletter:
        codes = sorted({line.lettering_code or "" for line in lettered})
        raise EntryLettered(
            f"Une ligne lettrée change ({', '.join(codes)}) : ce lettrage sera défait. Enregistrez"
            " de nouveau pour confirmer.",
            letterings=codes,
        )
    return undo_letterings(dossier.id, [lettered[0].entry_id])


def _stays(line: EntryLine, wanted: Sequence[Line]) -> bool:
    """Whether the line of the same rank has the same account, third party and amounts."""
    if not 0 < line.line_no <= len(wanted):
        return False
    new = wanted[line.line_no - 1]
    return (new.account_id, new.third_party_id, new.debit, new.credit) == (
        line.account_id, line.third_party_id, line.debit, line.credit,
    )  # fmt: skip


def _take_lines(dossier_id: int, entry_id: int) -> None:
    """Take the lines of an entry out of the books and of the sums; the entry stays for others."""
    (removal,) = statements("unpost")
    with connection.cursor() as cursor:
        cursor.execute(removal.text, {"dossier": dossier_id, "entries": [entry_id], "keep": True})


def told(entry: Entry, lines: Iterable[EntryLine]) -> dict[str, object]:
    """What an entry says, for the trail."""
    return {
        "journal": entry.journal_id,
        "date": entry.date.isoformat(),
        "piece_ref": entry.piece_ref,
        "label": entry.label,
        "lines": [[x.account_id, x.third_party_id, x.debit, x.credit, x.label] for x in lines],
    }


def copy_entry(entry: Entry, *, date: dt.date, by: User, piece_ref: str = "") -> Entry:
    """Write the same lines again as a draft of another day; letterings are not copied.

    Any entry may be copied, an imported or a validated one too.

    Raises:
        NoOpenYear, PeriodLocked, EntryIncomplete: as `create_entry`.
    """
    rows = EntryLine.objects.filter(entry=entry.pk).order_by("line_no")
    lines = [
        Line.of(
            row.account_id, row.debit - row.credit, third_party_id=row.third_party_id,
            label=row.label, foreign_amount=row.foreign_amount, currency=row.currency,
        )
        for row in rows
    ]  # fmt: skip
    return create_entry(
        dossier=entry.dossier, journal=entry.journal, date=date, lines=lines, by=by,
        piece_ref=piece_ref, label=entry.label, shape=entry.shape,
    )  # fmt: skip
