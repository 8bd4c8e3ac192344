"""Bulk work on the dossier imported from a real FEC: what a firm does on its first day."""

from __future__ import annotations

import pytest

from clients.models import Dossier
from firm.models import User
from ledger.models import Entry, Invoice
from tests.conftest import open_dossier
from tests.ledger.bulk_books import balance, check, do, snapshot, take_back
from tests.ledger.real_fec import REAL_FEC
from tests.ledger.test_fec_flow import confirm, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(name="dossier")
def imported(boulangerie: Dossier, alice: User) -> Dossier:
    """The books of the real file."""
    row = send(boulangerie, alice, REAL_FEC.read_bytes(), REAL_FEC.name)
    assert confirm(boulangerie, alice, row).state == "imported"
    return boulangerie


@pytest.mark.row("B2", "S3.16")
def test_a_default_archive_of_the_year_leaves_the_fec_as_it_is(
    dossier: Dossier, alice: User
) -> None:
    with open_dossier(alice, dossier):
        before = balance()
        Invoice.objects.create(
            dossier=dossier, direction="purchase", type="invoice", number="ICI", gross=1200
        )

    job = do(dossier, alice, "archive", kinds=("purchases", "sales", "bank"))

    with open_dossier(alice, dossier):
        assert balance() == before
        assert Invoice.objects.filter(booking="archived").count() == 1
        check(dossier)
    assert job.state == "done"


@pytest.mark.row("B2", "B21", "S3.1", "S3.6")
def test_the_fec_included_goes_and_its_undo_gives_back_every_row(
    dossier: Dossier, alice: User
) -> None:
    with open_dossier(alice, dossier):
        before, rows = balance(), snapshot(dossier)

    job = do(dossier, alice, "archive", kinds=("purchases", "sales", "bank"), include_fec=True)
    with open_dossier(alice, dossier):
        assert balance() != before
        check(dossier)

    assert take_back(dossier, alice, job).state == "undone"
    with open_dossier(alice, dossier):
        assert balance() == before
        assert snapshot(dossier) == rows
        check(dossier)


@pytest.mark.row("S3.30", "B21")
def test_a_reset_empties_the_books_and_its_undo_gives_back_every_row(
    dossier: Dossier, alice: User
) -> None:
    with open_dossier(alice, dossier):
        before, rows = balance(), snapshot(dossier)

    job = do(dossier, alice, "reset")
    with open_dossier(alice, dossier):
        assert not Entry.objects.exists()
        assert balance() == {}
        check(dossier)

    assert take_back(dossier, alice, job).state == "undone"
    with open_dossier(alice, dossier):
        assert balance() == before
        assert snapshot(dossier) == rows
        check(dossier)
