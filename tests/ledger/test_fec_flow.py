"""From the file to the books and back: the real file of the issue, through the same actions as the
screen.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from clients.models import Dossier
from firm import jobs
from firm.models import User
from ledger.actions import fec_import
from ledger.models import AccountMonth, BankTransaction, Entry, EntryLine, FecImport, Invoice
from ledger.queries.drift import drifts
from tests.conftest import open_dossier

DATA = Path(__file__).parents[1] / "data" / "fec"
REAL = "0000000001FEC20220831.txt"
BOOKS = (
    "ledger_fiscalyear", "ledger_journal", "ledger_account", "ledger_thirdparty", "ledger_entry",
    "ledger_entryline", "ledger_lettering", "ledger_invoice", "ledger_invoiceline",
    "ledger_bankaccount",
    "ledger_banktransaction", "ledger_accountmonth", "ledger_thirdpartymonth",
    "ledger_journalmonth",
)  # fmt: skip

pytestmark = pytest.mark.django_db(transaction=True)


def send(dossier: Dossier, by: User, content: bytes, name: str) -> FecImport:
    with open_dossier(by, dossier):
        row = fec_import.receive(dossier, io.BytesIO(content), name=name, by=by)
    jobs.run(row.job_id or 0)
    return fresh(dossier, by, row)


def fresh(dossier: Dossier, by: User, row: FecImport) -> FecImport:
    with open_dossier(by, dossier):
        return FecImport.objects.get(pk=row.pk)


def confirm(dossier: Dossier, by: User, row: FecImport, **answers: Any) -> FecImport:
    with open_dossier(by, dossier):
        job = fec_import.confirm(dossier, row, by=by, **answers)
    jobs.run(job.id)
    return fresh(dossier, by, row)


def undo(dossier: Dossier, by: User, row: FecImport) -> FecImport:
    with open_dossier(by, dossier):
        job = fec_import.start_undo(dossier, row, by=by, confirmation=dossier.slug)
    jobs.run(job.id)
    return fresh(dossier, by, row)


def row_counts() -> dict[str, int]:
    counts = {}
    with connection.cursor() as cursor:
        for table in BOOKS:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    return counts


@pytest.mark.row("B10", "S3.15")
def test_a_real_file_becomes_books_whose_columns_foot(boulangerie: Dossier, alice: User) -> None:
    row = send(boulangerie, alice, (DATA / REAL).read_bytes(), REAL)
    assert (row.state, row.structure, row.accounting) == (
        "to_review",
        "conforme",
        "accept_with_warnings",
    )
    with open_dossier(alice, boulangerie):
        assert set(row_counts().values()) == {0}, "nothing is written before the confirmation"

    row = confirm(boulangerie, alice, row)

    assert row.state == "imported", row.error
    with open_dossier(alice, boulangerie):
        opening = sum(AccountMonth.objects.filter(is_opening=True).values_list("debit", flat=True))
        moved = sum(AccountMonth.objects.filter(is_opening=False).values_list("debit", flat=True))
        assert (opening, moved, opening + moved) == (223376069, 795245912, 1018621981)
        managed = AccountMonth.objects.filter(account__number__regex="^[67]")
        assert sum(s.credit - s.debit for s in managed) == 17320848
        assert EntryLine.objects.count() == 5422
        assert Entry.objects.count() == 2033
        assert Invoice.objects.filter(source="fec", direction="purchase").count() == 379
        assert Invoice.objects.filter(source="fec", direction="sale").count() == 400
        assert BankTransaction.objects.count() == 880
        assert list(drifts(boulangerie.id)) == []

    row = undo(boulangerie, alice, row)

    assert row.state == "undone", row.error
    with open_dossier(alice, boulangerie):
        assert set(row_counts().values()) == {0}


@pytest.mark.row("B10")
def test_the_same_bytes_again_are_the_same_import(boulangerie: Dossier, alice: User) -> None:
    content = (DATA / REAL).read_bytes()
    row = confirm(boulangerie, alice, send(boulangerie, alice, content, REAL))
    with open_dossier(alice, boulangerie):
        before = row_counts()
        again = fec_import.receive(boulangerie, io.BytesIO(content), name="autre.txt", by=alice)
        assert again.pk == row.pk
        assert row_counts() == before
