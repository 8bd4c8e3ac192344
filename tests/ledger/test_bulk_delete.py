"""Deleting: after a sealed archive, and taken back for thirty days."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zipfile
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils import timezone

from clients.models import Dossier
from firm import job_previews, jobs
from firm.models import AuditEvent, Job, User
from ledger.actions import bulk, bulk_purge, sealed
from ledger.actions.bulk_pick import Selection
from ledger.actions.fec_life import WrongConfirmation
from ledger.models import (
    BinnedEntryLine,
    Entry,
    EntryLine,
    Invoice,
    SealedArchive,
)
from tests.conftest import open_dossier
from tests.ledger.bulk_books import Maker, check, do, run, snapshot, take_back
from tests.ledger.import_programs import run_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.row("S3.27")
def test_one_invoice_is_deleted_only_once_archived(boulangerie: Dossier, alice: User) -> None:
    with open_dossier(alice, boulangerie):
        books = Maker(boulangerie)
        invoice, other = books.purchase(), books.purchase()
        with pytest.raises(bulk.NothingSelected) as refused:
            bulk.delete_items(boulangerie, invoices=[invoice.id], by=alice)
        assert refused.value.details["skipped"][0]["reason"] == "live"
        archived = bulk.archive_items(boulangerie, invoices=[invoice.id], by=alice)
        then = snapshot(boulangerie)
        job = bulk.delete_items(boulangerie, invoices=[invoice.id], by=alice)
        with pytest.raises(WrongConfirmation):
            bulk.confirm_bulk(boulangerie, job, by=alice, confirmation="boulange")
        bulk.confirm_bulk(boulangerie, job, by=alice, confirmation="boulangerie")
    run(job)
    with open_dossier(alice, boulangerie):
        assert set(Invoice.objects.all()) == {other}
        check(boulangerie)
    take_back(boulangerie, alice, job)
    with open_dossier(alice, boulangerie):
        assert snapshot(boulangerie) == then
    take_back(boulangerie, alice, archived)
    with open_dossier(alice, boulangerie):
        invoice.refresh_from_db()
        assert invoice.booking == "booked"
        check(boulangerie)


@pytest.mark.row("S3.28", "S3.29")
def test_in_bulk_by_kind_or_by_journal_live_or_archived(boulangerie: Dossier, alice: User) -> None:
    with open_dossier(alice, boulangerie):
        books = Maker(boulangerie)
        march, paid = books.purchase(), books.payment()
        credit = books.purchase(1_200, day=dt.date(2025, 9, 1), corrects=march)
        books.letter(march.entry, paid.entry)
        bulk.archive_items(boulangerie, invoices=[march.id], by=alice)
        then = snapshot(boulangerie)
    spring = {"since": dt.date(2025, 1, 1), "until": dt.date(2025, 6, 30)}
    first = do(boulangerie, alice, "delete", kinds=("purchases",), **spring)
    with open_dossier(alice, boulangerie):
        credit.refresh_from_db()
        assert (set(Invoice.objects.all()), credit.corrects_id) == ({credit}, None)
        check(boulangerie)
        bank = books.journal("BQ2", "bank")
    second = do(boulangerie, alice, "delete", kinds=("entries",), journals=(bank.id,))
    with open_dossier(alice, boulangerie):
        assert not Entry.objects.filter(journal=bank).exists()
        check(boulangerie)
    for job in (second, first):
        take_back(boulangerie, alice, job)
    with open_dossier(alice, boulangerie):
        assert snapshot(boulangerie) == then
        check(boulangerie)


@pytest.mark.row("B21")
def test_the_sealed_archive_holds_what_went_and_is_known_by_its_digest(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        books = Maker(boulangerie)
        books.letter(books.purchase().entry, books.payment().entry)
        lines = EntryLine.objects.count()
    job = do(boulangerie, alice, "delete")
    with open_dossier(alice, boulangerie):
        kept = SealedArchive.objects.get(job_id=job.id)
        told = AuditEvent.objects.get(action="ledger.bulk_delete").details["sha256"]
    with default_storage.open(kept.name) as stored:
        assert hashlib.sha256(stored.read()).hexdigest() == kept.sha256 == told
    assert kept.kept_until.year == timezone.localdate().year + 10
    with default_storage.open(kept.name) as stored, zipfile.ZipFile(stored) as source:
        manifest = json.loads(source.read("manifeste.json"))
        for member, due in manifest["sha256"].items():
            assert hashlib.sha256(source.read(member)).hexdigest() == due
        rows = source.read("lignes/lignes.jsonl").decode().splitlines()
        fec = source.read("fec/000000000FEC20251231.txt").decode().splitlines()
    assert len(rows) == lines == len(fec) - 1
    assert sum(json.loads(row)["debit"] for row in rows) == 24_000
    assert manifest["counts"]["factures"] == 1


def test_nothing_is_deleted_when_the_archive_cannot_be_read_back(
    boulangerie: Dossier, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_dossier(alice, boulangerie):
        Maker(boulangerie).purchase()
        then = snapshot(boulangerie)
    saved = FileSystemStorage.save

    def broken(storage: Any, name: str, source: Any) -> str:
        kept = saved(storage, name, source)
        with default_storage.open(name, "r+b") as stored:
            stored.write(b"\0\0\0\0")
        return kept

    monkeypatch.setattr(FileSystemStorage, "save", broken)
    job = do(boulangerie, alice, "delete")
    Job.objects.filter(pk=job.id).update(attempts=9, next_try_at=timezone.now())
    run(job)
    assert (job.state, job.error_code) == ("failed", "internal_error")
    with open_dossier(alice, boulangerie):
        assert snapshot(boulangerie) == then
        assert not SealedArchive.objects.exists()


def test_thirty_days_later_the_bin_is_emptied_and_the_archive_stays(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        Maker(boulangerie).purchase()
    job = do(boulangerie, alice, "delete")
    assert bulk_purge.start_due() == []
    Job.objects.filter(pk=job.id).update(undo_until=timezone.now() - dt.timedelta(minutes=1))
    bulk_purge.start_due()
    run_all()
    assert bulk_purge.start_due() == []
    with open_dossier(alice, boulangerie):
        assert not BinnedEntryLine.objects.exists()
        with sealed.opened(SealedArchive.objects.get()) as stored:
            assert stored.read(2) == b"PK"
        job.refresh_from_db()
        with pytest.raises(job_previews.NotUndoable):
            bulk.undo_bulk(boulangerie, job, by=alice)


def test_a_stale_preview_an_old_one_and_a_busy_dossier_are_refused(
    boulangerie: Dossier, alice: User, bruno: User
) -> None:
    with open_dossier(alice, boulangerie):
        books = Maker(boulangerie)
        books.purchase()
        job = bulk.preview_bulk(boulangerie, Selection("archive"), by=alice)
        more = books.purchase()
        with pytest.raises(job_previews.PreviewStale):
            bulk.confirm_bulk(boulangerie, job, by=alice)
        Job.objects.filter(pk=job.id).update(created_at=timezone.now() - dt.timedelta(hours=25))
        with pytest.raises(job_previews.PreviewExpired):
            bulk.confirm_bulk(boulangerie, job, by=alice)
        assert job_previews.expire_previews() == 1
        first = bulk.preview_bulk(boulangerie, Selection("archive"), by=alice)
        second = bulk.preview_bulk(boulangerie, Selection("archive"), by=alice)
        bulk.confirm_bulk(boulangerie, first, by=bruno)
        with pytest.raises(jobs.Busy, match=r"Archivage en masse.*demandé par Bruno.*depuis le"):
            bulk.confirm_bulk(boulangerie, second, by=alice)
        with pytest.raises(jobs.Busy):
            bulk.archive_items(boulangerie, invoices=[more.id], by=alice)
    assert run(first).state == "done"


def test_what_changes_between_the_confirmation_and_the_work_refuses_it_whole(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        books = Maker(boulangerie)
        books.purchase()
        job = bulk.preview_bulk(boulangerie, Selection("archive"), by=alice)
        bulk.confirm_bulk(boulangerie, job, by=alice)
        books.purchase()
        then = snapshot(boulangerie)
    run(job)
    assert (job.state, job.error_code) == ("failed", "preview_stale")
    with open_dossier(alice, boulangerie):
        assert snapshot(boulangerie) == then
