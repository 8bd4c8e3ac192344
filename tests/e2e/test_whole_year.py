"""A year in the browser: entered, lettered, validated, closed, exported; its FEC is conforme."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from clients.demo import PASSWORD
from clients.models import Dossier
from firm.models import User
from ledger.fec.check import check_file
from ledger.models import Entry, EntryLine, FiscalYear
from ledger.queries.chain import verify_year
from tests.conftest import open_dossier
from tests.e2e.accessibility import check_accessibility
from tests.e2e.test_entry_grid import open_grid, saved, type_cells
from tests.ledger.entry_desk import SAISIE, small_books
from tests.ledger.test_entries import in_step

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOOKS = "/dossier/boulangerie/comptabilite/"
SLOW = 60_000


@pytest.mark.row("B9", "B24")
@pytest.mark.usefixtures("worker")
def test_a_year_is_entered_lettered_validated_closed_and_exported(  # noqa: PLR0915 (one path)
    signed_in: Any, calm: list[str], live_server: Any, alice: User, boulangerie: Dossier,
    tmp_path: Path,
) -> None:  # fmt: skip
    with open_dossier(alice, boulangerie):
        Dossier.objects.filter(pk=boulangerie.pk).update(siren="552100554")
        year = small_books(boulangerie).year
    page, url = signed_in, live_server.url

    # Entered: a sale of March and its payment.
    open_grid(page, f"{url}{SAISIE}?journal=VE&mois=2023-03")
    type_cells(page, "15", "V-2", "dup", "", "Vente de mars", "120", "707", "", "", "100", "4457")
    page.keyboard.press("Enter")
    page.keyboard.press("=")
    page.keyboard.press("Enter")
    saved(page)
    open_grid(page, f"{url}{SAISIE}?journal=BQ&mois=2023-03")
    type_cells(page, "20", "R-1", "512", "Règlement Dupont", "120", "411", "DUP", "", "")
    page.keyboard.press("=")
    page.keyboard.press("Enter")
    saved(page)

    # Lettered by the keyboard.
    page.goto(f"{url}{BOOKS}lettrage/?q=dupont")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#letter-form tr:focus")
    for key in ("Space", "ArrowDown", "Space"):
        page.keyboard.press(key)
    page.wait_for_selector("[data-gap].nil")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 lignes lettrées")).to_be_visible()

    # Validated.
    page.goto(f"{url}{BOOKS}exercices/2023-12-31/validation/")
    check_accessibility(page, calm)
    page.get_by_label("J’ai vérifié ces écritures").check()
    page.get_by_role("button", name=re.compile("^Valider")).click()
    expect(page.locator("#contenu").get_by_text("Terminé")).to_be_visible(timeout=SLOW)
    check_accessibility(page, calm)

    # Closed.
    page.goto(f"{url}{BOOKS}exercices/2023-12-31/cloture/")
    if "/compte/confirmer/" in page.url:
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/cloture/")
    check_accessibility(page, calm)
    page.get_by_label(re.compile("Pour confirmer")).fill("boulangerie")
    page.get_by_role("button", name="Clôturer l’exercice").click()
    expect(page.locator("#contenu").get_by_text("Terminé")).to_be_visible(timeout=SLOW)

    # Exported.
    page.goto(f"{url}{BOOKS}exercices/")
    check_accessibility(page, calm)
    row = page.get_by_role("row", name="31/12/2023")
    expect(row).to_contain_text("Clos")
    with page.expect_download() as waiting:
        row.get_by_role("link", name="FEC", exact=True).click()
    name = waiting.value.suggested_filename
    assert name == "552100554FEC20231231.txt"
    path = tmp_path / name
    waiting.value.save_as(path)
    report = check_file(path, name=name)
    assert report.structure == "conforme"
    assert report.lines == 13

    with open_dossier(alice, boulangerie):
        shut, after = FiscalYear.objects.order_by("start")
        assert (shut.pk, shut.state, after.state) == (year.pk, "closed", "open")
        assert verify_year(shut) == (5, None)
        opening = Entry.objects.get(fiscal_year=after, is_opening=True)
        net: Counter[str] = Counter()
        for line in EntryLine.objects.filter(entry=opening).select_related("account"):
            net[line.account.number] += line.debit - line.credit
        assert net == {
            "401000": -600_00, "445660": 100_00, "445710": -22_00, "512000": 132_00,
            "129000": 390_00,
        }  # fmt: skip
        in_step(boulangerie)
