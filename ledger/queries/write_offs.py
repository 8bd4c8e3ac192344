"""The entries of small differences, and the letterings that they settle."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.models import Entry, EntryLine

SHAPE = "write_off"


def write_offs_of(dossier_id: int, lettering_ids: Sequence[int]) -> list[Entry]:
    """The drafts that were written for these letterings, in one query."""
    rows = Entry.objects.filter(
        dossier=dossier_id, shape=SHAPE, state=Entry.State.DRAFT, fec_import=None,
        lines__lettering__in=list(lettering_ids),
    )  # fmt: skip
    return list(rows.order_by("id"))


def write_offs_with(dossier_id: int, entry_ids: Sequence[int]) -> list[Entry]:
    """The drafts that were written to letter lines of these entries, in one query."""
    letterings = EntryLine.objects.filter(
        dossier=dossier_id, entry__in=list(entry_ids), lettering__isnull=False
    ).order_by()
    rows = Entry.objects.filter(
        dossier=dossier_id, shape=SHAPE, state=Entry.State.DRAFT, fec_import=None,
        lines__lettering__in=letterings.values("lettering"),
    ).exclude(pk__in=list(entry_ids))  # fmt: skip
    return list(rows.distinct().order_by("id"))
