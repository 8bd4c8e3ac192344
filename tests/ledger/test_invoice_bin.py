"""The red bin of purchases and sales: from the list, from one in full, and what it leaves."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from clients.models import Dossier
from firm.models import User
from ledger.actions.posting import book_invoice
from ledger.models import Entry, Invoice, ThirdParty
from tests.conftest import open_dossier
from tests.ledger.book_pages import words
from tests.ledger.invoice_desk import ACHATS, bought, party, signed_in
from tests.ledger.pieces import account, year


@pytest.fixture(name="booked")
def three_booked(alice: User, boulangerie: Dossier) -> list[Invoice]:
    with open_dossier(alice, boulangerie):
        year(boulangerie, 2026)
        third = party(boulangerie, alice)
        ThirdParty.objects.filter(pk=third.pk).update(
            default_account=account(boulangerie, "601100")
        )
        made = [bought(boulangerie, alice, f"FA-{at}", third_party=third) for at in range(3)]
        for each in made:
            book_invoice(each, by=alice)
    return made


def pressed(page: str, label: str) -> str:
    """Where the button of this label sends its form."""
    for button in re.findall(r"<button.*?</button>", page, re.DOTALL):
        where = re.search(r'formaction="([^"]+)"', button)
        if where and label in button:
            return where[1]
    raise AssertionError(label)


def form_around(page: str, label: str) -> str:
    """The form that holds this label."""
    forms = re.findall(r'<form method="post".*?</form>', page, re.DOTALL)
    return next(form for form in forms if label in form)


def target(form: str) -> str:
    """Where a form goes."""
    found = re.search(r'action="([^"]+)"', form)
    assert found
    return found[1]


@pytest.mark.row("S3.2")
@pytest.mark.row("S3.27")
def test_the_red_bin_of_the_list_archives_what_is_ticked_and_the_tab_gives_it_back(
    client: Client, alice: User, boulangerie: Dossier, booked: list[Invoice]
) -> None:
    signed_in(client, alice)
    listed = client.get(f"{ACHATS}?onglet=comptabilisees").content.decode()
    bin_url = pressed(listed, "Archiver")
    sent: dict[str, Any] = {
        "ids": [booked[0].id, booked[1].id],
        "kind": "invoices",
        "next": f"{ACHATS}?onglet=archivees",
    }
    answer = client.post(bin_url, sent)
    assert answer["Location"] == f"{ACHATS}?onglet=archivees"
    archived = client.get(answer["Location"]).content.decode()
    assert "À comptabiliser 0 Comptabilisées 1 Archivées 2" in words(archived)
    with open_dossier(alice, boulangerie):
        assert Entry.objects.count() == 1

    assert "Supprimer définitivement" in archived
    assert "Supprimer définitivement" not in listed
    client.post(pressed(archived, "Restaurer"), sent)
    with open_dossier(alice, boulangerie):
        assert Invoice.objects.filter(booking="archived").count() == 0
        assert Entry.objects.count() == 1


@pytest.mark.row("S3.3")
def test_the_red_bin_of_an_invoice_in_full_archives_it_and_goes_on(
    client: Client, alice: User, boulangerie: Dossier, booked: list[Invoice]
) -> None:
    signed_in(client, alice)
    here = f"{ACHATS}{booked[1].id}/?onglet=comptabilisees"
    form = form_around(client.get(here).content.decode(), "Archiver la facture")
    after = f"{ACHATS}{booked[0].id}/?onglet=comptabilisees"
    assert f'name="next" value="{after}"' in form
    answer = client.post(target(form), {"invoices": booked[1].id, "next": after})
    assert answer["Location"] == after

    page = client.get(here).content.decode()
    assert "Archivée" in page
    assert "Supprimer définitivement" in page
    assert "Archiver la facture" not in page
    back = target(form_around(page, "Restaurer"))
    client.post(back, {"invoices": booked[1].id, "next": here})
    assert "Archiver la facture" in client.get(here).content.decode()
