"""« Clients »: four tabs by role, search, filters, order, pages and totals."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clients.actions.dossiers import create_dossier
from clients.actions.grants import grant_access
from clients.demo import Cast
from clients.models import Dossier, DossierStats, FirmInvitation
from firm import scope
from firm.formats import amount
from firm.models import Firm, User

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def make(firm: Firm, by: User, name: str, *, to: User | None = None, **fields: Any) -> Dossier:
    """One more dossier of a firm; `stats` are its counters, `to` its accountant."""
    stats = fields.pop("stats", {})
    with scope.open_scope(scope.Scope(user=by.id, firm=firm.id, firm_write=True)):
        dossier = create_dossier(firm, name=name, by=by)
        only = frozenset({dossier.id})
        with scope.extended(read=only, write=only):
            Dossier.objects.filter(pk=dossier.pk).update(**fields)
            DossierStats.objects.filter(dossier=dossier).update(**stats)
            if to:
                grant_access(dossier, to=to, role="assigned", by=by)
    return dossier


def invite(firm: Firm, dossier: Dossier) -> FirmInvitation:
    """A client without a firm invites one."""
    only = frozenset({dossier.id})
    with scope.open_scope(scope.Scope(user=dossier.owner_id, read=only, write=only)):
        return FirmInvitation.objects.create(
            dossier=dossier, dossier_name=dossier.name, firm=firm, message="Suivez-nous"
        )


def enter(client: Client, person: User) -> Client:
    client.force_login(person, backend=BACKEND)
    return client


def page(client: Client, query: str = "", firm: str = "martin") -> str:
    response = client.get(reverse("clients:list", args=[firm]) + query)
    assert response.status_code == 200, response.content[:300]
    return response.content.decode()


def names(html: str) -> list[str]:
    return [
        found.replace("&amp;", "&")
        for found in re.findall(r'class="cell name" href="[^"]*">([^<]+)<', html)
    ]


def tabs(html: str) -> list[str]:
    part = html[html.index('class="tabs"') :]
    return re.findall(r'class="tab"[^>]*>([^<]+?) <span', part[: part.index("</nav>")])


@pytest.fixture
def clients(martin: Firm, alice: User, bruno: User, chloe: User) -> dict[str, Dossier]:
    return {
        "zebre": make(martin, alice, "Zèbre bleu", to=bruno, stats={"cash": 500, "suspense": -300}),
        "ecole": make(martin, alice, "École du Lac", to=chloe, stats={"unlettered": 4}),
        "oeuf": make(martin, alice, "Œuf à la coque", stats={"imports_to_review": 2}),
        "neuf": make(martin, alice, "Neuf SARL", to=bruno, status="onboarding"),
        "secret": make(martin, alice, "Secret SA", to=chloe, owner=chloe, is_confidential=True),
    }


@pytest.mark.row("S4.2", "S4.6")
def test_administrators_see_four_tabs(
    client: Client, clients: dict[str, Dossier], martin: Firm, durand: Firm, alice: User, eve: User
) -> None:
    lone = make(durand, eve, "Client seul")
    invite(martin, lone)
    html = page(enter(client, alice))
    assert tabs(html) == ["Invitations", "Intégration", "Mes clients", "Tous"]
    assert "Neuf SARL" not in names(html), "« Tous » holds the connected clients alone"
    assert {"Zèbre bleu", "École du Lac", "Œuf à la coque"} < set(names(html))


@pytest.mark.row("S4.3")
def test_invitations_are_clients_who_added_the_firm(
    client: Client, martin: Firm, durand: Firm, alice: User, eve: User, bruno: User
) -> None:
    lone = make(durand, eve, "Client seul")
    invitation = invite(martin, lone)
    html = page(enter(client, alice), "?onglet=invitations")
    assert "Client seul" in html
    assert "Suivez-nous" in html
    with scope.open_scope(scope.Scope(user=alice.id, firm=martin.id, firm_write=True)):
        FirmInvitation.objects.filter(pk=invitation.pk).update(declined_at="2026-01-01T00:00Z")
    assert "Client seul" not in page(client, "?onglet=invitations")


@pytest.mark.row("S4.4", "S4.22")
def test_a_client_is_in_set_up_until_it_is_connected(
    client: Client, clients: dict[str, Dossier], alice: User, martin: Firm
) -> None:
    enter(client, alice)
    assert names(page(client, "?onglet=integration")) == ["Neuf SARL"]
    assert "Neuf SARL" not in names(page(client, "?onglet=tous"))
    only = frozenset({clients["neuf"].id})
    with scope.open_scope(scope.Scope(user=alice.id, firm=martin.id, read=only, write=only)):
        Dossier.objects.filter(pk=clients["neuf"].pk).update(status="active")
    assert "Neuf SARL" in names(page(client, "?onglet=tous"))


@pytest.mark.row("S4.5")
def test_my_clients_are_those_assigned_to_me(
    client: Client, clients: dict[str, Dossier], bruno: User, chloe: User, alice: User
) -> None:
    assert names(page(enter(client, bruno))) == ["Boulangerie-Pâtisserie Lefèvre & Fils",
                                                 "Zèbre bleu"]  # fmt: skip
    assert "Secret SA" in names(page(enter(client, chloe)))
    assert names(page(enter(client, alice), "?onglet=mes")) == []


@pytest.mark.row("S4.7")
def test_empty_tabs_disappear_and_come_back(
    client: Client, martin: Firm, durand: Firm, alice: User, eve: User
) -> None:
    enter(client, alice)
    assert tabs(page(client)) == ["Mes clients", "Tous"]
    make(martin, alice, "Neuf SARL", status="invited")
    assert tabs(page(client)) == ["Intégration", "Mes clients", "Tous"]
    invite(martin, make(durand, eve, "Client seul"))
    assert tabs(page(client)) == ["Invitations", "Intégration", "Mes clients", "Tous"]


@pytest.mark.row("S4.8")
def test_accountants_see_their_own_set_ups_and_clients_only(
    client: Client, clients: dict[str, Dossier], bruno: User, chloe: User
) -> None:
    assert tabs(page(enter(client, bruno))) == ["Intégration", "Mes clients"]
    assert names(page(client, "?onglet=integration")) == ["Neuf SARL"]
    assert tabs(page(enter(client, chloe))) == ["Mes clients"]


@pytest.mark.row("S4.9")
@pytest.mark.parametrize("tab", ["tous", "invitations", "nimporte"])
def test_a_forced_tab_gives_an_accountant_nothing(
    tab: str, client: Client, clients: dict[str, Dossier], bruno: User
) -> None:
    enter(client, bruno)
    for address in ("clients:list", "clients:export"):
        response = client.get(reverse(address, args=["martin"]), {"onglet": tab})
        assert response.status_code == 404
        assert "École" not in response.content.decode()
    assert client.get("/api/dossiers/", {"tab": tab}).status_code == 404
    listed = client.get("/api/dossiers/").json()["results"]
    assert {row["name"] for row in listed} == {
        "Boulangerie-Pâtisserie Lefèvre & Fils", "Neuf SARL", "Zèbre bleu"}  # fmt: skip


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


QUERIES = 26


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
