"""« Comptes clients »: the module, the list, a new account, and what is done to those ticked."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from clients.actions.grants import grant_access
from clients.demo import Cast
from clients.models import Dossier, DossierStats, PlanSubscription
from firm.models import Firm
from tests.clients.account_acts import at_firm, letters, new_dossier, roles_of, signed_in
from tests.conftest import open_dossier

pytestmark = pytest.mark.django_db
LIST, NEW = "/cabinet/martin/comptes/", "/cabinet/martin/comptes/nouveau/"
SETTINGS = "/cabinet/martin/parametres/"
PARTING = LIST + "deconnecter/"


@pytest.fixture
def desk(cast: Cast) -> Client:
    """Alice's, with the module switched on."""
    with at_firm(cast.people["alice"], cast.firms["martin"]):
        Firm.objects.filter(slug="martin").update(has_client_accounts=True)
    return signed_in(cast.people["alice"])


def open_account(desk: Client, name: str, slug: str) -> Any:
    return desk.post(NEW, {"name": name, "slug": slug, "siren": ""})


@pytest.mark.row("S2.2")
@pytest.mark.row("S2.3")
@pytest.mark.row("S0.1")
def test_the_module_is_on_once_its_setting_is_saved_and_not_before(cast: Cast) -> None:
    desk = signed_in(cast.people["alice"])
    home = "/cabinet/martin/clients/"
    assert desk.get(LIST).status_code == 404
    assert "Informations générales" in desk.get(SETTINGS).text
    wanted = {"name": "", "siren": "", "has_client_accounts": "on"}
    assert desk.post(SETTINGS, wanted).status_code == 422
    assert LIST not in desk.get(home).text
    wanted = {**wanted, "name": "Cabinet Martin & Associés", "siren": "73282932000074"}
    assert desk.post(SETTINGS, wanted).status_code == 302
    assert LIST in desk.get(home).text
    assert desk.get(LIST).status_code == 200
    with at_firm(cast.people["alice"], cast.firms["martin"]):
        firm = Firm.objects.get(slug="martin")
    assert (firm.name, firm.siren) == ("Cabinet Martin & Associés", "732829320")
    assert signed_in(cast.people["bruno"]).get(SETTINGS).status_code == 403
    assert signed_in(cast.people["eve"]).get(SETTINGS).status_code == 404


@pytest.mark.row("S2.4")
def test_the_address_proposed_is_the_firms_with_the_next_free_number(
    desk: Client, cast: Cast
) -> None:
    assert 'value="martin-2"' in desk.get(NEW).text
    new_dossier(cast, "Pris", slug="martin-3")
    assert 'value="martin-4"' in desk.get(NEW).text


@pytest.mark.row("S2.6")
@pytest.mark.row("S2.7")
@pytest.mark.row("S2.8")
@pytest.mark.row("S2.18")
def test_a_new_account_is_empty_on_pro_owned_by_its_creator_who_gets_a_mail(
    desk: Client, cast: Cast
) -> None:
    alice = cast.people["alice"]
    assert open_account(desk, "Garage Morel", "garage-morel").status_code == 302
    with at_firm(alice, cast.firms["martin"]):
        made = Dossier.objects.get(slug="garage-morel")
    assert made.owner == alice
    with open_dossier(alice, made):
        plan = PlanSubscription.objects.get()
        assert (plan.plan, plan.payer) == ("pro", "firm")
        assert DossierStats.objects.get().entries == 0
    assert "dossier_owner" in roles_of(alice, made)
    sent = letters(made, "account_opened", alice)
    assert [letter.recipient for letter in sent] == [alice.email]
    assert "garage-morel" in sent[0].text


@pytest.mark.row("S2.5")
@pytest.mark.parametrize(
    "slug", ["boulangerie", "dossier", "parametres", "ab", "-morel", "garage morel", "gàrage",
             "a--b", "x" * 41, "../etc"]
)  # fmt: skip
def test_an_address_that_is_taken_reserved_or_unsafe_is_refused_in_the_form(
    slug: str, desk: Client, cast: Cast
) -> None:
    answer = open_account(desk, "Garage", slug)
    assert answer.status_code == 422
    assert 'id="id_slug-e"' in answer.text
    with at_firm(cast.people["alice"], cast.firms["martin"]):
        assert not Dossier.objects.filter(name="Garage").exists()


