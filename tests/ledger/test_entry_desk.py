"""The page « Saisie » and what its grid asks and sends."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clients.models import Document, Dossier
from firm.models import User
from ledger.models import Entry, EntryDocument, Journal
from ledger.queries.counterparts import brought, counterparts
from ledger.queries.entry_desk import MOST_CHOICES, piece_after
from tests.conftest import open_dossier
from tests.ledger.book_pages import Get, words
from tests.ledger.books import Books, asked_of_the_books
from tests.ledger.entry_desk import (
    PURCHASE,
    SAISIE,
    Row,
    cells,
    rows_of,
    small_books_inside,
    small_books_outside,
    version,
    write,
)
from tests.ledger.invoice_desk import PDF, document, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["small_books_inside", "small_books_outside"]
JSON = {"Accept": "application/json"}
MARCH = f"{SAISIE}?journal=AC&mois=2023-03"


def post(client: Client, url: str, rows: tuple[Row, ...] = PURCHASE, **more: Any) -> Any:
    body = {"journal": "AC", "month": "2023-03", "date": "12", "piece": "A-8",
            "lines": cells(rows), **more}  # fmt: skip
    return client.post(url, json.dumps(body), content_type="application/json", headers=JSON)


@pytest.mark.usefixtures("desk")
def test_an_entry_is_saved_listed_reopened_changed_and_undone(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    signed_in(client, alice)
    page = words(client.get(MARCH).content.decode())
    assert "Rien n’est encore saisi ici" in page
    saved = post(client, f"{SAISIE}ecritures/")
    assert saved.status_code == 201
    told = saved.json()
    assert told["piece"] == "A-9"
    listed = words(client.get(f"{SAISIE}liste/?journal=AC&mois=2023-03").content.decode())
    assert "Farines" in listed
    assert "1 écriture au journal, 1 200,00 €" in listed

    url = f"{SAISIE}ecritures/{told['id']}/"
    read = client.get(url, headers=JSON).json()
    assert (read["date"], read["piece"], read["refusal"]) == ("12/03/2023", "A-8", "")
    assert read["lines"][2] == {
        "account": "401000", "third": "MOULIN", "label": "Farines", "debit": "",
        "credit": "1\u00a0200,00",
    }  # fmt: skip
    less = (("607000", "", "Farines", "10", ""), ("401000", "MOULIN", "", "", "10"))
    changed = post(client, url, less, version=read["version"])
    assert changed.status_code == 200
    assert post(client, url, less, version=read["version"]).status_code == 409
    with open_dossier(alice, boulangerie):
        assert len(rows_of(told["id"])) == 2
    undone = client.post(changed.json()["toast"]["undo_url"], headers={"HX-Request": "true"})
    assert undone.status_code == 204
    with open_dossier(alice, boulangerie):
        assert len(rows_of(told["id"])) == 3
    assert client.post(changed.json()["toast"]["undo_url"]).status_code == 404


@pytest.mark.usefixtures("desk")
def test_a_refusal_names_rows_and_cells(client: Client, alice: User, boulangerie: Dossier) -> None:
    signed_in(client, alice)
    rows = (*PURCHASE[:2], ("401999", "RIEN", "", "", "1200"))
    refused = post(client, f"{SAISIE}ecritures/", rows)
    assert refused.status_code == 422
    assert [(one["row"], one["cell"]) for one in refused.json()["faults"]] == [
        (2, "account"), (2, "third"),
    ]  # fmt: skip
    with open_dossier(alice, boulangerie):
        assert Entry.objects.count() == 3


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("body", ["", "[]", "{}", '{"journal": 1, "date": 2, "lines": [1]}'])
def test_nonsense_is_refused(client: Client, alice: User, body: str) -> None:
    signed_in(client, alice)
    answer = client.post(f"{SAISIE}ecritures/", body, content_type="application/json", headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["code"] == "entry_unreadable"


@pytest.mark.usefixtures("desk")
def test_an_entry_taken_out_comes_back(client: Client, alice: User, boulangerie: Dossier) -> None:
    signed_in(client, alice)
    pk = post(client, f"{SAISIE}ecritures/").json()["id"]
    entry = f"/dossier/boulangerie/comptabilite/ecritures/{pk}/"
    assert "Retirer" in words(client.get(entry).content.decode())
    gone = client.post(f"{entry}retirer/", headers=JSON).json()
    assert client.get(entry).status_code == 404
    client.post(gone["toast"]["undo_url"])
    assert client.get(entry).status_code == 200
    copied = client.post(f"{entry}copier/", {"date": "3/5/2023", "piece": "A-9"})
    page = words(client.get(copied["Location"]).content.decode())
    assert "Copiée au 03/05/2023" in page
    assert client.post(f"{entry}copier/", {"date": "demain"}).status_code == 422


@pytest.mark.usefixtures("desk")
def test_the_place_is_remembered(client: Client, alice: User) -> None:
    signed_in(client, alice)
    client.get(f"{SAISIE}?journal=BQ&mois=2023-09")
    page = client.get(SAISIE).content.decode()
    assert 'data-journal="BQ" data-month="2023-09"' in page


@pytest.mark.usefixtures("desk")
def test_the_page_asks_the_same_whatever_was_typed(
    get: Get, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        write(boulangerie, alice)
    get(MARCH)
    one = asked_of_the_books(lambda: get(MARCH))
    with open_dossier(alice, boulangerie):
        for _more in range(2):
            write(boulangerie, alice)
    assert (one, asked_of_the_books(lambda: get(MARCH))) == (6, 6)


@pytest.mark.usefixtures("desk")
def test_saving_takes_as_many_queries_for_any_number_of_lines(client: Client, alice: User) -> None:
    signed_in(client, alice)
    two = (("607000", "", "F", "1", ""), ("401000", "MOULIN", "", "", "1"))
    many = (*(("607000", "", "F", "1", ""),) * 9, ("401000", "MOULIN", "", "", "9"))
    post(client, f"{SAISIE}ecritures/", two)
    counts = [
        asked_of_the_books(lambda rows=rows: post(client, f"{SAISIE}ecritures/", rows))  # type: ignore[misc]
        for rows in (two, many)
    ]
    assert counts[0] == counts[1]


@pytest.mark.usefixtures("desk")
def test_the_choices_are_the_whole_chart_until_it_is_too_large(
    get: Get, alice: User, boulangerie: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = json.loads(get(f"{SAISIE}choix/"))["choices"]
    assert ["607000", "Compte 607000"] in found["accounts"]
    assert ["MOULIN", "Moulin du Pré", "supplier", "401000"] in found["thirds"]
    monkeypatch.setattr("ledger.queries.entry_desk.MOST_CHOICES", 3)
    assert json.loads(get(f"{SAISIE}choix/"))["choices"] is None
    assert MOST_CHOICES > 10_000
    del alice, boulangerie


@pytest.mark.usefixtures("books")
def test_the_counterpart_follows_the_journals_past(inside: Dossier) -> None:
    journal = Journal.objects.get(code="AC")
    found = counterparts(inside, journal, account="607000", third="", cents=1000_01)
    assert [(one.account, one.third, one.cents) for one in found] == [
        ("445660", "", 200_00), ("401000", "MOULIN", -1200_01),
    ]  # fmt: skip
    assert sum(one.cents for one in found) == -1000_01
    assert counterparts(inside, journal, account="613000", third="", cents=1) == []
    sales = Journal.objects.get(code="VE")
    (vat_and_sale) = counterparts(inside, sales, account="411000", third="DUPONT", cents=240_00)
    assert [(one.account, one.cents) for one in vat_and_sale] == [
        ("707000", -200_00), ("445710", -40_00),
    ]  # fmt: skip


@pytest.mark.parametrize("cents", [1, 2, 3, 7, 99, 1000_03, -50_01])
def test_a_counterpart_always_balances(cents: int) -> None:
    sign = 1 if cents > 0 else -1
    rows = [
        ("607000", "", sign * 300, "Achats", ""), ("445660", "", sign * 61, "TVA", ""),
        ("401000", "X", sign * -361, "Fournisseur", "X"),
    ]  # fmt: skip
    assert sum(one.cents for one in brought(rows, "607000", "", cents)) == -cents


@pytest.mark.parametrize(
    ("last", "following"),
    [("FA-009", "FA-010"), ("99", "100"), ("AC2023-9", "AC2023-10"), ("sans", ""), ("", "")],
)
def test_the_next_piece_follows_the_last(last: str, following: str) -> None:
    assert piece_after(last) == following


@pytest.mark.usefixtures("desk")
def test_a_document_is_dropped_beside_the_grid_and_attached(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    signed_in(client, alice)
    sent = {"file": SimpleUploadedFile("facture.pdf", PDF)}
    dropped = client.post(f"{SAISIE}documents/", sent, headers=JSON).json()
    assert dropped["url"] == ""
    assert "facture.pdf" in client.get(dropped["pane_url"]).content.decode()
    pk = int(dropped["pane_url"].rstrip("/").rpartition("/")[2])
    assert "facture.pdf" in client.get(f"{SAISIE}documents/").content.decode()
    saved = post(client, f"{SAISIE}ecritures/", document=pk).json()
    with open_dossier(alice, boulangerie):
        assert EntryDocument.objects.get().entry_id == saved["id"]
        assert Document.objects.get(pk=pk).state == "filed"
    entry = f"/dossier/boulangerie/comptabilite/ecritures/{saved['id']}/"
    assert "facture.pdf" in client.get(entry).content.decode()
    client.post(f"{entry}documents/{pk}/retirer/")
    with open_dossier(alice, boulangerie):
        assert Document.objects.get(pk=pk).state == "to_file"
    client.post(f"{entry}documents/", {"file": SimpleUploadedFile("b.pdf", PDF)})
    assert "b.pdf" in client.get(entry).content.decode()
    assert post(client, f"{SAISIE}ecritures/", document=10**9).status_code == 404


def test_a_document_beside_an_entry_is_not_thrown_away(
    inside: Dossier, books: Books, alice: User
) -> None:
    from clients.actions.documents import DocumentInUse, trash_document
    from ledger.actions.entry_documents import attach_to_entry

    paper = document(inside, alice)
    attach_to_entry(books.entries[0], paper, by=alice)
    attach_to_entry(books.entries[0], paper, by=alice)
    assert EntryDocument.objects.count() == 1
    with pytest.raises(DocumentInUse, match="joint à l’écriture"):
        trash_document(paper, by=alice)


@pytest.mark.usefixtures("desk")
def test_who_only_reads_has_no_grid(client: Client, denis: User) -> None:
    signed_in(client, denis)
    assert client.get(SAISIE).status_code == 403
    assert client.post(f"{SAISIE}ecritures/").status_code == 403


def test_reopening_goes_to_the_entrys_own_place(
    get: Get, alice: User, boulangerie: Dossier, desk: Books
) -> None:
    with open_dossier(alice, boulangerie):
        made = write(boulangerie, alice)
        read = version(made)
    page = get(f"{SAISIE}?ecriture={made.id}")
    assert 'data-journal="AC" data-month="2023-03"' in page
    assert read in page
    assert desk.year.start == dt.date(2023, 1, 1)
