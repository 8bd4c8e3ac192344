"""Entries typed, changed, copied, taken out: what is written is what was typed, sums intact."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from django.db import IntegrityError, connection

from clients.actions.locks import set_lock
from clients.models import Dossier
from firm.models import AuditEvent, User
from ledger.actions import bulk
from ledger.actions.bulk import NothingSelected
from ledger.actions.entry_changes import (
    EntryChanged,
    EntryLettered,
    EntryNotEditable,
    copy_entry,
    why_not_editable,
)
from ledger.actions.entry_documents import attach_to_entry
from ledger.actions.entry_removal import withdraw_entry
from ledger.actions.entry_typing import EntryFaulty, write_typed
from ledger.actions.posting import book_invoice
from ledger.models import Entry, EntryDocument, EntryLine, FiscalYear, Lettering
from tests.conftest import open_dossier
from tests.ledger.books import Books
from tests.ledger.entry_desk import (
    PURCHASE,
    Row,
    rows_of,
    small_books,
    small_books_inside,
    typed,
    version,
    write,
)
from tests.ledger.invoice_desk import document
from tests.ledger.pieces import account, invoice
from tests.ledger.test_entries import in_step

pytestmark = pytest.mark.django_db
__all__ = ["small_books_inside"]

DAY = dt.date(2023, 3, 12)
SALE: tuple[Row, ...] = (
    ("411000", "DUPONT", "Vente", "12", ""),
    ("707000", "", "", "", "12"),
)


@pytest.mark.usefixtures("books")
def test_what_is_typed_is_what_is_written(inside: Dossier, alice: User) -> None:
    made = write(inside, alice)
    assert (made.date, made.piece_ref, made.label, made.debit) == (DAY, "A-8", "Farines", 1200_00)
    assert (made.state, made.shape) == ("draft", "purchase")
    assert rows_of(made.id) == [
        ("607000", "", "Farines", 1000_00, 0),
        ("445660", "", "Farines", 200_00, 0),
        ("401000", "MOULIN", "Farines", 0, 1200_00),
    ]
    in_step(inside)


@pytest.mark.usefixtures("books")
def test_a_draft_changes_in_its_place(inside: Dossier, alice: User) -> None:
    made = write(inside, alice)
    other = (("613000", "", "Loyer", "80", ""), ("512000", "", "Virement", "", "80"))
    account(inside, "613000")
    changed = write_typed(
        inside, typed(other, journal="BQ", date="3/4/2023", piece="B-1"), by=alice,
        change=made.id, version=version(made),
    )  # fmt: skip
    assert (changed.id, changed.number, changed.created_at) == (
        made.id, made.number, made.created_at,
    )  # fmt: skip
    assert (changed.journal.code, changed.date) == ("BQ", dt.date(2023, 4, 3))
    assert rows_of(made.id) == [
        ("613000", "", "Loyer", 80_00, 0), ("512000", "", "Virement", 0, 80_00),
    ]  # fmt: skip
    event = AuditEvent.objects.get(action="ledger.entry_changed")
    assert event.details["before"]["label"] == "Farines"
    in_step(inside)


@pytest.mark.usefixtures("books")
def test_a_change_of_what_nobody_read_is_refused(inside: Dossier, alice: User) -> None:
    made = write(inside, alice)
    read = version(made)
    write_typed(inside, typed(SALE), by=alice, change=made.id, version=read)
    with pytest.raises(EntryChanged, match="par une autre personne"):
        write_typed(inside, typed(), by=alice, change=made.id, version=read)
    withdraw_entry(inside, Entry.objects.get(pk=made.id), by=alice)
    with pytest.raises(EntryChanged, match="retirée entre-temps"):
        write_typed(inside, typed(), by=alice, change=made.id, version=read)
    in_step(inside)


def test_only_drafts_made_here_that_follow_no_piece_change(
    inside: Dossier, books: Books, alice: User
) -> None:
    made = write(inside, alice)

    def refused(words: str) -> None:
        with pytest.raises(EntryNotEditable, match=words):
            write_typed(inside, typed(), by=alice, change=made.id, version=version(made))
        with pytest.raises(EntryNotEditable, match=words):
            withdraw_entry(inside, Entry.objects.get(pk=made.id), by=alice)

    Entry.objects.filter(pk=made.pk).update(is_opening=True)
    refused("à-nouveau")
    Entry.objects.filter(pk=made.pk).update(is_opening=False)
    FiscalYear.objects.update(state="locked")
    refused("verrouillé")
    FiscalYear.objects.update(state="open")
    Entry.objects.filter(pk=made.pk).update(state="validated")
    refused("validée")
    booked = book_invoice(invoice(inside, issue_date=DAY), by=alice)
    assert "suit une facture" in why_not_editable(booked)
    assert len(books.entries) == 3


def test_a_lettering_stays_with_lines_that_stay(inside: Dossier, books: Books, alice: User) -> None:
    sold = books.entries[1]
    letter = Lettering.objects.get()
    same = (
        ("411000", "DUPONT", "Vente corrigée", "12", ""),
        ("707000", "", "", "", "11"),
        ("445710", "", "", "", "1"),
    )
    write_typed(inside, typed(same, journal="VE"), by=alice, change=sold.id, version=version(sold))
    first = EntryLine.objects.get(entry=sold.id, line_no=1)
    assert (first.lettering_id, first.lettering_code) == (letter.id, "A")
    in_step(inside)


def test_a_lettered_line_changes_only_once_it_was_said(
    inside: Dossier, books: Books, alice: User
) -> None:
    sold = books.entries[1]
    less = (("411000", "DUPONT", "Vente", "11", ""), ("707000", "", "", "", "11"))
    with pytest.raises(EntryLettered, match=r"\(A\)") as refused:
        write_typed(inside, typed(less), by=alice, change=sold.id, version=version(sold))
    assert refused.value.details["letterings"] == ["A"]
    write_typed(inside, typed(less), by=alice, change=sold.id, version=version(sold), unletter=True)
    assert not Lettering.objects.exists()
    assert not EntryLine.objects.filter(lettering_code="A").exists()
    in_step(inside)


@pytest.mark.usefixtures("books")
def test_a_copy_is_another_draft_of_another_day(inside: Dossier, alice: User) -> None:
    made = write(inside, alice)
    copied = copy_entry(made, date=dt.date(2023, 5, 2), by=alice)
    assert copied.id != made.id
    assert (copied.date, copied.label) == (dt.date(2023, 5, 2), "Farines")
    assert rows_of(copied.id) == rows_of(made.id)
    in_step(inside)


def test_a_draft_taken_out_comes_back_whole(inside: Dossier, books: Books, alice: User) -> None:
    sold = Entry.objects.select_related("fiscal_year").get(pk=books.entries[1].id)
    before = rows_of(sold.id)
    attach_to_entry(sold, document(inside, alice), by=alice)
    job = withdraw_entry(inside, sold, by=alice)
    assert not Entry.objects.filter(pk=sold.id).exists()
    assert not EntryDocument.objects.exists()
    in_step(inside)
    bulk.undo_bulk(inside, job, by=alice)
    assert rows_of(sold.id) == before
    assert EntryDocument.objects.get().entry_id == sold.id
    assert EntryLine.objects.get(entry=sold.id, line_no=1).lettering_code == "A"
    in_step(inside)


@pytest.mark.usefixtures("books")
def test_a_locked_day_is_told_beside_the_date(inside: Dossier, alice: User, bruno: User) -> None:
    made = write(inside, alice)
    set_lock(inside, lock_date=DAY, lock_mode="users_and_admins", by=alice)
    with open_dossier(bruno, inside):
        for more in ({}, {"change": made.id, "version": version(made)}):
            with pytest.raises(EntryFaulty, match="verrouillée jusqu’au 12/03/2023") as refused:
                write_typed(inside, typed(), by=bruno, **more)
            assert refused.value.details["faults"][0]["cell"] == "date"
        later = typed(date="15/06/2023")
        with pytest.raises(EntryFaulty, match="verrouillée"):  # the old day counts too
            write_typed(inside, later, by=bruno, change=made.id, version=version(made))
        with pytest.raises(NothingSelected, match="verrouillée"):
            withdraw_entry(inside, Entry.objects.get(pk=made.id), by=bruno)
    in_step(inside)


def fault_of(rows: tuple[Row, ...], dossier: Dossier, by: User, **more: str) -> dict[str, object]:
    with pytest.raises(EntryFaulty) as refused:
        write_typed(dossier, typed(rows, **more), by=by)
    assert not Entry.objects.filter(label="Farines", date=DAY).exists()
    first: dict[str, object] = refused.value.details["faults"][0]
    return first


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize(
    ("rows", "more", "row", "cell", "words"),
    [
        ((*PURCHASE[:2], ("401000", "", "", "", "1199,99")), {}, 2, "credit", "Il manque 0,01"),
        ((("607000", "", "F", "10", "10"), *PURCHASE[1:]), {}, 0, "credit", "pas les deux"),
        ((("607999", "", "F", "1", ""), ("512000", "", "", "", "1")), {}, 0, "account", "607999"),
        ((("", "", "F", "1", ""), ("512000", "", "", "", "1")), {}, 0, "account", "le compte"),
        ((("607000", "", "F", "", ""), ("512000", "", "", "", "1")), {}, 0, "debit", "un montant"),
        ((("607000", "", "F", "x", ""), ("512000", "", "", "", "1")), {}, 0, "debit", "montant"),
        ((("607000", "", "F", "-1", ""), ("512000", "", "", "", "1")), {}, 0, "debit", "au crédit"),
        ((("607000", "", "", "1", ""), ("512000", "", "", "", "1")), {}, 0, "label", "libellé"),
        ((("401000", "RIEN", "F", "1", ""), ("512000", "", "", "", "1")), {}, 0, "third", "RIEN"),
        ((PURCHASE[0],), {}, 0, "account", "deux lignes"),
        ((), {}, 0, "account", "deux lignes"),
        (PURCHASE, {"date": "31/02"}, -1, "date", "n’est pas une date"),
        (PURCHASE, {"date": ""}, -1, "date", "la date"),
        (PURCHASE, {"date": "12/03/2031"}, -1, "date", "Aucun exercice"),
        (PURCHASE, {"journal": "ZZ"}, -1, "journal", "ZZ"),
    ],
)
def test_bad_input_is_told_beside_its_cell_and_nothing_is_written(
    inside: Dossier, alice: User, rows: tuple[Row, ...], more: dict[str, str], row: int, cell: str,
    words: str,
) -> None:  # fmt: skip
    fault = fault_of(rows, inside, alice, **more)
    assert (fault["row"], fault["cell"]) == (row, cell)
    assert words in str(fault["message"]).replace("\u00a0", " ")
    in_step(inside)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("credit = credit + 1 WHERE credit > 0", "does not balance"),
        ("debit = 100, credit = 100", "line_has_one_side"),
        ("account_id = 999999999", "points to no row"),
        ("date = NULL", "null value"),
    ],
)
def test_the_database_refuses_the_same_when_the_form_is_bypassed(
    alice: User, boulangerie: Dossier, change: str, words: str
) -> None:
    with open_dossier(alice, boulangerie):
        small_books(boulangerie)
        made = write(boulangerie, alice)
    where = "" if "WHERE" in change else " WHERE true"
    with (
        pytest.raises(IntegrityError, match=words),
        open_dossier(alice, boulangerie),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE ledger_entryline SET {change}{where} AND entry_id = %s",
            [made.id],
        )


def test_random_work_leaves_the_sums_as_the_lines_say(
    inside: Dossier, books: Books, alice: User
) -> None:
    dice = random.Random(7)
    numbers, live, undo = sorted(books.accounts), [], []
    for _turn in range(60):
        act = dice.choice(["write", "write", "change", "copy", "out", "back"])
        cents = [dice.randrange(1, 10**6) for _n in range(dice.randrange(1, 5))]
        rows: list[Row] = [
            (dice.choice(numbers), dice.choice(["", "MOULIN"]), "Essai", f"{c / 100:.2f}", "")
            for c in cents
        ]
        rows.append((dice.choice(numbers), "", "", "", f"{sum(cents) / 100:.2f}"))
        date = f"{dice.randrange(1, 28)}/{dice.randrange(1, 13)}/2023"
        entry = typed(rows, journal=dice.choice(["AC", "VE", "BQ"]), date=date)
        if act == "write" or not live:
            live.append(write_typed(inside, entry, by=alice).id)
        elif act == "change":
            held = Entry.objects.get(pk=dice.choice(live))
            write_typed(inside, entry, by=alice, change=held.id, version=version(held))
        elif act == "copy":
            held = Entry.objects.select_related("dossier", "journal").get(pk=dice.choice(live))
            live.append(copy_entry(held, date=entry.date or DAY, by=alice).id)
        elif act == "out":
            gone = live.pop(dice.randrange(len(live)))
            held = Entry.objects.select_related("fiscal_year").get(pk=gone)
            undo.append((gone, withdraw_entry(inside, held, by=alice)))
        elif undo:
            gone, job = undo.pop()
            bulk.undo_bulk(inside, job, by=alice)
            live.append(gone)
    in_step(inside)
    assert set(live) | {e.id for e in books.entries} == set(
        Entry.objects.values_list("id", flat=True)
    )
