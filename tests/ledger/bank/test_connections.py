"""Statements that come by themselves: files taken once, connections by the clock, changes told."""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from clients.models import Dossier
from firm import jobs, sealing
from firm.models import Job, OutgoingEmail, User
from ledger.actions import bank_links
from ledger.actions.bank_links import (
    ConnectionInvalid,
    connect,
    disconnect,
    folder_name,
    folder_of,
    poll_due,
)
from ledger.bank.folder import WatchedFolder
from ledger.models import (
    Account,
    BankAccount,
    BankAlert,
    BankConnection,
    BankStatement,
    BankTransaction,
)
from tests.conftest import open_dossier
from tests.ledger.bank.bank_rows import D, account
from tests.ledger.bank.bank_server import MARCH, SECRET, bank
from tests.ledger.bank.writing import Moved, as_camt

__all__ = ["bank"]


def drop(folder: Path, name: str, content: bytes, *, age: float = 60) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_a_file_is_taken_once_at_rest_and_kept(tmp_path: Path) -> None:
    folder = WatchedFolder(tmp_path)
    drop(tmp_path, "mars.xml", MARCH)
    drop(tmp_path, "en-cours.xml", b"<", age=0)
    drop(tmp_path, ".cache", b"x")
    (tmp_path / "lien").symlink_to("/etc/passwd")
    (taken,) = folder.take()
    assert (taken.name, taken.content) == ("mars.xml", MARCH)
    folder.settle(taken)
    drop(tmp_path, "mars.xml", b"autre")
    (again,) = folder.take()
    folder.settle(again, refused="Illisible.")
    assert folder.take() == []
    assert (tmp_path / "pris/mars.xml").read_bytes() == MARCH
    assert (tmp_path / "refusés/mars.xml.txt").read_text() == "Illisible.\n"


def test_two_files_of_one_name_are_both_kept(tmp_path: Path) -> None:
    folder = WatchedFolder(tmp_path)
    for content in (b"un", b"deux"):
        drop(tmp_path, "releve.csv", content)
        folder.settle(folder.take()[0])
    kept = {path.read_bytes() for path in (tmp_path / "pris").iterdir()}
    assert kept == {b"un", b"deux"}


@pytest.fixture(name="on")
def bank_account(alice: User, boulangerie: Dossier) -> BankAccount:
    with open_dossier(alice, boulangerie):
        return account(boulangerie, alice)


def linked(dossier: Dossier, on: BankAccount, by: User, **fields: str) -> BankConnection:
    with open_dossier(by, dossier):
        return connect(dossier, on, by=by, **{"kind": "folder", **fields})


def run_polls(dossier: Dossier, by: User) -> Job:
    """Beat's turn, then the worker's; the last job."""
    with open_dossier(by, dossier):
        BankConnection.objects.update(due_at=timezone.now() - dt.timedelta(minutes=1))
    poll_due()
    job = Job.objects.filter(kind=bank_links.KIND).latest("id")
    jobs.run(job.id)
    job.refresh_from_db()
    return job


def state_of(dossier: Dossier, by: User) -> tuple[str, list[tuple[str, list[str]]], int]:
    """State of the connection, alerts with who was told, transactions."""
    with open_dossier(by, dossier):
        alerts = BankAlert.objects.order_by("id").values_list("kind", "told")
        return BankConnection.objects.get().state, list(alerts), BankTransaction.objects.count()


@pytest.mark.django_db(transaction=True)
def test_a_watched_folder_is_imported_by_the_clock(
    on: BankAccount, boulangerie: Dossier, alice: User
) -> None:
    linked(boulangerie, on, alice)
    with open_dossier(alice, boulangerie):
        folder = folder_of(boulangerie, BankAccount.objects.select_related("account").get())
    drop(folder, "mars.xml", MARCH)
    job = run_polls(boulangerie, alice)
    assert (job.state, job.requested_by) == ("done", None)
    assert state_of(boulangerie, alice) == ("ok", [], 4)
    with open_dossier(alice, boulangerie):
        assert set(BankTransaction.objects.values_list("source", flat=True)) == {"link"}
    run_polls(boulangerie, alice)
    assert state_of(boulangerie, alice)[2] == 4


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_not_due_is_left_alone(
    on: BankAccount, boulangerie: Dossier, alice: User
) -> None:
    linked(boulangerie, on, alice)
    run_polls(boulangerie, alice)
    assert poll_due() == 0
    with open_dossier(alice, boulangerie):
        row = BankConnection.objects.get()
        disconnect(row, by=alice)
        BankConnection.objects.update(due_at=timezone.now() - dt.timedelta(minutes=1))
    assert poll_due() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.row("S1.6")
