"""Anomalies and the control pack in the browser: opened, set aside, brought back, taken away."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from clients.demo import Cast
from tests.conftest import open_dossier
from tests.e2e.test_main_path import SLOW, check_accessibility
from tests.ledger.anomaly_books import clean_year, found, written
from tests.ledger.test_anomaly_pages import waiting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOOKS = "/dossier/boulangerie/comptabilite/"


def plant(cast: Cast) -> None:
    with open_dossier(cast.people["alice"], cast.boulangerie):
        written(cast.boulangerie, [*clean_year(), *waiting(20_000, 30_000, 40_000)])


@pytest.mark.row("B11")
def test_anomalies_are_walked_with_the_keyboard_and_set_aside(
    signed_in: Any, live_server: Any, calm: list[str], cast: Cast
) -> None:
    plant(cast)
    page = signed_in
    page.goto(f"{live_server.url}{BOOKS}anomalies/")
    expect(page.locator("tr[data-rule]")).to_have_count(2)
    check_accessibility(page, calm)
    page.get_by_role("link", name="Charge ou vente passée").click()
    expect(page.locator("#touches-rows tr")).to_have_count(3)
    check_accessibility(page, calm)
    page.get_by_label("Tout cocher").check()
    page.get_by_label("Motif", exact=True).fill("Vu avec le client")
    page.keyboard.press("Enter")
    expect(page.get_by_text("3 anomalies écartées.")).to_be_visible()
    expect(page.get_by_text("Règle respectée")).to_be_visible()
    page.get_by_role("link", name="Écartées").click()
    expect(page.locator("#touches-rows tr")).to_have_count(3)
    expect(page.locator("#touches-rows").get_by_text("Vu avec le client").first).to_be_visible()
    check_accessibility(page, calm)
    page.get_by_label("Tout cocher").check()
    page.get_by_role("button", name="Rétablir", exact=True).click()
    expect(page.get_by_text("de nouveau à examiner")).to_be_visible()
    with open_dossier(cast.people["alice"], cast.boulangerie):
        assert len(found(cast.boulangerie, "charge_through_bank")) == 3


@pytest.mark.row("B11")
def test_a_rule_is_set_aside_for_the_year_and_brought_back(
    signed_in: Any, live_server: Any, calm: list[str], cast: Cast
) -> None:
    plant(cast)
    page = signed_in
    page.goto(f"{live_server.url}{BOOKS}anomalies/?regle=suspense_open")
    page.get_by_label("Motif pour écarter la règle").fill("Soldé en janvier")
    page.get_by_role("button", name="Écarter la règle").click()
    expect(page.get_by_text("Règle écartée pour l’exercice par")).to_be_visible()
    check_accessibility(page, calm)
    page.get_by_role("button", name="Rétablir la règle").click()
    expect(page.locator("#touches-rows tr")).to_have_count(1)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}{BOOKS}anomalies/?regle=charge_through_bank")
    check_accessibility(page, calm)


@pytest.mark.row("B9")
def test_the_control_pack_is_one_click_and_its_hashes_stay(
    signed_in: Any, live_server: Any, calm: list[str], cast: Cast
) -> None:
    plant(cast)
    page = signed_in
    page.goto(f"{live_server.url}{BOOKS}exercices/2022-12-31/controle/")
    expect(page.get_by_text("Aucun dossier préparé")).to_be_visible()
    check_accessibility(page, calm)
    with page.expect_download(timeout=SLOW) as taken:
        page.get_by_role("link", name="Préparer le dossier").click()
    with zipfile.ZipFile(io.BytesIO(Path(taken.value.path()).read_bytes())) as pack:
        assert len(pack.namelist()) == 6
    page.reload()
    expect(page.locator(".hashes code")).to_have_count(5)
    check_accessibility(page, calm)
