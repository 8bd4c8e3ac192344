"""Search in a dossier, on its page and in the palette."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client

from clients.actions.dossiers import create_dossier
from clients.models import Dossier
from firm import scope
from firm.models import Membership, User
from ledger.queries.deadlines import within
from tests.conftest import open_dossier
from tests.ledger.book_pages import BACKEND, BOOKS, HOME, Get, words
from tests.ledger.books import Y2022, Books, Line, Piece, make_books

D = dt.date


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1 234,56", "Vente de 123456"),
        ("FA-25000", "Vente de 25000"),
        ("41100", "Compte 411000"),
        ("tiers c2", "Tiers C2"),
        ("RÈGLEMENT", "Règlement"),
    ],
)
def test_the_search_reads_words_numbers_and_amounts(
    get: Get, books: Books, typed: str, expected: str
) -> None:
    assert expected in get(f"{HOME}recherche/?q={typed}")


def test_the_search_finds_the_lines_of_an_amount(get: Get, books: Books) -> None:
    assert words(get(f"{HOME}recherche/lignes/?q=250")).count("250,00 €") == 4


def test_a_search_of_one_letter_is_not_made(get: Get, books: Books) -> None:
    assert "Deux caractères au moins" in get(f"{HOME}recherche/?q=v")


def test_the_search_stays_in_its_dossier(get: Get, books: Books, alice: User, eve: User) -> None:
    with scope.open_scope(scope.Scope(user=eve.id)):
        durand = Membership.objects.select_related("firm").get(user=eve).firm
    with scope.open_scope(scope.Scope(user=eve.id, firm=durand.id, firm_write=True)):
        theirs = create_dossier(durand, name="Garage", by=eve)
    with open_dossier(eve, theirs):
        secret = Piece(
            "VE", D(2022, 5, 3), [Line("411000", 7_77), Line("707000", 0, 7_77)], label="SECRET"
        )
        make_books(theirs, [secret], **Y2022)

    assert "SECRET" not in get(f"{HOME}recherche/lignes/?q=secret").replace("«&nbsp;secret", "")
    assert "Aucune" not in words(get(f"{HOME}recherche/?q=secret"))
    assert "7,77" not in words(get(f"{HOME}recherche/lignes/?q=7,77")).replace("« 7,77 »", "")


def test_a_read_past_its_deadline_is_given_up_and_the_page_goes_on(inside: Dossier) -> None:
    def sleep() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")
        return True

    assert within(50, sleep) is None
    assert Dossier.objects.filter(pk=inside.pk).exists()
    assert within(5000, lambda: "done") == "done"


def test_the_palette_finds_the_books_of_the_page_it_was_opened_on(get: Get, books: Books) -> None:
    here = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{BOOKS}balance/"}

    assert "Vente de 123456 centimes" in get("/_/palette/?q=1234,56", headers=here)
    assert "411000 · Compte 411000" in get("/_/palette/?q=411", headers=here)
    assert "Vente" not in get("/_/palette/?q=1234,56")


def test_the_palette_tells_nothing_of_books_that_one_may_not_read(
    client: Client, emma: User, eve: User, books: Books
) -> None:
    for user in (emma, eve):
        client.force_login(user, backend=BACKEND)
        answer = client.get(
            "/_/palette/?q=vente", headers={"HX-Current-URL": f"http://testserver{BOOKS}balance/"}
        )
        assert answer.status_code == 200
        assert "Vente de" not in answer.content.decode()
