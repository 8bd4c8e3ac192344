"""Two people before one invoice: who saves second is told, and overwrites nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from clients.models import Dossier
from firm.models import User
from ledger.actions.duplicates import find_duplicates
from ledger.actions.invoice_documents import attach_document
from ledger.actions.invoices import InvoiceDraft, update_invoice
from ledger.models import Invoice
from ledger.queries.invoice_versions import version_of
from ledger.queries.invoices import lines_of_invoice
from tests.conftest import open_dossier
from tests.ledger.invoice_desk import ACHATS, bought, document, fields, party, signed_in
from tests.ledger.test_posting_races import together

API = "/api/dossiers/boulangerie/invoices/"
SAID = "modifiée depuis que vous l’avez ouverte"
MILL = {"third_party": "Minoterie Girardeau", "issue_date": "17/11/2026"}


def opened(browser: Client, invoice: Invoice) -> str:
    """The version that the form bears."""
    page = browser.get(f"{ACHATS}{invoice.id}/").text
    found = re.search(r'name="version" value="(\w+)"', page)
    assert found, page
    return found[1]


def save(browser: Client, invoice: Invoice, net: str, version: str) -> Any:
    sent = fields({"net": net, "rate": "20"}, number="FA-1", version=version, **MILL)
    return browser.post(f"{ACHATS}{invoice.id}/modifier/", sent)


@pytest.mark.django_db
def test_the_form_of_whoever_saves_second_is_refused_and_kept(
    alice: User, bruno: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        made = bought(boulangerie, alice, third_party=party(boulangerie, alice))
    hers, his = signed_in(Client(), alice), signed_in(Client(), bruno)
    version = opened(hers, made)
    assert opened(his, made) == version
    assert save(hers, made, "150,00", version).status_code == 302
    refused = save(his, made, "170,00", version)
    assert refused.status_code == 422
    assert SAID in refused.text
    assert "170,00" in refused.text, "what he typed is still there"
    with open_dossier(alice, boulangerie):
        made.refresh_from_db()
        assert made.net == 150_00
    assert save(his, made, "170,00", opened(his, made)).status_code == 302
    with open_dossier(alice, boulangerie):
        made.refresh_from_db()
        assert made.net == 170_00


@pytest.mark.django_db
def test_what_others_do_beside_the_fields_is_no_other_version(inside: Dossier, alice: User) -> None:
    made = bought(inside, alice, third_party=party(inside, alice))

    def version() -> str:
        made.refresh_from_db()
        return version_of(made, lines_of_invoice(made))

    before = version()
    attach_document(made, document(inside, alice), by=alice)
    bought(inside, alice, third_party=made.third_party)
    find_duplicates(inside, invoices=[made.id], by=alice)
    assert version() == before
    for change in ({"note": "Vu"}, {"vat_rate": 10}, {"label": "Blé"}, {"account_id": 7}):
        row, lines = Invoice.objects.get(pk=made.pk), lines_of_invoice(made)
        for name, value in change.items():
            setattr(row if name == "note" else lines[0], name, value)
        assert version_of(row, lines) != before, change


@pytest.mark.django_db
def test_a_program_that_names_its_version_is_refused_another(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        party(boulangerie, alice, code="MIL")
        made = bought(boulangerie, alice)
    api = signed_in(client, alice)
    url = f"{API}{made.id}/"
    seen = api.get(url).json()["version"]
    body = {"direction": "purchase", "number": "FA-9", "issue_date": "2026-11-17",
            "third_party": "MIL", "lines": [{"unit_price": "80", "vat_rate": "20"}]}  # fmt: skip

    def put(**more: str) -> Any:
        return api.put(url, {**body, **more}, content_type="application/json")

    first = put(version=seen)
    assert (first.status_code, first.json()["gross"]) == (200, "96.00")
    again = put(version=seen, number="FA-10")
    assert (again.status_code, again.json()["code"]) == (409, "invoice_changed")
    assert put(version=first.json()["version"], number="FA-11").json()["number"] == "FA-11"
    assert put(number="FA-12").json()["number"] == "FA-12", "without one nothing is compared"
    assert put(direction="sale").status_code == 422
    with open_dossier(alice, boulangerie):
        Invoice.objects.update(booking="booked")
    assert put().json()["code"] == "invoice_not_editable"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_the_same_moment_one_is_told(
    alice: User, bruno: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        made = bought(boulangerie, alice)

    def saving(by: User, number: str, version: str) -> Callable[[], object]:
        return lambda: update_invoice(made, InvoiceDraft(number=number), by=by, version=version)

    for turn in range(5):
        with open_dossier(alice, boulangerie):
            made.refresh_from_db()
            version = version_of(made, lines_of_invoice(made))
        acts = [(alice, boulangerie, saving(alice, f"A-{turn}", version)),
                (bruno, boulangerie, saving(bruno, f"B-{turn}", version))]  # fmt: skip
        assert sorted(together(acts)) == ["done", "invoice_changed"]
