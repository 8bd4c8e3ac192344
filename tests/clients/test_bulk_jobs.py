"""Acts on many dossiers: previewed, confirmed, done one by one, told one by one, taken back."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clients.actions.bulk_accounts import preview_disconnection, preview_lock
from clients.demo import Cast
from clients.demo_portfolio import fill_portfolio, portfolio_firm
from clients.models import Dossier, DossierGrant
from firm import jobs
from firm.models import AuditEvent, Firm, Job
from tests.clients.account_acts import at_firm, new_dossier, secret_dossier, signed_in
from tests.conftest import open_dossier

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/cabinet/martin/comptes/"
CLIENTS = "/cabinet/martin/clients/lot/"
JUNE = {"lock_mode": "users", "lock_date": "30/06/2026"}


@pytest.fixture
def desk(cast: Cast) -> Client:
    """Alice's, with the module of client accounts switched on."""
    with at_firm(cast.people["alice"], cast.firms["martin"]):
        Firm.objects.filter(slug="martin").update(has_client_accounts=True)
    return signed_in(cast.people["alice"])


def asked(desk: Client, address: str, dossiers: list[Dossier], **more: str) -> str:
    """The address of the preview."""
    answer = desk.post(address, {"ids": [str(row.pk) for row in dossiers], **more})
    assert answer.status_code == 302, answer.text[:300]
    return answer["Location"]


def confirmed(desk: Client, page: str, **more: str) -> str:
    """What the page says once the job has run."""
    answer = desk.post(page + "confirmer/", more)
    assert answer.status_code == 302, answer.text[:300]
    for job_id in jobs.due():
        jobs.run(job_id)
    return desk.get(page).text


def rows(html: str) -> dict[str, tuple[str, str]]:
    """Dossier → (outcome, reason)."""
    found = re.findall(
        r'<td class="grow" title="([^"]*)">(.*?)</td><td><span class="st[^>]*>(?:<[^>]*>)*([^<]+)<',
        html,
    )
    why = re.compile(r'<div class="wrap muted">([^<]*)</div>')
    return {name: (word.strip(), "".join(why.findall(cell))) for name, cell, word in found}


def lock_of(cast: Cast, dossier: Dossier) -> tuple[Any, str]:
    with at_firm(cast.people["alice"], cast.firms["martin"]):
        return Dossier.objects.values_list("lock_date", "lock_mode").get(pk=dossier.pk)


@pytest.mark.row("S2.19")
def test_those_ticked_are_disconnected_after_a_preview_and_a_word(desk: Client, cast: Cast) -> None:
    alice, martin = cast.people["alice"], cast.firms["martin"]
    alfa, bravo, own = (new_dossier(cast, name) for name in ("Alfa", "Bravo", "Maison"))
    with open_dossier(alice, bravo):
        jobs.start("ledger.fec_check", by=alice, dossier_id=bravo.pk, firm_id=martin.pk)
    with open_dossier(alice, own):
        Dossier.objects.filter(pk=own.pk).update(is_firm_own=True)
    page = asked(desk, LIST + "deconnecter/", [alfa, bravo, own])
    shown = desk.get(page).text
    assert "Déconnecter 1\xa0dossier" in shown
    assert rows(shown)["Alfa"] == ("À traiter", "")
    assert "travail est en cours" in rows(shown)["Bravo"][1]
    assert "ne se déconnecte pas" in rows(shown)["Maison"][1]
    assert desk.post(page + "confirmer/", {"confirmation": "x"}).status_code == 422
    assert "Alfa" in desk.get(LIST).text
    done = confirmed(desk, page, confirmation="martin")
    assert rows(done)["Alfa"][0] == "Fait"
    assert "Annuler ce qui a été fait" not in done, "only the client’s invitation joins them again"
    listed = desk.get(LIST).text
    assert "Alfa" not in listed
    assert "Bravo" in listed
    with open_dossier(alice, alfa):
        assert AuditEvent.objects.filter(action="clients.disconnected").count() == 1


def test_who_disconnected_a_dossier_that_he_does_not_own_still_reads_its_outcome(
    desk: Client, cast: Cast
) -> None:
    denis = cast.people["denis"]
    with open_dossier(cast.people["alice"], cast.boulangerie):
        Dossier.objects.filter(pk=cast.boulangerie.pk).update(owner=denis)
    page = asked(desk, LIST + "deconnecter/", [cast.boulangerie])
    done = confirmed(desk, page, confirmation="martin")
    assert "Lefèvre" in done
    assert "/dossier/boulangerie/" not in done
    assert desk.get("/dossier/boulangerie/").status_code == 404
    other = signed_in(cast.people["bruno"])
    assert other.get(page).status_code == 404, "another’s job"
    told = page.replace("/cabinet/martin/travaux/", "/api/firms/martin/jobs/")
    assert other.get(told).status_code == 404
    assert desk.get(told).json()["progress"] == {"done": 1, "total": 1}
    listed = signed_in(cast.people["bruno"]).get("/cabinet/martin/travaux/").text
    assert "Déconnexion de plusieurs dossiers" in listed
    assert "Lefèvre" not in listed


