"""An import beside others: openings and closings, books exported and read again, the takeover."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from clients.demo import PASSWORD
from clients.models import Dossier
from firm.models import Firm, User
from ledger.actions.fec_export import export_fec, year_ending
from ledger.models import BankTransaction, Invoice
from tests.conftest import open_dossier
from tests.ledger import small_fec
from tests.ledger.import_programs import Program, dossier_beside, importing_program, own_cache  # noqa: F401 (fixtures)
from tests.ledger.test_fec_flow import DATA, REAL

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.row("B1")
def test_an_opening_a_cent_away_from_the_closing_names_account_amounts_and_lines(
    program: Program,
) -> None:
    before = program.sent(small_fec.content(small_fec.ordinary(2023), 2023), small_fec.name(2023))
    program.post(f"{before['id']}/confirm/")
    opening = small_fec.Piece("AN", "1", "0101", "RAN", "Report à nouveau", (
        ("101000", "Capital", "", 0, 100_000), ("120000", "Résultat", "", 0, 50_001),
        ("445660", "TVA déductible", "", 10_000, 0), ("445710", "TVA collectée", "", 0, 20_000),
        ("512000", "Banque", "", 160_001, 0),
    ))  # fmt: skip
    found = program.sent(small_fec.content([opening]), small_fec.name(2024))
    told = [one for one in found["findings"] if "512000" in one["message"]]
    assert told, found["findings"]
    message = told[0]["message"].replace("\u202f", " ").replace("\u00a0", " ")
    assert "1 600,01 € au débit (ligne 6)" in message
    assert "clôture N-1 de 1 600,00 € au débit, ligne 12 du fichier N-1" in message
    assert told[0]["line"] == 6


@pytest.mark.row("B10")
def test_exported_then_imported_elsewhere_the_books_are_the_same(
    program: Program, boulangerie: Dossier, alice: User, martin: Firm, tmp_path: Path
) -> None:
    found = program.sent((DATA / REAL).read_bytes(), REAL)
    program.post(f"{found['id']}/confirm/")
    first = exported(boulangerie, alice, tmp_path / "a")
    other = dossier_beside(martin, alice, "Boulangerie reprise")
    there = Program(alice, other.slug, "read", "write")
    moved = there.sent(first.read_bytes(), first.name)
    assert moved["accounting"] != "reject", moved["findings"][:3]
    there.post(f"{moved['id']}/confirm/")
    assert there.one(moved["id"])["state"] == "imported"
    assert balance(there, other) == balance(program, boulangerie)
    second = exported(other, alice, tmp_path / "b")
    assert second.read_bytes() == first.read_bytes()


def exported(dossier: Dossier, by: User, folder: Path) -> Path:
    folder.mkdir()
    with open_dossier(by, dossier):
        year = year_ending(dt.date(2022, 8, 31))
        return export_fec(dossier, year=year, folder=folder, by=by).fec


def balance(program: Program, dossier: Dossier) -> Any:
    answer = program.client.get(
        f"/api/dossiers/{dossier.slug}/trial-balance/", headers=program.headers
    )
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.row("S3.18", "S3.19")
def test_what_is_dated_before_the_takeover_is_flagged_and_follows_its_date(
    program: Program, boulangerie: Dossier, alice: User, client: Client
) -> None:
    set_takeover(client, alice, "01/04/2024")
    found = program.sent(small_fec.content(small_fec.ordinary()), small_fec.name())
    program.post(f"{found['id']}/confirm/")
    assert flags(boulangerie, alice) == (
        {"FA-7": True, "VT-1": True},
        {"0420": False, "0620": False},
    )
    set_takeover(client, alice, "01/05/2024")
    assert flags(boulangerie, alice)[1] == {"0420": True, "0620": False}
    for page, words in (("achats", "FA-7"), ("banque", "Virement Moulin")):
        shown = client.get(f"/dossier/boulangerie/{page}/").content.decode()
        row = shown[shown.index(words) - 400 : shown.index(words) + 900]
        assert "Avant reprise" in row
    set_takeover(client, alice, "")
    assert not any(value for part in flags(boulangerie, alice) for value in part.values())


def flags(dossier: Dossier, by: User) -> tuple[dict[str, bool], dict[str, bool]]:
    with open_dossier(by, dossier):
        invoices = dict(Invoice.objects.values_list("number", "is_pre_takeover"))
        moves = BankTransaction.objects.values_list("date", "is_pre_takeover")
        return invoices, {f"{day:%m%d}": flag for day, flag in moves if f"{day:%m%d}" != "0101"}


def set_takeover(client: Client, by: User, day: str) -> None:
    client.post("/connexion/", {"login": by.email, "password": PASSWORD})
    answer = client.post("/dossier/boulangerie/parametres/infos/", {
        "name": "Boulangerie", "legal_form": "", "siren": "", "takeover_date": day,
    })  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()[-1500:]


@pytest.mark.row("S3.17")
def test_the_takeover_date_is_entered_in_infos_client_and_shown_there(
    boulangerie: Dossier, alice: User, client: Client
) -> None:
    set_takeover(client, alice, "01/04/2024")
    shown = client.get("/dossier/boulangerie/parametres/infos/").content.decode()
    assert "Date de reprise" in shown
    assert "01/04/2024" in shown or "2024-04-01" in shown
    with open_dossier(alice, boulangerie):
        assert Dossier.objects.get(pk=boulangerie.pk).takeover_date == dt.date(2024, 4, 1)
