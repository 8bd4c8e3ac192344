"""« Saisie » in the browser: a purchase, a sale and a payment by the keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from clients.models import Dossier
from firm.models import User
from ledger.models import Account, Entry, EntryDocument
from tests.conftest import open_dossier
from tests.e2e.accessibility import check_accessibility
from tests.e2e.test_invoices import pdf
from tests.ledger.entry_desk import SAISIE, rows_of, small_books, write
from tests.ledger.test_entries import in_step

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEYSTROKE_MS = 50
# From a key to the list below the cell, in the page itself: the work of each, in its own task.
TIMED = """async () => {
    const field = document.querySelector("[data-cell=account]"), taken = [];
    field.focus();
    for (const text of ["6", "60", "607", "m", "mo", "mou", "4", "41", "411"]) {
        field.value = "";
        document.execCommand("insertText", false, text.slice(0, -1));
        await new Promise(requestAnimationFrame);
        const start = performance.now();
        document.execCommand("insertText", false, text.slice(-1));
        if (!document.querySelector("#completion")?.offsetHeight) return null;
        taken.push(performance.now() - start);
    }
    field.value = "";
    field.blur();
    return taken.sort((a, b) => a - b)[taken.length >> 1];
}"""


@pytest.fixture
def grid(signed_in: Any, live_server: Any, alice: User, boulangerie: Dossier) -> Any:
    """Alice's browser on the grid of March 2023."""
    with open_dossier(alice, boulangerie):
        small_books(boulangerie)
    page = signed_in
    open_grid(page, f"{live_server.url}{SAISIE}?journal=AC&mois=2023-03")
    return page


def open_grid(page: Any, url: str) -> None:
    page.goto(url)
    expect(page.get_by_label("Date", exact=True)).to_be_focused()
    expect(page.locator("[data-entry-grid][data-ready]")).to_be_visible()


def type_cells(page: Any, *values: str) -> None:
    """Each in its cell, Entrée between them."""
    for value in values:
        page.keyboard.type(value)
        page.keyboard.press("Enter")


def saved(page: Any) -> None:
    expect(page.locator(".toast-s").last).to_contain_text("enregistrée")
    expect(page.get_by_label("Date", exact=True)).to_be_focused()


def test_a_purchase_a_sale_and_a_payment_are_typed_by_the_keyboard_alone(  # noqa: PLR0915 (one path)
    grid: Any, calm: list[str], live_server: Any, alice: User, boulangerie: Dossier
) -> None:
    page = grid
    check_accessibility(page, calm)
    # 607 is completed, the counterpart follows the journal's past and is taken by « + ».
    type_cells(page, "12", "A-8", "607", "Farines", "1000")
    expect(page.locator("[data-proposed] tr")).to_have_count(2)
    check_accessibility(page, calm)
    page.keyboard.press("+")
    expect(page.get_by_label("Crédit, ligne 3")).to_have_value("1\u00a0200,00")
    expect(page.locator("[data-balance]")).to_have_text("Équilibrée")
    page.keyboard.press("Enter")
    saved(page)
    expect(page.get_by_label("Pièce", exact=True)).to_have_value("A-9")
    expect(page.locator("#saisies tbody tr")).to_have_count(1)
    check_accessibility(page, calm)

    open_grid(page, f"{live_server.url}{SAISIE}?journal=VE&mois=2023-03")
    # The customer is found by his name, from the account's cell.
    type_cells(page, "15", "V-2", "dup")
    expect(page.get_by_label("Compte, ligne 1")).to_have_value("411000")
    expect(page.get_by_label("Tiers, ligne 1")).to_have_value("DUPONT")
    type_cells(page, "", "Vente de mars", "120", "707", "", "", "100", "4457")
    page.keyboard.press("Enter")
    page.keyboard.press("=")
    expect(page.get_by_label("Crédit, ligne 3")).to_have_value("20,00")
    page.keyboard.press("Enter")
    saved(page)

    open_grid(page, f"{live_server.url}{SAISIE}?journal=BQ&mois=2023-03")
    type_cells(page, "20", "", "512", "Règlement Dupont", "120", "411", "DUP", "", "")
    page.keyboard.press("=")
    page.keyboard.press("Enter")
    saved(page)
    check_accessibility(page, calm)
    with open_dossier(alice, boulangerie):
        labels = ("Farines", "Vente de mars", "Règlement Dupont")
        made = [Entry.objects.get(label=label, date__month=3) for label in labels]
        assert rows_of(made[0].id) == [
            ("607000", "", "Farines", 1000_00, 0), ("445660", "", "Farines", 200_00, 0),
            ("401000", "MOULIN", "Farines", 0, 1200_00),
        ]  # fmt: skip
        assert [row[:2] + row[3:] for row in rows_of(made[1].id)] == [
            ("411000", "DUPONT", 120_00, 0), ("707000", "", 0, 100_00), ("445710", "", 0, 20_00),
        ]  # fmt: skip
        assert [row[:2] + row[3:] for row in rows_of(made[2].id)] == [
            ("512000", "", 120_00, 0), ("411000", "DUPONT", 0, 120_00),
        ]  # fmt: skip
        in_step(boulangerie)


