"""Invitations: who may be invited to what, and what a link does once, late, twice, elsewhere."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client

from clients.actions import invitations
from clients.demo import Cast
from firm import jobs, mailer, scope
from firm.models import AuditEvent, Firm, Membership, User
from tests.clients.invitations import ZOE, age, invite
from tests.clients.people import (
    PASSWORD,
    browser,
    invitation_of,
    link_of_last_mail,
    mail_of_last_job,
    memberships,
)

pytestmark = pytest.mark.django_db
NEWCOMER = {"name": "Zoé Martin", "password1": PASSWORD, "password2": PASSWORD}


@pytest.mark.row("S2.12")
def test_a_newcomer_chooses_his_own_password_through_the_link(
    alice: User, martin: Firm, client: Client
) -> None:
    assert invite(browser(alice)).status_code == 302
    link = link_of_last_mail()
    page = client.get(link)
    assert page.status_code == 200
    assert "Cabinet Martin" in page.content.decode()

    answer = client.post(link, NEWCOMER)

    assert (answer.status_code, answer["Location"]) == (302, "/cabinet/martin/")
    zoe = User.objects.get(email=ZOE)
    assert (zoe.name, zoe.check_password(PASSWORD)) == ("Zoé Martin", True)
    assert EmailAddress.objects.get(user=zoe).verified
    assert memberships(martin)["zoe"] == "staff"
    assert client.get("/cabinet/martin/clients/").status_code == 200
    with scope.open_scope(scope.Scope(user=zoe.pk)):
        acts = set(AuditEvent.objects.filter(user_id=zoe.pk).values_list("action", flat=True))
    assert {"clients.invitation_accepted", "firm.signed_in"} <= acts


@pytest.mark.parametrize("password", ["court", "123456789012", "motdepasse", "zoe martin zoe"])
def test_a_weak_password_is_refused_and_nobody_is_made(
    password: str, alice: User, client: Client
) -> None:
    invite(browser(alice))
    given = {"name": "Zoe Martin Zoe", "password1": password, "password2": password}

    assert client.post(link_of_last_mail(), given).status_code == 422
    assert not User.objects.filter(email=ZOE).exists()


def test_only_the_hash_of_the_secret_is_kept(alice: User, martin: Firm) -> None:
    invite(browser(alice))
    secret = link_of_last_mail().split("/")[2]
    assert len(secret) >= 43  # 256 bits

    made = invitation_of(ZOE, firm=martin)
    assert made.digest == invitations.digest(secret)
    assert made.expires_at - made.sent_at == pytest.approx(
        dt.timedelta(days=7), abs=dt.timedelta(seconds=5)
    )
    mail, job = mail_of_last_job()
    assert mail.recipient == ZOE
    assert jobs.run(job.pk)
    mail, _job = mail_of_last_job()
    assert secret not in mail.text
    assert mail.text == mailer.FORGOTTEN


def test_looking_at_a_link_uses_nothing_up(alice: User, client: Client, martin: Firm) -> None:
    invite(browser(alice))
    for _time in range(3):
        assert client.get(link_of_last_mail()).status_code == 200
    assert invitation_of(ZOE, firm=martin).state == "sent"


def test_a_used_link_says_so(alice: User, client: Client) -> None:
    invite(browser(alice))
    link = link_of_last_mail()
    client.post(link, NEWCOMER)

    page = Client().get(link)
    assert page.status_code == 404
    assert "Invitation déjà acceptée" in page.content.decode()
    assert Client().post(link, NEWCOMER).status_code == 404


def test_a_link_of_the_eighth_day_says_so(alice: User, martin: Firm, client: Client) -> None:
    invite(browser(alice))
    link = link_of_last_mail()
    age(ZOE, martin, seconds=1)

    page = client.post(link, NEWCOMER)
    assert page.status_code == 404
    assert "Invitation expirée" in page.content.decode()
    assert "zoe" not in memberships(martin)


def test_a_revoked_link_says_so(alice: User, martin: Firm, client: Client) -> None:
    mine = browser(alice)
    invite(mine)
    link, made = link_of_last_mail(), invitation_of(ZOE, firm=martin)
    mine.post(f"/cabinet/martin/utilisateurs/invitations/{made.pk}/revoquer/")

    assert "Invitation révoquée" in client.get(link).content.decode()
    assert invite(mine).status_code == 302  # the address is free to be invited again


def test_sending_again_replaces_the_link(alice: User, martin: Firm, client: Client) -> None:
    mine = browser(alice)
    invite(mine)
    old, made = link_of_last_mail(), invitation_of(ZOE, firm=martin)
    mine.post(f"/cabinet/martin/utilisateurs/invitations/{made.pk}/envoyer/")
    new = link_of_last_mail()

    assert old != new
    assert client.get(old).status_code == 404
    assert client.post(new, NEWCOMER).status_code == 302


def test_an_unknown_link_says_so(client: Client, cast: Cast) -> None:
    page = client.get("/invitation/inconnue/")
    assert page.status_code == 404
    assert "Ce lien ne sert plus" in page.content.decode()


def test_another_persons_link_is_refused(alice: User, bruno: User, martin: Firm) -> None:
    invite(browser(alice))
    link = link_of_last_mail()
    his = browser(bruno)

    page = his.get(link)
    assert page.status_code == 403
    assert "ne vous est pas adressée" in page.content.decode()
    assert his.post(link).status_code == 403
    assert invitation_of(ZOE, firm=martin).state == "sent"


def test_who_has_an_account_signs_in_to_accept(
    alice: User, fred: User, martin: Firm, client: Client
) -> None:
    invite(browser(alice), email=fred.email)
    link = link_of_last_mail()
    page = client.get(link)
    assert f"/connexion/?next={link}" in page.content.decode()
    assert client.post(link, NEWCOMER).status_code == 200  # no form there takes a password
    assert User.objects.get(pk=fred.pk).check_password(PASSWORD) is False

    assert browser(fred).post(link).status_code == 302
    assert memberships(martin)["fred"] == "staff"


@pytest.mark.django_db(transaction=True)
def test_two_accepts_at_once_make_one_member(alice: User, fred: User, martin: Firm) -> None:
    invite(browser(alice), email=fred.email)
    link = link_of_last_mail()
    browsers, answers = [browser(fred), browser(fred)], []
    start = threading.Barrier(2)

    def accept(client: Client) -> None:
        start.wait()
        answers.append(client.post(link).status_code)
        connection.close()

    threads = [threading.Thread(target=accept, args=[one]) for one in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [302, 404]
    with scope.open_scope(scope.Scope(firm=martin.pk)):
        assert Membership.objects.filter(firm=martin, user=fred).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_newcomers_at_once_make_one_account(alice: User, martin: Firm) -> None:
    invite(browser(alice))
    link = link_of_last_mail()
    answers: list[int] = []
    start = threading.Barrier(2)

    def accept() -> None:
        client = Client(raise_request_exception=False)
        start.wait()
        answers.append(client.post(link, NEWCOMER).status_code)
        connection.close()

    threads = [threading.Thread(target=accept) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers.count(302) == 1
    assert max(answers) < 500
    assert User.objects.filter(email=ZOE).count() == 1
