"""Pages of the books: what they show, what they cost, who may open them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from clients.models import Dossier
from firm.models import User
from ledger.models import FecImport
from tests.conftest import open_dossier
from tests.ledger.book_pages import BACKEND, BOOKS, HOME, Get, sale, words
from tests.ledger.books import Y2022, Books, Line, Piece, asked_of_the_books, make_books

D = dt.date

EVERY_PAGE = [
    HOME,
    f"{BOOKS}balance/",
    f"{BOOKS}balance/auxiliaire/",
    f"{BOOKS}balance/auxiliaire/?tiers=fournisseurs",
    f"{BOOKS}grand-livre/",
    f"{BOOKS}journaux/",
    f"{BOOKS}journaux/centralisateur/",
    f"{BOOKS}ecritures/",
    f"{HOME}recherche/",
]


@pytest.mark.parametrize("path", [HOME, f"{BOOKS}balance/", f"{BOOKS}exercices/"])
def test_who_may_not_import_is_not_told_to(
    client: Client, denis: User, boulangerie: Dossier, path: str
) -> None:
    client.force_login(denis, backend=BACKEND)

    page = client.get(path).content.decode()

    assert "Votre cabinet n’y a pas encore importé de comptabilité" in page
    assert "Importer un FEC" not in page


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_a_dossier_without_books_says_how_to_begin(
    get: Get, boulangerie: Dossier, path: str
) -> None:
    page = words(get(path))

    assert "Importe" in page or "Que cherchez-vous" in page


@pytest.mark.parametrize("path", EVERY_PAGE)
@pytest.mark.parametrize(
    ("who", "status"),
    [("bruno", 200), ("denis", 200), ("emma", 403), ("eve", 404), ("fred", 404)],
)
def test_who_may_open_the_books(
    client: Client, boulangerie: Dossier, request: Any, path: str, who: str, status: int
) -> None:
    client.force_login(request.getfixturevalue(who), backend=BACKEND)

    opens = 200 if (who, path) == ("emma", HOME) else status  # her home tells her who may open more
    assert client.get(path).status_code == opens


def test_whoever_may_not_read_the_books_has_a_home_that_shows_none_of_them(
    client: Client, boulangerie: Dossier, emma: User
) -> None:
    client.force_login(emma, backend=BACKEND)

    page = client.get("/", follow=True)

    assert page.redirect_chain == [(HOME, 302)]
    assert "Les livres ne vous sont pas ouverts" in page.text
    assert "Exercice" not in page.text


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_a_stranger_signs_in_first_and_nothing_is_posted(
    client: Client, boulangerie: Dossier, alice: User, path: str
) -> None:
    assert client.get(path).status_code == 302
    client.force_login(alice, backend=BACKEND)
    assert client.post(path).status_code == 405


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        (HOME, 7),
        (f"{BOOKS}balance/", 3),
        (f"{BOOKS}balance/?compte=411000", 7),
        (f"{BOOKS}balance/auxiliaire/", 3),
        (f"{BOOKS}grand-livre/", 2),
        (f"{BOOKS}grand-livre/?compte=411000", 5),
        (f"{BOOKS}journaux/", 2),
        (f"{BOOKS}journaux/centralisateur/", 2),
        (f"{BOOKS}ecritures/", 4),
        (f"{BOOKS}ecritures/?q=vente", 4),
        (f"{HOME}recherche/?q=vente", 6),
        (f"{HOME}recherche/lignes/?q=vente", 6),
    ],
)
@pytest.mark.parametrize("count", [1, 3])
def test_each_page_costs_the_same_queries_at_one_and_three_rows(
    client: Client, alice: User, boulangerie: Dossier, path: str, queries: int, count: int
) -> None:
    with open_dossier(alice, boulangerie):
        pieces = [sale(D(2022, rank, 3), rank * 100, f"C{rank}") for rank in range(1, count + 1)]
        make_books(boulangerie, pieces, **Y2022)
    client.force_login(alice, backend=BACKEND)

    assert asked_of_the_books(lambda: client.get(path)) == queries


def test_the_home_shows_the_result_the_cash_and_what_is_open(get: Get, books: Books) -> None:
    page = words(get(HOME))

    assert "Résultat de l’exercice 1 484,56 €" in page
    assert "Chiffre d’affaires 1 484,56 €" in page
    assert "Trésorerie 250,00 €" in page
    assert "Clients à encaisser 1 334,56 €" in page
    assert "Écritures 4 8 lignes" in page
    assert "novembre 2023 1 234,56 €" in page


def test_the_home_tells_the_state_of_the_last_import(
    get: Get, books: Books, boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        FecImport.objects.create(
            dossier=boulangerie, file_name="552100554FEC20231231.txt", size=1, sha256="0" * 64,
            state=FecImport.State.TO_REVIEW,
        )  # fmt: skip

    page = words(get(HOME))

    assert "552100554FEC20231231.txt" in page
    assert "À traiter" in page


def test_the_balance_sets_the_carry_forward_apart_and_compares_with_the_year_before(
    get: Get, books: Books
) -> None:
    page = words(get(f"{BOOKS}balance/"))

    assert "411000 Compte 411000 100,00 € D 1 484,56 € 250,00 € 1 334,56 €" in page
    assert "100,00 € D 1 234,56 € +1 234,6 %" in page
    assert "Total général" in page


def test_the_balance_is_narrowed_to_accounts_that_moved(get: Get, books: Books) -> None:
    assert "Compte 120000" in get(f"{BOOKS}balance/")
    assert "Compte 120000" not in get(f"{BOOKS}balance/?mouvementes=1")


def test_a_filter_that_leaves_nothing_says_so_and_not_that_the_dossier_is_empty(
    get: Get, books: Books
) -> None:
    assert "Aucun compte ne correspond" in get(f"{BOOKS}balance/?q=zzz")
    assert "Aucun compte ne correspond" in get(f"{BOOKS}grand-livre/?q=zzz")
    assert "Aucun tiers ne correspond" in get(f"{BOOKS}balance/auxiliaire/?q=zzz")
    assert "Aucune écriture ne correspond" in get(f"{BOOKS}ecritures/?q=zzz")
    assert "Aucune ligne ne correspond" in get(f"{BOOKS}grand-livre/?compte=411000&q=zzz")
    assert "Aucune ligne ne porte" in get(f"{HOME}recherche/lignes/?q=zzz")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("du=31/02/2023", "« 31/02/2023 » n’est pas une date"),
        ("du=05/06/2023&au=01/02/2023", "La période finit le 01/02/2023"),
    ],
)
def test_a_period_that_cannot_be_read_is_said_and_the_year_is_shown(
    get: Get, books: Books, query: str, sentence: str
) -> None:
    page = words(get(f"{BOOKS}balance/?{query}"))

    assert sentence in page
    assert "411000" in page


def test_days_outside_the_year_that_is_chosen_give_way_to_it(get: Get, books: Books) -> None:
    page = get(f"{BOOKS}balance/?exercice=2022-12-31&du=01/06/2023&au=31/12/2023")

    assert 'name="du" value="01/01/2022"' in page
    assert 'name="au" value="31/12/2022"' in page


def test_each_account_of_the_balance_opens_its_ledger_in_the_pane_below(
    get: Get, books: Books
) -> None:
    page = get(f"{BOOKS}balance/")
    found = re.search(r'data-account="411000" hx-get="([^"]+)"', page)
    assert found is not None

    pane = get(found.group(1).replace("&amp;", "&"), headers={"HX-Target": "detail"})

    assert 'data-ledger-of="411000"' in pane
    assert "<html" not in pane
    assert "Vente de 123456 centimes" in pane
    assert "1 334,56 €" in words(pane)


def test_the_pane_comes_with_the_page_when_the_address_names_an_account(
    get: Get, books: Books
) -> None:
    assert 'data-ledger-of="512000"' in get(f"{BOOKS}balance/?compte=512000")
    assert "data-ledger-of" not in get(f"{BOOKS}balance/?compte=999999")


def test_the_ledger_of_an_unknown_account_is_not_found(get: Get, books: Books) -> None:
    get(f"{BOOKS}grand-livre/?compte=999999", status=404)


def test_the_ledger_shows_lettering_third_party_and_running_balance(get: Get, books: Books) -> None:
    page = words(get(f"{BOOKS}grand-livre/?compte=411000"))

    assert "VE 2 Tiers C1 FA-25000 Vente de 25000 centimes 250,00 € A 350,00 € D" in page
    assert "Vente de 123456 centimes" in page
    settled = words(get(f"{BOOKS}grand-livre/?compte=411000&lettrage=non"))
    assert "Vente de 25000 centimes" not in settled
    assert "Total des lignes retenues" in settled


def test_the_ledger_is_walked_by_fifty_lines_without_loss(
    get: Get, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        pieces = [sale(D(2022, 1 + rank // 28, 1 + rank % 28), rank + 1) for rank in range(120)]
        make_books(boulangerie, pieces, **Y2022)
    seen: list[str] = []
    url = f"{BOOKS}grand-livre/?compte=411000"
    while url:
        page = get(url)
        seen += re.findall(r'title="Vente de (\d+) centimes"', page)
        found = re.search(r'href="([^"]+apres=[^"]+)"', page)
        url = found.group(1).replace("&amp;", "&") if found else ""

    assert [int(cents) for cents in seen] == list(range(1, 121))


def test_the_auxiliary_balance_shows_its_tie_and_any_difference(
    get: Get, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        bare = Piece("OD", D(2022, 4, 1), [Line("411000", 40_00), Line("707000", 0, 40_00)])
        make_books(boulangerie, [sale(D(2022, 3, 1), 300_00), bare], **Y2022)

    page = words(get(f"{BOOKS}balance/auxiliaire/"))

    assert "compte 340,00 € D tiers 300,00 € D écart 40,00 € : lignes sans tiers" in page


def test_days_that_gave_way_to_the_year_chosen_leave_the_address(
    client: Client, alice: User, books: Books
) -> None:
    client.force_login(alice, backend=BACKEND)
    typed = f"{BOOKS}balance/?q=41&exercice=2022-12-31&du=01/01/2023&au=31/12/2023"

    answer = client.get(typed, headers={"HX-Request": "true"})

    assert answer["HX-Replace-Url"] == f"{BOOKS}balance/?q=41&exercice=2022-12-31"