def test_each_change_of_state_is_an_alert_and_a_mail(
    on: BankAccount, boulangerie: Dossier, alice: User, bank: Any, settings: Any
) -> None:
    settings.BANK_TRUSTED_HOSTS = ["127.0.0.1"]
    bank.status = 401
    linked(boulangerie, on, alice, kind="http", url=bank.url, token=SECRET)
    run_polls(boulangerie, alice)
    run_polls(boulangerie, alice)
    told = ["bruno@martin.example", "chloe@martin.example"]
    assert state_of(boulangerie, alice) == ("expired", [("expired", told)], 0)
    bank.status = 500
    run_polls(boulangerie, alice)
    bank.status = 200
    run_polls(boulangerie, alice)
    run_polls(boulangerie, alice)
    kinds = [("expired", told), ("error", told), ("restored", told)]
    assert state_of(boulangerie, alice) == ("ok", kinds, 4)
    assert bank.seen[0][1] == f"Bearer {SECRET}"
    with open_dossier(alice, boulangerie):
        mails = OutgoingEmail.objects.filter(kind="bank_alert", recipient=told[0])
        assert mails.count() == 3
        assert BankConnection.objects.get().token != SECRET


@pytest.mark.django_db(transaction=True)
def test_a_file_that_cannot_be_read_is_told_and_stops_no_other(
    on: BankAccount, boulangerie: Dossier, alice: User
) -> None:
    linked(boulangerie, on, alice)
    with open_dossier(alice, boulangerie):
        folder = folder_of(boulangerie, BankAccount.objects.select_related("account").get())
    drop(folder, "a.pdf", b"%PDF-1.4", age=90)
    drop(folder, "b.csv", "Date;Libellé;Montant\n01/01/2025;X;1,00\n".encode(), age=80)
    drop(folder, "c.xml", as_camt([Moved(D(2025, 1, 2), -1_00, "PRLV")]), age=70)
    job = run_polls(boulangerie, alice)
    assert job.state == "done"
    state, alerts, count = state_of(boulangerie, alice)
    assert (state, [kind for kind, _told in alerts], count) == ("ok", ["refused", "refused"], 1)
    with open_dossier(alice, boulangerie):
        said = [alert.message for alert in BankAlert.objects.order_by("id")]
    assert "PDF" in said[0]
    assert "colonnes" in said[1]


@pytest.mark.django_db(transaction=True)
def test_a_file_refused_at_every_turn_is_told_once(
    on: BankAccount, boulangerie: Dossier, alice: User, bank: Any, settings: Any
) -> None:
    settings.BANK_TRUSTED_HOSTS = ["127.0.0.1"]
    bank.body = b"<html>"
    linked(boulangerie, on, alice, kind="http", url=bank.url)
    for _turn in range(2):
        run_polls(boulangerie, alice)
    assert [kind for kind, _told in state_of(boulangerie, alice)[1]] == ["refused"]


@pytest.mark.django_db(transaction=True)
def test_an_answer_with_nothing_new_leaves_no_statement(
    on: BankAccount, boulangerie: Dossier, alice: User, bank: Any, settings: Any
) -> None:
    settings.BANK_TRUSTED_HOSTS = ["127.0.0.1"]
    linked(boulangerie, on, alice, kind="http", url=bank.url)
    for body in (MARCH, MARCH + b"\n", MARCH + b"\n\n"):
        bank.body = body
        run_polls(boulangerie, alice)
    with open_dossier(alice, boulangerie):
        assert (BankStatement.objects.count(), BankTransaction.objects.count()) == (1, 4)


@pytest.mark.django_db(transaction=True)
def test_the_folder_of_an_odd_account_number_stays_below_its_dossier(
    on: BankAccount, boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        Account.objects.update(number="512/../../../etc")
        row = BankAccount.objects.select_related("account").get(pk=on.pk)
        name = folder_name(boulangerie, row)
    assert name == f"bank/boulangerie/512__________etc-{on.pk}"


@pytest.mark.django_db(transaction=True)
def test_a_connection_to_a_private_address_is_not_even_saved(
    on: BankAccount, boulangerie: Dossier, alice: User
) -> None:
    with pytest.raises(ConnectionInvalid, match="https"):
        linked(boulangerie, on, alice, kind="http", url="http://10.0.0.1/")
    with pytest.raises(ConnectionInvalid, match="Choisissez"):
        linked(boulangerie, on, alice, kind="fax")


@pytest.mark.django_db(transaction=True)
def test_an_empty_token_keeps_the_one_before_and_stopping_forgets_it(
    on: BankAccount, boulangerie: Dossier, alice: User
) -> None:
    for token in (SECRET, ""):
        linked(boulangerie, on, alice, kind="http", url="https://banque.example/", token=token)
    with open_dossier(alice, boulangerie):
        row = BankConnection.objects.get()
        assert sealing.unseal(row.token) == SECRET
        disconnect(row, by=alice)
        assert BankConnection.objects.get().token == ""
