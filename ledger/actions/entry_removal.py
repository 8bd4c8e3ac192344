"""Taking one draft out of the books: into the bin, from which it comes back to the id."""

from __future__ import annotations

from clients.models import Dossier
from firm.models import Job, User
from ledger.actions import bulk
from ledger.actions.entry_changes import EntryNotEditable, why_not_editable
from ledger.models import Entry


def withdraw_entry(dossier: Dossier, entry: Entry, *, by: User) -> Job:
    """Archive one draft made here now; the job can be taken back for thirty days.

    Letterings of its lines are undone, and come back with it.

    Raises:
        EntryNotEditable: it is validated, came with a file, follows a piece, or its year is closed.
        NothingSelected: its day is locked for this person.
        Busy: a destructive job of the dossier is not over.
    """
    if why := why_not_editable(entry):
        raise EntryNotEditable(why)
    return bulk.archive_items(dossier, entries=[entry.id], by=by)
