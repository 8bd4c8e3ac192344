"""« Gérez le dossier client » in the browser: the assistant answers, closing discards."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.row("S0.20")
def test_closing_the_drawer_asks_and_discards(signed_in: Any, live_server: Any) -> None:
    page, address = signed_in, "/cabinet/martin/clients/boulangerie/gerer/"
    page.evaluate(f"htmx.ajax('GET', '{address}', '#volet')")
    page.wait_for_selector("#volet[open]")
    page.fill("#volet [name=legal_form]", "SAS")
    page.locator("#volet [name=siren]").press_sequentially("73282932000074")
    page.wait_for_selector("#volet .note.ok >> text=Numéro valide")
    assert page.input_value("#volet [name=legal_form]") == "SAS"
    page.keyboard.press("Escape")
    page.click("[data-abandon]")
    page.goto(live_server.url + address)
    assert page.input_value("[name=legal_form]") == "SARL"
    assert page.input_value("[name=siren]") == ""
