"""The firm's administrator makes a dossier confidential; its name is then nowhere for the rest."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from clients.demo import Cast
from clients.models import DossierStats
from tests.clients.account_acts import new_dossier
from tests.conftest import open_dossier
from tests.e2e.visitors import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORD = "Boulangerie"
CLIENTS = "/cabinet/martin/clients/"
EVERYWHERE = {
    "liste", "recherche", "tableau de bord", "entreprises", "palette", "CSV", "XLSX", "API",
    "API, recherche", "dossier", "API, dossier",
}  # fmt: skip


@pytest.fixture
def portfolio(cast: Cast) -> None:
    """Work waits in two dossiers of the accountants: the boulangerie, and one that stays."""
    alice, people = cast.people["alice"], (cast.people["bruno"], cast.people["chloe"])
    stays = new_dossier(cast, "Menuiserie Aubrac", slug="aubrac")
    from clients.actions.confidentiality import assign_accountants

    with open_dossier(alice, stays):
        assign_accountants(stays, people=[person.pk for person in people], by=alice)
    for dossier in (stays, cast.boulangerie):
        with open_dossier(alice, dossier):
            DossierStats.objects.filter(dossier_id=dossier.pk).update(entries=3, to_book=2)


def typed_into(page: Any, dialog: str, words: str) -> str:
    """What the palette or the switcher lists once these words are typed."""
    with page.expect_response(re.compile(r"/_/\w+/\?q=" + words)):
        page.fill(f"#{dialog}-q", words)
    page.wait_for_timeout(100)
    listed = page.locator(f"#{dialog}-list").inner_text()
    page.keyboard.press("Escape")
    return str(listed)


def pages_that_tell(person: Visitor) -> set[str]:
    """Where the word stands on the screens of the firm, each looked at as the person does."""
    page, found = person.page, set()
    for name, address in (("tableau de bord", "/cabinet/martin/"), ("liste", CLIENTS)):
        page.goto(address)
        expect(page.get_by_text("Menuiserie Aubrac").first).to_be_visible()
        found |= {name} if WORD in page.content() else set()
    with page.expect_response(re.compile("q=" + WORD.lower())):
        page.get_by_label("Rechercher des clients").fill(WORD.lower())
    page.wait_for_timeout(200)
    found |= {"recherche"} if WORD in page.locator("#clients").inner_text() else set()
    page.keyboard.press("Control+k")
    found |= {"palette"} if WORD in typed_into(page, "palette", WORD.lower()) else set()
    page.get_by_role("button", name=re.compile("^Entreprises")).click()
    found |= {"entreprises"} if WORD in typed_into(page, "switcher", WORD.lower()) else set()
    return found


def files_and_calls_that_tell(person: Visitor) -> set[str]:
    """The same of the exports, as downloaded, and of the API."""
    found = set()
    person.page.goto(CLIENTS)
    for kind, entry in (("CSV", "Texte (CSV)"), ("XLSX", "Classeur (XLSX)")):
        person.page.get_by_role("button", name="Exporter").last.click()
        with person.page.expect_download() as download:
            person.page.get_by_role("link", name=entry).click()
        content = download.value.path().read_bytes()
        if kind == "XLSX":
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                content = b"".join(book.read(name) for name in book.namelist())
        assert b"Menuiserie Aubrac" in content
        found |= {kind} if WORD.encode() in content else set()
    for name, address in (("API", "/api/dossiers/"), ("API, recherche", "/api/dossiers/?q=boul"),
                          ("dossier", "/dossier/boulangerie/"),
                          ("API, dossier", "/api/dossiers/boulangerie/")):  # fmt: skip
        found |= {name} if WORD in person.text(address) else set()
    return found


@pytest.mark.row("S0.15")
@pytest.mark.row("S0.21")
@pytest.mark.row("X0.1")
@pytest.mark.usefixtures("portfolio")
def test_an_unlisted_accountant_no_longer_finds_the_name_anywhere(
    visit: Callable[[str], Visitor],
) -> None:
    chloe = visit("chloe")
    assert pages_that_tell(chloe) | files_and_calls_that_tell(chloe) == EVERYWHERE

    alice = visit("alice")
    alice.page.goto(CLIENTS)
    alice.page.get_by_role("link", name="Gérez le dossier client").first.click()
    drawer = alice.page.locator("#volet[open]")
    expect(drawer.get_by_role("tab", name="Infos entreprise")).to_be_visible()
    alice.check()
    drawer.get_by_role("checkbox", name="Entreprise confidentielle").check()
    drawer.get_by_role("tab", name="Accès").click()
    drawer.get_by_label("Chloé Nguyen").uncheck()
    alice.check()
    drawer.get_by_role("button", name=re.compile("Appliquer les changements")).click()
    expect(alice.page.get_by_text("Changements appliqués")).to_be_visible()

    assert pages_that_tell(chloe) | files_and_calls_that_tell(chloe) == set()
    assert chloe.status("/dossier/boulangerie/") == 404
    assert chloe.status("/api/dossiers/boulangerie/") == 404

    bruno = visit("bruno")
    assert pages_that_tell(bruno) | files_and_calls_that_tell(bruno) == EVERYWHERE
