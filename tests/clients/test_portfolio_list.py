"""« Clients »: search, filters, order, pages and totals."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clients.demo import Cast
from clients.models import Dossier
from firm.formats import amount, integer
from firm.models import Firm, User
from tests.clients.portfolio import enter, make, names, page

pytestmark = pytest.mark.django_db
QUERIES = 24


def test_the_api_has_the_tabs_the_search_and_the_order_of_the_page(
    client: Client, clients: dict[str, Dossier], alice: User
) -> None:
    enter(client, alice)

    def listed(**query: str) -> list[str]:
        return [row["name"] for row in client.get("/api/dossiers/", query).json()["results"]]

    assert listed(tab="integration") == ["Neuf SARL"]
    assert listed(tab="tous", q="ecole") == ["École du Lac"]
    assert listed(tab="tous", sort="-nom")[0] == "Zèbre bleu"
    assert listed(tab="tous", sort="-lettrage")[0] == "École du Lac"
    assert listed(sort="attente")[0] == "Zèbre bleu"
    assert client.get("/api/dossiers/", {"cursor": "x"}).status_code == 404
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        answer = client.get("/api/dossiers/", {"limit": "2", "cursor": cursor}).json()
        seen += [row["name"] for row in answer["results"]]
        cursor = answer["next"]
    assert seen == listed()
    assert len(seen) == len(set(seen)) == 5, "Secret SA is hers no more than the others’"


@pytest.mark.row("S4.10")
def test_the_search_finds_by_name_without_accents_and_by_siren(
    client: Client, clients: dict[str, Dossier], martin: Firm, alice: User
) -> None:
    make(martin, alice, "Par SIREN", siren="552100554")
    html = page(enter(client, alice))
    assert 'placeholder="Rechercher des clients"' in html
    assert names(page(client, "?q=ecole")) == ["École du Lac"]
    assert names(page(client, "?q=OEUF")) == ["Œuf à la coque"]
    assert names(page(client, "?q=552 100")) == ["Par SIREN"]
    assert names(page(client, "?q=100%25")) == []
    assert names(page(client, "?q=Secret")) == [], "a name that is hidden cannot be searched"


def test_more_filters_leave_out_those_that_do_not_meet_them(
    client: Client, clients: dict[str, Dossier], bruno: User, alice: User, martin: Firm
) -> None:
    enter(client, alice)
    assert names(page(client, "?attente=1")) == ["Zèbre bleu"]
    assert names(page(client, "?lettrage=1")) == ["École du Lac"]
    assert names(page(client, "?imports=1")) == ["Œuf à la coque"]
    assert names(page(client, "?travail=1")) == ["Œuf à la coque"]
    assert names(page(client, f"?comptable={bruno.id}&attente=1")) == ["Zèbre bleu"]
    assert names(page(client, "?comptable=aucun")) == ["Œuf à la coque"]
    assert len(names(page(client, "?import=1"))) == 4, "never imported"
    make(martin, alice, "Verrouillé", lock_date="2025-12-31", lock_mode="users")
    assert names(page(client, "?verrou=posee")) == ["Verrouillé"]
    assert "Verrouillé" not in names(page(client, "?verrou=absente"))
    assert names(page(client, "?derniere=aucune&lettrage=1")) == ["École du Lac"]
    assert names(page(client, "?confidentiel=1")) == [], "Secret SA is not hers"
    assert len(names(page(client, "?derniere=hier&verrou=x&comptable=y&tri=z"))) == 5


@pytest.mark.row("S4.11")
def test_missing_receipts_leave_out_the_clients_with_none(
    client: Client, martin: Firm, alice: User
) -> None:
    make(martin, alice, "Avec", stats={"missing_receipts": 3})
    make(martin, alice, "Beaucoup", stats={"missing_receipts": 1200})
    make(martin, alice, "Sans", stats={"to_book": 2})
    html = page(enter(client, alice))
    more = html[html.index('id="plus-filtres"') :]
    assert re.search(r'<input[^>]* name="recus"[^>]*><span>Reçus manquants<', more)
    assert "Sans" in names(html)
    assert names(page(client, "?recus=1&tri=-recus")) == ["Beaucoup", "Avec"]
    foot = page(client, "?recus=1")
    foot = foot[foot.index("<tfoot>") : foot.index("</tfoot>")]
    assert integer(1203) in foot
    assert "2\u00a0dossiers" in foot


@pytest.mark.row("S4.12")
def test_names_sort_both_ways_as_french_does(
    client: Client, clients: dict[str, Dossier], alice: User
) -> None:
    ordered = ["Boulangerie-Pâtisserie Lefèvre & Fils", "École du Lac", "Œuf à la coque",
               "Zèbre bleu"]  # fmt: skip
    html = page(enter(client, alice))
    assert names(html) == ordered
    assert "Trier par nom" in html
    assert names(page(client, "?tri=-nom")) == ordered[::-1]


@pytest.mark.parametrize("key", ["siren", "cree", "verrou", "imports", "attente", "tresorerie",
                                 "ecriture", "import"])  # fmt: skip
def test_any_column_sorts_and_its_pages_follow_each_other(
    key: str, client: Client, martin: Firm, alice: User, monkeypatch: Any
) -> None:
    for n in range(5):
        make(martin, alice, f"Client {n}", siren=f"55210055{n}", lock_date=f"2025-0{n + 1}-01",
             stats={"imports_to_review": n, "suspense": -n, "cash": n * 100,
                    "last_entry_on": f"2026-01-0{n + 1}",
                    "last_import_at": f"2026-01-0{n + 1}T10:00Z"})  # fmt: skip
    enter(client, alice)
    monkeypatch.setattr("clients.views.portfolio.STEP", 2)
    for sort in (key, f"-{key}"):
        seen: list[str] = []
        query = f"?tri={sort}"
        while query:
            html = page(client, query)
            seen += names(html)
            more = re.search(r'hx-get="(\?[^"]*apres=[^"]*)"[^>]*hx-target="#clients-rows"', html)
            query = more[1].replace("&amp;", "&") if more else ""
        assert len(seen) == 6
        values = [name for name in seen if name.startswith("Client")]
        straight = [f"Client {n}" for n in range(5)]
        falls = sort.startswith("-") != (key == "attente")
        assert values == (straight[::-1] if falls else straight)


@pytest.mark.parametrize("cursor", ["x", "~", "a~b", "x~99999999999999999999", "2026~1"])
def test_a_forged_cursor_is_no_page(cursor: str, client: Client, alice: User) -> None:
    enter(client, alice)
    for sort in ("nom", "attente", "ecriture", "cree"):
        response = client.get(
            reverse("clients:list", args=["martin"]), {"apres": cursor, "tri": sort}
        )
        assert response.status_code in ({200, 404} if cursor == "2026~1" else {404})


def test_totals_are_of_the_whole_list(
    client: Client, martin: Firm, alice: User, monkeypatch: Any
) -> None:
    for n in range(3):
        make(martin, alice, f"Client {n}", stats={"cash": 100_000})
    monkeypatch.setattr("clients.views.portfolio.STEP", 1)
    html = page(enter(client, alice))
    assert len(names(html)) == 1
    foot = html[html.index("<tfoot>") : html.index("</tfoot>")]
    assert "4\u00a0dossiers" in foot
    assert amount(300_000).removesuffix("\u00a0€") in foot


def test_the_number_of_queries_does_not_grow_with_the_rows(
    client: Client, martin: Firm, alice: User, bruno: User, django_assert_num_queries: Any
) -> None:
    enter(client, alice)
    page(client)
    with django_assert_num_queries(QUERIES):
        assert len(names(page(client))) == 1
    for n in range(2):
        make(martin, alice, f"Client {n}", to=bruno)
    with django_assert_num_queries(QUERIES):
        assert len(names(page(client))) == 3


@pytest.mark.row("S4.1")
def test_the_menu_of_a_row_goes_into_the_clients_account(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    html = page(enter(client, alice))
    menu = re.search(rf'id="m-{boulangerie.id}".*?</span>', html, re.DOTALL)
    assert menu
    assert "Accéder au client" in menu[0]
    assert reverse("ledger:home", args=["boulangerie"]) in menu[0]
    assert client.get(reverse("ledger:home", args=["boulangerie"])).status_code == 200


def test_a_new_counter_is_one_entry(
    client: Client, clients: dict[str, Dossier], alice: User, monkeypatch: Any
) -> None:
    from clients.queries import counters

    lines = counters.Counter("lignes", "Lignes", "lines", "count", "Avec des lignes")
    monkeypatch.setattr(counters, "COUNTERS", (*counters.COUNTERS, lines))
    enter(client, alice)
    html = page(client)
    assert "Avec des lignes" in html
    assert names(page(client, "?lignes=1")) == []


@pytest.mark.row("S0.16", "S2.13")
def test_the_switcher_lists_what_one_can_open_and_leads_both_ways(
    client: Client, clients: dict[str, Dossier], bruno: User, cast: Cast
) -> None:
    enter(client, bruno)
    html = page(client)
    assert "Rechercher une entreprise" in html
    options = client.get(reverse("switcher")).content.decode()
    assert reverse("ledger:home", args=["boulangerie"]) in options
    assert reverse("clients:cockpit", args=["martin"]) in options
    assert "École du Lac" not in options
    found = client.get(reverse("switcher"), {"q": "zebre"}).content.decode()
    assert "Zèbre bleu" in found
    assert "Boulangerie" not in found
    inside = client.get(reverse("ledger:home", args=["boulangerie"])).content.decode()
    top = inside[inside.index('class="top"') :]
    assert top.index('data-open="switcher"') < top.index('data-pop="profil'), "before the profile"
