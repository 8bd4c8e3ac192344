"""Invoices by API: created once for one key, listed with filters, in the names of the reports."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from clients.models import Dossier
from firm.models import User
from ledger.models import Invoice
from tests.conftest import open_dossier
from tests.ledger.books import asked_of_the_books
from tests.ledger.invoice_desk import bought, document, party, signed_in

API = "/api/dossiers/boulangerie/invoices/"
LINE = {"label": "x", "qty": "1", "unit_price": "500", "discount_pct": "0", "vat_rate": "20",
        "kind": "V", "deductible_pct": "100"}  # fmt: skip
SALE = {
    "direction": "sale", "type": "invoice", "number": "FA-2", "state": "issued",
    "issue_date": "2026-04-20", "sale_date": "2026-04-20", "due_date": "2026-05-20",
    "third_party": "FR", "currency": "EUR", "fx_rate": "1", "regime": "domestic", "corrects": None,
    "lines": [LINE, {**LINE, "unit_price": "200", "vat_rate": "10"}],
}  # fmt: skip


@pytest.fixture(name="api")
def api_as_alice(client: Client, alice: User, boulangerie: Dossier) -> Client:
    with open_dossier(alice, boulangerie):
        party(boulangerie, alice, "FR client", direction="sale", code="FR")
    return signed_in(client, alice)


def send(api: Client, body: dict[str, Any], **headers: str) -> Any:
    return api.post(API, body, content_type="application/json", headers=headers)


def test_an_invoice_is_created_in_the_names_of_the_reports(api: Client) -> None:
    answer = send(api, SALE)
    made = answer.json()
    assert answer.status_code == 201
    assert (made["net"], made["vat"], made["gross"]) == ("700.00", "120.00", "820.00")
    assert (made["booking"], made["source"], made["due_date"]) == (
        "to_process",
        "api",
        "2026-05-20",
    )
    assert made["lines"][1] == {
        "label": "x", "qty": "1", "unit_price": "200", "discount_pct": "0", "vat_rate": "10",
        "kind": "V", "deductible_pct": "100", "account": None, "net": "200.00", "vat": "20.00",
    }  # fmt: skip
    assert api.get(f"{API}{made['id']}/").json() == made
    assert api.get(f"{API}987654/").status_code == 404


def test_the_same_key_creates_once(api: Client, alice: User, boulangerie: Dossier) -> None:
    headers = {"Idempotency-Key": "une-fois"}
    first, second = send(api, SALE, **headers), send(api, SALE, **headers)
    assert first.json() == second.json()
    with open_dossier(alice, boulangerie):
        assert Invoice.objects.count() == 1


def test_a_credit_note_corrects_an_invoice_by_its_number_and_bears_a_document(
    api: Client, alice: User, boulangerie: Dossier
) -> None:
    send(api, SALE)
    with open_dossier(alice, boulangerie):
        kept = document(boulangerie, alice)
    body = {**SALE, "type": "credit_note", "number": "AV-1", "corrects": "FA-2",
            "document": str(kept.id)}  # fmt: skip
    made = send(api, body).json()
    assert made["document"] == str(kept.id)
    assert api.get(f"{API}{made['corrects']}/").json()["number"] == "FA-2"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"direction": "both"}, "direction"),
        ({"third_party": "nobody"}, "third_party"),
        ({"corrects": "FA-9"}, "corrects"),
        ({"document": "12"}, "document"),
        ({"lines": [{**LINE, "account": "999"}]}, "lines"),
        ({"lines": [{**LINE, "vat_rate": "120"}]}, "lines"),
        ({"payments": [{"date": "2026-04-28", "amount": "1", "method": "transfer"}]}, "payments"),
        ({"currency": "USD", "fx_rate": None}, "fx_rate"),
    ],
)
def test_what_cannot_be_understood_names_its_field(
    api: Client, alice: User, boulangerie: Dossier, change: dict[str, Any], field: str
) -> None:
    answer = send(api, {**SALE, **change})
    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json()["errors"]]
    with open_dossier(alice, boulangerie):
        assert not Invoice.objects.exists()


def test_lists_are_filtered_and_paged(api: Client, alice: User, boulangerie: Dossier) -> None:
    send(api, SALE)
    with open_dossier(alice, boulangerie):
        for at in (1, 2):
            bought(boulangerie, alice, f"P-{at}", day=dt.date(2026, at, 1))

    def numbers(query: str) -> list[str]:
        return [row["number"] for row in api.get(f"{API}?{query}").json()["results"]]

    assert numbers("") == ["FA-2", "P-2", "P-1"]
    assert numbers("direction=sale") == ["FA-2"]
    assert numbers("source=manual&until=2026-01-31") == ["P-1"]
    assert numbers("booking=booked") == []
    assert numbers("q=p-&since=2026-02-01") == ["P-2"]
    first = api.get(f"{API}?limit=2").json()
    assert numbers(f"limit=2&cursor={first['next']}") == ["P-1"]
    assert api.get(f"{API}?booking=gone").status_code == 422
    assert api.get(f"{API}?since=hier").status_code == 422


def test_the_list_asks_the_same_with_one_and_three_invoices(
    api: Client, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        bought(boulangerie, alice)
    one = asked_of_the_books(lambda: api.get(API))
    with open_dossier(alice, boulangerie):
        for at in (2, 3):
            bought(boulangerie, alice, f"P-{at}")
    assert (one, asked_of_the_books(lambda: api.get(API))) == (3, 3)