@pytest.mark.row("S2.20")
@pytest.mark.row("B6")
def test_the_restriction_of_many_is_set_and_put_back_dossier_by_dossier(
    desk: Client, cast: Cast
) -> None:
    alfa, bravo, delta = (new_dossier(cast, name) for name in ("Alfa", "Bravo", "Delta"))
    address = LIST + "restriction/"
    assert "Qui est arrêté" in desk.post(address, {"ids": [str(alfa.pk)]}).text
    wrong = {"ids": [str(alfa.pk)], "lock_mode": "users", "lock_date": ""}
    assert desk.post(address, wrong).status_code == 422
    july = {"lock_mode": "users_and_admins", "lock_date": "31/07/2026"}
    confirmed(desk, asked(desk, address, [bravo], **july))
    page = asked(desk, address, [alfa, bravo, delta], **JUNE)
    shown = desk.get(page).text
    assert "jusqu’au 30/06/2026 inclus" in shown
    assert "Indiquez pourquoi la restriction est assouplie" in rows(shown)["Bravo"][1]
    confirmed(desk, page)
    page = asked(desk, address, [alfa, bravo, delta], **JUNE, reason="Erreur de date")
    shown = desk.get(page).text
    assert rows(shown)["Alfa"] == ("Laissé de côté", "La restriction est déjà celle-là.")
    done = confirmed(desk, page)
    assert rows(done)["Bravo"][0] == "Fait"
    june = (dt.date(2026, 6, 30), "users")
    assert [lock_of(cast, row) for row in (alfa, bravo, delta)] == [june] * 3

    back = desk.post(page + "annuler/")
    assert back.status_code == 302
    for job_id in jobs.due():
        jobs.run(job_id)
    assert lock_of(cast, bravo) == (dt.date(2026, 7, 31), "users_and_admins")
    assert lock_of(cast, alfa) == june, "the second job had nothing to do there"
    assert "Annulé après coup" in desk.get(page).text
    assert desk.post(page + "annuler/").status_code == 409


@pytest.mark.row("S2.20")
def test_a_restriction_changed_since_is_not_put_back(desk: Client, cast: Cast) -> None:
    alfa, bravo = new_dossier(cast, "Alfa"), new_dossier(cast, "Bravo")
    page = asked(desk, CLIENTS + "restriction/", [alfa, bravo], **JUNE)
    confirmed(desk, page)
    july = {"lock_mode": "users", "lock_date": "31/07/2026"}
    confirmed(desk, asked(desk, CLIENTS + "restriction/", [bravo], **july))
    back = desk.post(page + "annuler/")["Location"]
    for job_id in jobs.due():
        jobs.run(job_id)
    told = rows(desk.get(back).text)
    assert told["Alfa"][0] == "Fait"
    assert told["Bravo"][0] == "Refusé"
    assert "changée depuis" in told["Bravo"][1]
    assert lock_of(cast, alfa) == (None, "none")
    assert lock_of(cast, bravo) == (dt.date(2026, 7, 31), "users")


@pytest.mark.row("B6")
def test_a_dossier_on_which_one_has_no_right_is_left_alone_with_the_reason(
    desk: Client, cast: Cast
) -> None:
    his = signed_in(cast.people["bruno"])
    for address in (CLIENTS + "restriction/", LIST + "restriction/"):
        page = asked(his, address, [cast.boulangerie], **JUNE)
        shown = his.get(page).text
        assert "pas ce droit" in rows(shown)["Boulangerie-Pâtisserie Lefèvre &amp; Fils"][1]
        assert his.post(page + "confirmer/").status_code == 422
    assert lock_of(cast, cast.boulangerie) == (None, "none")


@pytest.mark.row("S0.21")
def test_a_hidden_dossier_is_no_part_of_a_job_even_when_its_number_is_sent(
    desk: Client, cast: Cast
) -> None:
    secret = secret_dossier(cast)
    other = signed_in(cast.people["bruno"])
    for address in (CLIENTS + "restriction/", LIST + "restriction/"):
        answer = other.post(address, {"ids": [str(secret.pk)], **JUNE})
        assert answer.status_code == 422
        assert "Zéphyrine" not in answer.text
    assert not Job.objects.filter(targets__contains=[secret.pk]).exists()


