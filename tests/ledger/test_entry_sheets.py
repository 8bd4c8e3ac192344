"""Entries from a spreadsheet: columns guessed, faults by line and column, all or nothing, undo."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clients.actions.locks import set_lock
from clients.models import Dossier
from firm import spreadsheets
from firm.models import User
from ledger.actions.entries import EntryNotRemovable
from ledger.actions.entry_files import (
    EntryFileFaulty,
    EntryFileOver,
    EntryFileUnreadable,
    confirm_entries,
    drop_entries,
    map_entry_columns,
    prepare_entries,
    receive_entries,
    undo_entries,
)
from ledger.entry_sheets import guessed
from ledger.models import Entry, EntryFile, EntryOrigin
from tests.conftest import open_dossier
from tests.ledger.book_pages import words
from tests.ledger.entry_desk import SAISIE, rows_of, small_books_inside, small_books_outside
from tests.ledger.invoice_desk import signed_in
from tests.ledger.test_entries import in_step

pytestmark = pytest.mark.django_db
__all__ = ["small_books_inside", "small_books_outside"]
HEADS = "Journal;Date;Pièce;Compte;Tiers;Libellé;Débit;Crédit\n"
GOOD = HEADS + (
    "AC;12/03/2023;A-8;607000;;Farines;1 000,00;\n"
    "AC;12/03/2023;A-8;445660;;;200;0,00\n"
    "AC;12/03/2023;A-8;401000;Moulin du pré;;;1200\n"
    "BQ;13/03/2023;;512000;;Remise;10;\n"
    "BQ;13/03/2023;;411000;DUPONT;Remise;;10\n"
    "BQ;13/03/2023;;512000;;Autre remise;5;\n"
    "BQ;13/03/2023;;411000;DUPONT;Autre remise;;5\n"
    ";;;;;;;\n"
)


def received(dossier: Dossier, by: User, text: str | bytes = GOOD) -> EntryFile:
    content = text if isinstance(text, bytes) else text.encode()
    return receive_entries(dossier, io.BytesIO(content), name="ecritures.csv", by=by)


def test_columns_are_guessed_by_their_headings() -> None:
    fec = ["JournalCode", "EcritureDate", "EcritureNum", "CompteNum", "CompAuxNum", "PieceRef",
           "EcritureLib", "Debit", "Credit", "Mystère"]  # fmt: skip
    assert guessed(fec) == {
        "journal": 0, "date": 1, "number": 2, "account": 3, "third": 4, "piece": 5, "label": 6,
        "debit": 7, "credit": 8,
    }  # fmt: skip


@pytest.mark.usefixtures("books")
def test_rows_become_entries_all_of_them_and_go_back(inside: Dossier, alice: User) -> None:
    file = received(inside, alice)
    found = prepare_entries(file)
    assert (found.faulty, len(found.entries), found.debit) == ([], 3, 1215_00)
    assert Entry.objects.count() == 3

    assert confirm_entries(file, by=alice) == 3
    first = Entry.objects.get(piece_ref="A-8")
    assert rows_of(first.id) == [
        ("607000", "", "Farines", 1000_00, 0), ("445660", "", "Farines", 200_00, 0),
        ("401000", "MOULIN", "Farines", 0, 1200_00),
    ]  # fmt: skip
    assert [o.line for o in EntryOrigin.objects.order_by("line")] == [2, 5, 7]
    in_step(inside)
    with pytest.raises(EntryFileOver):
        confirm_entries(file, by=alice)

    assert undo_entries(file, by=alice).entries == 3
    assert Entry.objects.count() == 3
    file.refresh_from_db()
    assert (file.state, file.made) == ("undone", 3)
    in_step(inside)
    with pytest.raises(EntryFileOver):
        undo_entries(file, by=alice)


@pytest.mark.usefixtures("books")
def test_a_workbook_with_an_amount_and_a_sense_gives_the_same(inside: Dossier, alice: User) -> None:
    heads = ["Journal", "Date", "N° écriture", "Compte", "Libellé", "Montant", "Sens"]
    day = dt.date(2023, 3, 12)
    rows = [
        ["AC", day, "1", "607000", "Farines", 1_234_56, "D"],
        ["AC", day, "1", "401000", "Farines", 1_234_56, "C"],
    ]
    content = spreadsheets.as_xlsx(heads, rows, ["", "", "", "", "", "amount", ""])
    found = prepare_entries(received(inside, alice, content))
    assert [row.faults for row in found.rows] == [[], []]
    assert found.debit == 1_234_56


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ("ZZ;12/03/2023;B;607000;;F;10;", "Journal : Le journal « ZZ » n’existe pas"),
        (";12/03/2023;B;607000;;F;10;", "Journal : Choisissez le journal"),
        ("AC;31/02/2023;B;607000;;F;10;", "Date : « 31/02/2023 » n’est pas une date"),
        ("AC;;B;607000;;F;10;", "Date : Indiquez la date"),
        ("AC;12/03/2031;B;607000;;F;10;", "Date : aucun exercice ouvert"),
        ("AC;12/03/2023;B;999999;;F;10;", "Compte : Le compte 999999 n’existe pas"),
        ("AC;12/03/2023;B;;;F;10;", "Compte : Indiquez le compte"),
        ("AC;12/03/2023;B;607000;RIEN;F;10;", "Tiers : Le tiers « RIEN »"),
        ("AC;12/03/2023;B;607000;;;10;", "Libellé : Indiquez le libellé"),
        ("AC;12/03/2023;B;607000;;F;dix;", "Débit : « dix » n’est pas un montant"),
        ("AC;12/03/2023;B;607000;;F;-10;", "Débit : Un montant est positif"),
        ("AC;12/03/2023;B;607000;;F;10;10", "Crédit : Une ligne porte un débit ou un crédit"),
        ("AC;12/03/2023;B;607000;;F;;", "Débit : Indiquez un montant"),
        ("AC;12/03/2023;B;607000;;F;10;", "Une écriture a au moins deux lignes"),
    ],
)
def test_a_fault_is_told_by_line_and_column_and_nothing_is_written(
    inside: Dossier, alice: User, cells: str, fault: str
) -> None:
    file = received(inside, alice, f"{GOOD}{cells}\n")
    (faulty,) = prepare_entries(file).faulty
    assert faulty.line == 10
    assert fault in words(" ".join(faulty.faults))
    with pytest.raises(EntryFileFaulty, match="1\u00a0ligne est à corriger"):
        confirm_entries(file, by=alice)
    assert Entry.objects.count() == 3


@pytest.mark.usefixtures("books")
def test_a_cent_too_much_and_a_locked_day_are_told_before(inside: Dossier, alice: User) -> None:
    text = GOOD.replace(";1200\n", ";1200,01\n")
    (faulty,) = prepare_entries(received(inside, alice, text)).faulty
    assert "Il manque 0,01 € au débit" in words(faulty.faults[0])
    set_lock(inside, lock_date=dt.date(2023, 3, 12), lock_mode="users_and_admins", by=alice)
    (locked,) = prepare_entries(received(inside, alice)).faulty
    assert "verrouillée jusqu’au 12/03/2023" in locked.faults[0]


@pytest.mark.usefixtures("books")
def test_another_column_may_be_chosen_and_a_file_dropped(inside: Dossier, alice: User) -> None:
    text = "J;Quand;Ref;Cpt;Quoi;D;C\nAC;12/03/2023;A;607000;F;1;\nAC;12/03/2023;A;512000;F;;1\n"
    file = received(inside, alice, text)
    assert prepare_entries(file).faulty
    mapping = {"journal": 0, "date": 1, "piece": 2, "account": 3, "label": 4, "debit": 5,
               "credit": 6}  # fmt: skip
    map_entry_columns(file, mapping={**mapping, "third": 99, "nonsense": 1}, by=alice)
    file.refresh_from_db()
    assert file.mapping == mapping
    assert len(prepare_entries(file).entries) == 1
    drop_entries(file, by=alice)
    file.refresh_from_db()
    assert (file.state, file.rows) == ("dropped", [])
    with pytest.raises(EntryFileUnreadable):
        received(inside, alice, b"\x00\x01")
    with pytest.raises(EntryFileUnreadable):
        received(inside, alice, HEADS)


@pytest.mark.usefixtures("books")
def test_an_import_with_a_validated_entry_is_not_taken_back(inside: Dossier, alice: User) -> None:
    file = received(inside, alice)
    confirm_entries(file, by=alice)
    Entry.objects.filter(piece_ref="A-8").update(state="validated")
    with pytest.raises(EntryNotRemovable, match="est validée"):
        undo_entries(file, by=alice)
    assert Entry.objects.count() == 6


@pytest.mark.usefixtures("desk")
def test_from_the_drop_to_the_undo(client: Client, alice: User, boulangerie: Dossier) -> None:
    signed_in(client, alice)
    sent = {"file": SimpleUploadedFile("ecritures.csv", GOOD.encode())}
    answer = client.post(f"{SAISIE}import/", sent, headers={"Accept": "application/json"})
    url = answer.json()["url"]
    assert "Importer 3 écritures" in words(client.get(url).content.decode())
    done = client.post(f"{url}confirmer/")
    page = words(client.get(done["Location"]).content.decode())
    assert "3 écritures importées en brouillard" in page
    with open_dossier(alice, boulangerie):
        made = Entry.objects.get(piece_ref="A-8")
    entry = words(
        client.get(f"/dossier/boulangerie/comptabilite/ecritures/{made.id}/").content.decode()
    )
    assert "Tableau ecritures.csv Ligne 2" in entry
    client.post(f"{url}annuler/")
    assert "cet import a été annulé" in words(client.get(url).content.decode()).lower()
    listed = words(client.get(f"{SAISIE}import/").content.decode())
    assert "ecritures.csv Annulé" in listed
