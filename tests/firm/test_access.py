"""One table for every URL: who gets in, who is told no, who is told nothing.

Each page of a dossier and of a firm is called by a person of every role.  Who gets in is read from
`clients/permissions.yaml`; a page whose right that table does not know fails, so that none is
forgotten.
"""

from __future__ import annotations

import pytest
from django.test import Client

from clients import rights
from clients.demo import Cast
from firm import tokens
from firm.models import ApiToken, User
from tests.firm.access_table import (
    BACKEND,
    CUSTOM_RIGHTS,
    DOSSIER_ROLES,
    FIRM_ROLES,
    call,
    custom_role,
    filled,
    holder,
    member,
    new_person,
    pages,
    signed_in,
)
from tests.firm.test_structure import every_pattern

DOSSIER, FIRM = "dossier/<slug:slug>/", "cabinet/<slug:firm>/"
DOSSIER_PAGES, FIRM_PAGES = list(pages(DOSSIER)), list(pages(FIRM))

pytestmark = pytest.mark.django_db


def test_every_page_of_a_dossier_or_a_firm_declares_a_right_of_the_table() -> None:
    assert len(DOSSIER_PAGES) > 30
    assert len(FIRM_PAGES) > 20
    unknown = [page for page in DOSSIER_PAGES if page[1] not in rights.table()["rights"]]
    unknown += [page for page in FIRM_PAGES if page[1] not in rights.table()["firm_rights"]]
    assert unknown == []


def wrong(client: Client, pages: list[tuple[str, str]], held: frozenset[str]) -> list[str]:
    """The pages that answer 403 to who holds the right, anything else to who does not, or fail."""
    out = []
    for url, needs in pages:
        status = call(client, filled(url))
        if (status == 403) is (needs in held) or status >= 500:
            out.append(f"{url} ({needs}): {status}")
    return out


@pytest.mark.parametrize("role", DOSSIER_ROLES)
def test_every_page_of_a_dossier_asks_for_its_right(role: str, cast: Cast) -> None:
    client = signed_in(holder(cast, role))
    assert wrong(client, DOSSIER_PAGES, rights.of_role(role)) == []


@pytest.mark.parametrize("role", FIRM_ROLES)
def test_every_page_of_a_firm_asks_for_its_right(role: str, cast: Cast) -> None:
    client = signed_in(member(cast.firms["martin"], role))
    assert wrong(client, FIRM_PAGES, rights.of_firm_role(role)) == []


def test_a_custom_role_opens_the_pages_of_the_rights_named_in_it(cast: Cast) -> None:
    firm = cast.firms["martin"]
    client = signed_in(member(firm, "custom", custom_role(firm, CUSTOM_RIGHTS)))
    held = frozenset(CUSTOM_RIGHTS) | {"firm.open", "dossier.open"}
    assert wrong(client, FIRM_PAGES + DOSSIER_PAGES, held) == []


def found_out(client: Client, pages: list[tuple[str, str]]) -> list[str]:
    """The pages that do not answer 404 to both methods."""
    return [
        f"{method} {url}"
        for url, _needs in pages
        for method in ("get", "post")
        if call(client, filled(url), method) != 404
    ]


@pytest.mark.parametrize("who", ["eve", "fred", "somebody"])
def test_a_stranger_is_told_nothing(who: str, cast: Cast) -> None:
    person = cast.people.get(who) or new_person(who)
    assert found_out(signed_in(person), DOSSIER_PAGES + FIRM_PAGES) == []


@pytest.mark.parametrize("who", ["denis", "emma"])
def test_a_client_is_told_nothing_of_the_firms_workspace(who: str, cast: Cast) -> None:
    assert found_out(signed_in(cast.people[who]), FIRM_PAGES) == []


def test_an_anonymous_visitor_signs_in_first(cast: Cast, client: Client) -> None:
    del cast
    assert [
        url for url, _needs in DOSSIER_PAGES + FIRM_PAGES if call(client, filled(url)) != 302
    ] == []


def api_pages(prefix: str) -> list[tuple[str, str, str]]:
    """(address pattern, method, right) of every call below a prefix."""
    return [
        (url, method.lower(), right)
        for url, view in every_pattern()
        if url.startswith(f"api/{prefix}") and hasattr(view, "cls")
        for method, right in view.cls.needs.items()
    ]


DOSSIER_CALLS = api_pages("dossiers/<slug:slug>/")
FIRM_CALLS = api_pages("firms/<slug:firm>/")


@pytest.mark.parametrize("role", DOSSIER_ROLES)
def test_every_call_of_a_dossier_asks_for_its_right(role: str, cast: Cast) -> None:
    client, out = signed_in(holder(cast, role)), []
    for url, method, needs in DOSSIER_CALLS:
        status = call(client, filled(url), method)
        if (status == 403) is (needs in rights.of_role(role)) or status >= 500:
            out.append(f"{method} {url} ({needs}): {status}")
    assert out == []


@pytest.mark.parametrize("role", FIRM_ROLES)
def test_every_call_of_a_firm_asks_for_its_right(role: str, cast: Cast) -> None:
    client, out = signed_in(member(cast.firms["martin"], role)), []
    for url, method, needs in FIRM_CALLS:
        status = call(client, filled(url), method)
        if (status == 403) is (needs in rights.of_firm_role(role)) or status >= 500:
            out.append(f"{method} {url} ({needs}): {status}")
    assert out == []


def test_the_api_tells_strangers_nothing_and_asks_the_anonymous_for_a_token(
    cast: Cast, client: Client
) -> None:
    strangers = [signed_in(cast.people["eve"]), signed_in(new_person("somebody"))]
    for url, method, _needs in DOSSIER_CALLS + FIRM_CALLS:
        assert [call(one, filled(url), method) for one in strangers] == [404, 404], url
        assert call(client, filled(url), method) == 401, url


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_an_unsafe_method_without_its_key_is_refused(method: str, cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.people["alice"], backend=BACKEND)
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
