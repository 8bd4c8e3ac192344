"""The API of the booking: same rules as the screens, stable answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from clients.models import Dossier
from firm.models import User
from tests.conftest import open_dossier
from tests.firm.access_table import BACKEND
from tests.ledger.pieces import account, invoice, party, transaction, year

pytestmark = pytest.mark.django_db(transaction=True)
BASE = "/api/dossiers/boulangerie/"


@pytest.fixture
def client_of(alice: User, boulangerie: Dossier) -> Any:
    with open_dossier(alice, boulangerie):
        year(boulangerie)

    def signed_in(person: User) -> Client:
        client = Client()
        client.force_login(person, backend=BACKEND)
        return client

    return signed_in


def send(client: Client, path: str, body: dict[str, Any] | None = None) -> Any:
    return client.post(f"{BASE}{path}", body or {}, content_type="application/json")


def test_an_invoice_is_booked_and_given_back(
    client_of: Any, alice: User, denis: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        account(boulangerie, "611000")
        pk = invoice(boulangerie).id
    client = client_of(alice)
    assert send(client_of(denis), f"invoices/{pk}/book/").status_code == 403
    unknown = send(client, f"invoices/{pk}/book/", {"accounts": {"1": "619999"}})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "account_unknown")

    entry = send(client, f"invoices/{pk}/book/", {"accounts": {"1": "611000"}})
    assert entry.status_code == 201
    assert [(row["account"], row["debit"], row["credit"]) for row in entry.json()["lines"]] == [
        ("401000", "0.00", "120.00"), ("611000", "100.00", "0.00"), ("445660", "20.00", "0.00"),
    ]  # fmt: skip
    again = send(client, f"invoices/{pk}/book/")
    assert (again.status_code, again.json()["code"]) == (409, "already_booked")
    back = send(client, f"invoices/{pk}/unbook/")
    assert back.json() == {"id": str(pk), "booking": "to_process", "letterings": []}
    assert send(client, f"invoices/{pk}/unbook/").status_code == 422
    assert send(client, "invoices/987654321/book/").status_code == 404


def test_a_transaction_is_booked_on_a_third_party_and_given_back(
    client_of: Any, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        pk, third = transaction(boulangerie, -1200).id, party(boulangerie).id
    client = client_of(alice)
    none = send(client, f"bank-transactions/{pk}/book/")
    assert (none.status_code, none.json()["code"]) == (422, "no_account")
    entry = send(client, f"bank-transactions/{pk}/book/", {"third_party": third})
    assert [row["account"] for row in entry.json()["lines"]] == ["512000", "401000"]
    assert send(client, f"bank-transactions/{pk}/unbook/").json()["booking"] == "to_process"
