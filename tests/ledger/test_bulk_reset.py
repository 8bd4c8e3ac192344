"""Resetting a dossier: its books go whole, and come back whole."""

from __future__ import annotations

import pytest
from django.utils import timezone

from clients.models import Document, Dossier, DossierGrant
from firm.models import User
from ledger.actions import bulk
from ledger.actions.bulk_pick import Selection
from ledger.models import (
    Account,
    BinnedEntryLine,
    Entry,
    FiscalYear,
    Invoice,
)
from tests.conftest import open_dossier
from tests.ledger.bulk_books import Maker, balance, check, do, imported, snapshot, take_back
from tests.ledger.import_programs import run_all
from tests.ledger.test_fec_flow import undo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.row("S3.30", "S3.31")
def test_a_reset_leaves_the_dossier_its_people_and_documents_and_is_taken_back_whole(
    boulangerie: Dossier, alice: User
) -> None:
    row = imported(boulangerie, alice)
    with open_dossier(alice, boulangerie):
        books = Maker(boulangerie)
        document = Document.objects.create(
            dossier=boulangerie,
            name="f.pdf",
            sha256="0" * 64,
            size=1,
            content_type="application/pdf",
        )
        books.purchase(document=document)
        away = books.purchase(6_000)
        issued = books.purchase(2_400, issued_at=timezone.now())
        archived = bulk.archive_items(boulangerie, invoices=[away.id], by=alice)
        then = snapshot(boulangerie)
        people = DossierGrant.objects.count()
    job = do(boulangerie, alice, "reset")
    with open_dossier(alice, boulangerie):
        assert not Entry.objects.exists()
        assert not FiscalYear.objects.exists()
        assert list(Invoice.objects.values_list("id", "booking", "entry")) == [
            (issued.id, "to_process", None)
        ]
        assert set(Account.objects.values_list("number", flat=True)) == {
            "401000"
        }  # of its supplier
        assert (Document.objects.count(), DossierGrant.objects.count()) == (1, people)
        row.refresh_from_db()
        assert row.state == "undone"
        check(boulangerie)
    take_back(boulangerie, alice, job)
    run_all()
    with open_dossier(alice, boulangerie):
        assert snapshot(boulangerie) == then
        row.refresh_from_db()
        assert row.state == "imported"
        check(boulangerie)
    take_back(boulangerie, alice, archived)


@pytest.mark.row("S3.32")
def test_a_reset_is_refused_whole_where_anything_is_validated(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        books = Maker(boulangerie)
        books.purchase()
        frozen = books.purchase()
        Entry.objects.filter(pk=frozen.entry_id).update(state="validated")
        then = snapshot(boulangerie)
        with pytest.raises(bulk.ResetRefused) as refused:
            bulk.preview_bulk(boulangerie, Selection("reset"), by=alice)
        assert snapshot(boulangerie) == then
    assert refused.value.details["skipped"][0]["reason"] == "validated"


def test_undoing_the_import_first_leaves_nothing_of_it_in_the_bin(
    boulangerie: Dossier, alice: User
) -> None:
    row = imported(boulangerie, alice)
    job = do(boulangerie, alice, "archive", include_fec=True)
    with open_dossier(alice, boulangerie):
        assert BinnedEntryLine.objects.exists()
    undo(boulangerie, alice, row)
    run_all()
    with open_dossier(alice, boulangerie):
        assert not BinnedEntryLine.objects.exists()
        assert balance() == {}
        check(boulangerie)
    take_back(boulangerie, alice, job)
    with open_dossier(alice, boulangerie):
        assert balance() == {}
        check(boulangerie)


def test_a_reset_cannot_be_taken_back_over_new_books(boulangerie: Dossier, alice: User) -> None:
    row = imported(boulangerie, alice)
    with open_dossier(alice, boulangerie):
        then = snapshot(boulangerie)
    job = do(boulangerie, alice, "reset")
    again = imported(boulangerie, alice)
    assert again.id != row.id
    with pytest.raises(bulk.UndoBlocked):
        take_back(boulangerie, alice, job)
    undo(boulangerie, alice, again)
    take_back(boulangerie, alice, job)
    with open_dossier(alice, boulangerie):
        assert snapshot(boulangerie) == then
