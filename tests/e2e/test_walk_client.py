"""The client's administrator: four collaborators, a firm that leaves, a dossier that he takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.clients.people import PASSWORD as OWN_PASSWORD
from tests.e2e.visitors import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = "/dossier/boulangerie/"
USERS = f"{HOME}parametres/utilisateurs/"
ACTIONS = f"{HOME}parametres/compte/"
LINK = re.compile(r"/invitation/[\w-]+/")
SLOW = 15_000


def invite(page: Any, address: str) -> None:
    page.get_by_role("link", name=re.compile("^Inviter un utilisateur")).first.click()
    page.get_by_label("Adresse e-mail").fill(address)
    page.get_by_role("main").get_by_role("button", name=re.compile("^Inviter")).click()
    page.wait_for_load_state()


def type_word(page: Any, button: str) -> None:
    """Confirm with the dossier's short name."""
    page.locator("input[name=confirmation]").fill("boulangerie")
    page.get_by_role("main").get_by_role("button", name=button).click()
    page.wait_for_load_state()


@pytest.mark.row("S2.11")
@pytest.mark.usefixtures("worker", "mailbox")
def test_a_client_administrator_invites_four_and_is_refused_the_fifth(
    visit: Callable[[str], Visitor],
) -> None:
    denis = visit("denis")
    page = denis.page
    denis.follow("Utilisateurs")
    expect(page.get_by_text("1 sur 4 collaborateurs")).to_be_visible()
    page.get_by_role("button", name="Détacher Emma Petit").click()
    expect(page.get_by_text("Emma Petit n’a plus accès à ce dossier")).to_be_visible()
    for rank in range(1, 5):
        invite(page, f"c{rank}@boulangerie.example")
        expect(page.get_by_text(f"{rank} sur 4 collaborateurs")).to_be_visible()
    denis.check()
    invite(page, "c5@boulangerie.example")
    denis.forgive("422")
    expect(page.get_by_text(re.compile("déjà 4 sur 4")).first).to_be_visible()
    denis.check()
    page.goto(USERS)
    expect(page.get_by_text("c4@boulangerie.example").first).to_be_visible()
    expect(page.get_by_text("c5@boulangerie.example")).to_have_count(0)

    join_by_mail(visit(""))


def join_by_mail(guest: Visitor) -> None:
    """The fourth one reads the mail, follows its link and chooses a password."""
    guest.page.goto("/outbox/")
    for _wait in range(20):
        if guest.page.get_by_text("c4@boulangerie.example").count():
            break
        guest.page.wait_for_timeout(200)
        guest.page.reload()
    guest.check()
    guest.page.get_by_role("link", name=re.compile("c4@boulangerie.example")).click()
    guest.check()
    link = LINK.search(guest.page.content())
    assert link
    guest.go(link[0])
    guest.page.get_by_label("Votre nom").fill("Camille Roux")
    guest.page.get_by_label("Mot de passe", exact=True).fill(OWN_PASSWORD)
    guest.page.get_by_label("Le même, une seconde fois").fill(OWN_PASSWORD)
    guest.press("Ouvrir mon compte")
    guest.page.wait_for_url(f"**{HOME}")
    guest.check()


@pytest.mark.row("S2.33")
@pytest.mark.row("S2.34")
@pytest.mark.row("S2.35")
@pytest.mark.row("S2.36")
def test_the_firm_disconnects_a_dossier_and_its_owner_hands_it_over(
    visit: Callable[[str], Visitor],
) -> None:
    alice, bruno, denis = visit("alice"), visit("bruno"), visit("denis")
    bruno.go(HOME)
    page = alice.go(ACTIONS)
    page.get_by_role("link", name="Déconnecter du cabinet").click()
    alice.check()
    type_word(page, "Déconnecter le dossier")
    expect(page.get_by_text("Aucun cabinet ne suit ce dossier")).to_be_visible()
    alice.check()

    bruno.page.get_by_role("navigation").get_by_role("link", name="Exercices").click()
    bruno.page.wait_for_load_state()
    bruno.forgive("404")
    expect(bruno.page.get_by_role("heading", level=1)).not_to_contain_text("Exercices")
    bruno.check()
    assert "Boulangerie" not in bruno.text("/cabinet/martin/clients/")
    assert bruno.status("/api/dossiers/boulangerie/") == 404
    denis.go(HOME)

    hand_over(alice, denis)


def hand_over(alice: Visitor, denis: Visitor) -> None:
    """The owner offers, the administrator accepts, and then removes the former owner."""
    page = alice.page
    page.get_by_role("link", name="Désigner un autre propriétaire").click()
    page.get_by_role("combobox").select_option(label="Denis Lefèvre (denis@boulangerie.example)")
    alice.check()
    type_word(page, "Proposer la cession")
    expect(page.get_by_text("Alice Martin est propriétaire")).to_be_visible()
    alice.check()

    denis.go(ACTIONS)
    denis.page.get_by_role("link", name="Accepter la cession").click()
    denis.check()
    type_word(denis.page, "Devenir propriétaire")
    expect(denis.page.get_by_text("Denis Lefèvre est propriétaire")).to_be_visible()
    denis.go(USERS)
    assert alice.status(HOME) == 200
    denis.page.get_by_role("button", name="Détacher Alice Martin").click()
    expect(denis.page.get_by_text("Alice Martin n’a plus accès à ce dossier")).to_be_visible()
    denis.check()
    assert alice.status(HOME) == 404
    assert "Boulangerie" not in alice.text("/cabinet/martin/clients/")
