"""Which entry takes another one back."""

from __future__ import annotations

from ledger.models import Entry

SHAPE = "reversal"
_HEAD = "Contre-passation de "


def label_of(entry: Entry) -> str:
    """The label of an entry that takes `entry` back; its number is unique in its journal's year."""
    return f"{_HEAD}{entry.journal.code} {entry.number} du {entry.date:%d/%m/%Y}"[:500]


def reversal_of(entry: Entry) -> Entry | None:
    """The entry that takes this one back, in one query on the entries made here since."""
    found: Entry | None = (
        Entry.objects.filter(
            dossier=entry.dossier_id, fec_import__isnull=True, date__gte=entry.date, shape=SHAPE,
            journal=entry.journal_id, label=label_of(entry),
        )
        .order_by("date", "id")
        .first()
    )  # fmt: skip
    return found
