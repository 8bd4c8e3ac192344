"""The API of fixed assets and cut-offs: the same actions as the screens."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from clients.models import Dossier
from firm.models import User
from ledger.models import FixedAsset
from tests.conftest import open_dossier
from tests.ledger.asset_books import asset_books
from tests.ledger.invoice_desk import signed_in

pytestmark = pytest.mark.django_db
API = "/api/dossiers/boulangerie/"
OVEN = {
    "label": "Four à sole", "account": "215000", "acquired_on": "2024-04-15", "cost": "10000.00",
    "method": "linear", "months": 60,
}  # fmt: skip


@pytest.fixture
def web(client: Client, alice: User, boulangerie: Dossier) -> Client:
    """Alice, in books of two years."""
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
    return signed_in(client, alice)


def post(web: Client, path: str, data: dict[str, Any], status: int = 201) -> Any:
    answer = web.post(API + path, data, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_the_register_is_read_and_written(web: Client) -> None:
    made = post(web, "fixed-assets/", OVEN)
    assert (made["charge"], made["depreciation_account"]) == ("1422.22", "281500")
    post(web, "fixed-assets/", OVEN | {"label": "Pétrin"})

    first = web.get(API + "fixed-assets/", {"year_end": "2025-12-31", "limit": 1}).json()
    assert [row["label"] for row in first["results"]] == ["Four à sole"]
    assert first["results"][0]["net"] == "6577.78"
    rest = web.get(API + "fixed-assets/", {"year_end": "2025-12-31", "cursor": first["next"]})
    assert [row["label"] for row in rest.json()["results"]] == ["Pétrin"]
    plan = web.get(f"{API}fixed-assets/{made['id']}/").json()
    assert plan["total"] == "10000.00"
    assert [row["charge"] for row in plan["rows"]][::5] == ["1422.22", "577.78"]
    assert web.get(API + "fixed-assets/", {"year_end": "1999-12-31"}).status_code == 404


def test_what_cannot_be_is_said_by_its_field(
    web: Client, alice: User, boulangerie: Dossier
) -> None:
    refused = post(web, "fixed-assets/", OVEN | {"cost": "mille"}, status=422)
    assert refused["errors"][0]["field"] == "cost"
    refused = post(web, "fixed-assets/", OVEN | {"months": 0}, status=422)
    assert refused["code"] == "asset_invalid"
    with open_dossier(alice, boulangerie):
        assert FixedAsset.objects.count() == 0


def test_charges_are_previewed_confirmed_and_undone(web: Client) -> None:
    post(web, "fixed-assets/", OVEN)
    seen = web.get(API + "asset-charges/", {"year_end": "2024-12-31"}).json()
    assert (seen["total"], len(seen["entries"])) == ("1422.22", 1)
    stale = {"year_end": "2024-12-31", "mark": "autre"}
    assert post(web, "asset-charges/", stale, status=409)["code"] == "asset_preview_stale"

    batch = post(web, "asset-charges/", {"year_end": "2024-12-31", "mark": seen["mark"]})

    again = post(web, "asset-charges/", {"year_end": "2024-12-31"}, status=422)
    assert again["code"] == "no_charge_due"
    assert post(web, f"asset-charges/{batch['id']}/undo/", {}, status=200)["entries"] == 1


def test_an_exit_and_its_return(web: Client) -> None:
    made = post(web, "fixed-assets/", OVEN)
    sold = {"kind": "sold", "on": "2024-10-31", "price": "9000.00"}
    gone = post(web, f"fixed-assets/{made['id']}/exit/", sold)
    assert (gone["exit"], gone["net"], gone["disposal_price"]) == ("sold", "0.00", "9000.00")
    back = web.delete(f"{API}fixed-assets/{made['id']}/exit/").json()
    assert back["exit"] is None
    assert web.delete(f"{API}fixed-assets/{made['id']}/").status_code == 204


def test_cutoffs_are_written_and_undone(web: Client) -> None:
    made = post(web, "cutoffs/", {
        "kind": "prepaid", "label": "Assurance", "account": "616000", "amount": "1200.00",
        "since": "2024-10-01", "until": "2025-09-30", "year_end": "2024-12-31",
    })  # fmt: skip
    assert (made["at_closing"], made["state"]) == ("897.53", "due")
    batch = post(web, "cutoffs/write/", {"year_end": "2024-12-31"})
    listed = web.get(API + "cutoffs/", {"year_end": "2024-12-31"}).json()["results"]
    assert [row["state"] for row in listed] == ["written"]
    assert post(web, f"cutoffs/{batch['id']}/undo/", {}, status=200)["entries"] == 2


def test_who_reads_the_books_alone_writes_no_asset(
    client: Client, web: Client, denis: User
) -> None:
    del web
    signed_in(client, denis)
    assert client.get(API + "fixed-assets/").status_code == 200
    assert (
        client.post(API + "fixed-assets/", OVEN, content_type="application/json").status_code == 403
    )
