"""The pages of Banque and its API: what they show, cost and refuse."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clients.models import Document, Dossier
from firm.models import User
from ledger.models import (
    Account,
    BankAccount,
    BankConnection,
    BankTransaction,
)
from tests.conftest import open_dossier
from tests.ledger.bank.bank_desk import Post, bank_account, fill, post_as_alice, upload
from tests.ledger.bank.bank_rows import BASE, FILES, D, account, imported, transaction
from tests.ledger.bank.writing import Moved, as_camt, as_csv
from tests.ledger.book_pages import BACKEND, Get, get_as_alice, words
from tests.ledger.books import asked_of_the_books

__all__ = ["bank_account", "get_as_alice", "post_as_alice"]
pytestmark = pytest.mark.django_db
API = "/api/dossiers/boulangerie/"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_seven_queries_of_the_books_however_long(
    count: int, on: BankAccount, boulangerie: Dossier, alice: User, get: Get
) -> None:
    fill(boulangerie, on, alice, count)
    assert asked_of_the_books(lambda: get(BASE)) == 7


@pytest.mark.parametrize("count", [1, 3])
def test_the_calls_ask_a_constant_number_of_queries(
    count: int, on: BankAccount, boulangerie: Dossier, alice: User, client: Client
) -> None:
    fill(boulangerie, on, alice, count)
    client.force_login(alice, backend=BACKEND)
    asked = [
        asked_of_the_books(lambda path=path: client.get(f"{API}{path}/"))  # type: ignore[misc]
        for path in ("bank-transactions", "bank-accounts", "bank-statements")
    ]
    assert asked == [1, 4, 1]


@pytest.mark.row("S3.7", "S3.22")
def test_the_list_shows_badges_tabs_and_the_buttons_of_a_selection(
    on: BankAccount, boulangerie: Dossier, alice: User, get: Get
) -> None:
    with open_dossier(alice, boulangerie):
        transaction(boulangerie, on, label="RÉPÉTÉE", repeats=1)
        transaction(boulangerie, on, label="VIEILLE", is_pre_takeover=True)
        transaction(boulangerie, on, label="ARCHIVÉE", booking="archived")
    page = get(BASE)
    said = words(page)
    assert "À comptabiliser 2" in said
    assert "Archivées 1" in said
    assert "Doublon possible" in said
    assert "Avant reprise" in said
    assert "ARCHIVÉE" not in said
    for name in ("demander", "justifier"):
        assert f'name="etat" value="{name}"' in page
    assert "ARCHIVÉE" in words(get(f"{BASE}?onglet=archivees"))
    assert "Doublon possible" in words(get(f"{BASE}?doublon=1"))


@pytest.mark.row("S3.12")
def test_the_list_keeps_to_one_bank_account(
    on: BankAccount, boulangerie: Dossier, alice: User, get: Get
) -> None:
    with open_dossier(alice, boulangerie):
        other = account(boulangerie, alice, "512100", iban="")
        transaction(boulangerie, on, label="PREMIER")
        transaction(boulangerie, other, label="SECOND")
    said = words(get(f"{BASE}?compte={other.id}"))
    assert "SECOND" in said
    assert "PREMIER" not in said


def test_a_page_of_a_hundred_is_followed_by_the_rest(
    on: BankAccount, boulangerie: Dossier, alice: User, get: Get
) -> None:
    with open_dossier(alice, boulangerie):
        rows = [Moved(D(2025, 1, 1 + n % 28), -n - 1, f"PRLV {n}", f"R{n}") for n in range(130)]
        imported(boulangerie, as_camt(rows), alice)
    first = get(BASE)
    (more,) = set(re.findall(r'href="(\?[^"]*apres=[^"]*)"', first))
    second = get(BASE + more.replace("&amp;", "&"))
    ids = [re.findall(r'name="ids" value="(\d+)"', page) for page in (first, second)]
    assert (len(ids[0]), len(ids[1]), len(set(ids[0] + ids[1]))) == (100, 30, 130)
    assert on.pk


def test_a_client_sees_and_justifies_but_does_not_manage(
    on: BankAccount, boulangerie: Dossier, alice: User, denis: User, client: Client
) -> None:
    (row,) = fill(boulangerie, on, alice, 1)
    client.force_login(denis, backend=BACKEND)
    page = client.get(BASE).content.decode()
    assert "Importer un relevé" not in page
    assert 'value="demander"' not in page
    asked = client.post(f"{BASE}etat/", {"etat": "demander", "ids": row.pk})
    assert asked.status_code == 403
    assert client.post(f"{BASE}etat/", {"etat": "justifier", "ids": row.pk}).status_code == 302
    assert client.get(f"{BASE}releves/").status_code == 403
    shown = client.get(f"{BASE}{row.pk}/").content.decode()
    assert "Enregistrer et suivante" not in shown


def test_a_selection_is_asked_of_the_client(
    on: BankAccount, boulangerie: Dossier, alice: User, post: Post, get: Get
) -> None:
    rows = fill(boulangerie, on, alice, 3)
    post(f"{BASE}etat/", {"etat": "demander", "ids": [rows[0].pk, rows[1].pk], "next": BASE})
    assert "2 opérations demandées au client" in words(get(BASE))
    post(f"{BASE}etat/?onglet=en-attente", {"etat": "justifier", "tout": "1"})
    with open_dossier(alice, boulangerie):
        states = BankTransaction.objects.order_by("date").values_list("booking", flat=True)
        assert list(states) == ["justified", "justified", "to_process"]
    post(f"{BASE}etat/", {"etat": "demander", "ids": [10**30, "x"]}, status=422)


def test_nobody_is_sent_elsewhere_by_next(
    on: BankAccount, boulangerie: Dossier, alice: User, post: Post
) -> None:
    (row,) = fill(boulangerie, on, alice, 1)
    with open_dossier(alice, boulangerie):
        BankTransaction.objects.update(is_pre_takeover=True)
    for wanted in ("https://ailleurs.example/", "//ailleurs.example/", "javascript:alert(1)"):
        answer = post(f"{BASE}{row.pk}/garder/", {"next": wanted})
        assert answer["Location"].startswith(BASE)


@pytest.mark.row("S3.20")
def test_one_transaction_is_described_kept_and_followed(
    on: BankAccount, boulangerie: Dossier, alice: User, post: Post, get: Get
) -> None:
    rows = fill(boulangerie, on, alice, 3)
    with open_dossier(alice, boulangerie):
        Account.objects.create(dossier=boulangerie, number="606100", label="Énergie")
        BankTransaction.objects.filter(pk=rows[1].pk).update(is_pre_takeover=True)
    page = get(f"{BASE}{rows[1].pk}/?onglet=a-comptabiliser")
    for key, other in (("k", rows[2]), ("j", rows[0])):
        assert f'{BASE}{other.pk}/?onglet=a-comptabiliser" data-key="{key}"' in page
    assert "est sans doute déjà dans le FEC" in words(page)
    post(f"{BASE}{rows[1].pk}/garder/", {"garder": "1"})
    sent = {"account": "606100", "vat_rate": "20", "note": "Électricité", "suivante": "1"}
    answer = post(f"{BASE}{rows[1].pk}/affecter/", sent)
    assert answer["Location"] == f"{BASE}{rows[0].pk}/"
    with open_dossier(alice, boulangerie):
        row = BankTransaction.objects.select_related("account").get(pk=rows[1].pk)
        assert (row.account.number, row.vat_rate, row.is_kept) == ("606100", 20, True)
    refused = post(f"{BASE}{rows[1].pk}/affecter/", {"account": "999"}, status=422)
    assert "n’existe pas dans ce dossier" in refused.content.decode()


def test_a_document_is_joined_beside_the_fields(
    on: BankAccount, boulangerie: Dossier, alice: User, post: Post, get: Get
) -> None:
    row, other = fill(boulangerie, on, alice, 2)
    url = f"{BASE}{row.pk}/document/"
    post(url, {"file": SimpleUploadedFile("recu.pdf", b"%PDF-1.4\n%%EOF")})
    page = get(f"{BASE}{row.pk}/")
    assert "<doc-viewer" in page
    assert "recu.pdf" in page
    with open_dossier(alice, boulangerie):
        paper = Document.objects.get()
        assert (paper.state, paper.source) == ("filed", "upload")
    post(f"{BASE}{other.pk}/document/", {"document": paper.pk})
    post(url, {"retirer": "1"})
    with open_dossier(alice, boulangerie):
        found = BankTransaction.objects.order_by("date").values_list("document", "booking")
        assert list(found) == [(None, "to_process"), (paper.pk, "justified")]
    post(url, {"document": "12345"}, status=404)


def test_a_transaction_is_written_by_hand(
    on: BankAccount, boulangerie: Dossier, alice: User, post: Post, get: Get
) -> None:
    assert "Nouvelle opération bancaire" in words(get(f"{BASE}nouvelle/"))
    sent = {"bank_account": on.pk, "date": "04/03/2025", "amount": "−1 234,5", "label": "CB"}
    post(f"{BASE}nouvelle/", sent)
    post(f"{BASE}nouvelle/", {**sent, "amount": "0"}, status=422)
    with open_dossier(alice, boulangerie):
        row = BankTransaction.objects.get()
        assert (row.amount, row.date, row.source) == (-1_234_50, D(2025, 3, 4), "manual")


@pytest.mark.row("S3.23")
def test_accounts_are_made_changed_and_connected(
    boulangerie: Dossier, alice: User, post: Post, get: Get
) -> None:
    assert 'value="512000"' in get(f"{BASE}comptes/nouveau/")
    sent = {"name": "Crédit Agricole", "number": "512000", "iban": "FR1420041010050500013M02606"}
    post(f"{BASE}comptes/nouveau/", sent)
    refused = post(f"{BASE}comptes/nouveau/", {**sent, "number": "512100"}, status=422)
    assert "porte cet IBAN" in refused.content.decode()
    with open_dossier(alice, boulangerie):
        row = BankAccount.objects.get()
    post(f"{BASE}comptes/{row.pk}/", {**sent, "name": "CA Pro"})
    page = words(get(f"{BASE}comptes/"))
    assert "CA Pro" in page
    assert "EBICS" in page
    link = f"{BASE}comptes/{row.pk}/connexion/"
    assert "bank/boulangerie/512000/" in get(link)
    refused = post(link, {"kind": "http", "url": "http://banque.example/"}, status=422)
    assert "https" in refused.content.decode()
    post(link, {"kind": "http", "url": "https://banque.example/", "token": "secret-de-la-banque"})
    assert "secret-de-la-banque" not in get(link)
    post(f"{link}relever/")
    post(f"{link}arreter/")
    post(f"{link}relever/", status=404)
    with open_dossier(alice, boulangerie):
        assert not BankConnection.objects.get().is_active


def test_the_export_follows_the_tab(
    on: BankAccount, boulangerie: Dossier, alice: User, client: Client
) -> None:
    with open_dossier(alice, boulangerie):
        transaction(boulangerie, on, label="LIBRE")
        transaction(boulangerie, on, label="RANGÉE", booking="archived")
    client.force_login(alice, backend=BACKEND)
    url = "/dossier/boulangerie/exports/banque/?format=csv"
    every = b"".join(client.get(url).streaming_content).decode()  # type: ignore[attr-defined]
    one = b"".join(
        client.get(f"{url}&onglet=archivees").streaming_content  # type: ignore[attr-defined]
    ).decode()
    assert ("LIBRE" in every, "RANGÉE" in every) == (True, True)
    assert ("LIBRE" in one, "RANGÉE" in one) == (False, True)


def test_the_api_makes_accounts_transactions_and_statements(
    boulangerie: Dossier, alice: User, client: Client
) -> None:
    client.force_login(alice, backend=BACKEND)

    def send(path: str, data: dict[str, Any], **more: Any) -> Any:
        return client.post(f"{API}{path}/", data, **more)

    as_json = {"content_type": "application/json"}
    made = send("bank-accounts", {"name": "CA", "iban": "FR1420041010050500013M02606"}, **as_json)
    assert (made.status_code, made.json()["account"]) == (201, "512000")
    row = {"bank_account": made.json()["id"], "date": "2025-03-04", "amount": "-45.90",
           "label": "PRLV", "external_id": "X"}  # fmt: skip
    first = send("bank-transactions", row, **as_json)
    assert (first.status_code, first.json()["amount"], first.json()["source"]) == (
        201, "-45.90", "api",
    )  # fmt: skip
    again = send("bank-transactions", row, **as_json)
    assert (again.status_code, again.json()["code"]) == (409, "bank_transaction_exists")
    for wrong in ({"amount": "12,5"}, {"amount": "0.001"}, {"bank_account": "987654321"}):
        assert send("bank-transactions", {**row, **wrong}, **as_json).status_code == 422
    content = (FILES / "credit-agricole-2025-03.xml").read_bytes()
    sent = send("bank-statements", {**upload(content), "confirm": "true"})
    (statement,) = sent.json()["results"]
    assert (statement["state"], statement["added"], statement["closing"]) == (
        "imported", 4, "4931.57",
    )  # fmt: skip
    csv = upload(as_csv([Moved(D(2025, 1, 2), -1_00, "PRLV")]), "r.csv")
    waiting = send("bank-statements", csv).json()["results"][0]
    assert waiting["state"] == "to_map"
    refused = send(f"bank-statements/{waiting['id']}/confirm", {})
    assert refused.json()["code"] == "mapping_incomplete"
    listed = client.get(f"{API}bank-transactions/?source=file&limit=2").json()
    assert len(listed["results"]) == 0
    listed = client.get(f"{API}bank-transactions/?source=api&limit=2").json()
    assert (len(listed["results"]), bool(listed["next"])) == (2, True)
    (card,) = client.get(f"{API}bank-accounts/").json()["results"]
    assert (card["balance"], card["last_statement"]) == ("4931.57", "2025-03-31")
    assert client.get(f"{API}bank-transactions/?booking=perdue").status_code == 422
    assert boulangerie.pk
