"""Archiving and restoring: the books lose exactly the entries, and have them again to the id."""

from __future__ import annotations

import datetime as dt

import pytest

from clients.actions.locks import set_lock
from clients.models import Dossier
from firm.models import AuditEvent, JobItem, User
from ledger.actions import bulk
from ledger.actions.bulk_pick import Selection
from ledger.models import Entry, EntryLine, FiscalYear, Invoice, JobRow, Lettering
from tests.conftest import open_dossier
from tests.ledger.bulk_books import Maker, balance, check, do, imported, snapshot, take_back

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.row("S3.1", "S3.2", "S3.4", "S3.5")
def test_archiving_an_invoice_moves_the_balance_by_exactly_its_entry(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        books = Maker(boulangerie)
        gone, stays = books.purchase(12_000), books.purchase(6_000)
        before, then = balance(), snapshot(boulangerie)
    with open_dossier(alice, boulangerie):
        job = bulk.archive_items(boulangerie, invoices=[gone.id], by=alice)
        gone.refresh_from_db()
        stays.refresh_from_db()
        assert (gone.booking, gone.entry_id, stays.booking) == ("archived", None, "booked")
        after = balance()
        assert {number: before[number] - after.get(number, 0) for number in before} == {
            "607000": 10_000, "445660": 2_000, "401000": -12_000,
        }  # fmt: skip
        check(boulangerie)
    assert job.state == "done"
    take_back(boulangerie, alice, job)
    with open_dossier(alice, boulangerie):
        assert snapshot(boulangerie) == then
        check(boulangerie)
    assert job.state == "undone"


@pytest.mark.row("S3.6")
def test_a_restored_invoice_is_to_be_booked_again_and_that_too_can_be_taken_back(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        invoice = Maker(boulangerie).purchase()
        archived = bulk.archive_items(boulangerie, invoices=[invoice.id], by=alice)
        then = snapshot(boulangerie)
        restored = bulk.restore_items(boulangerie, invoices=[invoice.id], by=alice)
        invoice.refresh_from_db()
        assert (invoice.booking, invoice.entry_id, invoice.archived_at) == (
            "to_process",
            None,
            None,
        )
        assert not Entry.objects.exists()
    take_back(boulangerie, alice, restored)
    with open_dossier(alice, boulangerie):
        assert snapshot(boulangerie) == then
    take_back(boulangerie, alice, archived)
    with open_dossier(alice, boulangerie):
        invoice.refresh_from_db()
        assert invoice.booking == "booked"
        check(boulangerie)


@pytest.mark.row("S3.7", "S3.8")
def test_a_bank_transaction_goes_and_comes_back(boulangerie: Dossier, alice: User) -> None:
    with open_dossier(alice, boulangerie):
        paid = Maker(boulangerie).payment()
        then = snapshot(boulangerie)
        job = bulk.archive_items(boulangerie, transactions=[paid.id], by=alice)
        paid.refresh_from_db()
        assert (paid.booking, paid.entry_id, paid.line_no) == ("archived", None, None)
        assert balance() == {}
        check(boulangerie)
    take_back(boulangerie, alice, job)
    with open_dossier(alice, boulangerie):
        assert snapshot(boulangerie) == then


@pytest.mark.row("B21")
def test_a_lettered_entry_unletters_its_group_and_letters_it_again(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        books = Maker(boulangerie)
        invoice, other, paid = books.purchase(12_000), books.purchase(6_000), books.payment(18_000)
        books.letter(invoice.entry, other.entry, paid.entry)
        then = snapshot(boulangerie)
        first = bulk.archive_items(boulangerie, invoices=[invoice.id], by=alice)
        assert not Lettering.objects.exists()
        assert not EntryLine.objects.filter(lettering_code="AA").exists()
        second = bulk.archive_items(boulangerie, transactions=[paid.id], by=alice)
        check(boulangerie)
    take_back(boulangerie, alice, first)
    with open_dossier(alice, boulangerie):
        assert not Lettering.objects.exists()  # a line of it is still away
        check(boulangerie)
    take_back(boulangerie, alice, second)
    with open_dossier(alice, boulangerie):
        assert snapshot(boulangerie) == then


@pytest.mark.row("S3.9", "S3.10", "S3.11", "S3.12", "S3.13", "S3.14")
def test_in_bulk_by_period_category_source_and_account_and_back(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        books = Maker(boulangerie)
        march = books.purchase(day=dt.date(2025, 3, 31))
        april = books.purchase(day=dt.date(2025, 4, 1))
        mail = books.purchase(day=dt.date(2025, 3, 15), source="mail", booked=False)
        paid = books.payment(day=dt.date(2025, 3, 20))
        then = snapshot(boulangerie)
    period = {"since": dt.date(2025, 3, 1), "until": dt.date(2025, 3, 31)}
    only = do(boulangerie, alice, "archive", kinds=("purchases",), sources=("mail",), **period)
    with open_dossier(alice, boulangerie):
        assert set(Invoice.objects.filter(booking="archived")) == {mail}
    bank = do(
        boulangerie,
        alice,
        "archive",
        kinds=("bank",),
        bank_accounts=(paid.bank_account_id,),
        **period,
    )
    every = do(boulangerie, alice, "archive", **period)
    with open_dossier(alice, boulangerie):
        assert set(Invoice.objects.filter(booking="archived")) == {mail, march}
        april.refresh_from_db()
        assert april.booking == "booked"
        check(boulangerie)
    assert [only.total, bank.total, every.total] == [1, 1, 1]
    back = do(boulangerie, alice, "restore", **period)
    assert back.total == 3
    for job in (back, every, bank, only):
        take_back(boulangerie, alice, job)
    with open_dossier(alice, boulangerie):
        assert snapshot(boulangerie) == then


@pytest.mark.row("S3.16")
def test_the_preview_says_how_much_of_which_file_would_go(
    boulangerie: Dossier, alice: User
) -> None:
    row = imported(boulangerie, alice)
    with open_dossier(alice, boulangerie):
        Maker(boulangerie).purchase()
        preview = bulk.preview_bulk(boulangerie, Selection("archive"), by=alice)
        found = JobItem.objects.get(job_id=preview.id).result["preview"]
    (fec,) = found["fec"]
    assert found["counts"]["invoices"] == 1
    assert (fec["file_name"], fec["entries"], fec["lines"]) == (row.file_name, 4, 10)
    assert (fec["entries_left"], fec["amount_left"]) == (1, 100_000)


@pytest.mark.row("B2", "S3.16")
def test_by_default_a_file_keeps_its_balances_and_ticked_it_goes_and_comes_back(
    boulangerie: Dossier, alice: User
) -> None:
    imported(boulangerie, alice)
    with open_dossier(alice, boulangerie):
        Maker(boulangerie).purchase()
        then, of_file = snapshot(boulangerie), balance(imported=True)
    default = do(boulangerie, alice, "archive")
    with open_dossier(alice, boulangerie):
        assert balance(imported=True) == of_file == balance()
    ticked = do(boulangerie, alice, "archive", include_fec=True)
    with open_dossier(alice, boulangerie):
        assert balance() == {"512000": 100_000, "101000": -100_000}
        assert JobRow.objects.filter(job_id=ticked.id).count() == 4
        check(boulangerie)
    restored = do(boulangerie, alice, "restore")
    with open_dossier(alice, boulangerie):
        assert balance() == of_file  # its own invoice is to book, the file's are booked
        assert Invoice.objects.filter(booking="booked").count() == 2
        check(boulangerie)
    for job in (restored, ticked, default):
        take_back(boulangerie, alice, job)
        with open_dossier(alice, boulangerie):
            check(boulangerie)
    with open_dossier(alice, boulangerie):
        assert snapshot(boulangerie) == then


@pytest.mark.row("S3.32")
def test_what_is_validated_closed_locked_or_issued_is_left_alone_and_said_so(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        books = Maker(boulangerie)
        validated, locked = books.purchase(), books.purchase(day=dt.date(2025, 1, 5))
        issued = books.purchase(issued_at=dt.datetime(2025, 3, 1, tzinfo=dt.UTC))
        free = books.purchase()
        Entry.objects.filter(pk=validated.entry_id).update(state="validated")
        set_lock(
            boulangerie, lock_date=dt.date(2025, 1, 31), lock_mode="users_and_admins", by=alice
        )
    job = do(boulangerie, alice, "archive")
    with open_dossier(alice, boulangerie):
        assert set(Invoice.objects.filter(booking="archived")) == {free}
        reasons = dict(JobRow.objects.filter(job_id=job.id).values_list("object_id", "reason"))
        assert reasons == {
            validated.id: "validated", locked.id: "locked", issued.id: "issued", free.id: None
        }  # fmt: skip
        check(boulangerie)
        event = AuditEvent.objects.filter(action="ledger.bulk_archive").get()
        assert (event.details["counts"]["invoices"], event.details["skipped"]) == (1, 3)
        FiscalYear.objects.update(state="closed")
        with pytest.raises(bulk.NothingSelected) as refused:
            bulk.archive_items(boulangerie, invoices=[issued.id, validated.id], by=alice)
    assert [one["reason"] for one in refused.value.details["skipped"]] == ["issued", "validated"]


def test_what_shares_an_entry_goes_with_it(boulangerie: Dossier, alice: User) -> None:
    with open_dossier(alice, boulangerie):
        books = Maker(boulangerie)
        invoice, paid = books.purchase(), books.payment(booked=False)
        paid.entry, paid.booking = invoice.entry, "booked"
        paid.save(update_fields=["entry", "booking"])
        then = snapshot(boulangerie)
        job = bulk.archive_items(boulangerie, invoices=[invoice.id], by=alice)
        paid.refresh_from_db()
        assert paid.booking == "archived"
        check(boulangerie)
    take_back(boulangerie, alice, job)
    with open_dossier(alice, boulangerie):
        assert snapshot(boulangerie) == then
