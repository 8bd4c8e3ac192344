"""« Révision » in a browser: signing and noting by keyboard, the supervisor after the reviser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clients.demo import Cast
from tests.conftest import open_dossier
from tests.e2e.test_main_path import check_accessibility
from tests.e2e.visitors import Visitor
from tests.ledger.books import make_books
from tests.ledger.real_fec import REAL_YEAR, read_fec

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REVIEW = "/dossier/boulangerie/comptabilite/revision/"


@pytest.mark.row("B19")
def test_two_people_sign_an_account_by_keyboard(
    visit: Callable[[str], Visitor], cast: Cast
) -> None:
    with open_dossier(cast.people["alice"], cast.boulangerie):
        make_books(cast.boulangerie, read_fec()[::6], **REAL_YEAR)
    bruno, alice = visit("bruno").page, visit("alice").page

    row = _focused(bruno)
    bruno.keyboard.press("r")
    bruno.locator(f"#{row} :text('Révisé')").wait_for()
    assert bruno.evaluate("document.activeElement.id") == row
    bruno.keyboard.press("n")
    bruno.locator("#detail textarea:focus").wait_for()
    bruno.keyboard.type("Rapprochement vu")
    bruno.keyboard.press("Control+Enter")
    bruno.locator(f"#{row} svg").first.wait_for()

    assert _focused(alice) == row
    alice.keyboard.press("s")
    alice.locator(f"#{row} :text('Supervisé')").wait_for()
    alice.keyboard.press("Control+z")
    alice.locator(f"#{row} :text('Révisé')").wait_for()
    alice.wait_for_load_state("networkidle")
    alice.locator(f"#{row}").focus()
    alice.keyboard.press("ArrowDown")
    alice.keyboard.press("Enter")
    alice.locator("#detail [data-sheet-of]").wait_for()
    check_accessibility(alice, [])


def test_a_cycle_s_questions_are_answered_in_its_pane(
    signed_in: Any, calm: list[str], live_server: Any, cast: Cast
) -> None:
    page = signed_in
    with open_dossier(cast.people["alice"], cast.boulangerie):
        make_books(cast.boulangerie, read_fec()[::6], **REAL_YEAR)
    page.goto(f"{live_server.url}{REVIEW}")
    page.locator("#cycle-tresorerie").click()

    page.locator("#detail select").first.select_option("fait")

    page.locator("#cycle-tresorerie :text('1 sur')").first.wait_for()
    page.get_by_text("Étape enregistrée.").wait_for()
    check_accessibility(page, calm)
    page.goto(f"{live_server.url}/dossier/boulangerie/comptabilite/balance-agee/")
    page.locator("tr[data-account]").first.focus()
    page.keyboard.press("Enter")
    page.locator("#detail [data-aged-of]").wait_for()
    check_accessibility(page, calm)


def _focused(page: Any) -> str:
    """The id of the first account's row, which has the focus."""
    page.goto(REVIEW)
    page.wait_for_load_state("networkidle")
    row = page.locator("tr[data-sheet]").first
    row.focus()
    return str(row.get_attribute("id"))
