"""Duplicates, the takeover and a whole dossier in the browser: found, settled, taken away."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from clients.actions.dossiers import update_dossier
from clients.demo import Cast
from clients.models import Dossier
from ledger.models import Invoice
from tests.conftest import open_dossier
from tests.e2e.test_main_path import SLOW, check_accessibility
from tests.ledger.duplicate_items import D, invoice, search, supplier

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = "/dossier/boulangerie/"


def some_pairs(cast: Cast) -> None:
    dossier, alice = cast.boulangerie, cast.people["alice"]
    with open_dossier(alice, dossier):
        moulin = supplier(dossier, "Moulin")
        for rank in (1, 2, 3):
            invoice(dossier, moulin, f"FA-{rank}00", 60_000, D(2025, rank, 10))
            invoice(dossier, moulin, f"{rank}00", 60_000, D(2025, rank, 12))
        search(dossier, alice)


@pytest.mark.row("B16", "S3.22")
def test_pairs_are_settled_without_the_mouse(
    signed_in: Any, live_server: Any, calm: list[str], cast: Cast
) -> None:
    some_pairs(cast)
    page = signed_in
    page.goto(f"{live_server.url}{HOME}doublons/")
    expect(page.locator("#paires-rows tr")).to_have_count(3)
    check_accessibility(page, calm)
    page.get_by_role("link", name="Moulin · FA-100").click()
    expect(page.locator("tr.differs")).to_have_count(2)
    check_accessibility(page, calm)
    page.keyboard.press("j")
    expect(page.get_by_text("«\u00a0FA-200\u00a0»")).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_text("«\u00a0FA-100\u00a0»")).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_text("«\u00a0FA-200\u00a0»")).to_be_visible()
    page.keyboard.press("d")
    expect(page.get_by_text("«\u00a0FA-300\u00a0»")).to_be_visible()
    page.goto(f"{live_server.url}{HOME}doublons/")
    expect(page.locator("#paires-rows tr")).to_have_count(1)
    with open_dossier(cast.people["alice"], cast.boulangerie):
        assert list(
            Invoice.objects.filter(booking="archived").values_list("number", flat=True)
        ) == ["200"]


@pytest.mark.row("B14")
def test_what_precedes_the_takeover_is_ticked_and_kept(
    signed_in: Any, live_server: Any, calm: list[str], cast: Cast
) -> None:
    some_pairs(cast)
    alice = cast.people["alice"]
    with open_dossier(alice, cast.boulangerie):
        update_dossier(cast.boulangerie, takeover_date=D(2026, 1, 1), by=alice)
    page = signed_in
    page.goto(f"{live_server.url}{HOME}reprise/?liste=douteuses")
    expect(page.locator("#reprise-rows tr")).to_have_count(6)
    check_accessibility(page, calm)
    page.get_by_label("Tout cocher").check()
    page.get_by_role("button", name="Garder pour comptabiliser").click()
    expect(page.get_by_text("à comptabiliser dans la période de reprise")).to_be_visible()
    page.goto(f"{live_server.url}{HOME}reprise/?liste=gardees")
    expect(page.locator("#reprise-rows tr")).to_have_count(6)


@pytest.mark.row("X3.2", "B18")
@pytest.mark.usefixtures("worker")
def test_a_dossier_is_taken_away_then_its_deletion_asked_for_and_taken_back(
    signed_in: Any, live_server: Any, calm: list[str], cast: Cast
) -> None:
    page = signed_in
    page.goto(f"{live_server.url}{HOME}parametres/export/")
    page.get_by_role("button", name="Préparer l’archive").click()
    with page.expect_download(timeout=SLOW) as taken:
        page.get_by_role("link", name="Télécharger").click(timeout=SLOW)
    assert taken.value.suggested_filename.startswith("boulangerie-")
    check_accessibility(page, calm)
    page.goto(f"{live_server.url}{HOME}parametres/suppression/")
    check_accessibility(page, calm)
    page.get_by_label("J’ai lu ces conséquences").check()
    page.get_by_label("Pour confirmer").fill("boulangerie")
    page.get_by_role("button", name="Initier la suppression").click()
    expect(page.get_by_text("sans être modifiable")).to_be_visible()
    check_accessibility(page, calm)
    page.get_by_role("button", name="Annuler la suppression").click()
    expect(page.get_by_text("sans être modifiable")).to_have_count(0)
    with open_dossier(cast.people["alice"], cast.boulangerie):
        assert Dossier.objects.get(pk=cast.boulangerie.pk).status == "active"
    page.goto(f"{live_server.url}/cabinet/martin/archives/")
    expect(page.get_by_text("Annulée")).to_be_visible()
    check_accessibility(page, calm)
