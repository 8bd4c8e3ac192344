"""TVA and the obligations in a browser: by keyboard, accessible, without a fault."""

from __future__ import annotations

from typing import Any

import pytest

from clients.actions.dossiers import update_dossier
from clients.models import Dossier
from firm.models import User
from tests.conftest import open_dossier
from tests.e2e.test_main_path import check_accessibility
from tests.ledger.vat_books import books, purchase, sale

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_return_is_drafted_looked_into_and_prepared_by_keyboard(
    signed_in: Any, calm: list[str], live_server: Any, alice: User, boulangerie: Dossier
) -> None:
    page = signed_in
    with open_dossier(alice, boulangerie):
        update_dossier(
            boulangerie, by=alice, siren="552100554", tax_regime="is_normal",
            vat_regime="monthly", year_end="31/12",
        )  # fmt: skip
        books(boulangerie, [sale(1_000_00, 200_00), purchase(100_50, 20_10)])
    page.goto(f"{live_server.url}/dossier/boulangerie/comptabilite/tva/")
    check_accessibility(page, calm)
    page.keyboard.press("n")
    page.locator("dialog[open] input[name=period]").fill("15/10/2026")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="TVA d’octobre 2026").wait_for()
    check_accessibility(page, calm)

    page.locator("tr[hx-get$='/cases/08/']").focus()
    page.keyboard.press("Enter")
    page.locator("#volet td", has_text="445710").wait_for()
    check_accessibility(page, calm)
    page.keyboard.press("Escape")

    page.keyboard.press("Control+Enter")
    page.locator("dialog[open] button[type=submit]", has_text="Préparer").click()
    page.locator(".page-head", has_text="Préparée").wait_for()
    page.get_by_text("Déclaration préparée.").wait_for()
    check_accessibility(page, calm)

    page.goto(f"{live_server.url}/dossier/boulangerie/parametres/obligations/")
    page.get_by_text("TVA, déclaration CA3").first.wait_for()
    check_accessibility(page, calm)
    page.goto(f"{live_server.url}/cabinet/martin/echeances/")
    check_accessibility(page, calm)
