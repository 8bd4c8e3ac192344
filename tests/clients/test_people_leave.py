"""« Quitter le cabinet »: what keeps one, what ends, and that one is gone."""

from __future__ import annotations

import pytest

from clients.actions.confidentiality import assign_accountants
from clients.actions.grants import revoke_access
from clients.demo import Cast
from clients.models import Dossier
from tests.clients.account_acts import fresh, new_dossier, roles_of, signed_in
from tests.clients.people import grants, memberships
from tests.conftest import open_dossier

pytestmark = pytest.mark.django_db
LEAVE, MINE = "/cabinet/martin/quitter/", "/compte/cabinets/"
WORD = {"confirmation": "martin"}


@pytest.mark.row("X0.4")
def test_one_leaves_a_firm_by_oneself_and_nothing_of_it_opens_any_more(cast: Cast) -> None:
    bruno, boulangerie = cast.people["bruno"], cast.boulangerie
    assert "Quitter le cabinet" in signed_in(bruno).get(MINE).text
    assert signed_in(bruno).get(LEAVE).status_code == 302, "the password first"
    his = fresh(bruno)
    assert "1\xa0affectation prend fin" in his.get(LEAVE).text
    assert his.post(LEAVE, {"confirmation": "x"}).status_code == 422
    assert "bruno" in memberships(cast.firms["martin"])
    assert his.post(LEAVE, WORD).status_code == 302
    assert "bruno" not in memberships(cast.firms["martin"])
    assert "bruno" not in grants(boulangerie)
    assert roles_of(bruno, boulangerie) == frozenset()
    for address in (LEAVE, "/cabinet/martin/", "/dossier/boulangerie/"):
        assert his.get(address).status_code == 404
    assert "dans aucun cabinet" in his.get(MINE).text


def test_the_last_owner_cannot_leave(cast: Cast) -> None:
    hers = fresh(cast.people["alice"])
    shown = hers.get(LEAVE).text
    assert "seul propriétaire" in shown
    assert 'name="confirmation"' not in shown
    assert hers.post(LEAVE, WORD).status_code == 422
    assert memberships(cast.firms["martin"])["alice"] == "owner"


def test_who_owns_dossiers_is_shown_them_and_stays(cast: Cast) -> None:
    bruno = cast.people["bruno"]
    made = new_dossier(cast, "À Bruno")
    with open_dossier(cast.people["alice"], made):
        Dossier.objects.filter(pk=made.pk).update(owner=bruno)
    his = fresh(bruno)
    shown = his.get(LEAVE).text
    assert "À Bruno" in shown
    assert "/dossier/a-bruno/parametres/compte/" in shown
    assert 'name="confirmation"' not in shown
    assert his.post(LEAVE, WORD).status_code == 422
    assert "bruno" in memberships(cast.firms["martin"])


@pytest.mark.row("S0.21")
def test_who_alone_opens_a_confidential_dossier_is_shown_it_and_stays(cast: Cast) -> None:
    alice, bruno = cast.people["alice"], cast.people["bruno"]
    made = new_dossier(cast, "Zéphyrine")
    with open_dossier(alice, made):
        assign_accountants(made, people=[bruno.pk], confidential=True, by=alice)
        revoke_access(made, of=alice, by=alice)
    his = fresh(bruno)
    assert "Zéphyrine" in his.get(LEAVE).text
    assert his.post(LEAVE, WORD).status_code == 422
    assert "bruno" in memberships(cast.firms["martin"])
