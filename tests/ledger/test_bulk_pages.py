"""« Actions » and the red bin, as people use them; the API of bulk jobs."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clients.models import Dossier
from firm.models import Job, User
from ledger.models import Invoice, SealedArchive
from tests.clients.account_acts import fresh as signed_in_now
from tests.conftest import open_dossier
from tests.firm.access_table import BACKEND
from tests.ledger.bulk_books import Maker, balance, check, do, imported, snapshot
from tests.ledger.import_programs import Program, own_cache, run_all

__all__ = ["own_cache"]

pytestmark = pytest.mark.django_db(transaction=True)
BASE = "/dossier/boulangerie/"
PAGE = BASE + "parametres/actions/"
ASKED = {
    "operation": "archive", "du": "01/01/2025", "au": "31/12/2025",
    "natures": ["purchases", "sales", "bank"],
    "sources": ["manual", "mail", "ged", "auto", "api"],
}  # fmt: skip


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def plain(answer: Any) -> str:
    """The page's text with ordinary spaces."""
    text: str = answer.text
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


@pytest.mark.row("S3.9", "S3.10", "S3.11", "S3.12", "S3.13")
def test_choose_look_confirm_and_take_back_on_the_screen(boulangerie: Dossier, alice: User) -> None:
    with open_dossier(alice, boulangerie):
        books = Maker(boulangerie)
        books.purchase()
        books.payment()
        then = snapshot(boulangerie)
    page = browser(alice)
    assert "Calculer l’aperçu" in plain(page.get(PAGE))
    answer = page.post(PAGE + "apercu/", ASKED)
    job = answer.headers["Location"]
    shown = plain(page.get(job))
    assert "Factures d’achat, saisie" in shown
    assert "Opérations, Crédit Agricole" in shown
    listed = page.get(job + "liste/").content.decode()
    assert "Virement;;02/04/2025;-120,00" in listed
    assert page.post(job + "confirmer/").status_code == 302
    part = {"HX-Request": "true", "HX-Target": "bulk-progress"}
    assert "0 sur 2" in plain(page.get(job, headers=part))
    run_all()
    assert page.get(job, headers=part).headers["HX-Refresh"] == "true"
    report = plain(page.get(job))
    assert "éléments traités" in report
    assert "2 écritures et 5 lignes" in report
    assert "Annuler" in plain(page.get(PAGE))
    with open_dossier(alice, boulangerie):
        check(boulangerie)
        assert balance() == {}
    assert page.post(job + "annuler/").status_code == 302
    assert "annulé par Alice Martin" in plain(page.get(PAGE))
    with open_dossier(alice, boulangerie):
        assert snapshot(boulangerie) == then


