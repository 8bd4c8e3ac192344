"""« États financiers » in a browser: from a box to its accounts, by keyboard, without a fault."""

from __future__ import annotations

from typing import Any

import pytest

from clients.models import Dossier
from firm.models import User
from tests.conftest import open_dossier
from tests.e2e.test_main_path import check_accessibility
from tests.ledger.books import make_books
from tests.ledger.real_fec import REAL_YEAR, read_fec

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_box_of_the_balance_sheet_opens_its_accounts_by_keyboard(
    signed_in: Any, calm: list[str], live_server: Any, alice: User, boulangerie: Dossier
) -> None:
    page = signed_in
    with open_dossier(alice, boulangerie):
        make_books(boulangerie, read_fec()[::4], **REAL_YEAR)
    page.goto(f"{live_server.url}/dossier/boulangerie/comptabilite/etats/")
    page.wait_for_load_state("networkidle")

    row = page.locator("tr[data-box=BX]")
    row.focus()
    page.keyboard.press("Enter")

    page.locator("#detail [data-box-of=BX]").wait_for()
    assert page.locator("#detail tbody tr").count() >= 1
    page.locator("label.chip", has_text="Postes vides").click()
    page.locator("tr[data-box=AN]").wait_for()
    page.get_by_role("link", name="Compte de résultat").click()
    page.locator("tr[data-box=HN]").wait_for()
    check_accessibility(page, calm)