def test_a_colleague_is_assigned_to_all_that_the_list_holds_and_taken_off_again(
    desk: Client, cast: Cast
) -> None:
    chloe = cast.people["chloe"]
    _alfa, bravo = new_dossier(cast, "Alfa"), new_dossier(cast, "Bravo")
    address = CLIENTS + "affecter/?onglet=tous&q="
    form = desk.post(address, {"tout": "1"}).text
    assert 'name="tout" value="1"' in form
    assert "Chloé Nguyen" in form
    answer = desk.post(address, {"tout": "1", "person": str(chloe.pk)})
    page = answer["Location"]
    told = rows(desk.get(page).text)
    assert told["Alfa"][0] == "À traiter"
    assert "déjà affecté" in told["Boulangerie-Pâtisserie Lefèvre &amp; Fils"][1]
    confirmed(desk, page)
    assert signed_in(chloe).get("/dossier/alfa/").status_code == 200
    with open_dossier(cast.people["alice"], bravo):
        DossierGrant.objects.filter(user=chloe, dossier=bravo).update(
            expires_at=dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
        )
    back = desk.post(page + "annuler/")["Location"]
    for job_id in jobs.due():
        jobs.run(job_id)
    told = rows(desk.get(back).text)
    assert (told["Alfa"][0], told["Bravo"][0]) == ("Fait", "Refusé")
    assert signed_in(chloe).get("/dossier/alfa/").status_code == 404
    assert signed_in(chloe).get("/dossier/bravo/").status_code == 200
    assert signed_in(chloe).get("/dossier/boulangerie/").status_code == 200


@pytest.mark.row("S2.22")
def test_the_list_of_clients_offers_the_same_acts_once_something_is_ticked(
    desk: Client, cast: Cast
) -> None:
    text = desk.get("/cabinet/martin/clients/").text
    bar = text[text.index('data-bulk="clients"') :].partition("</div>")[0]
    for act in ("affecter", "restriction", "deconnecter"):
        assert f'formaction="{CLIENTS}{act}/?' in bar
        assert desk.post(f"{CLIENTS}{act}/").status_code == 422
    assert 'formaction="' not in signed_in(cast.people["bruno"]).get(
        "/cabinet/martin/clients/"
    ).text, "an accountant is not offered what he may not do"  # fmt: skip


def test_a_dossier_remembers_the_acts_on_many_that_touched_it(desk: Client, cast: Cast) -> None:
    alfa = new_dossier(cast, "Alfa")
    page = asked(desk, CLIENTS + "restriction/", [alfa], **JUNE)
    assert "Actes groupés" not in desk.get("/dossier/alfa/parametres/compte/").text
    confirmed(desk, page)
    acts = desk.get("/dossier/alfa/parametres/compte/").text
    assert "Actes groupés" in acts
    assert "Restriction de plusieurs dossiers" in acts
    assert "Alice Martin" in acts
    tray = desk.get("/_/travaux/").text
    assert f'href="{page}"' in tray
    assert f'data-undo="{page}annuler/"' in tray


def test_a_preview_that_is_dropped_changes_nothing(desk: Client, cast: Cast) -> None:
    alfa = new_dossier(cast, "Alfa")
    page = asked(desk, CLIENTS + "restriction/", [alfa], **JUNE)
    assert desk.post(page + "abandonner/").status_code == 302
    assert desk.post(page + "confirmer/").status_code == 409
    assert desk.post(page + "abandonner/").status_code == 409
    assert lock_of(cast, alfa) == (None, "none")


def test_stopping_before_it_begins_leaves_everything(desk: Client, cast: Cast) -> None:
    alfa = new_dossier(cast, "Alfa")
    page = asked(desk, CLIENTS + "restriction/", [alfa], **JUNE)
    desk.post(page + "confirmer/")
    desk.post(page + "arreter/")
    assert jobs.due() == []
    assert "Annulé" in desk.get(page).text
    assert lock_of(cast, alfa) == (None, "none")


def test_a_preview_and_its_page_ask_the_same_number_of_questions_for_one_three_and_many(
    cast: Cast,
) -> None:
    alice = cast.people["alice"]
    firm = portfolio_firm("Grand cabinet", "grand", owner=alice)
    fill_portfolio(firm, dossiers=300, people=20, by=alice)
    desk = signed_in(alice)
    desk.get("/cabinet/grand/")
    cost, shown = set(), set()
    for count in (1, 3, 300):
        with at_firm(alice, firm):
            found = list(Dossier.objects.filter(firm=firm).order_by("name_key")[:count])
            for asks in (
                lambda found=found: preview_disconnection(firm, found, by=alice),
                lambda found=found: preview_lock(
                    firm, found, lock_date=dt.date(2026, 6, 30), lock_mode="users", reason="x",
                    by=alice,
                ),
            ):  # fmt: skip
                with CaptureQueriesContext(connection) as caught:
                    job = asks()
                cost.add((job.kind, len(caught)))
        with CaptureQueriesContext(connection) as caught:
            assert desk.get(f"/cabinet/grand/travaux/{job.pk}/").status_code == 200
        shown.add(len(caught))
    assert len(cost) == 2, cost
    assert len(shown) == 1, shown