@pytest.mark.row("S2.14")
@pytest.mark.row("S2.15")
@pytest.mark.row("S2.16")
@pytest.mark.row("S2.17")
def test_the_list_shows_creation_protection_and_the_users_of_the_client(
    desk: Client, cast: Cast
) -> None:
    alice = cast.people["alice"]
    with open_dossier(alice, cast.boulangerie):
        Dossier.objects.filter(pk=cast.boulangerie.pk).update(
            lock_date=dt.date(2026, 6, 30), lock_mode="users"
        )
    made = new_dossier(cast, "Alfa")
    row = _row(desk, "Alfa")
    assert ">1<" in row
    with open_dossier(alice, made):
        grant_access(made, to=cast.people["denis"], role="client_admin", by=alice)
        grant_access(made, to=cast.people["bruno"], role="assigned", by=alice)
    row = _row(desk, "Alfa")
    assert ">2<" in row
    assert "/dossier/alfa/" in row
    assert "30/06/2026" in _row(desk, "Boulangerie")


def _row(desk: Client, name: str) -> str:
    return next(part for part in desk.get(LIST).text.split("<tr") if name in part)


def test_the_list_costs_the_same_at_one_and_at_three_rows(desk: Client, cast: Cast) -> None:
    desk.get(LIST)
    counts = []
    for name in ("", "Alfa", "Bravo"):
        if name:
            new_dossier(cast, name)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get(LIST).status_code == 200
        counts.append(len([q for q in queries if "set_config" not in q["sql"]]))
    assert counts == [12, 12, 12]


@pytest.mark.parametrize("order", ["nom", "-nom", "creation", "-creation", "protection"])
def test_the_list_sorts_by_its_columns(order: str, desk: Client, cast: Cast) -> None:
    new_dossier(cast, "Alfa")
    text = desk.get(LIST, {"tri": order}).text
    names = sorted(("Alfa", "Boulangerie"), key=text.index)
    assert names == (["Boulangerie", "Alfa"] if order in {"-nom", "creation"} else
                     ["Alfa", "Boulangerie"] if order != "protection" else names)  # fmt: skip
    assert desk.get(LIST, {"tri": "rien"}).status_code == 404


@pytest.mark.row("S2.22")
def test_the_buttons_for_many_are_hidden_until_something_is_ticked(desk: Client) -> None:
    text = desk.get(LIST).text
    bar = text[text.index('data-bulk="comptes"') :].partition("</div>")[0]
    assert " hidden>" in bar.partition(">")[0] + ">"
    assert "Déconnecter" in bar
    for page in (PARTING, LIST + "restriction/", LIST + "exporter/"):
        assert desk.post(page).status_code == 422


@pytest.mark.row("S2.21")
def test_the_ticked_accounts_and_no_others_are_exported(desk: Client, cast: Cast) -> None:
    made = [new_dossier(cast, name) for name in ("=Alfa", "Bravo", "Charlie")]
    ticked = {"ids": [str(made[0].pk), str(made[2].pk)]}
    csv = desk.post(LIST + "exporter/", {**ticked, "format": "csv"})
    lines = csv.content.decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in lines] == ["Nom", "'=Alfa", "Charlie"]
    xlsx = desk.post(LIST + "exporter/", {**ticked, "format": "xlsx"})
    rows = CalamineWorkbook.from_filelike(BytesIO(xlsx.content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["Nom", "=Alfa", "Charlie"]
    assert isinstance(rows[1][3], dt.date)
    every = desk.post(LIST + "exporter/", {"tout": "1", "q": "", "format": "csv"})
    assert len(every.content.decode().splitlines()) == 5
    assert desk.post(LIST + "exporter/", {**ticked, "format": "exe"}).status_code == 404
