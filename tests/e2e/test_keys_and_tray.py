"""What the keyboard and the floating parts of every page do, in a browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from clients.demo import Cast
from firm.models import Job
from tests.e2e.accessibility import check_accessibility
from tests.ledger.book_pages import two_years_of_books  # noqa: F401 (the fixture « books »)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_arrows_enter_the_table_of_a_page_and_g_c_leads_back(
    signed_in: Any, live_server: Any
) -> None:
    page = signed_in
    page.goto(f"{live_server.url}/cabinet/martin/clients/")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/dossier/*/")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/cabinet/martin/clients/")


def test_the_list_of_keys_names_only_those_that_act_on_this_page(
    signed_in: Any, live_server: Any
) -> None:
    page, keys = signed_in, signed_in.locator("#keys")
    page.goto(f"{live_server.url}/cabinet/martin/parametres/")
    page.keyboard.press("?")
    expect(keys.get_by_text("Action principale")).to_be_visible()
    expect(keys.get_by_text("Tableaux")).to_be_hidden()
    expect(keys.get_by_text("Tout cocher")).to_be_hidden()
    page.goto(f"{live_server.url}/cabinet/martin/clients/")
    page.keyboard.press("?")
    expect(keys.get_by_text("Tout cocher")).to_be_visible()
    expect(keys.get_by_text("Action principale")).to_be_hidden()
    expect(keys.get_by_text("Observation suivante")).to_be_hidden()


@pytest.mark.usefixtures("books")
def test_from_the_search_of_the_balance_to_an_account_without_the_mouse(
    signed_in: Any, live_server: Any
) -> None:
    page = signed_in
    page.goto(f"{live_server.url}/dossier/boulangerie/comptabilite/balance/")
    page.keyboard.press("/")
    with page.expect_response(re.compile(r"q=411(&|$)")):
        page.keyboard.type("411")
    expect(page.locator("#balance-rows tr[data-account]")).to_have_count(1)
    page.wait_for_timeout(200)  # the answer settles: its rows hear the keyboard
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#detail h2")).to_contain_text("411000")
    page.wait_for_timeout(600)  # a late answer to the search would take the row away
    expect(page.locator("#balance-rows tr[data-account]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#detail > *")).to_have_count(0)


def test_the_tray_stays_in_the_window_and_escape_closes_it(signed_in: Any, cast: Cast) -> None:
    page = signed_in
    alice, dossier = cast.people["alice"], cast.boulangerie
    for at in range(12):
        Job.objects.create(
            kind="ledger.fec_check", requested_by=alice.id, dossier_id=dossier.id,
            idempotency_key=str(at), state=Job.State.DONE,
        )  # fmt: skip
    page.set_viewport_size({"width": 1280, "height": 600})
    page.get_by_role("button", name=re.compile("^Travaux en cours")).click()
    expect(page.locator("#tray .job")).to_have_count(12)
    box = page.locator("#tray").bounding_box()
    assert box["y"] >= 48
    assert box["y"] + box["height"] <= 600
    page.keyboard.press("Escape")
    expect(page.locator("#tray")).to_be_hidden()


def test_the_description_of_the_api_is_searched_linked_to_and_accessible(
    signed_in: Any, live_server: Any, calm: list[str]
) -> None:
    page = signed_in
    page.goto(f"{live_server.url}/api/docs/#dossiers_trial_balance_retrieve")
    balance = page.locator("#dossiers_trial_balance_retrieve")
    expect(balance).to_be_in_viewport()
    balance.locator("summary").click()
    expect(balance.get_by_text("rows[].movement_debit")).to_be_visible()
    check_accessibility(page, calm)
    page.emulate_media(color_scheme="dark")
    page.reload()
    check_accessibility(page, calm)
    page.keyboard.press("/")
    with page.expect_response(re.compile("q=import")):
        page.keyboard.type("import")
    expect(balance).to_have_count(0)
    expect(page.locator("#dossiers_fec_imports_create")).to_be_visible()
