"""Signing in and out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.demo import PASSWORD
from firm import scope
from firm.accounts import DEMO_CAST, DEMO_PASSWORD
from firm.models import AuditEvent, User
from firm.urls_account import urlpatterns

SIGN_IN = "/connexion/"
WRONG = "Adresse ou mot de passe incorrect"


@pytest.fixture(autouse=True)
def _own_cache(settings: Any, tmp_path: Any) -> None:
    """Attempts are counted in the cache: each test counts its own."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path)}}


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(SIGN_IN, {"login": email, "password": password}, **more)


def test_the_right_password_opens_the_home_page(client: Client, alice: User) -> None:
    answer = sign_in(client, alice.email)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(alice.pk)
    with scope.open_scope(scope.Scope(user=alice.pk)):
        assert AuditEvent.objects.filter(user_id=alice.pk, action="firm.signed_in").count() == 1


def test_the_address_is_read_whatever_its_case(client: Client, alice: User) -> None:
    assert sign_in(client, " Alice@MARTIN.example ").status_code == 302


def test_the_page_asked_for_is_reached_after_signing_in(client: Client, alice: User) -> None:
    answer = client.get("/compte/securite/")
    assert answer["Location"] == "/connexion/?next=/compte/securite/"

    page = client.get(answer["Location"])
    assert '<input type="hidden" name="next" value="/compte/securite/">' in page.text
    assert (
        sign_in(client, alice.email, QUERY_STRING="next=/compte/securite/")["Location"]
        == "/compte/securite/"
    )


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:1"]
)
def test_a_foreign_page_is_never_reached_after_signing_in(
    target: str, client: Client, alice: User
) -> None:
    answer = client.post(SIGN_IN, {"login": alice.email, "password": PASSWORD, "next": target})

    assert answer["Location"] == "/"


def test_the_session_gets_a_new_key_when_it_opens(client: Client, alice: User) -> None:
    session = client.session
    session["planted"] = "before"
    session.save()
    planted = str(session.session_key)
    client.cookies["sessionid"] = planted

    sign_in(client, alice.email)

    assert client.session.session_key != planted


def test_wrong_password_and_unknown_address_get_the_same_answer(
    client: Client, alice: User
) -> None:
    wrong = sign_in(client, alice.email, "not this one at all")
    unknown = sign_in(client, "nobody@martin.example", "not this one at all")

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert WRONG in wrong.text
    hide = [(alice.email, "X"), ("nobody@martin.example", "X")]
    pages = [_without_keys(page.text, hide) for page in (wrong, unknown)]
    assert pages[0] == pages[1]


def _without_keys(page: str, pairs: list[tuple[str, str]]) -> str:
    for old, new in pairs:
        page = page.replace(old, new)
    return re.sub(r'(csrfmiddlewaretoken" value|csrf-token" content)="[^"]+"', "", page)


def test_an_unknown_address_costs_one_hashing_as_a_wrong_password_does(
    client: Client, alice: User, monkeypatch: Any
) -> None:
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    with CaptureQueriesContext(connection) as known:
        sign_in(client, alice.email, "not this one at all")
    with CaptureQueriesContext(connection) as unknown:
        sign_in(client, "nobody@martin.example", "not this one at all")

    assert hashed == ["not this one at all"] * 2
    assert len(known) == len(unknown)


