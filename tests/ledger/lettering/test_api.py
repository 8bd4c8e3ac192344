"""The API of lettering: same rules as the screens, stable answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from clients.models import Dossier
from firm import jobs
from firm.models import User
from tests.conftest import open_dossier
from tests.firm.access_table import BACKEND
from tests.ledger.lettering.desk import Desk, letters

pytestmark = pytest.mark.django_db(transaction=True)
BASE = "/api/dossiers/boulangerie/"


def send(client: Client, path: str, body: dict[str, Any] | None = None) -> Any:
    return client.post(f"{BASE}{path}", body or {}, content_type="application/json")


@pytest.mark.row("B24")
def test_open_lines_are_read_lettered_and_unlettered(
    alice: User, denis: User, boulangerie: Dossier, client: Client
) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        due, paid = desk.line(10_000), desk.line(-9_998)
        third = desk.customer().id
    client.force_login(alice, backend=BACKEND)
    found = client.get(f"{BASE}open-lines/?account=411000&third_party={third}").json()
    assert [(one["entry"], one["debit"], one["credit"]) for one in found["results"]] == [
        (str(due.entry_id), "100.00", "0.00"), (str(paid.entry_id), "0.00", "99.98"),
    ]  # fmt: skip
    first = client.get(f"{BASE}open-lines/?account=411000&third_party={third}&limit=1").json()
    rest = client.get(
        f"{BASE}open-lines/",
        {"account": "411000", "third_party": third, "cursor": first["next"]},
    ).json()
    assert [len(first["results"]), len(rest["results"]), rest["next"]] == [1, 1, None]
    assert client.get(f"{BASE}open-lines/?account=999").status_code == 404
    lines = [{"entry": one.entry_id, "line": 1} for one in (due, paid)]
    uneven = send(client, "letterings/", {"lines": lines})
    assert (uneven.status_code, uneven.json()["code"]) == (422, "letter_unbalanced")
    assert send(client, "letterings/", {"lines": []}).status_code == 422
    made = send(client, "letterings/", {"lines": lines, "remainder": "write_off"})
    assert made.status_code == 201
    assert (made.json()["code"], made.json()["lines"]) == ("AA", 3)
    again = send(client, "letterings/", {"lines": lines})
    assert (again.status_code, again.json()["code"]) == (409, "already_lettered")
    done = client.delete(f"{BASE}letterings/{made.json()['id']}/").json()
    assert done == {"codes": ["AA"], "lines": 2, "write_offs": 1}
    client.force_login(denis, backend=BACKEND)
    assert send(client, "letterings/", {"lines": lines}).status_code == 403


@pytest.mark.row("B24")
def test_a_batch_is_proposed_confirmed_and_taken_back(
    alice: User, boulangerie: Dossier, client: Client
) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        due, paid = desk.line(10_000), desk.line(-9_998, day=3)
    client.force_login(alice, backend=BACKEND)
    assert send(client, "lettering-batches/", {"tolerance": "11"}).status_code == 422
    empty = send(client, "lettering-batches/", {"account": "411000"})
    assert (empty.status_code, empty.json()["code"]) == (422, "nothing_to_letter")
    made = send(client, "lettering-batches/", {"account": "411000", "tolerance": "0.02"}).json()
    (group,) = made["groups"]
    assert (made["state"], group["gap"], group["reason"]) == ("previewed", "0.02", "near")
    path = f"lettering-batches/{made['id']}/"
    assert send(client, f"{path}confirm/").status_code == 202
    assert send(client, f"{path}confirm/").status_code == 409
    jobs.run(int(made["id"]))
    assert client.get(f"{BASE}{path}").json()["state"] == "done"
    assert [one["id"] for one in client.get(f"{BASE}lettering-batches/").json()["results"]] == [
        made["id"]
    ]
    with open_dossier(alice, boulangerie):
        assert letters(due, paid) == ["AA", "AA"]
    assert send(client, f"{path}undo/").json()["state"] == "undone"
    with open_dossier(alice, boulangerie):
        assert letters(due, paid) == [None, None]
