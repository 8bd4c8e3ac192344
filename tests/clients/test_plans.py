"""Plans: what they cost, renewed by the client at the price that he has read; the firm's own."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, transaction
from django.test import Client
from django.utils import timezone

from clients.actions.plans import PUBLISHER, publish_price
from clients.demo import Cast
from clients.models import PlanPrice, PlanSubscription
from firm import scope
from firm.models import AuditEvent, Firm
from tests.clients.account_acts import at_firm, signed_in
from tests.clients.test_accounts_connection import parted
from tests.conftest import open_dossier

pytestmark = pytest.mark.django_db
PAGE = "/dossier/boulangerie/parametres/actions/formule/"
SETTINGS, LIST = "/cabinet/martin/parametres/", "/cabinet/martin/comptes/"
MEANS = "Prélèvement, compte terminé par 4321"


def published(plan: str, days: int, price: int) -> None:
    """A price from so many days from now on."""
    with scope.open_scope(scope.Scope(token=PUBLISHER)):
        day = timezone.localdate() + dt.timedelta(days=days)
        publish_price(plan, starts_on=day, price=price, by=None)


@pytest.fixture
def his(cast: Cast) -> Client:
    """Denis's, whose dossier has no firm any more."""
    parted(cast)
    return signed_in(cast.people["denis"])


@pytest.mark.row("S2.37")
def test_the_client_renews_his_plan_himself_at_the_current_price(cast: Cast, his: Client) -> None:
    published("max", 0, 64_900)
    published("max", 40, 70_000)
    shown = his.get(PAGE).text
    assert "290,00\xa0€ hors taxes par an" in shown
    assert "649,00\xa0€ hors taxes par an" in shown
    assert "passera à 700,00\xa0€" in shown
    assert his.post(PAGE, {"plan": "max:64900", "payment_means": " "}).status_code == 422
    assert his.post(PAGE, {"payment_means": MEANS}).status_code == 422
    asked = {"plan": "max:64900", "payment_means": MEANS}
    assert his.post(PAGE, asked).status_code == 302
    with open_dossier(cast.people["denis"], cast.boulangerie):
        first, second = PlanSubscription.objects.order_by("starts_on")
        assert (first.starts_on, first.price) == (timezone.localdate(), None)
        assert (second.starts_on - first.ends_on).days == 1
        assert (second.plan, second.payer, second.price) == ("max", "client", 64_900)
        assert second.payment_means.endswith("4321")
        told = AuditEvent.objects.get(action="clients.plan_renewed")
        assert told.details["price"] == 64_900
    assert "649,00" in his.get("/dossier/boulangerie/parametres/compte/").text
    assert his.post(PAGE, asked).status_code == 422
    assert signed_in(cast.people["emma"]).get(PAGE).status_code == 403


@pytest.mark.row("S2.37")
def test_a_price_that_changed_after_it_was_read_is_not_charged(cast: Cast, his: Client) -> None:
    assert "290,00" in his.get(PAGE).text
    published("pro", 0, 31_000)
    for forged in ("pro:29000", "pro:1", "pro:x", "autre:1", "pro"):
        answer = his.post(PAGE, {"plan": forged, "payment_means": MEANS})
        assert answer.status_code == 422, forged
    assert "310,00" in his.get(PAGE).text
    with open_dossier(cast.people["denis"], cast.boulangerie):
        assert PlanSubscription.objects.count() == 1


@pytest.mark.row("S2.37")
def test_without_a_published_price_nothing_is_sold(his: Client) -> None:
    with scope.open_scope(scope.Scope(token=PUBLISHER)):
        PlanPrice.objects.all().delete()
    assert "Aucun tarif n’est publié" in his.get(PAGE).text
    assert his.post(PAGE, {"plan": "pro:0", "payment_means": MEANS}).status_code == 422


def test_only_the_platform_writes_prices(cast: Cast) -> None:
    alice, martin = cast.people["alice"], cast.firms["martin"]
    with at_firm(alice, martin):
        assert PlanPrice.objects.update(price=1) == 0
        assert PlanPrice.objects.all().delete()[0] == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            PlanPrice.objects.create(plan="pro", starts_on=dt.date(2027, 1, 1), price=1)


def test_prices_are_published_and_listed_by_a_command(cast: Cast) -> None:
    said = io.StringIO()
    call_command("plan_price", "pro", "2027-01-01", "312,50", stdout=said)
    assert "PRO à partir du 01/01/2027" in said.getvalue()
    assert "312,50" in said.getvalue()
    call_command("plan_price", "pro", "2027-01-01", "300", stdout=said)
    assert PlanPrice.objects.get(starts_on="2027-01-01").price == 30_000
    for wrong in (("pro", "hier", "1"), ("pro", "2027-01-01", "x"), ("pro", "2027-01-01", "-1")):
        with pytest.raises(CommandError):
            call_command("plan_price", *wrong, stdout=said)


@pytest.mark.row("S2.1")
def test_the_module_belongs_to_the_firms_plan(cast: Cast) -> None:
    desk = signed_in(cast.people["alice"])
    wanted = {"name": "Cabinet Martin", "siren": "", "has_client_accounts": "on"}
    assert "abonnement\xa0: Comptabilité" in desk.get(SETTINGS).text.replace("&nbsp;", "\xa0")
    call_command("firm_plan", "martin", "none", stdout=io.StringIO())
    refused = desk.post(SETTINGS, wanted)
    assert refused.status_code == 422
    assert "fait partie de l’abonnement" in refused.text
    assert desk.get(LIST).status_code == 404
    call_command("firm_plan", "martin", "accounting", stdout=io.StringIO())
    assert desk.post(SETTINGS, wanted).status_code == 302
    assert desk.get(LIST).status_code == 200
    call_command("firm_plan", "martin", "none", stdout=io.StringIO())
    assert desk.get(LIST).status_code == 404, "closed at once"
    assert LIST not in desk.get("/cabinet/martin/clients/").text
    assert desk.post(SETTINGS, {**wanted, "name": "Martin"}).status_code == 302, "the rest is his"
    call_command("firm_plan", "martin", "accounting", stdout=io.StringIO())
    assert desk.get(LIST).status_code == 200, "open again as it was"
    with pytest.raises(CommandError):
        call_command("firm_plan", "inconnu", "none", stdout=io.StringIO())
    with at_firm(cast.people["alice"], cast.firms["martin"]):
        assert AuditEvent.objects.filter(action="firm.plan_changed").count() == 4
        assert Firm.objects.get(slug="martin").plan == "accounting"