def test_a_refusal_stands_beside_its_cell_then_the_entry_is_reopened_and_undone(  # noqa: PLR0915
    grid: Any, calm: list[str], alice: User, boulangerie: Dossier
) -> None:
    page = grid
    type_cells(page, "12", "A-8", "607", "Farines", "10")
    page.keyboard.type("401999")
    page.keyboard.press("Escape")
    page.get_by_label("Crédit, ligne 2").fill("10")
    page.keyboard.press("Control+Enter")
    fault = page.locator("tr.fault")
    expect(fault).to_contain_text("Le compte 401999 n’existe pas")
    expect(page.get_by_label("Compte, ligne 2")).to_be_focused()
    expect(page.get_by_label("Compte, ligne 2")).to_have_attribute("aria-invalid", "true")
    assert all("422" in said for said in calm)
    calm.clear()  # the browser tells of the refused request
    check_accessibility(page, calm)
    page.get_by_label("Compte, ligne 2").fill("")
    page.keyboard.type("512")
    expect(fault).to_have_count(0)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    saved(page)

    page.locator("[data-reopen]").click()
    expect(page.get_by_label("Débit, ligne 1")).to_have_value("10,00")
    page.get_by_label("Débit, ligne 1").fill("12")
    page.get_by_label("Crédit, ligne 2").focus()
    page.keyboard.press("=")
    page.keyboard.press("Control+d")
    expect(page.locator("tr[data-row]")).to_have_count(3)
    page.keyboard.press("Control+Delete")
    expect(page.locator("tr[data-row]")).to_have_count(2)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast-s").last).to_contain_text("modifiée")
    with open_dossier(alice, boulangerie):
        assert Entry.objects.get(piece_ref="A-8").debit == 12_00
    expect(page.locator("#saisies tbody")).to_contain_text("12,00")
    page.locator("#toasts [data-undo]").last.click()
    expect(page.locator("#saisies tbody")).to_contain_text("10,00")
    with open_dossier(alice, boulangerie):
        assert Entry.objects.get(piece_ref="A-8").debit == 10_00


def test_a_document_dropped_beside_goes_with_the_entry(
    grid: Any, calm: list[str], alice: User, boulangerie: Dossier, tmp_path: Path
) -> None:
    page = grid
    page.keyboard.press("Alt+d")
    page.set_input_files("#depot-saisie", pdf(tmp_path / "moulin.pdf", "Facture"))
    expect(page.locator("doc-viewer canvas")).to_be_visible(timeout=30_000)
    check_accessibility(page, calm)
    page.get_by_label("Date", exact=True).focus()
    type_cells(page, "12", "A-8", "607", "Farines", "10", "512", "")
    page.get_by_label("Crédit, ligne 2").focus()
    page.keyboard.press("=")
    page.keyboard.press("Enter")
    saved(page)
    expect(page.locator("#volet-doc")).to_contain_text(re.compile("Joindre à l’écriture"))
    with open_dossier(alice, boulangerie):
        assert EntryDocument.objects.get().entry_id == Entry.objects.get(piece_ref="A-8").id


def test_a_keystroke_is_answered_at_once_on_a_large_chart(
    grid: Any, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        Account.objects.bulk_create(
            Account(dossier=boulangerie, number=f"6{n:05d}", label=f"Achats, moulin {n}")
            for n in range(10_000, 15_000)
        )
    grid.reload()
    expect(grid.locator("[data-entry-grid][data-ready]")).to_be_visible()
    taken = grid.evaluate(TIMED)
    assert taken is not None, "no list was shown"
    assert taken <= KEYSTROKE_MS, f"{taken:.1f} ms"


def test_what_is_typed_before_the_chart_has_come_is_completed_when_it_has(
    signed_in: Any, live_server: Any, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        small_books(boulangerie)
    page = signed_in
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/saisie/choix/", hold)
    page.goto(f"{live_server.url}{SAISIE}?journal=AC&mois=2023-03")
    expect(page.get_by_label("Date", exact=True)).to_be_focused()
    type_cells(page, "12", "A-8", "607", "Farines")
    expect(page.get_by_label("Compte, ligne 1")).to_have_value("607")
    held[0].continue_()
    expect(page.get_by_label("Compte, ligne 1")).to_have_value("607000")


def test_what_is_being_typed_is_not_lost_for_another_entry(
    grid: Any, alice: User, boulangerie: Dossier
) -> None:
    page = grid
    with open_dossier(alice, boulangerie):
        write(boulangerie, alice)
    page.reload()
    expect(page.locator("[data-entry-grid][data-ready]")).to_be_visible()
    type_cells(page, "13", "", "607", "Autre")
    page.locator("[data-reopen]").click()
    expect(page.locator("[data-refusal-text]")).to_contain_text("Enregistrez d’abord")
    expect(page.get_by_label("Libellé, ligne 1")).to_have_value("Autre")
    page.get_by_role("button", name="Abandonner").click()
    page.locator("[data-reopen]").click()
    expect(page.get_by_label("Libellé, ligne 1")).to_have_value("Farines")
