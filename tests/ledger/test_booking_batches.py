"""Booking many at once: what is seen beforehand is what is done, and it can be taken back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clients.models import Dossier
from firm import jobs
from firm.errors import BusinessError
from firm.models import AuditEvent, Job, JobItem, User
from ledger.actions.booking_batches import (
    UNBOOK,
    book_many,
    preview_booking,
    start_booking,
    start_unbooking,
)
from ledger.models import BankTransaction, Entry, FiscalYear, Invoice
from tests.conftest import open_dossier
from tests.ledger.invoice_desk import signed_in
from tests.ledger.pieces import account, invoice, transaction
from tests.ledger.test_entries import in_step, sums
from tests.ledger.test_posting import open_year

__all__ = ["open_year"]


def pieces(dossier: Dossier) -> dict[str, list[int]]:
    """Three pieces to book and four that cannot be."""
    made = [
        invoice(dossier),
        invoice(dossier, number="F-2", direction="sale", lines=[(500, "20", "706000")]),
        invoice(dossier, number="F-3", issue_date=dt.date(2024, 1, 5)),
        invoice(dossier, number="F-4", booking="archived"),
        invoice(dossier, number="F-5", is_pre_takeover=True),
    ]  # fmt: skip
    moved = [
        transaction(dossier, -700, account=account(dossier, "627000")),
        transaction(dossier, -999, "INCONNU"),
    ]
    return {"invoices": [row.id for row in made], "transactions": [row.id for row in moved]}


@pytest.mark.django_db
def test_the_preview_counts_what_is_then_done_and_names_each_reason(
    inside: Dossier, open_year: FiscalYear, alice: User
) -> None:
    asked = pieces(inside)
    seen = preview_booking(inside, **asked)
    assert (seen.count, seen.total) == (3, 12000 + 600 + 700)
    assert sorted(skip.code for skip in seen.skipped) == [
        "day_closed", "no_account", "not_bookable", "not_bookable",
    ]  # fmt: skip
    assert sum(count for _reason, count in seen.reasons) == 4

    done = book_many(inside, by=alice, **asked)

    assert (len(done["invoices"]) + len(done["transactions"]), done["total"]) == (3, seen.total)
    assert done["skipped_count"] == 4
    assert Entry.objects.count() == 3
    assert AuditEvent.objects.filter(action="ledger.items_booked").count() == 1
    in_step(inside)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [3, 60])
def test_the_queries_do_not_grow_with_the_pieces(
    inside: Dossier, open_year: FiscalYear, alice: User, count: int
) -> None:
    ids = [invoice(inside, number=f"F-{rank}").id for rank in range(count)]
    book_many(inside, invoices=ids[:1], transactions=[], by=alice)  # accounts and journals are made
    with CaptureQueriesContext(connection) as seen:
        book_many(inside, invoices=ids[1:], transactions=[], by=alice)
    assert len(seen) == 25


@pytest.mark.django_db(transaction=True)
@pytest.mark.row("S3.1")
def test_the_job_books_and_its_undo_gives_the_exact_balances_back(
    alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        FiscalYear.objects.create(
            dossier=boulangerie, start=dt.date(2023, 1, 1), end=dt.date(2023, 12, 31)
        )
        asked = pieces(boulangerie)
        before = sums(boulangerie)
        job = start_booking(boulangerie, by=alice, **asked)
    assert jobs.run(job.id)
    job.refresh_from_db()
    with open_dossier(alice, boulangerie):
        assert Invoice.objects.filter(booking="booked").count() == 2
        assert JobItem.objects.get(job_id=job.id).result["skipped_count"] == 4
        back = start_unbooking(boulangerie, job, by=alice)
    assert jobs.run(back.id)
    with open_dossier(alice, boulangerie):
        assert not Entry.objects.exists()
        assert not BankTransaction.objects.filter(booking="booked").exists()
        assert sums(boulangerie) == before
        in_step(boulangerie)


@pytest.mark.django_db(transaction=True)
def test_its_page_follows_the_booking_and_its_undo_part_by_part(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        FiscalYear.objects.create(
            dossier=boulangerie, start=dt.date(2023, 1, 1), end=dt.date(2023, 12, 31)
        )
        job = start_booking(boulangerie, by=alice, **pieces(boulangerie))
    url = f"/dossier/boulangerie/comptabilisation/lots/{job.id}/"
    part = {"HX-Request": "true", "HX-Target": "avancement"}
    signed_in(client, alice)
    running = client.get(url, headers=part).text
    assert running.lstrip().startswith("<section")
    assert "Comptabilisation en cours" in running
    assert 'hx-trigger="every 1s"' in running
    jobs.run(job.id)
    assert client.get(url, headers=part)["HX-Refresh"] == "true", "the end is told whole"
    done = client.get(url).text
    assert "every 1s" not in done
    assert "pièces comptabilisées" in done
    for _twice in range(2):
        assert client.post(f"{url}annuler/").status_code == 302
    (undo,) = Job.objects.filter(kind=UNBOOK)
    assert "Annulation en cours" in client.get(url, headers=part).text
    jobs.run(undo.id)
    over = client.get(url).text
    assert "Comptabilisation annulée" in over
    assert "Annuler cette comptabilisation" not in over
    assert client.post(f"{url}annuler/").status_code == 409


@pytest.mark.django_db(transaction=True)
def test_an_undo_that_was_refused_says_why_and_may_be_asked_again(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        FiscalYear.objects.create(
            dossier=boulangerie, start=dt.date(2023, 1, 1), end=dt.date(2023, 12, 31)
        )
        job = start_booking(boulangerie, by=alice, **pieces(boulangerie))
    jobs.run(job.id)
    job.refresh_from_db()
    with open_dossier(alice, boulangerie):
        Entry.objects.update(state="validated")
        first = start_unbooking(boulangerie, job, by=alice)
    jobs.run(first.id)
    url = f"/dossier/boulangerie/comptabilisation/lots/{job.id}/"
    page = signed_in(client, alice).get(url).text
    assert "L’annulation n’a pas eu lieu" in page
    assert "Annuler cette comptabilisation" in page
    with open_dossier(alice, boulangerie):
        again = start_unbooking(boulangerie, job, by=alice)
    assert again.id != first.id


@pytest.mark.django_db
def test_nothing_chosen_is_said(inside: Dossier, alice: User) -> None:
    with pytest.raises(BusinessError, match="Cochez au moins une"):
        preview_booking(inside, invoices=[987], transactions=[])
    with pytest.raises(BusinessError, match="Cochez au moins une"):
        start_booking(inside, invoices=[], transactions=[], by=alice)
