"""Journals, entries and letterings on their pages."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from clients.models import Dossier
from firm.models import User
from ledger.models import FecImport, Invoice
from tests.conftest import open_dossier
from tests.ledger.book_pages import BACKEND, BOOKS, Get, sale, words
from tests.ledger.books import Y2022, Books, make_books

D = dt.date


def test_a_lettering_code_unfolds_the_lines_that_settle_each_other(get: Get, books: Books) -> None:
    lettering = next(iter(books.letterings.values()))

    part = words(get(f"{BOOKS}lettrages/{lettering.id}/?colonnes=10"))

    assert "Lettrage A" in part
    assert "Soldé" in part
    assert part.count("250,00 €") == 4
    get(f"{BOOKS}lettrages/{lettering.id + 1000}/", status=404)


def test_a_journal_by_month_leads_to_its_lines(get: Get, books: Books) -> None:
    page = get(f"{BOOKS}journaux/")
    found = re.search(r'href="([^"]+mois=2023-11)"', page)
    assert found is not None

    lines = words(get(found.group(1).replace("&amp;", "&")))

    assert "Vente de 123456 centimes" in lines
    assert "1 écriture" in lines
    assert "Vente de 25000 centimes" not in lines


def test_the_centralised_journal_totals_each_month_and_the_year(get: Get, books: Books) -> None:
    page = words(get(f"{BOOKS}journaux/centralisateur/"))

    assert "VE Ventes 1 250,00 € 250,00 € Total février 2023" in page
    assert "Total de l’exercice 4 1 834,56 € 1 834,56 €" in page


@pytest.mark.parametrize(
    ("query", "present", "absent"),
    [
        ("montant=1234,56", "Vente de 123456", "Règlement"),
        ("q=règlement", "Règlement", "Vente de 123456"),
        ("mois=2023-02", "Vente de 25000", "Vente de 123456"),
        ("exercice=2022-12-31", "Vente de 10000", "Vente de 123456"),
    ],
)
def test_entries_are_found_by_amount_words_month_and_year(
    get: Get, books: Books, query: str, present: str, absent: str
) -> None:
    page = get(f"{BOOKS}ecritures/?{query}")

    assert present in page
    assert absent not in page


def test_an_amount_that_cannot_be_read_is_said(get: Get, books: Books) -> None:
    assert "n’est pas un montant" in get(f"{BOOKS}ecritures/?montant=12,3x")


@pytest.mark.row("B10")
def test_an_entry_tells_where_it_comes_from_and_what_was_made_of_it(
    get: Get, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        brought = FecImport.objects.create(
            dossier=boulangerie, file_name="552100554FEC20221231.txt", size=1, sha256="0" * 64,
            state=FecImport.State.IMPORTED,
        )  # fmt: skip
        made = make_books(boulangerie, [sale(D(2022, 5, 3), 1847)], fec_import=brought, **Y2022)
        entry = made.entries[0]
        Invoice.objects.create(
            dossier=boulangerie, direction="sale", type="invoice", number="FA-1847", entry=entry,
            third_party=made.thirds["customer", "C1"], gross=1847, source="fec",
        )  # fmt: skip

    raw = get(f"{BOOKS}ecritures/{entry.id}/")
    page = words(raw)

    assert "FEC, ligne 1 847" in page
    assert f"{BOOKS}imports/{brought.id}/lignes/1847/" in raw
    assert "552100554FEC20221231.txt" in page
    assert "Facture FA-1847 TTC 18,47 €" in page
    assert "Total 18,47 € 18,47 €" in page


def test_an_entry_unfolds_its_lines_in_a_list(get: Get, books: Books) -> None:
    part = words(get(f"{BOOKS}ecritures/{books.entries[1].id}/lignes/?colonnes=9"))

    assert "411000 Compte 411000 Tiers C1" in part


def test_an_entry_of_another_firm_is_not_found(client: Client, eve: User, books: Books) -> None:
    client.force_login(eve, backend=BACKEND)

    assert client.get(f"{BOOKS}ecritures/{books.entries[0].id}/").status_code == 404


def test_whoever_may_not_open_the_imports_is_told_the_place_without_a_link(
    client: Client, denis: User, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        brought = FecImport.objects.create(
            dossier=boulangerie, file_name="a.txt", size=1, sha256="0" * 64, state="imported"
        )
        made = make_books(boulangerie, [sale(D(2022, 5, 3), 1847)], fec_import=brought, **Y2022)
    client.force_login(denis, backend=BACKEND)

    page = client.get(f"{BOOKS}ecritures/{made.entries[0].id}/").content.decode()

    assert "FEC, ligne 1\u00a0847" in page
    assert "/imports/" not in page