@pytest.mark.row("S3.2", "S3.3", "S3.7", "X3.1")
def test_the_red_bin_archives_at_once_and_its_toast_offers_to_undo_and_to_see(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        books = Maker(boulangerie)
        invoice, paid = books.purchase(), books.payment()
        then = snapshot(boulangerie)
    page = browser(alice)
    answer = page.post(
        BASE + "archiver/",
        {"invoices": [invoice.pk], "transactions": [paid.pk], "next": BASE + "achats/"},
        follow=True,
    )
    assert answer.redirect_chain[-1][0] == BASE + "achats/"
    assert "2 éléments archivés." in plain(answer)
    job = Job.objects.get(kind="ledger.bulk_archive")
    assert f'data-undo="{PAGE}{job.pk}/annuler/"' in plain(answer)
    assert f'href="{PAGE}{job.pk}/">Voir' in plain(answer)
    undone = page.post(f"{PAGE}{job.pk}/annuler/", headers={"HX-Request": "true"})
    assert (undone.status_code, undone.headers["HX-Refresh"]) == (204, "true")
    with open_dossier(alice, boulangerie):
        assert snapshot(boulangerie) == then
    listed = page.post(
        BASE + "archiver/", {"ids": [invoice.pk], "kind": "invoices", "next": "//evil"}
    )
    assert listed.headers["Location"] == BASE
    back = page.post(BASE + "restaurer/", {"invoices": [invoice.pk]}, follow=True)
    assert "1 élément restauré." in plain(back)
    wide = page.post(BASE + "archiver/", {"ids": [invoice.pk], "kind": "invoices", "tout": "1"})
    assert wide.headers["Location"].startswith(PAGE + "?operation=archive&natures=purchases")


@pytest.mark.row("S3.16")
def test_the_red_bin_of_a_files_invoice_warns_first_and_asks_for_the_short_name(
    boulangerie: Dossier, alice: User
) -> None:
    imported(boulangerie, alice)
    with open_dossier(alice, boulangerie):
        invoice = Invoice.objects.filter(direction="purchase").get()
        then = balance()
    page = browser(alice)
    answer = page.post(BASE + "archiver/", {"invoices": [invoice.pk]})
    job = answer.headers["Location"]
    shown = plain(page.get(job))
    assert "1 écriture du FEC" in shown
    assert "Il en restera 4 écritures" in shown
    assert page.post(job + "confirmer/", {"confirmation": "boulange"}).status_code == 422
    assert page.post(job + "confirmer/", {"confirmation": "boulangerie"}).status_code == 302
    run_all()
    with open_dossier(alice, boulangerie):
        assert balance() != then
    page.post(job + "annuler/")
    with open_dossier(alice, boulangerie):
        assert balance() == then


@pytest.mark.row("S3.27", "S3.30")
def test_a_deletion_asks_for_a_fresh_sign_in_and_the_short_name(
    boulangerie: Dossier, alice: User, bruno: User
) -> None:
    with open_dossier(alice, boulangerie):
        invoice = Maker(boulangerie).purchase(booked=False)
    stale, fresh = browser(alice), signed_in_now(alice)
    fresh.post(BASE + "archiver/", {"invoices": [invoice.pk]})
    answer = fresh.post(BASE + "supprimer/", {"invoices": [invoice.pk]})
    job = answer.headers["Location"]
    assert stale.get(job).headers["Location"].startswith("/compte/confirmer/")
    assert "Une archive scellée est écrite" in plain(fresh.get(job))
    assert stale.post(job + "confirmer/", {"confirmation": "boulangerie"}).status_code in {302, 403}
    assert fresh.post(job + "confirmer/", {"confirmation": ""}).status_code == 422
    assert fresh.post(job + "confirmer/", {"confirmation": "boulangerie"}).status_code == 302
    run_all()
    assert "Archive scellée de" in plain(fresh.get(job))
    sent = fresh.get(job + "archive/")
    with open_dossier(alice, boulangerie):
        kept = SealedArchive.objects.get()
        assert not Invoice.objects.exists()
    with default_storage.open(kept.name) as stored:
        assert b"".join(sent.streaming_content) == stored.read()
    other = browser(bruno)
    assert other.post(BASE + "supprimer/", {"invoices": [invoice.pk]}).status_code == 403
    assert other.post(PAGE + "apercu/", {"operation": "reset"}).status_code == 403
    assert other.post(job + "annuler/").status_code == 403
    assert fresh.post(job + "annuler/").status_code == 302
    with open_dossier(alice, boulangerie):
        assert Invoice.objects.get().booking == "archived"


def test_the_list_of_jobs_costs_the_same_at_one_and_three(
    boulangerie: Dossier, alice: User
) -> None:
    page = browser(alice)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert page.get(PAGE).status_code == 200
        return len(captured)

    def archived() -> None:
        with open_dossier(alice, boulangerie):
            Maker(boulangerie).purchase(booked=False)
        do(boulangerie, alice, "archive")

    archived()
    page.get(PAGE)
    one = asked()
    archived()
    archived()
    assert asked() == one


class Api:
    """A program on bulk jobs."""

    def __init__(self, user: User, *scopes: str) -> None:
        self.headers = Program(user, "boulangerie", *scopes).headers
        self.client = Client()

    def __call__(
        self, path: str = "", body: Any = None, *, key: str = "", get: bool = False
    ) -> Any:
        url = f"/api/dossiers/boulangerie/bulk-jobs/{path}"
        if get:
            return self.client.get(url, headers=self.headers)
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        return self.client.post(url, body or {}, content_type="application/json", headers=headers)


def test_by_the_api_a_job_is_previewed_confirmed_followed_and_taken_back(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        books = Maker(boulangerie)
        books.purchase()
        validated = books.purchase()
        validated.entry.state = "validated"
        validated.entry.save(update_fields=["state"])
    call = Api(alice, "read", "write")
    key = uuid.uuid4().hex
    made = call(
        "", {"operation": "archive", "since": "2025-01-01", "kinds": ["purchases"]}, key=key
    )
    assert made.status_code == 201
    found = made.json()
    assert (found["state"], found["preview"]["counts"]["invoices"]) == ("previewed", 1)
    assert found["preview"]["amounts"]["purchases"] == "120.00"
    assert found["preview"]["skipped"] == [
        {
            "reason": "validated",
            "label": "écriture validée\u00a0: passez une contre-passation",
            "count": 1,
        }
    ]
    again = call(
        "", {"operation": "archive", "since": "2025-01-01", "kinds": ["purchases"]}, key=key
    )
    assert again.json()["id"] == found["id"]
    assert call(f"{found['id']}/confirm/").status_code == 202
    other = call("", {"operation": "archive"}).json()
    busy = call(f"{other['id']}/confirm/")
    assert (busy.status_code, busy.json()["code"], busy.json()["job"]) == (
        409, "job_running", found["id"],
    )  # fmt: skip
    run_all()
    done = call(f"{found['id']}/", get=True).json()
    assert (done["state"], done["items"]["invoices"], done["items"]["entries"]) == ("done", 1, 1)
    assert dt.datetime.fromisoformat(done["undo_until"]) > dt.datetime.now(dt.UTC)
    assert call(f"{found['id']}/undo/").json()["state"] == "undone"
    twice = call(f"{found['id']}/undo/")
    assert (twice.status_code, twice.json()["code"]) == (409, "not_undoable")


def test_by_the_api_a_reset_needs_its_scope_and_the_short_name(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        Maker(boulangerie).purchase()
    call, destructive = Api(alice, "read", "write"), Api(alice, "read", "write", "destructive")
    job = call("", {"operation": "reset"}).json()["id"]
    word = {"confirmation": "boulangerie"}
    refused = call(f"{job}/confirm/", word)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    wrong = destructive(f"{job}/confirm/", {"confirmation": "fournil"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_confirmation")
    assert destructive(f"{job}/confirm/", word).status_code == 202
    run_all()
    assert len(destructive(f"{job}/", get=True).json()["archive_sha256"]) == 64
    unknown = call("", {"operation": "archive", "journals": ["ZZ"]})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "journals")
