"""Forgetting, choosing and changing a password."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as configured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clients.demo import PASSWORD
from firm import scope
from firm.accounts import password_link
from firm.models import AuditEvent, Job, OutgoingEmail, User

NEW = "une phrase bien à elle"
FORGOTTEN = "/mot-de-passe/"


@pytest.fixture(autouse=True)
def _own_cache(settings: Any, tmp_path: Any) -> None:
    """Attempts are counted in the cache: each test counts its own."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path)}}


def mails() -> list[OutgoingEmail]:
    """Every message written down, each opened as its courier opens it."""
    found = []
    for key in (
        Job.objects.filter(kind="firm.send_mail").order_by("id").values_list("idempotency_key")
    ):
        with scope.open_scope(scope.Scope(token=f"mail:{key[0]}")):
            found += list(OutgoingEmail.objects.all())
    return found


def path_of(link: str) -> str:
    assert link.startswith(configured.BASE_URL + "/mot-de-passe/nouveau/")
    return link.removeprefix(configured.BASE_URL)


def follow(client: Client, link: str) -> str:
    """The address of the form behind a link, which takes the key out of the address bar."""
    answer = client.get(path_of(link))
    assert answer.status_code == 302
    return str(answer["Location"])


def choose(client: Client, form: str, password: str = NEW, again: str = "") -> Any:
    return client.post(form, {"password1": password, "password2": again or password})


def test_a_forgotten_password_is_chosen_again_by_the_link_of_a_mail(
    client: Client, alice: User
) -> None:
    answer = client.post(FORGOTTEN, {"email": "Alice@martin.example"})
    (mail,) = mails()
    link = re.search(r"http\S+/mot-de-passe/nouveau/\S+", mail.text)

    assert answer["Location"] == "/mot-de-passe/envoye/"
    assert (mail.recipient, mail.subject) == (alice.email, "Choisir votre mot de passe")
    assert link
    form = follow(client, link[0])
    assert form.endswith("-set-password/")
    assert choose(client, form)["Location"] == "/mot-de-passe/enregistre/"
    assert client.post("/connexion/", {"login": alice.email, "password": NEW}).status_code == 302


def test_known_and_unknown_addresses_get_the_same_answer_and_one_mail_each(
    client: Client, alice: User
) -> None:
    known = client.post(FORGOTTEN, {"email": alice.email})
    unknown = client.post(FORGOTTEN, {"email": "nobody@martin.example"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [mail.subject for mail in mails()] == [
        "Choisir votre mot de passe",
        "Aucun compte à cette adresse",
    ]


def test_an_unknown_address_is_as_much_work_as_a_known_one(client: Client, alice: User) -> None:
    client.post(FORGOTTEN, {"email": alice.email})
    with CaptureQueriesContext(connection) as known:
        client.post(FORGOTTEN, {"email": alice.email})
    with CaptureQueriesContext(connection) as unknown:
        client.post(FORGOTTEN, {"email": "nobody@martin.example"})

    assert len(known) == len(unknown)


def test_a_blocked_person_gets_the_words_of_an_unknown_one(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)

    client.post(FORGOTTEN, {"email": alice.email})

    assert [mail.subject for mail in mails()] == ["Aucun compte à cette adresse"]


def test_the_link_names_our_own_address_whatever_host_the_request_names(
    client: Client, alice: User, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]

    client.post(FORGOTTEN, {"email": alice.email}, headers={"host": "evil.example"})

    (mail,) = mails()
    assert "evil.example" not in mail.text
    assert settings.BASE_URL + "/mot-de-passe/nouveau/" in mail.text


def test_five_links_an_hour_are_enough_for_one_address(
    client: Client, cast: Any, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1000/m/ip"}

    answers = [client.post(FORGOTTEN, {"email": "nobody@martin.example"}) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "Attendez quelques minutes" in answers[-1].text
    assert len(mails()) == 5


def test_a_link_works_once(client: Client, alice: User) -> None:
    link = password_link(alice)
    choose(client, follow(client, link))

    again = Client().get(path_of(link))

    assert (again.status_code, "Ce lien ne sert plus" in again.text) == (200, True)


def test_a_link_for_somebody_else_or_made_up_opens_nothing(
    client: Client, alice: User, eve: User
) -> None:
    link = path_of(password_link(alice))
    key = link.rstrip("/").rpartition("/")[2].partition("-")[2]
    other = path_of(password_link(eve)).rstrip("/").rpartition("/")[2].partition("-")[0]

    for made_up in (f"/mot-de-passe/nouveau/{other}-{key}/", "/mot-de-passe/nouveau/1-abc-def/"):
        assert "Ce lien ne sert plus" in client.get(made_up).text


def test_a_link_expires(client: Client, alice: User, settings: Any) -> None:
    link = password_link(alice)
    settings.PASSWORD_RESET_TIMEOUT = -1

    assert "Ce lien ne sert plus" in client.get(path_of(link)).text


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("court", "", "trop court"),
        ("password1234", "", "trop courant"),
        ("098765432109876", "", "entièrement numérique"),
        ("alice@martin.example", "", "semblable"),
        (NEW, NEW + " autrement", "deux fois"),
    ],
)
def test_a_weak_or_mistyped_password_is_refused_with_what_to_do(
    password: str, again: str, sentence: str, client: Client, alice: User
) -> None:
    form = follow(client, password_link(alice))

    answer = choose(client, form, password, again)

    assert answer.status_code == 422
    assert sentence in answer.text
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_choosing_by_link_ends_every_session_and_tells_the_person(
    client: Client, alice: User
) -> None:
    elsewhere = Client()
    elsewhere.force_login(alice)
    assert elsewhere.get("/compte/").status_code == 200

    choose(client, follow(client, password_link(alice)))

    assert elsewhere.get("/compte/")["Location"].startswith("/connexion/")
    assert not UserSession.objects.filter(user=alice).exists()
    assert mails()[-1].subject == "Votre mot de passe a changé"
    with scope.open_scope(scope.Scope(user=alice.pk)):
        assert AuditEvent.objects.filter(action="firm.password_reset", user_id=alice.pk).exists()


def test_changing_it_needs_the_old_one(client: Client, alice: User) -> None:
    client.force_login(alice)

    answer = client.post(
        "/compte/securite/mot-de-passe/",
        {"oldpassword": "not hers", "password1": NEW, "password2": NEW},
    )

    assert answer.status_code == 422
    assert "Ce n’est pas votre mot de passe actuel" in answer.text


def test_changing_it_ends_the_other_sessions_and_keeps_this_one_under_a_new_key(
    client: Client, alice: User
) -> None:
    elsewhere = Client()
    for each in (client, elsewhere):
        each.force_login(alice)
        each.get("/compte/")
    before = client.session.session_key

    answer = client.post(
        "/compte/securite/mot-de-passe/",
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
    )

    assert answer["Location"] == "/compte/securite/"
    assert client.get("/compte/").status_code == 200
    assert client.session.session_key != before
    assert elsewhere.get("/compte/")["Location"].startswith("/connexion/")
    assert UserSession.objects.filter(user=alice).count() == 1
    assert mails()[-1].subject == "Votre mot de passe a changé"


def test_the_demo_password_cannot_be_chosen(client: Client, alice: User) -> None:
    answer = choose(client, follow(client, password_link(alice)), PASSWORD)

    assert answer.status_code == 422
