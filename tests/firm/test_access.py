"""One table for every URL: who gets in, who is told no, who is told nothing.

Each page of a dossier and of a firm is called by the whole cast.  A page that the table does not
know fails, so that none is forgotten.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clients import rights
from clients.demo import Cast
from firm import tokens
from firm.models import ApiToken, User
from tests.firm.test_structure import every_pattern

ROLES = {
    "alice": {"owner", "dossier_owner"},
    "bruno": {"assigned"},
    "denis": {"client_admin"},
    "emma": {"employee"},
}
STRANGERS = ("eve", "fred")
VALUES = {
    "pk": 1, "import_id": 1, "finding_id": 1, "number": 2, "entry_id": 1, "lettering_id": 1,
    "line": 2,
    "job_id": 1, "year_end": dt.date(2025, 12, 31), "table": "balance",
}  # fmt: skip

pytestmark = pytest.mark.django_db


def dossier_pages() -> list[tuple[str, str]]:
    """(address pattern, right) of every page of a dossier that answers a GET."""
    return [
        (url, view.needs)
        for url, view in every_pattern()
        if url.startswith("dossier/<slug:slug>/") and hasattr(view, "needs")
    ]


def filled(url: str) -> str:
    """The address with numbers that exist nowhere."""
    out = "/" + url
    for part in url.split("/"):
        if part.startswith("<"):
            kind, _colon, name = part.strip("<>").partition(":")
            value = "boulangerie" if name == "slug" else VALUES[name or kind]
            out = out.replace(part, value.isoformat() if isinstance(value, dt.date) else str(value))
    return out


def call(client: Client, cast: Cast, who: str, url: str, method: str = "get") -> int:
    client.force_login(
        cast.people[who], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    response: Any = getattr(client, method)(url)
    if response.streaming:
        b"".join(response.streaming_content)  # a file is held open until its answer is read
    return int(response.status_code)


@pytest.mark.parametrize(("url", "needs"), dossier_pages())
def test_every_page_of_a_dossier_asks_for_its_right(
    url: str, needs: str, client: Client, cast: Cast
) -> None:
    address = filled(url)
    for who, roles in ROLES.items():
        holds = any(needs in rights.of_role(role) for role in roles)
        status = call(client, cast, who, address)
        assert (status == 403) is not holds, f"{who} on {address}: {status}"
        assert status < 500
    for who in STRANGERS:
        assert call(client, cast, who, address) == 404, f"{who} must not know of {address}"
        assert call(client, cast, who, address, "post") == 404
    client.logout()
    assert client.get(address).status_code == 302


def api_pages() -> list[tuple[str, dict[str, str]]]:
    return [
        (url, view.cls.needs)
        for url, view in every_pattern()
        if url.startswith("api/dossiers/<slug:slug>/") and hasattr(view, "cls")
    ]


@pytest.mark.parametrize(("url", "needs"), api_pages())
def test_every_call_of_a_dossier_asks_for_its_right(
    url: str, needs: dict[str, str], client: Client, cast: Cast
) -> None:
    address = filled(url)
    for method, right in needs.items():
        for who, roles in ROLES.items():
            holds = any(right in rights.of_role(role) for role in roles)
            status = call(client, cast, who, address, method.lower())
            assert (status == 403) is not holds, f"{who} {method} {address}: {status}"
            assert status < 500
        for who in STRANGERS:
            assert call(client, cast, who, address, method.lower()) == 404
        client.logout()
        assert getattr(client, method.lower())(address).status_code == 401


@pytest.mark.parametrize("name", ["clients:cockpit", "clients:list", "clients:new", "clients:jobs"])
def test_a_firms_pages_are_its_peoples(name: str, client: Client, cast: Cast) -> None:
    address = reverse(name, args=["martin"])
    for who in ("eve", "denis", "emma"):
        assert call(client, cast, who, address) == 404
    assert call(client, cast, "alice", address) in {200, 302}
    expected = {403} if name == "clients:new" else {200, 302}
    assert call(client, cast, "bruno", address) in expected
    client.logout()
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_an_unsafe_method_without_its_key_is_refused(method: str, cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        cast.people["alice"], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    response = getattr(client, method)("/dossier/boulangerie/comptabilite/imports/depot/")
    assert response.status_code == 403


def test_a_token_opens_the_api_and_no_screen(cast: Cast) -> None:
    secret = tokens.new_secret()
    ApiToken.objects.create(
        user=cast.people["alice"],
        name="essai",
        digest=tokens.digest(secret),
        prefix=secret[:8],
        scopes=["read"],
    )
    client = Client(headers={"authorization": f"Bearer {secret}"}, enforce_csrf_checks=True)
    assert client.get("/api/dossiers/boulangerie/").status_code == 200
    assert client.post("/api/dossiers/", {"name": "Pris"}).status_code == 403
    assert client.get("/cabinet/martin/clients/").status_code == 302
    assert client.post("/cabinet/martin/clients/nouveau/", {"name": "Pris"}).status_code in {
        302,
        403,
    }
    assert not User.objects.filter(dossier_grants__dossier__name="Pris").exists()
