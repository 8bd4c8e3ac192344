"""Banque in the browser: from a statement's columns to a rule's proposal; full screen, by keys."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from clients.demo import Cast
from ledger.models import Account, BankTransaction
from tests.conftest import open_dossier
from tests.ledger.bank.bank_rows import FILES, account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BANK = "/dossier/boulangerie/banque/"
# Without preload the checker fetches no stylesheet again.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], "preload": False}


def accessible(page: Any, calm: list[str]) -> None:
    """Nothing was complained of so far, and no WCAG 2.2 AA rule is broken here."""
    assert calm == []
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found] == []
    page.wait_for_timeout(500)
    calm.clear()  # the checker itself tries an inline style, which the policy blocks


def imported(page: Any, calm: list[str]) -> None:
    """Drop a CSV, take the columns guessed, import it."""
    accessible(page, calm)
    page.set_input_files("input[type=file]", str(FILES / "caisse-epargne-2025-05.csv"))
    page.wait_for_url("**/releves/*/")
    assert page.input_value("[name=debit]") == "4"
    accessible(page, calm)
    page.click("text=Lire les opérations")
    page.wait_for_selector("#lignes")
    assert page.locator("#lignes tbody tr").count() == 4
    accessible(page, calm)
    page.click("text=Importer 4 opérations")
    page.wait_for_url("**/banque/?compte=*")
    accessible(page, calm)


def ruled(page: Any, calm: list[str]) -> None:
    """From a transaction, make a rule and apply it."""
    page.click("#operations-rows a:has-text('ORANGE')")
    page.wait_for_selector("text=Créer une règle à partir de cette opération")
    accessible(page, calm)
    page.click("text=Créer une règle à partir de cette opération")
    page.wait_for_selector("#apercu p")
    page.locator("[name=account]").press_sequentially("626")
    page.wait_for_selector("[role=option]:has-text('626000')")
    page.keyboard.press("Enter")
    page.wait_for_selector("#apercu b:has-text('1')")
    accessible(page, calm)
    page.click("text=Enregistrer la règle")
    page.click("text=Appliquer aux opérations en attente")
    page.wait_for_selector("text=1 proposition mise à jour")
    accessible(page, calm)


@pytest.mark.row("S3.7", "S3.22")
def test_a_statement_becomes_proposals(
    signed_in: Any, calm: list[str], live_server: Any, cast: Cast
) -> None:
    alice, dossier = cast.people["alice"], cast.boulangerie
    with open_dossier(alice, dossier):
        on = account(dossier, alice, iban="")
        Account.objects.create(dossier=dossier, number="626000", label="Télécommunications")
    signed_in.goto(f"{live_server.url}{BANK}releves/?compte={on.pk}")
    imported(signed_in, calm)
    ruled(signed_in, calm)
    with open_dossier(alice, dossier):
        row = BankTransaction.objects.select_related("account").get(label__contains="ORANGE")
        assert (row.account.number, row.booking, row.entry_id) == ("626000", "to_process", None)


def test_transactions_are_gone_through_by_keys_and_a_selection_is_asked(
    signed_in: Any, calm: list[str], live_server: Any, cast: Cast
) -> None:
    page, alice, dossier = signed_in, cast.people["alice"], cast.boulangerie
    with open_dossier(alice, dossier):
        on = account(dossier, alice)
        for day in (1, 2, 3):
            BankTransaction.objects.create(
                dossier=dossier, bank_account=on, date=f"2025-01-0{day}", amount=-day,
                label=f"PRLV {'ABC'[day - 1]}", source="file",
            )  # fmt: skip
    page.goto(f"{live_server.url}{BANK}")
    page.click("#operations-rows a:has-text('PRLV C')")
    for key, wanted in (("j", "PRLV B"), ("j", "PRLV A"), ("k", "PRLV B")):
        page.wait_for_selector("h1:has-text('PRLV')")
        page.locator("h1").click()
        page.keyboard.press(key)
        page.wait_for_selector(f"h1:has-text('{wanted}')")
    page.goto(f"{live_server.url}{BANK}")
    page.check("thead input[type=checkbox]")
    page.click("text=Demander au client")
    page.wait_for_selector("text=3 opérations demandées au client")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}{BANK}?onglet=en-attente")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    accessible(page, calm)
