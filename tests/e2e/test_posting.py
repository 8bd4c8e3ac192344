"""The proposed entry in the browser: an account by keyboard, booked, undone; nothing for axe."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from clients.models import Dossier
from firm.models import User
from tests.conftest import open_dossier
from tests.ledger.pieces import account, invoice, year

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


# Without preload the checker fetches no stylesheet again.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], "preload": False}


def check(page: Any, calm: list[str]) -> None:
    assert calm == []
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found] == []
    page.wait_for_timeout(500)
    calm.clear()  # the checker itself tries an inline style, which the policy blocks


@pytest.mark.row("S3.18")
def test_an_invoice_is_booked_by_keyboard_and_undone(
    signed_in: Any, calm: list[str], live_server: Any, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        year(boulangerie)
        account(boulangerie, "611000", "Sous-traitance générale")
        account(boulangerie, "615500", "Entretien et réparations")
        made = invoice(boulangerie)
    page = signed_in
    page.goto(f"{live_server.url}/dossier/boulangerie/comptabilisation/factures/{made.id}/")
    check(page, calm)
    field = page.locator("[name=compte-1]")
    field.fill("")
    field.press_sequentially("trait")
    page.wait_for_selector(".account-input [role=option]")
    check(page, calm)
    assert page.inner_text(".account-input [aria-selected=true] b") == "611000"
    field.press("Enter")
    assert field.input_value() == "611000"
    assert page.inner_text("[data-account-label]") == "Sous-traitance générale"
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=Facture comptabilisée.")
    page.wait_for_selector("text=Annuler la comptabilisation")
    assert page.locator(".posted >> text=Sous-traitance générale").is_visible()
    check(page, calm)
    page.click("#toasts [data-undo]")
    page.wait_for_selector("[name=compte-1]")
    assert page.input_value("[name=compte-1]") == "611000"


@pytest.mark.row("S3.18")
def test_a_missing_account_is_created_while_it_is_typed(
    signed_in: Any, live_server: Any, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        year(boulangerie)
        made = invoice(boulangerie, lines=[(1000, "20")])
    page = signed_in
    page.goto(f"{live_server.url}/dossier/boulangerie/comptabilisation/factures/{made.id}/")
    page.wait_for_selector("text=Compte manquant")
    page.locator("[name=compte-1]").press_sequentially("626000")
    page.click("text=Créer le compte")
    page.wait_for_selector("text=Compte 626000")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=Facture comptabilisée.")
