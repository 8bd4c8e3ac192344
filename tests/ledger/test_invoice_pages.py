"""One purchase or sale in full: its document, its fields, its entry."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clients.models import Document, Dossier
from firm.models import User
from ledger.actions.invoice_documents import create_from_document
from ledger.actions.invoices import LineDraft
from ledger.invoice_amounts import Line
from ledger.models import Account, Entry, Invoice, InvoiceLine, ThirdParty
from tests.conftest import open_dossier
from tests.ledger.book_pages import Books, Get, words
from tests.ledger.books import asked_of_the_books
from tests.ledger.invoice_desk import (
    ACHATS,
    PDF,
    VENTES,
    bought,
    document,
    fields,
    party,
    signed_in,
)

D = Decimal


def test_the_page_of_an_invoice_asks_the_same_whatever_it_holds(
    get: Get, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        third = party(boulangerie, alice)
        first = bought(boulangerie, alice, third_party=third)
    one = asked_of_the_books(lambda: get(f"{ACHATS}{first.id}/"))
    with open_dossier(alice, boulangerie):
        lines = [LineDraft(Line(10_00, None, D(20)), f"Ligne {at}") for at in range(3)]
        second = bought(boulangerie, alice, "FA-2", third_party=third, lines=lines)
    three = asked_of_the_books(lambda: get(f"{ACHATS}{second.id}/"))
    assert (one, three) == (16, 16)


@pytest.mark.row("S3.15")
def test_an_invoice_of_a_fec_shows_its_entry_and_cannot_be_typed_in(
    get: Get, alice: User, boulangerie: Dossier, books: Books
) -> None:
    with open_dossier(alice, boulangerie):
        entry = Entry.objects.get(piece_ref="FA-123456")
        third = ThirdParty.objects.get(code="C2")
        made = Invoice.objects.create(
            dossier=boulangerie, direction="sale", type="invoice", number="FA-123456",
            issue_date=entry.date, third_party=third, net=1_234_56, gross=1_234_56, source="fec",
            booking="booked", entry=entry,
        )  # fmt: skip
    listed = words(get(VENTES))
    assert "FEC" in listed
    page = words(get(f"{VENTES}{made.id}/"))
    assert "Comptabilisée Source : FEC" in page
    assert "411000 C2 · Tiers C2 1 234,56" in page
    assert "Équilibrée" in page
    assert "Enregistrer" not in page
    assert words(get(f"{ACHATS}{made.id}/", 404))


def test_an_invoice_is_typed_with_a_new_supplier_and_its_vat_follows(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    signed_in(client, alice)
    with open_dossier(alice, boulangerie):
        Account.objects.create(dossier=boulangerie, number="601100", label="Farines")
    sent = fields(
        {"label": "Farines", "account": "601100", "net": "5 290", "rate": "5,5"},
        {"gross": "81,60", "rate": "20 %"},
        {"label": "", "rate": "20"},
        third_party="Minoterie Girardeau", number="FA-4512", issue_date="17/11/2026",
        due_date="17/12/26",
    )  # fmt: skip
    refused = client.post(f"{ACHATS}nouvelle/", sent)
    page = words(refused.content.decode())
    assert refused.status_code == 422
    assert "Créer « Minoterie Girardeau » parmi les fournisseurs" in page

    saved = client.post(f"{ACHATS}nouvelle/", {**sent, "creer": "1"})
    with open_dossier(alice, boulangerie):
        made = Invoice.objects.get()
        assert saved["Location"] == f"{ACHATS}{made.id}/"
        assert (made.net, made.vat, made.gross) == (5_358_00, 304_55, 5_662_55)
        assert made.third_party.label == "Minoterie Girardeau"
        assert (made.issue_date, made.due_date) == (dt.date(2026, 11, 17), dt.date(2026, 12, 17))
        rows = InvoiceLine.objects.select_related("account").order_by("rank")
        assert [(row.label, row.account and row.account.number) for row in rows] == [
            ("Farines", "601100"), ("", None),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"net": "12,345"}, "n’est pas un montant"),
        ({"net": "10", "rate": "abc"}, "n’est pas un nombre"),
        ({"net": "10", "rate": "120"}, "n’est pas plausible"),
        ({"net": "10", "vat": "2", "gross": "13"}, "ne font pas le TTC"),
        ({"label": "Sans montant"}, "Indiquez le montant HT"),
        ({"net": "10", "account": "999"}, "n’est pas au plan"),
    ],
)
def test_a_line_that_cannot_be_read_is_told_beside_it_and_nothing_is_saved(
    client: Client, alice: User, boulangerie: Dossier, line: dict[str, str], said: str
) -> None:
    answer = signed_in(client, alice).post(f"{ACHATS}nouvelle/", fields(line, number="X"))
    page = words(answer.content.decode())
    assert answer.status_code == 422
    assert "Ligne 1 :" in page
    assert said in page
    with open_dossier(alice, boulangerie):
        assert not Invoice.objects.exists()


def test_saving_goes_on_to_the_next_and_keeps_the_filters(
    client: Client, alice: User, boulangerie: Dossier, three: list[Invoice]
) -> None:
    query = "?onglet=a-comptabiliser&q=girard"
    with open_dossier(alice, boulangerie):
        credit = Invoice.objects.get(number="AV-1")
    sent = fields(
        {"net": "10", "rate": "20"}, number="AV-9", third_party="minoterie girardeau",
        type="credit_note", suivante=str(three[0].id), issue_date="4/11/2026",
    )  # fmt: skip
    answer = signed_in(client, alice).post(f"{ACHATS}{credit.id}/modifier/{query}", sent)
    assert answer["Location"] == f"{ACHATS}{three[0].id}/{query}"
    page = words(client.get(answer["Location"]).content.decode())
    assert "2 sur 2" in page
    assert "Facture AV-9 enregistrée" in page


def test_what_an_api_said_of_a_line_survives_the_form(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    line = LineDraft(
        Line(99_00, None, D(20), "V"), "Conseil", None, D(3), D(33), D(0), D(80),
    )  # fmt: skip
    with open_dossier(alice, boulangerie):
        made = bought(boulangerie, alice, lines=[line])
    sent = {"rank": "1", "label": "Conseil", "net": "99,00", "rate": "20"}
    signed_in(client, alice).post(f"{ACHATS}{made.id}/modifier/", fields(sent, number="FA-1"))
    with open_dossier(alice, boulangerie):
        row = InvoiceLine.objects.get()
        assert (row.qty, row.unit_price, row.kind, row.deductible_pct) == (3, 33, "V", 80)


def test_an_invoice_in_dollars_shows_its_dollars_and_saving_it_changes_nothing(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        lines = [LineDraft(Line(1_000_00, None, D(20)), "Licence")]
        made = bought(
            boulangerie, alice, "US-1", lines=lines, currency="USD", fx_rate=D("0.9137"),
            regime="domestic",
        )  # fmt: skip
    page = signed_in(client, alice).get(f"{ACHATS}{made.id}/").content.decode()
    assert 'name="lignes-0-net" value="1\u00a0000,00"' in page
    assert 'name="lignes-0-vat" value="200,00"' in page
    sent = fields(
        {"rank": "1", "label": "Licence", "net": "1 000,00", "rate": "20", "vat": "200,00"},
        number="US-1", currency="usd", fx_rate="0,9137", issue_date="17/11/2026",
    )  # fmt: skip
    assert client.post(f"{ACHATS}{made.id}/modifier/", sent).status_code == 302
    with open_dossier(alice, boulangerie):
        made.refresh_from_db()
        assert (made.net, made.vat, made.foreign_gross) == (913_70, 182_74, "1200.00")


def test_documents_dropped_on_the_list_become_invoices_to_complete(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    signed_in(client, alice)
    answer = client.post(
        f"{ACHATS}deposer/?onglet=a-comptabiliser", {"file": SimpleUploadedFile("f.pdf", PDF)},
        headers={"Accept": "application/json"},
    )  # fmt: skip
    assert answer.json()["list_url"] == f"{ACHATS}?onglet=a-comptabiliser"
    page = words(client.get(answer.json()["url"]).content.decode())
    assert "Il manque encore le tiers, la date, le numéro, un montant." in page
    assert "Source : documents" in page
    empty = client.post(f"{ACHATS}deposer/", {"file": SimpleUploadedFile("vide.pdf", b"")})
    assert empty.status_code == 422
    assert "est vide" in empty.content.decode()
    with open_dossier(alice, boulangerie):
        assert Invoice.objects.count() == Document.objects.count() == 1


def test_a_document_is_put_beside_an_invoice_and_taken_away(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        made = bought(boulangerie, alice)
    signed_in(client, alice)
    here = f"{ACHATS}{made.id}/"
    assert "Aucun document joint" in words(client.get(here).content.decode())
    client.post(f"{here}document/", {"file": SimpleUploadedFile("facture.pdf", PDF)})
    assert "doc-viewer" in client.get(here).content.decode()
    client.post(f"{here}document/retirer/")
    assert "Aucun document joint" in words(client.get(here).content.decode())


@pytest.mark.parametrize(
    ("name", "content", "mark"),
    [
        ("a.pdf", PDF, "<doc-viewer"),
        ("a.txt", b"Bonjour", "<iframe"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, "<doc-image"),
        ("a.zip", b"PK\x03\x04" + b"\x00" * 64, "Aperçu impossible"),
        ("a.pdf", b"<script>alert(1)</script>", "Aperçu impossible"),
    ],
)
def test_only_what_is_harmless_is_shown_beside_the_fields(
    client: Client, alice: User, boulangerie: Dossier, name: str, content: bytes, mark: str
) -> None:
    answer = signed_in(client, alice).post(
        f"{ACHATS}deposer/", {"file": SimpleUploadedFile(name, content)}
    )
    assert mark in client.get(answer["Location"]).content.decode()


def test_a_client_without_the_right_to_write_reads_and_types_nothing(
    client: Client, alice: User, boulangerie: Dossier, three: list[Invoice], chloe: User
) -> None:
    with open_dossier(alice, boulangerie):
        create_from_document(
            boulangerie, document(boulangerie, alice), direction="purchase", by=alice
        )
    from tests.firm.access_table import member

    reader = member(boulangerie.firm, "staff_all")
    signed_in(client, reader)
    page = words(client.get(f"{ACHATS}{three[0].id}/").content.decode())
    assert "Enregistrer" not in page
    assert client.post(f"{ACHATS}{three[0].id}/modifier/", {}).status_code == 403
    listed = client.get(ACHATS).content.decode()
    assert "Nouvelle facture" not in listed
    assert 'name="ids"' not in listed


def test_an_invoice_is_booked_from_its_page_and_taken_back(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    from tests.ledger.pieces import account, year

    with open_dossier(alice, boulangerie):
        year(boulangerie, 2026)
        account(boulangerie, "601100")
        made = bought(boulangerie, alice, third_party=party(boulangerie, alice))
    signed_in(client, alice)
    sent = fields(
        {"rank": "1", "net": "100", "rate": "20", "account": "601100"}, number="FA-1",
        third_party="Minoterie Girardeau", issue_date="17/11/2026", comptabiliser="1",
    )  # fmt: skip
    here = f"{ACHATS}{made.id}/"
    assert client.post(f"{here}modifier/", sent).status_code == 302
    page = words(client.get(here).content.decode())
    assert "Comptabilisée" in page
    assert "601100 Compte 601100 100,00" in page
    with open_dossier(alice, boulangerie):
        assert Entry.objects.get().debit == 120_00

    client.post(f"{here}decomptabiliser/")
    with open_dossier(alice, boulangerie):
        made.refresh_from_db()
        assert (made.booking, Entry.objects.count()) == ("to_process", 0)


def test_an_invoice_that_cannot_be_booked_is_not_saved_either_and_says_why(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        made = bought(boulangerie, alice)
    sent = fields({"net": "50", "rate": "20"}, number="Z", comptabiliser="1")
    answer: Any = signed_in(client, alice).post(f"{ACHATS}{made.id}/modifier/", sent)
    assert answer.status_code == 422
    assert "La date de la facture manque." in words(answer.content.decode())
    with open_dossier(alice, boulangerie):
        made.refresh_from_db()
        assert (made.number, made.net) == ("FA-1", 100_00)
