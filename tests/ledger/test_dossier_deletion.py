"""The end of a dossier: thirty days read-only, then all of its rows and bytes, or nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from clients.access import DossierIsGoing, scope_for_job
from clients.models import Dossier, DossierDeletion
from firm import jobs, scope
from firm.models import AuditEvent, Firm, Job, OutgoingEmail, User
from ledger.actions import dossier_deletion, fec_import
from ledger.actions.dossier_deletion import ACCESS, DeletionOver, DossierIsBusy
from ledger.bench.killing import kill_then_finish
from ledger.portable.tables import business_models
from tests.clients.account_acts import fresh, signed_in
from tests.conftest import open_dossier
from tests.ledger.portable_dossiers import run_all, validate_some, with_document
from tests.ledger.test_fec_flow import DATA, REAL, confirm, send

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/dossier/boulangerie/parametres/suppression/"
ASKED = {"confirmation": "boulangerie", "compris": "1"}


def in_firm(dossier_id: int, firm: Firm, by: User) -> Any:
    only = frozenset({dossier_id})
    return scope.open_scope(scope.Scope(user=by.id, firm=firm.id, read=only, write=only))


def rows_of(dossier_id: int, firm: Firm, by: User) -> dict[str, int]:
    """Rows left in every table that names the dossier."""
    with in_firm(dossier_id, firm, by), connection.cursor() as cursor:
        out = {}
        for model, column in [*((m, "dossier_id") for m in business_models()), *ACCESS]:
            table = model._meta.db_table
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s", (dossier_id,))
            if count := cursor.fetchone()[0]:
                out[table] = count
    return out


def ask(dossier: Dossier, by: User) -> DossierDeletion:
    with open_dossier(by, dossier):
        return dossier_deletion.ask_deletion(dossier, by=by)


def let_time_pass(deletion: DossierDeletion, by: User, firm: Firm) -> None:
    """Thirty days later."""
    past = timezone.now() - dt.timedelta(seconds=1)
    with in_firm(deletion.dossier_id, firm, by):
        DossierDeletion.objects.filter(pk=deletion.pk).update(due_at=past)
        Dossier.objects.filter(pk=deletion.dossier_id).update(deletion_due_at=past)
    Job.objects.filter(pk=deletion.job_id).update(next_try_at=past)


def real_books(dossier: Dossier, by: User) -> None:
    row = confirm(dossier, by, send(dossier, by, (DATA / REAL).read_bytes(), REAL))
    assert row.state == "imported", row.error
    run_all()
    with_document(dossier, by)
    validate_some(dossier, by)


@pytest.mark.row("X3.2")
def test_the_page_tells_what_goes_and_asks_for_three_proofs(
    boulangerie: Dossier, alice: User, bruno: User, denis: User
) -> None:
    assert signed_in(bruno).get(PAGE).status_code == 403
    assert signed_in(denis).post(PAGE, ASKED).status_code == 403
    assert signed_in(alice).get(PAGE).status_code == 302, "a fresh sign-in is asked for"
    client = fresh(alice)
    page = client.get(PAGE).content.decode()
    assert "L123-22" in page
    assert "factures émises" in page
    assert client.post(PAGE, {**ASKED, "confirmation": "boulanger"}).status_code == 422
    assert client.post(PAGE, {"confirmation": "boulangerie"}).status_code == 422
    assert client.post(PAGE, ASKED).status_code == 302
    with open_dossier(alice, boulangerie):
        boulangerie.refresh_from_db()
    assert boulangerie.status == "deletion_pending"
    assert client.post(PAGE, ASKED).status_code == 409


@pytest.mark.row("X3.2")
def test_during_the_window_it_is_read_with_a_banner_and_no_longer_written(
    boulangerie: Dossier, alice: User, denis: User
) -> None:
    with open_dossier(alice, boulangerie):
        Dossier.objects.filter(pk=boulangerie.pk).update(owner=denis)
    deletion = ask(boulangerie, alice)
    run_all()
    for person in (alice, denis):
        one = signed_in(person)
        home = one.get("/dossier/boulangerie/")
        assert home.status_code == 200
        assert "sans être modifiable" in home.content.decode()
        answer = one.post("/dossier/boulangerie/parametres/infos/", {"name": "Autre"})
        assert answer.status_code == 422
    with pytest.raises(DossierIsGoing):
        scope_for_job(alice, boulangerie.id, "fec.import")
    export = signed_in(denis).get("/dossier/boulangerie/parametres/export/").content.decode()
    assert "Télécharger</a>" in export
    link = f"/dossier/boulangerie/parametres/export/{deletion.archive_job_id}/archive/"
    answer: Any = signed_in(denis).get(link)
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    with open_dossier(alice, boulangerie):
        deletion.refresh_from_db()
        assert len(deletion.manifest_sha256) == 64
        told = OutgoingEmail.objects.filter(kind="dossier_deletion").values_list(
            "recipient", flat=True
        )
        assert {"denis@boulangerie.example", "alice@martin.example"} <= set(told)


@pytest.mark.row("X3.2")
def test_it_is_taken_back_until_its_day_and_refused_while_a_job_waits(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie), (DATA / REAL).open("rb") as source:
        fec_import.receive(boulangerie, source, name=REAL, by=alice)
    with pytest.raises(DossierIsBusy):
        ask(boulangerie, alice)
    run_all()
    deletion = ask(boulangerie, alice)
    client = signed_in(alice)
    assert client.post(f"{PAGE}annuler/").status_code == 302
    with open_dossier(alice, boulangerie):
        boulangerie.refresh_from_db()
    assert (boulangerie.status, boulangerie.deletion_due_at) == ("active", None)
    assert Job.objects.get(pk=deletion.job_id).state == "cancelled"
    assert client.post(f"{PAGE}annuler/").status_code == 409
    Job.objects.filter(pk=deletion.job_id).update(state="confirmed", next_try_at=timezone.now())
    assert jobs.run(deletion.job_id or 0)
    with open_dossier(alice, boulangerie):
        boulangerie.refresh_from_db()
    assert boulangerie.status == "active"


@pytest.mark.row("X3.2")
def test_before_its_day_neither_the_job_nor_the_database_lets_anything_go(
    boulangerie: Dossier, alice: User, martin: Firm
) -> None:
    real_books(boulangerie, alice)
    deletion = ask(boulangerie, alice)
    run_all()
    assert deletion.job_id not in jobs.due()
    before = rows_of(boulangerie.id, martin, alice)
    with in_firm(boulangerie.id, martin, alice), pytest.raises(DeletionOver):
        dossier_deletion.delete_dossier(boulangerie)
    with pytest.raises(Exception, match="frozen"), in_firm(boulangerie.id, martin, alice):
        dossier_deletion._delete_rows(boulangerie.id)
    assert rows_of(boulangerie.id, martin, alice) == before


@pytest.mark.row("X3.2", "B18")
def test_killed_anywhere_the_deletion_is_done_whole_and_leaves_the_receipt(
    boulangerie: Dossier, alice: User, martin: Firm, tmp_path: Path
) -> None:
    real_books(boulangerie, alice)
    with open_dossier(alice, boulangerie):
        Dossier.objects.filter(pk=boulangerie.pk).update(
            lock_date=dt.date(2030, 1, 1), lock_mode="users_and_admins"
        )
    deletion = ask(boulangerie, alice)
    run_all()
    before = rows_of(boulangerie.id, martin, alice)
    assert before["ledger_entryline"] == 5422
    let_time_pass(deletion, alice, martin)
    seen: list[str] = []
    kill_then_finish(deletion.job_id or 0, tmp_path, seen)

    assert Job.objects.get(pk=deletion.job_id).state == "done", seen
    assert rows_of(boulangerie.id, martin, alice) == {}
    run_all()
    for folder in ("documents", "fec", "archives"):
        place = f"{folder}/{boulangerie.id}"
        assert not default_storage.exists(place) or default_storage.listdir(place) == ([], [])
    with in_firm(boulangerie.id, martin, alice):
        deletion.refresh_from_db()
        assert deletion.removed["ledger_entryline"] == 5422
        assert deletion.deleted_at
        assert deletion.bytes_gone_at
        left = Dossier.objects.get(pk=boulangerie.pk)
        assert (left.status, left.name, left.firm_id, left.owner_id) == (
            "deleted", "Dossier supprimé", None, None,
        )  # fmt: skip
        event = AuditEvent.objects.get(action="ledger.dossier_deleted")
        assert event.details["manifest_sha256"] == deletion.manifest_sha256 != ""
    assert signed_in(alice).get("/dossier/boulangerie/").status_code == 404
    page = signed_in(alice).get("/cabinet/martin/archives/").content.decode()
    assert deletion.manifest_sha256 in page


@pytest.mark.row("X3.2")
def test_the_bytes_that_a_dead_worker_left_go_at_the_next_attempt(
    boulangerie: Dossier, alice: User, martin: Firm
) -> None:
    with_document_alone(boulangerie, alice)
    deletion = ask(boulangerie, alice)
    run_all()
    let_time_pass(deletion, alice, martin)
    assert jobs.run(deletion.job_id or 0)
    job = Job.objects.get(kind=dossier_deletion.BYTES)
    Job.objects.filter(pk=job.pk).update(
        state="running", attempts=1, lease_until=timezone.now() - dt.timedelta(seconds=1)
    )
    assert job.pk in jobs.due()
    run_all()
    assert not default_storage.exists(f"documents/{boulangerie.id}")


def with_document_alone(dossier: Dossier, by: User) -> None:
    row = confirm(dossier, by, send(dossier, by, (DATA / REAL).read_bytes(), REAL))
    assert row.state == "imported"
    with_document(dossier, by)
    run_all()
