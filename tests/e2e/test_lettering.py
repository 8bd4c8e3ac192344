"""Lettering in the browser, by keyboard alone; nothing for axe."""

from __future__ import annotations

from typing import Any

import pytest

from clients.models import Dossier
from firm.models import User
from ledger.actions.lettering_lines import letter_lines
from ledger.models import BankPointing
from tests.conftest import open_dossier
from tests.e2e.test_posting import check
from tests.ledger.lettering.desk import Desk, letters, places
from tests.ledger.lettering.test_reconciliation import Bank

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BASE = "/dossier/boulangerie/comptabilite/lettrage/"


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.row("B24")
def test_lines_are_ticked_and_lettered_by_keyboard(
    signed_in: Any, calm: list[str], live_server: Any, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        due = [desk.line(10_000, day=rank, piece=f"FA-{rank}") for rank in range(3)]
        paid, short = desk.line(-20_000, day=5), desk.line(-9_997, day=6)
    page = signed_in
    page.goto(f"{live_server.url}{BASE}")
    check(page, calm)
    press(page, "ArrowDown", "Enter")
    page.wait_for_selector("#letter-form tr:focus")
    check(page, calm)
    press(page, "Space", "ArrowDown", "Space")
    page.locator("[data-gap]", has_text="200,00 D").wait_for()
    press(page, "ArrowDown", "ArrowDown", "Space")
    page.wait_for_selector("[data-gap].nil")
    press(page, "Enter")
    page.get_by_text("3 lignes lettrées AA.").wait_for()
    # The page stands on the line that follows; the difference of the last two is asked about.
    page.wait_for_selector(f"#l-{short.entry_id}-1:focus")
    press(page, "Space", "ArrowUp", "Space")
    page.locator("[data-gap]", has_text="0,03 D").wait_for()
    press(page, "Enter")
    page.wait_for_selector("dialog#ecart[open]")
    check(page, calm)
    page.get_by_role("button", name="Passer l’écart").press("Enter")
    page.get_by_text("3 lignes lettrées AB.").wait_for()
    with open_dossier(alice, boulangerie):
        assert letters(*due, paid, short) == ["AA", "AA", "AB", "AA", "AB"]


@pytest.mark.row("B24")
def test_u_unletters_control_z_letters_again_and_alt_down_goes_on(
    signed_in: Any, live_server: Any, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        due, paid = desk.line(10_000), desk.line(-10_000, day=1)
        other = desk.line(500, customer="MARTIN")
        letter_lines(boulangerie, places(due, paid), by=alice)
        key = f"{desk.receivable.id}-{due.third_party_id}"
        desk.line(700)
    page = signed_in
    page.goto(f"{live_server.url}{BASE}?tiers={key}&vue=lettrees")
    page.wait_for_selector("#letter-form tr:focus")
    press(page, "Space", "u")
    page.get_by_text("Lettrage AA défait.").wait_for()
    with open_dossier(alice, boulangerie):
        assert letters(due, paid) == [None, None]
    press(page, "Control+z")
    page.get_by_text("2 lignes lettrées AA.").wait_for()
    with open_dossier(alice, boulangerie):
        assert letters(due, paid) == ["AA", "AA"]
    page.goto(f"{live_server.url}{BASE}?tiers={key}")
    page.wait_for_selector("#letter-form tr:focus")
    press(page, "Alt+ArrowDown")
    page.wait_for_selector(f"#l-{other.entry_id}-1:focus")


@pytest.mark.row("B24")
def test_a_dossier_is_lettered_from_its_proposals_and_given_back(
    signed_in: Any, calm: list[str], live_server: Any, alice: User, boulangerie: Dossier,
    worker: None,
) -> None:  # fmt: skip
    del worker
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        lines = [desk.line(10_000, customer="A"), desk.line(-9_998, day=4, customer="A")]
    page = signed_in
    page.goto(f"{live_server.url}{BASE}")
    page.keyboard.press("p")
    page.wait_for_selector("dialog#proposer[open]")
    check(page, calm)
    page.get_by_role("button", name="Chercher les groupes").click()
    page.wait_for_url("**/propositions/**")
    check(page, calm)
    page.get_by_text("écart passé en 658").wait_for()
    page.keyboard.press("Control+Enter")
    page.get_by_text("1 groupe lettré").wait_for()
    with open_dossier(alice, boulangerie):
        assert letters(*lines) == ["AA", "AA"]
    page.get_by_role("button", name="Annuler ce lettrage").click()
    page.get_by_text("les lignes sont rouvertes").first.wait_for()
    with open_dossier(alice, boulangerie):
        assert letters(*lines) == [None, None]


def test_a_bank_account_is_pointed_by_keyboard(
    signed_in: Any, calm: list[str], live_server: Any, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        bank = Bank(boulangerie, alice)
        bank.entry(-100, -2)
        bank.move(-50, -1)
    page = signed_in
    page.goto(f"{live_server.url}/dossier/boulangerie/banque/rapprochement/?au=31/03/2025")
    page.fill("#au", "31/03/2025")
    page.fill("#solde", "-1,50")
    page.keyboard.press("Enter")
    page.wait_for_url("**solde=**")
    check(page, calm)
    page.locator("#lignes-rows tr").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("p")
    page.get_by_text("1 ligne pointée.").wait_for()
    page.get_by_text("Équilibré").wait_for()
    with open_dossier(alice, boulangerie):
        assert BankPointing.objects.count() == 1
