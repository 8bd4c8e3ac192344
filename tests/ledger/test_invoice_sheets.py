"""Invoices from a spreadsheet: columns guessed, faults by line, all or nothing."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clients.models import Dossier
from firm import spreadsheets
from firm.models import User
from ledger.actions.invoice_files import (
    InvoiceFileFaulty,
    InvoiceFileOver,
    InvoiceFileUnreadable,
    confirm_file,
    drop_file,
    map_columns,
    prepare,
    receive_file,
)
from ledger.invoice_sheets import guessed
from ledger.models import Account, Invoice, InvoiceFile, InvoiceLine, ThirdParty
from tests.conftest import open_dossier
from tests.ledger.book_pages import words
from tests.ledger.invoice_desk import ACHATS, party, signed_in

GOOD = (
    "Fournisseur;N° de facture;Date;Échéance;Libellé;Montant HT;Taux TVA;TVA;TTC\n"
    "Minoterie Girardeau;FA-1;17/11/2026;17/12/2026;Farines;5 290,00;5,5;;\n"
    "Minoterie Girardeau;FA-1;17/11/2026;17/12/2026;Transport;68;20 %;13,60;81,60\n"
    "Café de la Gare;77;18/11/2026;;;;20;;120,00\n"
    ";;;;;;;;\n"
)


def received(dossier: Dossier, by: User, text: str | bytes = GOOD) -> InvoiceFile:
    content = text if isinstance(text, bytes) else text.encode()
    return receive_file(
        dossier, io.BytesIO(content), direction="purchase", name="achats.csv", by=by
    )


def test_columns_are_guessed_by_their_headings() -> None:
    heads = ["N° de facture", "Raison sociale", "Total TTC", "TVA", "Taux TVA", "Mystère"]
    assert guessed(heads) == {"number": 0, "third_party": 1, "gross": 2, "vat": 3, "rate": 4}


def test_rows_of_one_number_are_the_lines_of_one_invoice(alice: User, inside: Dossier) -> None:
    known = party(inside, alice, "Minoterie girardeau")
    file = received(inside, alice)
    found = prepare(file)
    assert (found.totals.count, found.totals.gross) == (2, 5_782_55)
    assert found.new_parties == ["Café de la Gare"]
    assert not Invoice.objects.exists()

    assert confirm_file(file, by=alice) == 2
    first, second = Invoice.objects.select_related("third_party").order_by("id")
    assert (first.number, first.net, first.vat, first.gross) == ("FA-1", 535_800, 30_455, 566_255)
    assert first.third_party_id == known.id
    assert (second.third_party.label, second.net, second.vat) == ("Café de la Gare", 100_00, 20_00)
    assert second.issue_date == dt.date(2026, 11, 18)
    assert InvoiceLine.objects.filter(invoice=first.id).count() == 2
    with pytest.raises(InvoiceFileOver):
        confirm_file(file, by=alice)


def test_a_workbook_gives_the_same_as_its_text(alice: User, inside: Dossier) -> None:
    heads = ["Fournisseur", "Numéro", "Date", "HT", "Taux"]
    rows = [["Moulin", "1", dt.date(2026, 5, 3), 1_234_56, 20]]
    content = spreadsheets.as_xlsx(heads, rows, ["", "", "", "amount", ""])
    found = prepare(received(inside, alice, content))
    assert [row.faults for row in found.rows] == [[]]
    assert found.totals.gross == 1_481_47
    assert found.rows[0].values["issue_date"] == dt.date(2026, 5, 3)


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (";A;17/11/2026;10;20", "Tiers\u00a0: manque"),
        ("Moulin;A;;10;20", "Date\u00a0: manque"),
        ("Moulin;A;31/02/2026;10;20", "n’est pas une date"),
        ("Moulin;A;17/11/2026;dix;20", "n’est pas un montant"),
        ("Moulin;A;17/11/2026;10;150", "n’est pas plausible"),
        ("Moulin;A;17/11/2026;;20", "Indiquez le montant HT"),
        ("Moulin;A;17/11/2026;-10;20", "négatif"),
    ],
)
def test_a_fault_is_told_by_its_line_and_nothing_is_written(
    alice: User, inside: Dossier, cells: str, fault: str
) -> None:
    text = f"Tiers;Numéro;Date;HT;Taux\nMoulin;B;16/11/2026;10;20\n{cells}\n"
    file = received(inside, alice, text)
    (faulty,) = prepare(file).faulty
    assert faulty.line == 3
    assert fault in " ".join(faulty.faults)
    with pytest.raises(InvoiceFileFaulty, match="1\u00a0ligne est à corriger"):
        confirm_file(file, by=alice)
    assert not Invoice.objects.exists()
    assert not ThirdParty.objects.exists()


def test_another_column_may_be_chosen(alice: User, inside: Dossier) -> None:
    Account.objects.create(dossier=inside, number="601100", label="Farines")
    text = "Qui;Quoi;Quand;Combien;Sur\nMoulin;A;17/11/2026;12,00;601100\n"
    file = received(inside, alice, text)
    assert prepare(file).faulty
    mapping = {"third_party": 0, "number": 1, "issue_date": 2, "gross": 3, "account": 4}
    map_columns(file, mapping={**mapping, "net": 99, "nonsense": 1}, by=alice)
    file.refresh_from_db()
    assert file.mapping == mapping
    assert confirm_file(file, by=alice) == 1
    assert InvoiceLine.objects.select_related("account").get().account.number == "601100"


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"Tiers;Date\n", b"a" * (6 * 1024**2)]
)
def test_what_is_no_sheet_is_refused(alice: User, inside: Dossier, content: bytes) -> None:
    with pytest.raises(InvoiceFileUnreadable):
        received(inside, alice, content)


def test_a_dropped_file_forgets_its_rows(alice: User, inside: Dossier) -> None:
    file = received(inside, alice)
    drop_file(file, by=alice)
    file.refresh_from_db()
    assert (file.state, file.rows) == ("dropped", [])


def test_from_the_drop_to_the_list(client: Client, alice: User, boulangerie: Dossier) -> None:
    signed_in(client, alice)
    sent = {"file": SimpleUploadedFile("achats.csv", GOOD.encode())}
    answer = client.post(f"{ACHATS}importer/", sent, headers={"Accept": "application/json"})
    url = answer.json()["url"]
    page = words(client.get(url).content.decode())
    assert "2 factures" in page
    assert "nouveau" in page
    assert "achats.csv" in words(client.get(f"{ACHATS}importer/").content.decode())
    done = client.post(f"{url}confirmer/")
    assert "2 factures importées" in words(client.get(done["Location"]).content.decode())
    with open_dossier(alice, boulangerie):
        assert Invoice.objects.count() == 2
    assert "2 factures importées" in words(client.get(url).content.decode())
