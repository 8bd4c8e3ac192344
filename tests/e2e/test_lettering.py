"""Lettering in the browser, by keyboard alone; nothing for axe."""

from __future__ import annotations

from typing import Any

import pytest

from clients.models import Dossier
from firm.models import User
from ledger.models import BankPointing, Lettering
from tests.conftest import open_dossier
from tests.e2e.test_posting import check
from tests.ledger.lettering.desk import Desk, letters
from tests.ledger.lettering.test_reconciliation import Bank

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BASE = "/dossier/boulangerie/comptabilite/lettrage/"


@pytest.mark.row("B24")
def test_lines_are_ticked_lettered_in_part_and_unlettered_by_keyboard(
    signed_in: Any, calm: list[str], live_server: Any, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        due = [desk.line(10_000, day=rank, piece=f"FA-{rank}") for rank in range(3)]
        paid = desk.line(-20_000, day=5)
        short = desk.line(-9_997, day=6)
        other = desk.line(500, customer="MARTIN")
    page = signed_in
    page.goto(f"{live_server.url}{BASE}")
    check(page, calm)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#letter-form tr:focus")
    check(page, calm)
    for key in ("Space", "ArrowDown", "Space"):
        page.keyboard.press(key)
    page.wait_for_function("document.querySelector('[data-gap]').textContent.includes('200,00 D')")
    for key in ("ArrowDown", "ArrowDown", "Space"):
        page.keyboard.press(key)
    page.wait_for_selector("[data-gap].nil")
    page.keyboard.press("Enter")
    page.get_by_text("3 lignes lettrées AA.").wait_for()
    with open_dossier(alice, boulangerie):
        assert letters(*due, paid, short) == ["AA", "AA", None, "AA", None]
    # The difference of the last two is asked about; the entry of it is written.
    page.wait_for_selector(f"#l-{short.entry_id}-1:focus")
    for key in ("Space", "ArrowUp", "Space"):
        page.keyboard.press(key)
    page.wait_for_function("document.querySelector('[data-gap]').textContent.includes('0,03 D')")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog#ecart[open]")
    check(page, calm)
    page.get_by_role("button", name="Passer l’écart").press("Enter")
    page.get_by_text("3 lignes lettrées AB.").wait_for()
    # The next third party, then back; U unletters what is ticked.
    page.keyboard.press("Alt+ArrowDown")
    page.wait_for_selector(f"#l-{other.entry_id}-1:focus")
    page.goto(f"{live_server.url}{BASE}?tiers={desk.receivable.id}-{due[0].third_party_id}"
              "&vue=lettrees")  # fmt: skip
    page.wait_for_selector("#letter-form tr:focus")
    page.keyboard.press("Space")
    page.keyboard.press("u")
    page.get_by_text("Lettrage AA défait.").wait_for()
    with open_dossier(alice, boulangerie):
        assert letters(*due, paid) == [None, None, "AB", None]
    page.keyboard.press("Control+z")
    page.get_by_text("3 lignes lettrées").wait_for()
    with open_dossier(alice, boulangerie):
        assert Lettering.objects.filter(is_balanced=True).count() == 2


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
