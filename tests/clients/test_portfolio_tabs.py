"""« Clients »: four tabs by role, that come and go."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from clients.models import Dossier, FirmInvitation
from firm import scope
from firm.models import Firm, User
from tests.clients.portfolio import enter, invite, make, names, page, tabs

pytestmark = pytest.mark.django_db


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
