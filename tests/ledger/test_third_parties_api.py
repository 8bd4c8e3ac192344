"""Customers and suppliers created by API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from clients.models import Dossier
from firm.models import AuditEvent, User
from ledger.models import ThirdParty
from tests.conftest import open_dossier

API = "/api/dossiers/boulangerie/"


def test_a_third_party_is_created_with_a_code_made_from_its_name(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    answer = post(client, alice, name="Minoterie Girardeau", role="supplier", siren="552 100 554")

    assert answer.status_code == 201
    assert answer.json() == {
        "id": answer.json()["id"], "role": "supplier", "code": "FMINOTERIEGIR",
        "name": "Minoterie Girardeau", "country": "FR", "kind": "B2B", "siren": "552100554",
        "vat_number": "", "account": None,
    }  # fmt: skip
    with open_dossier(alice, boulangerie):
        assert ThirdParty.objects.get().label == "Minoterie Girardeau"
        assert AuditEvent.objects.filter(action="ledger.third_party_created").count() == 1


def post(client: Client, user: User, **body: object) -> Any:
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.post(API + "third-parties/", body, content_type="application/json")


def test_a_code_made_twice_gets_a_number_and_a_code_given_twice_is_refused(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    first = post(client, alice, name="Café de la Gare", role="customer")
    second = post(client, alice, name="Café de la Gare", role="customer")
    given = post(client, alice, name="Autre", role="customer", id=first.json()["code"])

    assert (first.json()["code"], second.json()["code"]) == ("CCAFEDELAGARE", "CCAFEDELAGARE2")
    assert (given.status_code, given.json()["code"]) == (409, "third_party_exists")


@pytest.mark.parametrize(
    "body",
    [
        {"role": "customer"},
        {"name": "X", "role": "friend"},
        {"name": "X", "role": "customer", "country": "F1"},
        {"name": "X", "role": "customer", "kind": "B3B"},
        {"name": "X", "role": "customer", "siren": "123456789"},
    ],
)
def test_an_incomplete_third_party_is_refused(
    client: Client, alice: User, boulangerie: Dossier, body: dict[str, str]
) -> None:
    answer = post(client, alice, **body)

    assert answer.status_code == 422
    with open_dossier(alice, boulangerie):
        assert not ThirdParty.objects.exists()
