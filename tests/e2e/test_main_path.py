"""The main job, as its user does it: a FEC dropped into a new dossier, read, confirmed, worked in,
undone.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.accessibility import check_accessibility

DATA = Path(__file__).parents[1] / "data" / "fec"
SLOW = 90_000

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.usefixtures("worker")
def test_from_the_file_to_the_books_and_back(  # noqa: PLR0915 (one path, step by step)
    signed_in: Any, calm: list[str], tmp_path: Path
) -> None:
    page = signed_in
    page.get_by_role("button", name="Nouveau").click()
    page.get_by_role("link", name="Dossier", exact=True).click()
    page.get_by_label("Nom du dossier").fill("GAEC des Trois Rivières")
    page.get_by_role("button", name=re.compile("Créer le dossier")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("GAEC des Trois Rivières")

    page.get_by_role("navigation").get_by_role("link", name="Imports FEC").click()
    page.set_input_files("input[type=file]", DATA / "0000000001FEC20220831.txt")
    expect(page.get_by_text("Accepté avec avertissements")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("LETTRAGE_DESEQUILIBRE")).to_be_visible()
    expect(page.locator(".raw .hit mark")).to_be_in_viewport(ratio=0.9)
    check_accessibility(page, calm)

    page.get_by_role("button", name=re.compile("^Importer")).click()
    page.get_by_role("link", name="Voir la balance").click(timeout=SLOW)
    expect(page.locator("tfoot").first).to_contain_text("7 952 459,12".replace(" ", "\u00a0"))
    check_accessibility(page, calm)

    page.locator("tr", has_text="101500").first.click()
    expect(page.locator("#detail")).to_contain_text("Report à nouveau", timeout=SLOW)
    page.get_by_role("navigation").get_by_role("link", name="Accueil").click()
    expect(page.get_by_text("173 208,48".replace(" ", "\u00a0")).first).to_be_visible()
    check_accessibility(page, calm)

    page.get_by_role("navigation").get_by_role("link", name="Exercices").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="FEC", exact=True).click()
    exported = tmp_path / download.value.suggested_filename
    download.value.save_as(exported)
    assert exported.name.endswith("FEC20220831.txt")
    assert exported.read_bytes().count(b"\r\n") == 5423

    page.get_by_role("navigation").get_by_role("link", name="Imports FEC").click()
    page.get_by_role("link", name="0000000001FEC20220831.txt").click()
    page.wait_for_url(re.compile(r"/imports/\d+/$"))  # loaded: the page's scripts have run
    page.get_by_role("button", name="Annuler l’import").first.click()
    page.locator("dialog[open] input[name=confirmation]").fill("gaec-des-trois-rivieres")
    page.locator("dialog[open]").get_by_role("button", name="Annuler l’import").click()
    expect(page.get_by_text("Annulé", exact=False).first).to_be_visible(timeout=SLOW)
    page.get_by_role("navigation").get_by_role("link", name="Accueil").click()
    expect(page.get_by_text("Importez", exact=False).first).to_be_visible()
