"""Writing the charges of a year, and taking them back.

What is written is the difference between the plan and what stands in the books: a second run writes
only what has changed since, and takes back what is in excess.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, Conflict, NotFound
from firm.models import User
from ledger.actions.entries import Line, NewEntry, hold_books, remove_entries, write_entries
from ledger.actions.posting_rows import account_ids, make_journal
from ledger.assets.days import Span
from ledger.models import AssetCharge, Entry
from ledger.queries.asset_accounts import Chart, misc_journal
from ledger.queries.asset_charges import BY_ACCOUNT, Drafted, drafted, due_standings, mark
from ledger.queries.years import years_of


class NothingDue(BusinessError):
    """Every charge of the year is written as the plan says."""

    code = "no_charge_due"
    title = "Aucune dotation à écrire"


class PreviewStale(Conflict):
    """The register or the books have changed since the preview."""

    code = "asset_preview_stale"
    title = "Aperçu dépassé"


class ChargesInUse(BusinessError):
    """An asset of the batch has left since: its exit rests on these charges."""

    code = "asset_charges_in_use"
    title = "Dotations reprises dans une sortie"


@dataclass(frozen=True, slots=True)
class WrittenBatch:
    """What was written together: entries, assets and cents of one side."""

    id: uuid.UUID
    entries: int
    assets: int
    total: int


@transaction.atomic
def write_charges(
    dossier: Dossier, span: Span, *, by: User, grouping: str = BY_ACCOUNT, seen: str = ""
) -> WrittenBatch:
    """Write what is due for a fiscal year, dated its last day; `seen` is the mark of the preview.

    Raises:
        NothingDue: the books say what the plan says.
        PreviewStale: something has changed since the preview.
        NoOpenYear, PeriodLocked: the day takes no entry; nothing is written then.
    """
    hold_books(dossier.id)
    due = due_standings(dossier, span, years_of(dossier))
    drafts = drafted(due, Chart(dossier), grouping=grouping, day=span.end)
    if not drafts:
        raise NothingDue(
            f"Toutes les dotations de l’exercice clos le {span.end:%d/%m/%Y} sont écrites."
        )
    if seen and seen != mark(drafts):
        raise PreviewStale(
            "Le registre ou les livres ont changé depuis l’aperçu\u00a0: relisez-le."
        )
    batch = uuid.uuid4()
    write_drafts(dossier, drafts, batch=batch, by=by)
    made = WrittenBatch(
        batch, len(drafts), len({part.asset_id for draft in drafts for part in draft.parts}),
        sum(draft.total for draft in drafts),
    )  # fmt: skip
    audit.record(
        "ledger.asset_charges_written", by=by, dossier_id=dossier.id, batch=str(batch),
        date=span.end.isoformat(), entries=made.entries, assets=made.assets, total=made.total,
    )  # fmt: skip
    return made


def write_drafts(
    dossier: Dossier, drafts: Sequence[Drafted], *, batch: uuid.UUID, by: User
) -> list[int]:
    """Write entries in the journal of miscellaneous ones, and what each stands for; the ids."""
    journal = make_journal(dossier, misc_journal(dossier))
    ids = account_ids(dossier, [account for draft in drafts for account, _cents in draft.lines])
    wanted = [
        NewEntry(
            journal, draft.date,
            [Line.of(ids[account.number], cents) for account, cents in draft.lines],
            label=draft.label,
        )
        for draft in drafts
    ]  # fmt: skip
    made = write_entries(dossier, wanted, by=by)
    AssetCharge.objects.bulk_create(
        AssetCharge(
            dossier=dossier, asset_id=part.asset_id, kind=part.kind, on=draft.date,
            amount=part.cents, entry_id=entry, batch=batch, created_by=by.id,
        )
        for draft, entry in zip(drafts, made, strict=True)
        for part in draft.parts
    )  # fmt: skip
    return made


@transaction.atomic
def undo_charges(dossier: Dossier, batch: uuid.UUID, *, by: User) -> int:
    """Take the entries of a batch away; answers how many.

    Raises:
        NotFound: no charge was written under this number, or it is undone already.
        ChargesInUse: one of its assets has left since.
        EntryNotRemovable, PeriodLocked: an entry is validated, or its year takes no change.
    """
    hold_books(dossier.id)
    rows = AssetCharge.objects.filter(dossier=dossier, batch=batch).select_related("asset")
    held = list(rows)
    if not held:
        raise NotFound("Ces dotations sont déjà annulées.")
    gone = next((row.asset for row in held if row.asset.disposed_on), None)
    if gone is not None:
        raise ChargesInUse(
            f"«\u00a0{gone.label}\u00a0» est sortie depuis\u00a0: annulez d’abord sa sortie."
        )
    entries = live_entries([row.entry_id for row in held])
    if entries:
        remove_entries(dossier.id, entries, by=by)
    AssetCharge.objects.filter(pk__in=[row.pk for row in held]).delete()
    audit.record(
        "ledger.asset_charges_undone", by=by, dossier_id=dossier.id, batch=str(batch),
        entries=len(entries),
    )  # fmt: skip
    return len(entries)


def live_entries(ids: Sequence[int | None]) -> list[int]:
    """Those of these entries that are in the books."""
    wanted = {pk for pk in ids if pk is not None}
    return list(Entry.objects.filter(pk__in=wanted).order_by("id").values_list("pk", flat=True))
