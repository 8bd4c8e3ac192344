"""Purchases in the browser: a document dropped, its fields typed by the keyboard, the next one."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from clients.models import Dossier
from firm.models import User
from ledger.models import Invoice, InvoiceLine
from tests.conftest import open_dossier
from tests.e2e.test_main_path import check_accessibility
from tests.ledger.invoice_desk import ACHATS, bought, party
from tests.ledger.pieces import account, year

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SLOW = 30_000


def pdf(path: Path, text: str) -> Path:
    """A page that PDF.js can draw."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path))
    canvas.drawString(72, 720, text)
    canvas.save()
    return path


def type_fields(page: Any, *values: str) -> None:
    """Each in its field, Entrée between them."""
    for value in values:
        page.keyboard.type(value)
        page.keyboard.press("Enter")


def test_from_the_drop_to_the_next_invoice_by_the_keyboard_alone(  # noqa: PLR0915 (one path)
    signed_in: Any, calm: list[str], live_server: Any, alice: User, boulangerie: Dossier,
    tmp_path: Path,
) -> None:  # fmt: skip
    with open_dossier(alice, boulangerie):
        year(boulangerie, 2026)
        account(boulangerie, "601100", "Farines")
        party(boulangerie, alice, "Minoterie Girardeau")
        other = bought(boulangerie, alice, "FA-1", day=dt.date(2026, 11, 1))
    page = signed_in
    page.goto(f"{live_server.url}{ACHATS}")
    expect(page.locator("tbody tr")).to_have_count(1)
    check_accessibility(page, calm)

    page.get_by_role("button", name="Déposer").click()
    page.set_input_files("#depot", [pdf(tmp_path / "girardeau.pdf", "Facture FA-4512")])
    page.wait_for_url(re.compile(r"/achats/\d+/"))
    expect(page.locator("doc-viewer canvas")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("1 sur 2")).to_be_visible()
    check_accessibility(page, calm)

    page.keyboard.press("e")
    page.keyboard.type("girard")
    expect(page.get_by_role("option", name=re.compile("Minoterie"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Fournisseur")).to_have_value("Minoterie Girardeau")
    page.keyboard.press("Enter")
    type_fields(page, "FA-4512", "1711", "17/12")
    expect(page.get_by_label("Date", exact=True)).to_have_value("17/11/2026")
    page.get_by_label("Libellé, ligne 1").focus()
    type_fields(page, "Farines", "601100", "5290", "5,5")
    expect(page.get_by_label("TVA, ligne 1")).to_have_value("290,95")
    expect(page.get_by_label("TTC, ligne 1")).to_have_value("5\u00a0580,95")
    page.get_by_label("TTC, ligne 2").fill("81,60")
    page.get_by_label("Taux de TVA en pour cent, ligne 2").fill("20")
    page.keyboard.press("Enter")
    expect(page.get_by_label("HT, ligne 2")).to_have_value("68,00")
    expect(page.locator("[data-sum=gross]")).to_have_text("5\u00a0662,55")

    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Facture FA-4512 enregistrée")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Minoterie Girardeau")
    expect(page.get_by_role("heading", name="Écriture proposée")).to_be_visible()
    check_accessibility(page, calm)
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.wait_for_url(re.compile(f"/achats/{other.id}/"))
    expect(page.get_by_label("N° de facture")).to_have_value("FA-1")
    with open_dossier(alice, boulangerie):
        made = Invoice.objects.get(number="FA-4512")
        assert (made.net, made.vat, made.gross) == (5_358_00, 304_55, 5_662_55)
        assert InvoiceLine.objects.filter(invoice=made.id).count() == 2


def test_several_documents_make_an_invoice_each_and_a_bad_one_is_told(
    signed_in: Any, live_server: Any, alice: User, boulangerie: Dossier, tmp_path: Path
) -> None:
    page = signed_in
    page.goto(f"{live_server.url}{ACHATS}")
    (tmp_path / "vide.pdf").write_bytes(b"")
    files = [pdf(tmp_path / "a.pdf", "A"), pdf(tmp_path / "b.pdf", "B")]
    page.locator("header, .page-head").get_by_role("button", name="Déposer").click()
    page.set_input_files("#depot", files)
    expect(page.locator("tbody tr")).to_have_count(2, timeout=SLOW)
    with open_dossier(alice, boulangerie):
        assert Invoice.objects.count() == 2
