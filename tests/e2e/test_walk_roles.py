"""Every page of the menus of each role of the cast: without error, and accessible."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clients.demo import Cast
from firm.models import Firm
from tests.clients.account_acts import at_firm
from tests.e2e.visitors import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Where each begins, entries of his menu that are opened, and those that it must not hold.
ROLES = [
    ("alice", "/cabinet/martin/", "Clients, Comptes clients, Travaux, Utilisateurs, Paramètres, "
     "Mise en route, Base clients, Rôles et droits", ""),
    ("bruno", "/cabinet/martin/", "", "Paramètres, Base clients, Mise en route"),
    ("chloe", "/dossier/boulangerie/", "Achats, Banque, Balance et grand livre, Exercices, "
     "Imports FEC, États financiers, Liste des fournisseurs, Actions, Notifications",
     "Compte du dossier, Utilisateurs, Date de restriction"),
    ("denis", "/dossier/boulangerie/", "Infos client, Utilisateurs, Compte du dossier",
     "Imports FEC, Notifier les comptables, Date de restriction, Actions"),
    ("emma", "/dossier/boulangerie/", "", "Utilisateurs, Actions, Imports FEC, Achats"),
    ("eve", "/cabinet/durand/", "", "Comptes clients"),
    ("fred", "/cabinet/durand/", "", "Paramètres, Base clients"),
]  # fmt: skip
MENU = "nav a[href]"
NAMES = "links => links.map(a => [a.innerText.trim().split('\\n')[0], a.getAttribute('href')])"


@pytest.mark.parametrize(("who", "start", "opened", "lacks"), ROLES, ids=[row[0] for row in ROLES])
def test_the_pages_of_the_menu_are_calm_and_accessible(
    who: str, start: str, opened: str, lacks: str, cast: Cast, visit: Callable[[str], Visitor]
) -> None:
    with at_firm(cast.people["alice"], cast.firms["martin"]):
        Firm.objects.filter(pk=cast.firms["martin"].pk).update(has_client_accounts=True)
    person = visit(who)
    page = person.go(start)
    entries = dict(page.eval_on_selector_all(MENU, NAMES))
    assert not set(lacks.split(", ")) & entries.keys()
    for name in filter(None, opened.split(", ")):
        person.go(entries[name])
        assert page.locator("h1").count() == 1, name
