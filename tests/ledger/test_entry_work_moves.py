"""What hangs on entries follows them: to another firm, into the bin, away with an import."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest

from clients.models import Document, Dossier
from firm.models import Firm, User
from ledger.actions import recurring_entries
from ledger.actions.entries import remove_entry
from ledger.actions.entry_documents import attach_to_entry
from ledger.actions.entry_files import confirm_entries, receive_entries
from ledger.models import (
    Entry,
    EntryDocument,
    EntryFile,
    EntryOrigin,
    EntryTemplate,
    RecurringEntry,
)
from tests.conftest import open_dossier
from tests.ledger.entry_desk import small_books
from tests.ledger.invoice_desk import document
from tests.ledger.portable_dossiers import exported, run_all, taken_in
from tests.ledger.test_entries import in_step
from tests.ledger.test_entry_sheets import GOOD
from tests.ledger.test_entry_templates import every_month
from tests.ledger.test_fec_flow import DATA, REAL, confirm, send, undo

pytestmark = pytest.mark.django_db(transaction=True)


def worked(dossier: Dossier, by: User) -> None:
    """A recurring entry written once, a sheet imported, a document beside one of its entries."""
    small_books(dossier)
    every_month(dossier, by)
    recurring_entries.write_due(dossier, dt.date(2023, 1, 31), by=by)
    confirm_entries(receive_entries(dossier, io.BytesIO(GOOD.encode()), name="e.csv", by=by), by=by)
    attach_to_entry(Entry.objects.get(piece_ref="A-8"), document(dossier, by), by=by)


def test_it_is_all_there_in_the_other_firm(
    boulangerie: Dossier, alice: User, eve: User, durand: Firm, tmp_path: Path
) -> None:
    with open_dossier(alice, boulangerie):
        worked(boulangerie, alice)
    _job, content = exported(boulangerie, alice)
    other, job = taken_in(durand, eve, content, tmp_path)
    assert job.state == "done", job.error
    with open_dossier(eve, other):
        assert EntryDocument.objects.select_related("entry").get().entry.piece_ref == "A-8"
        assert EntryTemplate.objects.get().lines[2]["third"] == "MOULIN"
        assert RecurringEntry.objects.get().next_on == dt.date(2023, 2, 28)
        assert EntryFile.objects.get().made == 3
        origins = EntryOrigin.objects.select_related("entry").exclude(entry=None)
        assert origins.filter(recurring__isnull=False).get().entry.label == "Loyer janvier 2023"
        recurring_entries.write_due(other, dt.date(2023, 2, 28), by=eve)
        in_step(other)


def test_an_entry_removed_for_good_frees_its_document(alice: User, boulangerie: Dossier) -> None:
    with open_dossier(alice, boulangerie):
        worked(boulangerie, alice)
        remove_entry(Entry.objects.get(piece_ref="A-8"), by=alice)
        assert not EntryDocument.objects.exists()
        assert Document.objects.get().state == "to_file"
        in_step(boulangerie)


def test_an_import_that_is_taken_back_frees_the_documents_of_its_entries(
    alice: User, boulangerie: Dossier
) -> None:
    row = confirm(boulangerie, alice, send(boulangerie, alice, (DATA / REAL).read_bytes(), REAL))
    run_all()
    with open_dossier(alice, boulangerie):
        paper = document(boulangerie, alice)
        attach_to_entry(Entry.objects.order_by("id")[:1].get(), paper, by=alice)
        assert Document.objects.get(pk=paper.pk).state == "filed"
    row = undo(boulangerie, alice, row)
    assert row.state == "undone", row.error
    with open_dossier(alice, boulangerie):
        assert not Entry.objects.exists()
        assert not EntryDocument.objects.exists()
        assert Document.objects.get(pk=paper.pk).state == "to_file"
