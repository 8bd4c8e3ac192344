"""« Notifier les comptables »."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clients.actions import reminders
from clients.demo import Cast
from clients.models import Dossier
from firm.models import Block, OutgoingEmail, User
from tests.conftest import open_dossier

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def remind(cast: Cast, **changes: Any) -> int:
    given = {"tasks": ["letter"], "comment": "Avant vendredi", "key": "k1", **changes}
    with open_dossier(cast.people["alice"], cast.boulangerie):
        return reminders.notify_accountants(cast.boulangerie, by=cast.people["alice"], **given)


def recipients(cast: Cast) -> list[str]:
    with open_dossier(cast.people["alice"], cast.boulangerie):
        sent = OutgoingEmail.objects.filter(kind="reminder_to_accountant")
        return sorted(sent.values_list("recipient", flat=True))


@pytest.mark.row("S4.20")
def test_every_assigned_accountant_is_mailed_and_no_one_else(cast: Cast) -> None:
    assert remind(cast) == 2
    assert recipients(cast) == ["bruno@martin.example", "chloe@martin.example"]


def test_the_same_form_posted_twice_sends_once(cast: Cast) -> None:
    remind(cast)
    remind(cast)
    assert len(recipients(cast)) == 2


def test_a_blocked_accountant_is_not_mailed(cast: Cast) -> None:
    from firm import scope

    martin = cast.firms["martin"]
    with scope.open_scope(
        scope.Scope(user=cast.people["alice"].pk, firm=martin.pk, firm_write=True)
    ):
        Block.objects.create(firm=martin, user=cast.people["chloe"])
    assert remind(cast) == 1
    assert recipients(cast) == ["bruno@martin.example"]


@pytest.mark.row("S4.19")
def test_the_ticked_tasks_and_the_comment_are_in_the_message(cast: Cast) -> None:
    remind(cast, tasks=["letter", "vat"])
    with open_dossier(cast.people["alice"], cast.boulangerie):
        text = OutgoingEmail.objects.filter(recipient="bruno@martin.example").get().text
    assert "– Lettrer les comptes de tiers\n– Préparer la déclaration de TVA" in text
    assert "Avant vendredi" in text


def test_a_reminder_of_nothing_is_refused(cast: Cast) -> None:
    with pytest.raises(reminders.NothingToSay):
        remind(cast, tasks=["inconnue"], comment="  ")


@pytest.mark.row("S4.18")
def test_an_administrator_sends_it_from_the_page_and_the_bell_rings(
    client: Client, cast: Cast, boulangerie: Dossier
) -> None:
    client.force_login(cast.people["alice"], backend=BACKEND)
    url = reverse("notify:form", args=[boulangerie.slug])
    page = client.get(url)
    key = page.context["form"].initial["key"]
    answer = client.post(url, {"tasks": ["book"], "comment": "", "key": key}, follow=True)
    assert "Rappel envoyé à 2 comptables." in answer.text.replace("\u00a0", " ")
    client.force_login(cast.people["bruno"], backend=BACKEND)
    bell = client.get(reverse("notifications"))
    assert bell.context["shell"].notifications == 1
    assert "Comptabiliser les pièces en attente" in bell.text
    assert client.post(reverse("notifications"), follow=True).context["shell"].notifications == 0


@pytest.mark.row("S4.21")
@pytest.mark.parametrize("who", ["bruno", "denis"])
def test_others_do_not_have_it(who: str, client: Client, cast: Cast, boulangerie: Dossier) -> None:
    person: User = cast.people[who]
    client.force_login(person, backend=BACKEND)
    url = reverse("notify:form", args=[boulangerie.slug])
    assert client.get(url).status_code == 403
    assert client.post(url, {"tasks": ["book"], "key": "k"}).status_code == 403
    home = client.get(reverse("ledger:home", args=[boulangerie.slug]))
    assert "Notifier les comptables" not in home.text
