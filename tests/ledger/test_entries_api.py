"""The API of entries: written once under a key, changed by their version, taken out, copied."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from clients.models import Dossier
from firm.models import User
from ledger.models import Entry
from tests.conftest import open_dossier
from tests.ledger.entry_desk import small_books_outside
from tests.ledger.invoice_desk import signed_in
from tests.ledger.test_entries import in_step

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("desk")]
__all__ = ["small_books_outside"]
BASE = "/api/dossiers/boulangerie/entries/"
BODY: dict[str, Any] = {
    "journal": "AC", "date": "2023-03-12", "piece_ref": "A-8", "label": "Farines",
    "lines": [
        {"account": "607000", "debit": "1000.00", "credit": "0.00"},
        {"account": "445660", "debit": "200"},
        {"account": "401000", "third_party": "MOULIN", "credit": "1200.00"},
    ],
}  # fmt: skip


def send(client: Client, method: str, url: str, body: Any = None, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return getattr(client, method)(url, body, content_type="application/json", headers=headers)


def test_an_entry_is_written_once_read_changed_copied_and_taken_out(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    signed_in(client, alice)
    made = send(client, "post", BASE, BODY, key="k-1")
    again = send(client, "post", BASE, BODY, key="k-1")
    assert (made.status_code, again.json()) == (201, made.json())
    assert again["Idempotent-Replayed"] == "true"
    entry = made.json()
    assert (entry["debit"], entry["label"], entry["state"]) == ("1200.00", "Farines", "draft")
    assert entry["lines"][2]["third_party"]["code"] == "MOULIN"
    url = f"{BASE}{entry['id']}/"
    assert client.get(url).json() == entry

    fewer = {**BODY, "lines": [BODY["lines"][0], {"account": "512000", "credit": "1000"}]}
    changed = send(client, "put", url, {**fewer, "version": entry["version"]})
    assert (changed.status_code, changed.json()["debit"]) == (200, "1000.00")
    stale = send(client, "put", url, {**fewer, "version": entry["version"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "entry_changed")

    copied = send(client, "post", f"{url}copy/", {"date": "2023-04-02"})
    assert (copied.status_code, copied.json()["date"]) == (201, "2023-04-02")
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404
    assert client.delete(url).status_code == 404
    with open_dossier(alice, boulangerie):
        assert Entry.objects.count() == 4
        in_step(boulangerie)


def test_refusals_name_their_field(client: Client, alice: User) -> None:
    signed_in(client, alice)
    lines = [{"account": "607999", "debit": "10"}, {"account": "512000", "credit": "10"}]
    unknown = send(client, "post", BASE, {**BODY, "lines": lines})
    assert unknown.status_code == 422
    assert unknown.json()["errors"][0]["field"] == "lines.0.account"
    cent = [BODY["lines"][0], {"account": "512000", "credit": "999.99"}]
    uneven = send(client, "post", BASE, {**BODY, "lines": cent}).json()
    assert (uneven["code"], uneven["errors"][0]["field"]) == ("entry_faulty", "lines.1.credit")
    later = send(client, "post", BASE, {**BODY, "date": "2031-01-01"}).json()
    assert later["errors"][0]["field"] == "date"
    assert send(client, "post", BASE, {**BODY, "date": "hier"}).status_code == 422
    assert send(client, "post", BASE, {**BODY, "lines": []}).status_code == 422
    assert send(client, "post", BASE, []).status_code == 422


def test_who_only_reads_writes_nothing(client: Client, denis: User) -> None:
    signed_in(client, denis)
    assert client.get(BASE).status_code == 200
    assert send(client, "post", BASE, BODY).status_code == 403
