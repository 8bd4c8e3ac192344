"""Several clients restricted at once, in the browser: tick, look, confirm, wait, take back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from clients.demo import Cast
from tests.clients.account_acts import new_dossier

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SLOW = 60_000


@pytest.mark.row("S2.20", "S2.22")
@pytest.mark.usefixtures("worker")
def test_those_ticked_are_restricted_and_put_back(
    signed_in: Any, live_server: Any, cast: Cast
) -> None:
    page = signed_in
    new_dossier(cast, "Alfa")
    page.goto(f"{live_server.url}/cabinet/martin/clients/")
    act = page.get_by_role("button", name="Date de restriction")
    expect(act).to_be_hidden()
    page.get_by_label("Sélectionner Alfa").check()
    page.get_by_label("Sélectionner Boulangerie").check()
    act.click()
    page.get_by_label(re.compile("Date de restriction")).fill("30/06/2026")
    page.get_by_role("button", name="Voir ce qui changera").click()
    expect(page.get_by_text("Restriction jusqu’au 30/06/2026 inclus")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("À traiter"))).to_contain_text("2")
    page.get_by_role("button", name=re.compile("Changer la restriction de 2")).click()
    back = page.get_by_role("button", name="Annuler ce qui a été fait")
    expect(back).to_be_visible(timeout=SLOW)
    expect(page.locator("#etat")).to_have_text("Terminé")
    back.click()
    expect(page.locator("#etat")).to_have_text("Terminé", timeout=SLOW)
    page.goto(f"{live_server.url}/cabinet/martin/clients/?verrou=posee")
    expect(page.get_by_text("Aucun client ne correspond")).to_be_visible()
