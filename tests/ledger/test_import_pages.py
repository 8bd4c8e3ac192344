"""FEC imports through the pages, as a person sees them."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clients.demo import PASSWORD
from clients.models import Dossier
from firm.models import Job, User
from ledger.models import Entry, FecFinding, FecImport
from tests.conftest import open_dossier
from tests.ledger import small_fec
from tests.ledger.book_pages import words
from tests.ledger.import_programs import run_all

pytestmark = pytest.mark.django_db(transaction=True)
BASE = "/dossier/boulangerie/comptabilite/imports/"


@pytest.fixture(autouse=True)
def _own_cache(settings: Any, tmp_path: Path) -> None:
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path)}}


@pytest.fixture
def desk(client: Client, alice: User, boulangerie: Dossier) -> Client:
    """Alice, signed in."""
    client.post("/connexion/", {"login": alice.email, "password": PASSWORD})
    return client


def drop(
    desk: Client, content: bytes, name: str = "552100554FEC20241231.txt", *, run: bool = True
) -> str:
    """Drop a file; answers the address of its review."""
    file = io.BytesIO(content)
    file.name = name
    answer = desk.post(BASE + "depot/", {"file": file})
    assert answer.status_code == 302, answer.content
    if run:
        run_all()
    return str(answer["Location"])


def shown(desk: Client, url: str) -> str:
    answer = desk.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def act(desk: Client, url: str, **data: str) -> Any:
    answer = desk.post(url, data)
    run_all()
    return answer


@pytest.mark.row("S3.15", "B10")
def test_a_person_drops_reads_imports_sees_and_undoes(
    desk: Client, boulangerie: Dossier, alice: User
) -> None:
    assert "Aucun FEC reçu" in shown(desk, BASE)
    url = drop(desk, small_fec.content(small_fec.ordinary()), run=False)
    assert "Lecture et contrôle du fichier" in shown(desk, url)
    assert "hx-get" in shown(desk, url)
    assert "Lecture en cours" in shown(desk, BASE)
    run_all()
    assert desk.get(url + "avancement/")["HX-Refresh"] == "true"

    review = shown(desk, url)
    assert "Ce qui sera créé" in review
    assert "Importer 12 lignes" in review.replace("\u202f", " ").replace("\u00a0", " ")
    assert act(desk, url + "confirmer/").status_code == 302
    review = shown(desk, url)
    assert "Ce qui a été créé" in review
    assert "Voir la balance" in review
    sales = shown(desk, "/dossier/boulangerie/ventes/")
    assert "VT-1" in sales
    assert "FEC" in sales
    assert "VT-1" not in shown(desk, "/dossier/boulangerie/achats/")

    refused = act(desk, url + "annuler/", confirmation="boulangeri")
    assert refused.status_code == 422
    assert "Tapez exactement" in refused.content.decode()
    assert act(desk, url + "annuler/", confirmation="boulangerie").status_code == 302
    assert "Ce qui avait été créé" in shown(desk, url)
    with open_dossier(alice, boulangerie):
        assert not Entry.objects.exists()


def test_the_review_says_by_how_much_a_file_is_unbalanced(
    desk: Client, boulangerie: Dossier
) -> None:
    pieces = small_fec.ordinary()
    (account, label, third, debit, credit), *rest = pieces[1].lines
    odd = replace(pieces[1], lines=((account, label, third, debit - 12_34, credit), *rest))
    url = drop(desk, small_fec.content([pieces[0], odd, *pieces[2:]]))

    review = words(shown(desk, url))

    assert "écart 12,34 €" in review
    assert "1 facture de vente 1 200,00 €" in review
    assert "4 journaux 4 nouveaux" in review


def test_findings_are_settled_beside_them_and_shown_as_corrections(
    desk: Client, boulangerie: Dossier, alice: User
) -> None:
    pieces = small_fec.ordinary()
    outside = replace(pieces[3], day="20250420")
    odd = replace(pieces[1], lines=(*pieces[1].lines[:2], ("DIVERS", "Divers", "", 0, 60_000)))
    url = drop(desk, small_fec.content([pieces[0], odd, pieces[2], outside, pieces[4]]))
    review = shown(desk, url)
    assert "Refusé en l’état" in review
    with open_dossier(alice, boulangerie):
        late = FecFinding.objects.get(code="DATE_HORS_EXERCICE")
        account = FecFinding.objects.get(settle="account")
    detail = shown(desk, f"{url}observations/{late.id}/")
    assert "Retenir cette date" in detail
    assert "Retenir ce compte" in shown(desk, f"{url}observations/{account.id}/")

    wrong = desk.post(url + "corriger/", {"kind": "date", "line": late.line, "date": "jamais"})
    assert wrong.status_code == 422
    act(desk, url + "corriger/", kind="date", line=str(late.line), date="20/04/2024")
    act(desk, url + "corriger/", kind="account", account="DIVERS", number="467000", label="Divers")
    review = shown(desk, url)
    assert "Corrections retenues" in review
    assert "lu comme" in review
    assert "Importer 12" in review.replace("\u202f", " ")
    act(desk, url + "corriger/", kind="forget", what="accounts", key="DIVERS")
    assert "lu comme" not in shown(desk, url)


def test_a_file_that_cannot_be_read_says_why_and_offers_what_may_help(desk: Client) -> None:
    url = drop(desk, small_fec.content(small_fec.ordinary(), header=False))
    review = shown(desk, url)
    assert "Lire dans l’ordre légal" in review
    act(desk, url + "corriger/", kind="standard_order")
    assert "Colonnes lues dans l’ordre légal" in shown(desk, url)
    zipped = shown(desk, drop(desk, b"PK\x03\x04" + b"\0" * 300, "livre.zip"))
    assert "Refusé" in zipped
    assert "Importer" not in zipped.split("<main")[1].split("actionbar")[-1] or "disabled" in zipped


def test_labels_of_a_file_are_text_on_the_page_and_in_the_report(desk: Client) -> None:
    evil = "<script>alert(1)</script>"
    pieces = small_fec.ordinary(sale=f"=1+1{evil}")
    uneven = replace(pieces[2], number=f"=2+2{evil}", lines=pieces[2].lines[:2])
    url = drop(desk, small_fec.content([pieces[0], uneven]), f"../..\u202e{evil}.txt")
    review = shown(desk, url)
    assert evil not in review
    assert "&lt;script&gt;" in review
    assert "\u202e" not in review
    report = desk.get(url + "rapport.csv").getvalue().decode()
    assert report.startswith("\ufeff")
    for cell in (cell for line in report.splitlines() for cell in line.split(";")):
        assert not cell.strip('"').startswith(("=", "+", "@"))


def test_a_reading_that_was_stopped_is_begun_again(desk: Client) -> None:
    url = drop(desk, small_fec.content(small_fec.ordinary()), run=False)
    job = Job.objects.get()
    assert desk.post(f"/_/travaux/{job.id}/arreter/").status_code == 200
    review = shown(desk, url)
    assert "Annulé à votre demande" in review
    assert "Relire le fichier" in review
    assert act(desk, url + "confirmer/").status_code == 409
    act(desk, url + "relire/")
    assert "Ce qui sera créé" in shown(desk, url)


def test_an_import_set_aside_stays_in_the_list_and_can_come_again(desk: Client) -> None:
    content = small_fec.content(small_fec.ordinary())
    url = drop(desk, content)
    act(desk, url + "rejeter/")
    assert "Abandonné" in shown(desk, BASE)
    assert drop(desk, content) != url


def test_a_year_with_books_asks_what_to_do(desk: Client, boulangerie: Dossier, alice: User) -> None:
    url = drop(desk, small_fec.content(small_fec.ordinary()))
    act(desk, url + "confirmer/")
    second = drop(desk, small_fec.content(small_fec.ordinary(sale="Vente")))
    assert "Ajouter ce qui manque" in shown(desk, second)
    assert act(desk, second + "confirmer/").status_code == 409
    act(desk, second + "confirmer/", mode="replace")
    with open_dossier(alice, boulangerie):
        assert set(FecImport.objects.values_list("state", flat=True)) == {"imported", "undone"}
        assert Entry.objects.count() == 5


def test_the_list_costs_the_same_with_one_and_three_rows(desk: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            shown(desk, BASE)
        return len(seen)

    drop(desk, small_fec.content(small_fec.ordinary()))
    shown(desk, BASE)
    one = cost()
    for rank in range(2):
        drop(desk, small_fec.content(small_fec.ordinary(sale=f"Vente {rank}")))
    assert cost() == one
