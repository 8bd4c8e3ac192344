"""Fixed assets in a browser: a line of the books taken, its charge written and undone."""

from __future__ import annotations

from typing import Any

import pytest

from clients.models import Dossier
from firm.models import User
from tests.conftest import open_dossier
from tests.e2e.test_main_path import check_accessibility
from tests.ledger.asset_books import asset_books

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_a_purchase_to_its_charges_by_keyboard(
    signed_in: Any, calm: list[str], live_server: Any, alice: User, boulangerie: Dossier
) -> None:
    page, base = signed_in, f"{live_server.url}/dossier/boulangerie/comptabilite/"
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
    page.goto(f"{base}immobilisations/a-immobiliser/")
    page.wait_for_load_state("networkidle")
    row = page.locator("#lignes-rows tr").first
    row.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Immobiliser").click()
    page.locator("#registre-rows tr", has_text="Four à sole").wait_for()
    check_accessibility(page, calm)

    page.goto(f"{base}immobilisations/dotations/?exercice=2024-12-31")
    page.wait_for_load_state("networkidle")
    check_accessibility(page, calm)
    page.keyboard.press("Control+Enter")
    page.locator("text=1 écriture de dotation écrite").wait_for()
    page.click("#toasts [data-undo]")
    page.get_by_role("button", name="Écrire les dotations").wait_for()

    page.goto(f"{base}immobilisations/etats/?exercice=2024-12-31&formulaire=2055")
    page.wait_for_load_state("networkidle")
    page.locator("a.boxed[title='Case QA']").click()
    page.locator("#detail [data-box-of=QA]").wait_for()
    assert page.locator("#detail tbody tr").count() == 1
    check_accessibility(page, calm)


def test_a_charge_is_spread_in_the_browser(
    signed_in: Any, calm: list[str], live_server: Any, alice: User, boulangerie: Dossier
) -> None:
    page, base = signed_in, f"{live_server.url}/dossier/boulangerie/comptabilite/"
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
    page.goto(f"{base}regularisations/nouvelle/?exercice=2024-12-31")
    page.wait_for_load_state("networkidle")
    page.fill("[name=label]", "Assurance")
    page.fill("[name=account]", "616000")
    page.fill("[name=amount]", "1200")
    page.fill("[name=since]", "01/10/2024")
    page.fill("[name=until]", "30/09/2025")
    check_accessibility(page, calm)
    page.locator("[data-main]").click()
    page.locator("#regularisations-rows tr", has_text="897,53").wait_for()
    check_accessibility(page, calm)
    page.get_by_role("link", name="Écrire (1)").click()
    page.get_by_role("heading", name="Écrire les régularisations").wait_for()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Control+Enter")
    page.locator("#regularisations-rows", has_text="contre-passée").wait_for()
    page.click("#toasts [data-undo]")
    page.locator("#regularisations-rows", has_text="À écrire").wait_for()
