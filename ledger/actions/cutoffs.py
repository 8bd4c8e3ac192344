"""Cut-offs: what they are about, their entries at a closing, and the reversals on the next day."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, Conflict, NotFound
from firm.models import User
from ledger.actions.asset_charges import live_entries
from ledger.actions.entries import Line, NewEntry, hold_books, remove_entries, write_entries
from ledger.actions.posting_rows import account_ids, make_journal
from ledger.assets.days import DAY
from ledger.models import CutOff, CutOffWriting
from ledger.queries.asset_accounts import Chart, misc_journal
from ledger.queries.cutoffs import (
    INCOMES,
    AtClosing,
    at_closing,
    lines_of,
    mark,
    reversals_due,
    reversible_days,
    written_of,
)
from ledger.queries.posting_accounts import Chosen
from ledger.queries.years import Year

FIELDS = (
    "kind", "label", "account", "amount", "vat", "since", "until", "year_end", "source_entry_id",
    "source_line_no",
)  # fmt: skip
Kind = CutOff.Kind
WITH_VAT = (Kind.ACCRUED_PURCHASE, Kind.ACCRUED_SALE)


class CutOffInvalid(BusinessError):
    """A value that no entry can be made of; `details` name its field."""

    code = "cutoff_invalid"
    title = "Régularisation incomplète"


class CutOffWritten(BusinessError):
    """Its entry stands in the books: it does not change any more."""

    code = "cutoff_written"
    title = "Régularisation déjà écrite"


class NoCutOffDue(BusinessError):
    """Nothing remains to be written at this closing."""

    code = "no_cutoff_due"
    title = "Rien à régulariser"


class CutOffPreviewStale(Conflict):
    """Cut-offs have changed since the preview."""

    code = "cutoff_preview_stale"
    title = "Aperçu dépassé"


@dataclass(frozen=True, slots=True)
class CutOffBatch:
    """What was written together."""

    id: uuid.UUID
    entries: int
    reversals: int


@transaction.atomic
def save_cutoff(dossier: Dossier, cutoff: CutOff | None, *, by: User, **fields: Any) -> CutOff:
    """Write a cut-off down, or change one that is not written yet.

    Raises:
        CutOffInvalid: an amount, an account or a service that no entry can be made of.
        CutOffWritten: its entry stands in the books.
    """
    hold_books(dossier.id)
    kept = cutoff or CutOff(dossier=dossier, created_by=by.id)
    if cutoff is not None:
        kept = CutOff.objects.select_for_update().get(pk=cutoff.pk)
        _refuse_written(kept)
    for name in FIELDS:
        if name in fields:
            setattr(kept, name, fields[name])
    if not kept.is_spread:
        kept.since = kept.until = None
    check_cutoff(kept)
    kept.save(force_insert=cutoff is None)
    audit.record(
        "ledger.cutoff_saved", by=by, dossier_id=dossier.id, cutoff=kept.id, kind=kept.kind,
        label=kept.label, amount=kept.amount,
    )  # fmt: skip
    return kept


def check_cutoff(cutoff: CutOff) -> None:
    """Refuse what no entry can be made of.

    Raises:
        CutOffInvalid: so it is; `field` names what to correct.
    """
    income = cutoff.kind in INCOMES
    side = "7" if income else "6"
    said = "de produit (classe 7)" if income else "de charge (classe 6)"
    faults = (
        ("label", not cutoff.label, "Donnez un libellé."),
        ("amount", cutoff.amount <= 0, "Donnez un montant hors taxes positif."),
        ("vat", cutoff.vat < 0, "La TVA ne peut être négative."),
        ("vat", cutoff.vat > 0 and cutoff.kind not in WITH_VAT,
         "Seules les factures non parvenues et à établir portent de la TVA."),
        ("account", not cutoff.account.startswith(side),
         f"«\u00a0{cutoff.account}\u00a0» n’est pas un compte {said}."),
        ("until", cutoff.is_spread and (cutoff.since is None or cutoff.until is None),
         "Donnez le premier et le dernier jour de la prestation."),
        ("until", bool(cutoff.since and cutoff.until and cutoff.since > cutoff.until),
         "La prestation finit avant de commencer\u00a0: corrigez l’une des deux dates."),
        ("until", bool(cutoff.is_spread and cutoff.until and cutoff.until <= cutoff.year_end),
         f"La prestation finit avant la clôture du {cutoff.year_end:%d/%m/%Y}\u00a0: il n’y a rien"
         " à reporter."),
    )  # fmt: skip
    for field, is_wrong, message in faults:
        if is_wrong:
            raise CutOffInvalid(message, field=field)


@transaction.atomic
def remove_cutoff(cutoff: CutOff, *, by: User) -> None:
    """Take a cut-off away.

    Raises:
        CutOffWritten: its entry stands in the books.
    """
    hold_books(cutoff.dossier_id)
    _refuse_written(cutoff)
    CutOffWriting.objects.filter(cutoff=cutoff.id).delete()
    CutOff.objects.filter(pk=cutoff.pk).delete()
    audit.record(
        "ledger.cutoff_removed", by=by, dossier_id=cutoff.dossier_id, cutoff=cutoff.pk,
        label=cutoff.label, amount=cutoff.amount,
    )  # fmt: skip


def _refuse_written(cutoff: CutOff) -> None:
    if written_of(cutoff):
        raise CutOffWritten(
            f"L’écriture de «\u00a0{cutoff.label}\u00a0» est passée\u00a0: annulez-la d’abord."
        )


@transaction.atomic
def write_cutoffs(dossier: Dossier, year: Year, *, by: User, seen: str = "") -> CutOffBatch:
    """Write the entries due at a closing, and their reversals where the next day is in an open
    year; `seen` is the mark of the preview.

    Raises:
        NoCutOffDue: nothing remains to be written.
        CutOffPreviewStale: something has changed since the preview.
        NoOpenYear, PeriodLocked: the day takes no entry; nothing is written then.
    """
    hold_books(dossier.id)
    due = [row for row in at_closing(dossier, year.end) if row.state == "due"]
    if not due:
        raise NoCutOffDue("Toutes les régularisations de cet exercice sont écrites.")
    if seen and seen != mark(due):
        raise CutOffPreviewStale(
            "Les régularisations ont changé depuis l’aperçu\u00a0: relisez-le, puis confirmez."
        )
    batch, chart = uuid.uuid4(), Chart(dossier)
    reversible = bool(reversible_days(dossier, [year.end]))
    lines = [lines_of(row, chart) for row in due]
    made = _write(dossier, due, lines, by=by)
    back = _write(dossier, due, lines, by=by, reverse=True) if reversible else []
    CutOffWriting.objects.bulk_create(
        CutOffWriting(
            dossier=dossier, cutoff=row.cutoff, closing=year.end, amount=row.cents,
            entry_id=entry, reversal_id=back[rank] if back else None, batch=batch,
            created_by=by.id,
        )
        for rank, (row, entry) in enumerate(zip(due, made, strict=True))
    )  # fmt: skip
    audit.record(
        "ledger.cutoffs_written", by=by, dossier_id=dossier.id, batch=str(batch),
        date=year.end.isoformat(), entries=len(made), reversals=len(back),
    )  # fmt: skip
    return CutOffBatch(batch, len(made), len(back))


def _write(
    dossier: Dossier, rows: Sequence[AtClosing], lines: Sequence[list[tuple[Chosen, int]]], *,
    by: User, reverse: bool = False,
) -> list[int]:  # fmt: skip
    """Write the entries, or their reversals on the next day; answers the ids in order."""
    journal = make_journal(dossier, misc_journal(dossier))
    ids = account_ids(dossier, [account for each in lines for account, _cents in each])
    sign, before = (-1, "Contre-passation · ") if reverse else (1, "")
    wanted = [
        NewEntry(
            journal, row.closing + DAY if reverse else row.closing,
            [Line.of(ids[account.number], sign * cents) for account, cents in each],
            label=f"{before}{row.label}"[:500],
        )
        for row, each in zip(rows, lines, strict=True)
    ]  # fmt: skip
    return write_entries(dossier, wanted, by=by)


@transaction.atomic
def reverse_due(dossier: Dossier, *, by: User) -> int:
    """Write every reversal due whose day lies in an open year; answers how many.

    Raises:
        NoCutOffDue: there is none.
        PeriodLocked: a day is locked for this person; nothing is written then.
    """
    hold_books(dossier.id)
    waiting = reversals_due(dossier)
    days = reversible_days(dossier, {one.closing for one in waiting})
    if not days:
        raise NoCutOffDue(
            "Aucune contre-passation à écrire\u00a0: ouvrez l’exercice suivant s’il ne l’est pas."
        )
    chart, count = Chart(dossier), 0
    for closing in sorted(days):
        same = [one for one in waiting if one.closing == closing]
        cutoffs = CutOff.objects.in_bulk([one.cutoff_id for one in same])
        rows = [AtClosing(cutoffs[one.cutoff_id], closing, one.amount, one) for one in same]
        made = _write(dossier, rows, [lines_of(row, chart) for row in rows], by=by, reverse=True)
        done = [
            CutOffWriting(dossier=dossier, pk=one.id, reversal_id=entry)
            for one, entry in zip(same, made, strict=True)
        ]
        CutOffWriting.objects.bulk_update(done, ["reversal_id"])
        count += len(made)
    audit.record("ledger.cutoffs_reversed", by=by, dossier_id=dossier.id, entries=count)
    return count


@transaction.atomic
def undo_cutoffs(dossier: Dossier, batch: uuid.UUID, *, by: User) -> int:
    """Take the entries of a batch away, with their reversals; answers how many.

    Raises:
        NotFound: it is undone already.
        EntryNotRemovable, PeriodLocked: an entry is validated, or its year takes no change.
    """
    hold_books(dossier.id)
    held = list(CutOffWriting.objects.filter(dossier=dossier, batch=batch))
    if not held:
        raise NotFound("Ces régularisations sont déjà annulées.")
    entries = live_entries([pk for row in held for pk in (row.entry_id, row.reversal_id)])
    if entries:
        remove_entries(dossier.id, entries, by=by)
    CutOffWriting.objects.filter(pk__in=[row.pk for row in held]).delete()
    audit.record(
        "ledger.cutoffs_undone", by=by, dossier_id=dossier.id, batch=str(batch),
        entries=len(entries),
    )  # fmt: skip
    return len(entries)
