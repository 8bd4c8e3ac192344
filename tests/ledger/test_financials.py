"""« États financiers »: what the pages and files show of the books."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from clients.models import Dossier
from firm.models import User
from ledger.financials.fill import to_euros
from ledger.queries import financials, years
from ledger.queries.balances import result, trial_balance
from tests.conftest import open_dossier
from tests.ledger.book_pages import BACKEND, BOOKS, Get, sale, words
from tests.ledger.books import Y2022, Books, Line, Piece, asked_of_the_books, make_books
from tests.ledger.real_fec import REAL_YEAR, read_fec

pytestmark = pytest.mark.django_db

D = dt.date
PAGE = f"{BOOKS}etats/"


def filled(dossier: Dossier, code: str) -> financials.Statement:
    period = years.default_period(years.years_of(dossier))
    assert period is not None
    return financials.statement(dossier, code, period, None)


def test_the_farm_s_filed_totals_are_found_in_its_books(inside: Dossier) -> None:
    make_books(inside, read_fec(), **REAL_YEAR)

    sheet = filled(inside, "2050").now.values

    assert (to_euros(sheet["CO"]), to_euros(sheet["EE"])) == (2_352_527, 1_502_057)
    assert sheet["CO"] - sheet["1A"] == sheet["EE"] == 150_205_721
    assert sheet["DI"] == filled(inside, "2052").now.values["HN"] == 17_320_848
    assert filled(inside, "SIG").now.values["RE"] == filled(inside, "2033-B").now.values["270"]


def test_a_supplier_that_owes_stands_among_the_assets_beside_the_others(inside: Dossier) -> None:
    owed = Piece(
        "AC",
        D(2022, 3, 1),
        [Line("401000", credit=900, third="F1"), Line("607000", debit=900)],
    )
    owing = Piece(
        "BQ",
        D(2022, 4, 1),
        [Line("401000", debit=250, third="F2"), Line("512000", credit=250)],
    )
    without = Piece("OD", D(2022, 5, 1), [Line("401000", credit=40), Line("606000", debit=40)])
    make_books(inside, [owed, owing, without], **Y2022)

    found = filled(inside, "2050")

    assert found.now.values["DX"] == 940
    assert found.now.values["BZ"] == 250
    assert found.now.values["DU"] == 250
    assert found.gap == 0
    (behind,) = financials.box_accounts(found, "DX")
    assert (behind.account, behind.cents) == ("401000", 940)


def test_any_part_of_the_year_gives_a_balance_sheet_that_foots(inside: Dossier) -> None:
    make_books(inside, read_fec()[::3], **REAL_YEAR)
    held = years.years_of(inside)
    for since, until in ((D(2021, 9, 1), D(2021, 12, 14)), (D(2022, 2, 10), D(2022, 6, 30))):
        period = years.period(held, since, until)
        for code in ("2050", "2033-A"):
            assert financials.statement(inside, code, period, None).gap == 0
        moved = financials.statement(inside, "2052", period, None)
        assert moved.now.values["HN"] == result(trial_balance(inside, period))


@pytest.mark.parametrize(
    ("query", "queries"),
    [
        ("", 4),
        ("?etat=resultat", 3),
        ("?etat=sig", 3),
        ("?poste=BX", 4),
        ("?presentation=simplifiee", 4),
    ],
)
@pytest.mark.parametrize("count", [1, 3])
def test_each_statement_costs_the_same_queries_at_one_and_three_rows(
    client: Client, alice: User, boulangerie: Dossier, query: str, queries: int, count: int
) -> None:
    with open_dossier(alice, boulangerie):
        pieces = [sale(D(2022, rank, 3), rank * 100, f"C{rank}") for rank in range(1, count + 1)]
        make_books(boulangerie, pieces, **Y2022)
    client.force_login(alice, backend=BACKEND)

    assert asked_of_the_books(lambda: client.get(f"{PAGE}{query}")) == queries


def test_the_balance_sheet_shows_what_is_held_beside_the_year_before(
    get: Get, books: Books
) -> None:
    page = words(get(PAGE))

    assert "Clients et comptes rattachés BX" in page
    assert "1 334,56 €" in page
    assert "Résultat de l’exercice DI 1 484,56 € 100,00 €" in page
    assert "diffèrent" not in page


def test_the_income_statement_gives_each_box_its_share_and_its_growth(
    get: Get, books: Books
) -> None:
    page = words(get(f"{PAGE}?etat=resultat"))

    assert "Ventes de marchandises FA 1 484,56 € 100,0 % 100,00 € 1 384,56 € +1 384,6 %" in page


def test_empty_boxes_show_when_asked_for_and_centimes_hide(get: Get, books: Books) -> None:
    assert "Terrains" not in get(PAGE)
    assert "Terrains" in get(f"{PAGE}?vides=1")
    assert ">1 485<" in words(get(f"{PAGE}?euros=1")).replace(" 1 485 ", ">1 485<")


def test_a_box_opens_its_accounts_and_each_account_its_ledger(get: Get, books: Books) -> None:
    part = get(f"{BOOKS}etats/postes/BX/?exercice=2023-12-31")

    assert "411000" in part
    assert "compte=411000" in part
    assert "Total du poste 1 334,56 €" in words(part)


def test_a_box_that_does_not_exist_is_not_found(get: Get, books: Books) -> None:
    get(f"{BOOKS}etats/postes/ZZ/", status=404)


def test_the_result_is_explained_by_classes_6_and_7(get: Get, books: Books) -> None:
    part = words(get(f"{BOOKS}etats/postes/DI/?exercice=2023-12-31"))

    assert "Comptes des classes 6 et 7 1 484,56 €" in part


@pytest.mark.parametrize(
    ("regime", "sheet", "income"),
    [
        ("", "Frais d’établissement", "Ventes de marchandises FA"),
        ("is_simple", "Bilan", "Ventes de marchandises 210"),
        ("bnc", "Bilan", "Recettes encaissées"),
    ],
)
def test_the_presentation_is_that_of_the_tax_regime(
    get: Get, alice: User, books: Books, boulangerie: Dossier, regime: str, sheet: str, income: str
) -> None:
    with open_dossier(alice, boulangerie):
        Dossier.objects.filter(pk=boulangerie.pk).update(tax_regime=regime)

    assert sheet in words(get(f"{PAGE}?vides=1"))
    assert income in words(get(f"{PAGE}?etat=resultat&vides=1"))


def test_an_account_that_no_box_takes_is_shown_and_explains_the_gap(
    get: Get, alice: User, boulangerie: Dossier
) -> None:
    odd = Piece("OD", D(2022, 3, 1), [Line("190000", credit=500), Line("512000", debit=500)])
    with open_dossier(alice, boulangerie):
        make_books(boulangerie, [odd], **Y2022)

    page = words(get(PAGE))

    assert "L’actif et le passif diffèrent de 5,00 €" in page
    assert "190000" in page


@pytest.mark.parametrize("table", ["bilan", "compte-de-resultat", "sig"])
@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
def test_each_statement_is_taken_away_as_a_file(
    client: Client, alice: User, books: Books, table: str, kind: str
) -> None:
    client.force_login(alice, backend=BACKEND)

    answer = client.get(f"/dossier/boulangerie/exports/{table}/?format={kind}")

    assert answer.status_code == 200
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert len(body) > 200
    if kind == "csv":
        assert "1484,56" in body.decode("utf-8-sig")


@pytest.mark.parametrize(
    ("who", "status"), [("bruno", 200), ("denis", 200), ("emma", 403), ("eve", 404)]
)
def test_who_may_open_the_statements(
    client: Client, boulangerie: Dossier, request: pytest.FixtureRequest, who: str, status: int
) -> None:
    client.force_login(request.getfixturevalue(who), backend=BACKEND)

    assert client.get(PAGE).status_code == status


def test_a_dossier_without_books_says_how_to_begin(get: Get, boulangerie: Dossier) -> None:
    assert "Aucune écriture dans ce dossier" in words(get(PAGE))