def test_a_blocked_person_is_told_so_only_with_the_right_password(
    client: Client, alice: User
) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)

    assert WRONG in sign_in(client, alice.email, "not this one at all").text
    assert sign_in(client, alice.email)["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in client.session
    assert "Ce compte est bloqué" in client.get(reverse("account_inactive")).text


def test_five_wrong_passwords_for_one_address_close_it_for_a_while(
    client: Client, alice: User
) -> None:
    statuses = [
        sign_in(client, alice.email, "wrong", REMOTE_ADDR=f"203.0.113.{n}").status_code
        for n in range(6)
    ]

    assert statuses == [422] * 5 + [429]
    assert sign_in(client, alice.email, REMOTE_ADDR="203.0.113.99").status_code == 429
    assert "Attendez cinq minutes" in sign_in(client, alice.email, "wrong").text


def test_thirty_wrong_passwords_from_one_place_are_refused_with_429(
    client: Client, cast: Any
) -> None:
    answers = [sign_in(client, f"person{n}@martin.example", "wrong") for n in range(35)]

    assert [answer.status_code for answer in answers[:10]] == [422] * 10
    assert {answer.status_code for answer in answers[10:]} == {429}
    assert "Attendez quelques minutes" in answers[-1].text


def test_the_sign_in_form_needs_its_cross_site_key(alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert sign_in(strict, alice.email).status_code == 403
    assert "_auth_user_id" not in strict.session


def test_signing_out_needs_a_post_and_forgets_the_session(client: Client, alice: User) -> None:
    sign_in(client, alice.email)

    assert "Se déconnecter" in client.get("/deconnexion/").text
    assert client.session["_auth_user_id"]
    assert client.post("/deconnexion/")["Location"] == SIGN_IN
    assert "_auth_user_id" not in client.session
    assert not UserSession.objects.filter(user=alice).exists()


def test_who_is_signed_in_is_sent_home_from_the_sign_in_page(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert client.get(SIGN_IN)["Location"] == "/"


def test_the_demo_password_is_the_one_of_the_demo_cast(cast: Any) -> None:
    assert DEMO_PASSWORD == PASSWORD
    assert {email for email, _role in DEMO_CAST} == {user.email for user in cast.people.values()}


@pytest.mark.parametrize(
    ("loopback", "base_url"),
    [(False, "http://127.0.0.1:8000"), (True, "https://cabinet.example")],
    ids=["listens on every address", "stands behind a proxy"],
)
def test_the_demo_password_opens_nothing_off_this_machine(
    loopback: bool, base_url: str, client: Client, alice: User, settings: Any
) -> None:
    settings.IS_LOOPBACK, settings.BASE_URL = loopback, base_url

    answer = sign_in(client, alice.email)

    assert (answer.status_code, WRONG in answer.text) == (422, True)


def test_any_other_password_still_opens_there(client: Client, alice: User, settings: Any) -> None:
    settings.IS_LOOPBACK = False
    alice.set_password("a longer phrase of her own")
    alice.save()

    assert sign_in(client, alice.email, "a longer phrase of her own").status_code == 302


def test_demo_mode_shows_the_people_that_exist_with_what_fills_the_fields(
    client: Client, alice: User, settings: Any
) -> None:
    settings.DEMO = True
    User.objects.filter(email__startswith="fred").update(is_active=False)

    page = client.get(SIGN_IN)

    shown = [email for email, _name, _role in page.context["demo_people"]]
    assert shown == [email for email, _role in DEMO_CAST if not email.startswith("fred")]
    fill = {"login": alice.email, "password": PASSWORD}
    assert json.dumps(fill).replace('"', "&quot;") in page.text or json.dumps(fill) in page.text


def test_outside_demo_mode_nobody_is_named(client: Client, alice: User, settings: Any) -> None:
    settings.DEMO = False

    page = client.get(SIGN_IN)

    assert "demo_people" not in page.context
    assert alice.email not in page.text
    assert DEMO_PASSWORD not in page.text


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda pattern: pattern.name)
def test_every_account_address_says_what_it_needs(pattern: Any) -> None:
    own = ("compte/", "notifications/")
    expected = "person" if str(pattern.pattern).startswith(own) else "public"

    assert pattern.callback.needs == expected


def test_a_fresh_sign_in_lasts_ten_minutes(client: Client, alice: User, monkeypatch: Any) -> None:
    sign_in(client, alice.email)
    assert client.get("/compte/jetons/nouveau/").status_code == 200

    later = time.time() + 601
    monkeypatch.setattr("firm.accounts.time.time", lambda: later)

    assert client.get("/compte/jetons/nouveau/")["Location"].startswith("/compte/confirmer/?next=")


@pytest.mark.parametrize(
    ("base_url", "cookies"),
    [
        ("https://cabinet.example", "__Host-sessionid True __Host-csrftoken True Lax"),
        ("http://127.0.0.1:8000", "sessionid False csrftoken False Lax"),
    ],
)
def test_cookies_are_bound_to_the_host_and_to_https_where_there_is_https(
    base_url: str, cookies: str
) -> None:
    names = (
        "SESSION_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_NAME",
        "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_SAMESITE",
    )
    code = f"from firm.config import settings as s; print(*(getattr(s, n) for n in {names}))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "BASE_URL": base_url},
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )

    assert run.stdout.strip() == cookies
