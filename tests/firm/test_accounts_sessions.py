"""The person's sessions: seen, ended, and ending by themselves."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from firm import scope
from firm.devices import device_name, place_of
from firm.models import AuditEvent, User

PAGE = "/compte/securite/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture(autouse=True)
def _timed_sessions(settings: Any, tmp_path: Any) -> None:
    """The middleware under test in the place of allauth's, and a cache of one's own."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path)}}
    former = "allauth.usersessions.middleware.UserSessionsMiddleware"
    settings.MIDDLEWARE = [
        "firm.sessions.SessionsMiddleware" if name == former else name
        for name in settings.MIDDLEWARE
    ]


def browser(user: User, agent: str = FIREFOX, ip: str = "203.0.113.7") -> Client:
    """A signed-in browser that has been seen once."""
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=ip)
    client.force_login(user)
    assert client.get("/compte/").status_code == 200
    return client


def row_of(client: Client) -> UserSession:
    return UserSession.objects.get(session_key=client.session.session_key)


def test_the_page_names_each_device_and_where_it_is(alice: User) -> None:
    here = browser(alice)
    browser(alice, SAFARI, "198.51.100.4")

    page = here.get(PAGE)

    assert [(row.device, row.place, row.is_current) for row in page.context["sessions"]] == [
        ("Firefox sur Windows", "203.0.113.7", True),
        ("Safari sur iPhone", "198.51.100.4", False),
    ]
    assert page.text.count("Cette session") == 1


def test_one_session_is_ended_at_its_next_request(alice: User) -> None:
    here, phone = browser(alice), browser(alice, SAFARI)

    answer = here.post(f"{PAGE}sessions/{row_of(phone).pk}/deconnecter/")

    assert answer["Location"] == PAGE
    assert phone.get("/compte/")["Location"].startswith("/connexion/")
    assert here.get("/compte/").status_code == 200
    with scope.open_scope(scope.Scope(user=alice.pk)):
        assert AuditEvent.objects.filter(action="firm.session_ended", user_id=alice.pk).exists()


def test_all_others_are_ended_at_once(alice: User) -> None:
    here, *others = [browser(alice) for _ in range(3)]

    here.post(f"{PAGE}sessions/deconnecter-les-autres/")

    assert here.get("/compte/").status_code == 200
    assert [other.get("/compte/").status_code for other in others] == [302, 302]


def test_nobody_ends_a_stranger_s_session(alice: User, bruno: User) -> None:
    mine, his = browser(alice), browser(bruno)

    assert mine.post(f"{PAGE}sessions/{row_of(his).pk}/deconnecter/").status_code == 404
    assert his.get("/compte/").status_code == 200


@pytest.mark.parametrize(
    "path", [f"{PAGE}sessions/1/deconnecter/", f"{PAGE}sessions/deconnecter-les-autres/"]
)
def test_reading_never_ends_a_session(path: str, alice: User) -> None:
    assert browser(alice).get(path).status_code == 405


@pytest.mark.parametrize(
    ("column", "hours", "lives"),
    [
        ("last_seen_at", 2.9, True),
        ("last_seen_at", 3.1, False),
        ("created_at", 11.9, True),
        ("created_at", 12.1, False),
    ],
)
def test_a_session_ends_after_three_idle_hours_or_twelve_in_all(
    column: str, hours: float, lives: bool, alice: User
) -> None:
    client = browser(alice)
    then = timezone.now() - dt.timedelta(hours=hours)
    UserSession.objects.filter(user=alice).update(**{column: then})

    answer = client.get("/compte/")

    assert (answer.status_code == 200) is lives
    if not lives:
        assert answer["Location"] == "/connexion/?next=/compte/"
        assert "Votre session a expiré" in client.get(answer["Location"]).text
        assert not UserSession.objects.filter(user=alice).exists()


def test_being_seen_is_written_once_a_minute(alice: User) -> None:
    client = browser(alice)
    with CaptureQueriesContext(connection) as queries:
        client.get("/compte/")
    assert not [each for each in queries if each["sql"].startswith(("INSERT", "UPDATE"))]

    earlier = timezone.now() - dt.timedelta(minutes=2)
    UserSession.objects.filter(user=alice).update(last_seen_at=earlier)
    client.get("/compte/")

    assert row_of(client).last_seen_at > earlier + dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox sur Windows"),
        (SAFARI, "Safari sur iPhone"),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
            "Chrome sur Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge sur Windows",
        ),
        ("curl/8.5.0", "curl"),
        ("", "Appareil inconnu"),
    ],
)
def test_devices_have_names_that_people_know(agent: str, name: str) -> None:
    assert device_name(agent) == name


@pytest.mark.parametrize(
    ("ip", "place"),
    [
        ("127.0.0.1", "127.0.0.1 (cet ordinateur)"),
        ("::1", "::1 (cet ordinateur)"),
        ("192.168.1.20", "192.168.1.20 (réseau local)"),
        ("8.8.8.8", "8.8.8.8"),
    ],
)
def test_addresses_of_this_machine_and_network_are_said_in_words(ip: str, place: str) -> None:
    assert place_of(ip) == place


def test_the_profile_changes_name_and_single_keys(alice: User) -> None:
    client = browser(alice)

    answer = client.post("/compte/", {"name": "  Alice   Martin-Dubois "})

    assert answer["Location"] == "/compte/"
    alice.refresh_from_db()
    assert (alice.name, alice.single_keys) == ("Alice Martin-Dubois", False)
    assert client.post("/compte/", {"name": ""}).status_code == 422


def test_nothing_else_of_a_person_can_be_posted(alice: User) -> None:
    browser(alice).post("/compte/", {"name": "A", "is_staff": "on", "email": "x@y.example"})

    alice.refresh_from_db()
    assert (alice.is_staff, alice.email) == (False, "alice@martin.example")
