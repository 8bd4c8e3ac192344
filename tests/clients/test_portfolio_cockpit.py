"""The cockpit: honest figures over what one sees, each opening its list, in a constant number of
queries."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.demo import Cast
from clients.demo_portfolio import fill_portfolio, portfolio_firm
from clients.queries import counters
from firm.models import Firm, User
from tests.clients.portfolio import enter, make, names, page

pytestmark = pytest.mark.django_db
QUERIES = 26


def cockpit(client: Client, query: str = "", firm: str = "martin") -> str:
    response = client.get(reverse("clients:cockpit", args=[firm]) + query)
    assert response.status_code == 200, response.content[:300]
    return response.content.decode()


def figures(html: str) -> dict[str, tuple[str, str, str]]:
    """label → (value, sub, address)"""
    found = re.findall(
        r'<a class="kpi" href="([^"]+)"><span class="l">([^<]+)</span>'
        r'<span class="v">([^<]*)</span><span class="s">([^<]*)</span>', html
    )  # fmt: skip
    return {label: (value, sub, url.replace("&amp;", "&")) for url, label, value, sub in found}


@pytest.mark.row("B12")
def test_each_figure_opens_the_list_of_the_dossiers_it_counts(
    client: Client, martin: Firm, alice: User, bruno: User
) -> None:
    make(
        martin,
        alice,
        "Un",
        to=bruno,
        stats={"imports_to_review": 2, "suspense": -300, "missing_receipts": 5},
    )
    make(
        martin,
        alice,
        "Deux",
        to=bruno,
        stats={"to_book": 7, "cash": -5_000, "unlettered": 3, "duplicates": 2, "review_stale": 4},
    )
    make(martin, alice, "Trois", owner=bruno, is_confidential=True, stats={"to_book": 50})
    shown = figures(cockpit(enter(client, alice)))
    assert shown["Imports à revoir"][:2] == ("2", "sur 1\u00a0dossier")
    assert shown["Pièces à comptabiliser"][:2] == ("7", "sur 1\u00a0dossier"), "not the hidden 50"
    assert shown["Comptes 471 non soldés"][0] == "1"
    assert shown["Trésorerie"][1] == "1\u00a0dossier en négatif"
    expected = {
        "Imports à revoir": ["Un"], "Pièces à comptabiliser": ["Deux"],
        "Comptes 471 non soldés": ["Un"], "Lettrages non soldés": ["Deux"],
        "Comptes à revoir": ["Deux"], "Trésorerie": ["Deux"], "Reçus manquants": ["Un"],
        "Jamais importés": ["Boulangerie-Pâtisserie Lefèvre & Fils", "Deux", "Un"],
    }  # fmt: skip
    assert set(shown) == set(expected)
    for label, held in expected.items():
        assert names(client.get(shown[label][2]).content.decode()) == held, label


def test_nothing_is_shown_that_has_no_source(client: Client, alice: User) -> None:
    html = cockpit(enter(client, alice))
    for invented in ("Pièces manquantes", "E-mails non lus"):
        assert invented not in html
    columns = {field.name for field in counters_model()._meta.get_fields()}
    assert {counter.column for counter in counters.COUNTERS} <= columns


def counters_model() -> Any:
    from clients.models import DossierStats

    return DossierStats


def test_an_accountant_sees_the_figures_of_his_dossiers_alone(
    client: Client, martin: Firm, alice: User, bruno: User, chloe: User
) -> None:
    make(martin, alice, "À Bruno", to=bruno, stats={"to_book": 7})
    make(martin, alice, "À Chloé", to=chloe, stats={"to_book": 50})
    html = cockpit(enter(client, bruno))
    assert figures(html)["Pièces à comptabiliser"][0] == "7"
    assert "À Chloé" not in html
    response = client.get(reverse("clients:cockpit", args=["martin"]), {"perimetre": "tous"})
    assert response.status_code == 404


def test_ages_of_the_last_entry_part_the_dossiers(
    client: Client, martin: Firm, alice: User
) -> None:
    import datetime as dt

    from django.utils import timezone

    today = timezone.localdate()
    for days in (0, 29, 30, 89, 90, 400):
        make(martin, alice, f"Âge {days}", stats={"last_entry_on": today - dt.timedelta(days=days)})
    html = cockpit(enter(client, alice))
    ages = html[html.index("aging-links") :]
    assert re.findall(r'<span class="num">(\d+)</span>', ages)[:4] == ["2", "2", "2", "1"]
    assert names(page(client, "?derniere=90&tri=ecriture")) == ["Âge 89", "Âge 30"]


@pytest.mark.row("B12")
def test_the_number_of_queries_is_the_same_for_one_three_and_two_thousand_dossiers(
    client: Client, martin: Firm, alice: User, django_assert_num_queries: Any
) -> None:
    enter(client, alice)
    make(martin, alice, "Un", stats={"to_book": 1})
    cockpit(client)
    with django_assert_num_queries(QUERIES):
        cockpit(client)
    for n in range(2):
        make(martin, alice, f"Client {n}", stats={"to_book": 1})
    with django_assert_num_queries(QUERIES):
        cockpit(client)
    big = portfolio_firm("Grand cabinet", "grand", owner=alice)
    fill_portfolio(big, dossiers=2000, people=20, by=alice)
    with CaptureQueriesContext(connection) as caught:
        html = cockpit(client, firm="grand")
    assert len(caught) == QUERIES
    assert int(figures(html)["Imports à revoir"][0]) > 40


def test_the_generated_portfolio_looks_like_one(client: Client, alice: User, cast: Cast) -> None:
    big = portfolio_firm("Grand cabinet", "grand", owner=alice)
    assert len(fill_portfolio(big, dossiers=300, people=20, by=alice)) == 300
    assert fill_portfolio(big, dossiers=300, people=20, by=alice) == []
    html = page(enter(client, alice), "?onglet=tous", firm="grand")
    assert len(names(html)) == 50
    staff = User.objects.get(email="p9@grand.example")
    mine = page(enter(client, staff), firm="grand")
    assert 10 < len(names(mine)) <= 50
    assert client.get(reverse("clients:list", args=["grand"]) + "?onglet=tous").status_code == 404
