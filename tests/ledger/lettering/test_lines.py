"""Lettering by hand: in full, in part, with the difference written off; and undoing it."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from clients.actions.locks import set_lock
from clients.models import Dossier
from firm.errors import BusinessError
from firm.models import User
from ledger.actions.entries import create_entry, remove_entry
from ledger.actions.lettering_lines import (
    AlreadyLettered,
    GapTooLarge,
    LinesGone,
    LinesUnfit,
    Unbalanced,
    letter_lines,
    unletter,
)
from ledger.actions.new_entries import Line
from ledger.models import Entry, Invoice, Lettering
from tests.conftest import open_dossier
from tests.ledger.bulk_books import check
from tests.ledger.lettering.desk import D, Desk, books, letters, line_of, places

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.row("B24")
def test_balanced_lines_get_the_next_code_and_their_invoice_is_paid(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        invoice = desk.invoice(12_000)
        due, paid = line_of(invoice.entry_id or 0), desk.line(-12_000, day=9)
        made = letter_lines(boulangerie, places(due, paid), by=alice)
        assert (made.lettering.code, made.lettering.lettered_on) == ("AA", paid.date)
        invoice.refresh_from_db()
        assert (invoice.state, invoice.paid_on) == ("paid", paid.date)
        check(boulangerie)
        unletter(boulangerie, [made.lettering.id], by=alice)
        invoice.refresh_from_db()
        assert (invoice.state, invoice.paid_on, letters(due, paid)) == ("issued", None, [None] * 2)
        check(boulangerie)


def test_a_partial_one_is_in_lower_case_then_completed_under_the_same_code(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        invoice = desk.invoice(10_000)
        due, first = line_of(invoice.entry_id or 0), desk.line(-4_000)
        letter_lines(boulangerie, places(due, first), by=alice, remainder="partial")
        invoice.refresh_from_db()
        assert (letters(due, first), invoice.state) == (["aa", "aa"], "partial")
        check(boulangerie)
        rest = desk.line(-6_000, day=20)
        # One line of the group stands for all of it.
        made = letter_lines(boulangerie, places(due, rest), by=alice)
        invoice.refresh_from_db()
        assert (letters(due, first, rest), invoice.state) == (["AA"] * 3, "paid")
        assert (made.lettering.is_balanced, Lettering.objects.count()) == (True, 1)
        other = [desk.line(500), desk.line(-500)]
        letter_lines(boulangerie, places(*other), by=alice)
        assert letters(*other) == ["AB", "AB"]
        check(boulangerie)


@pytest.mark.row("B24")
def test_a_difference_is_written_off_up_to_ten_euros_and_no_further(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        due, paid = desk.line(10_000), desk.line(-9_000)
        more, less = desk.line(10_000, customer="B"), desk.line(-8_999, customer="B")
        then = books(boulangerie)
        with pytest.raises(GapTooLarge):
            letter_lines(boulangerie, places(more, less), by=alice, remainder="write_off")
        assert books(boulangerie) == then
        made = letter_lines(boulangerie, places(due, paid), by=alice, remainder="write_off")
        assert made.write_off is not None
        assert line_of(made.write_off, 2).account.number.startswith("658")
        check(boulangerie)
        done = unletter(boulangerie, [made.lettering.id], by=alice)
        assert (done.write_offs, Entry.objects.filter(shape="write_off").count()) == (1, 0)
        assert books(boulangerie) == then
        check(boulangerie)


def test_the_entry_of_a_difference_goes_to_the_first_open_day_when_its_own_is_locked(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        due, paid = desk.line(10_000), desk.line(-9_999)
        set_lock(boulangerie, lock_date=D, lock_mode="users_and_admins", reason="Bilan", by=alice)
        made = letter_lines(boulangerie, places(due, paid), by=alice, remainder="write_off")
        assert made.write_off is not None
        assert (made.write_off.date - D).days == 1


@pytest.mark.parametrize("who", ["one", "two accounts", "two customers", "gone", "unbalanced"])
def test_what_cannot_be_lettered_is_refused_and_nothing_is_written(
    who: str, boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        due, paid = desk.line(10_000), desk.line(-10_000, customer="B")
        short = desk.line(-9_000)
        asked, refused = {
            "one": (places(due), LinesUnfit),
            "two accounts": ([*places(due), (due.entry_id, 2)], LinesUnfit),
            "two customers": (places(due, paid), LinesUnfit),
            "gone": ([*places(due), (due.entry_id, 9)], LinesGone),
            "unbalanced": (places(due, short), Unbalanced),
        }[who]
        then = books(boulangerie)
        with pytest.raises(refused):
            letter_lines(boulangerie, asked, by=alice)
        assert books(boulangerie) == then


def test_a_line_lettered_since_is_named(boulangerie: Dossier, alice: User) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        due, paid, again = desk.line(100), desk.line(-100, piece="CHQ-7"), desk.line(100)
        letter_lines(boulangerie, places(due, paid), by=alice)
        with pytest.raises(AlreadyLettered, match=r"CHQ-7.*AA"):
            letter_lines(boulangerie, places(again, paid), by=alice)


def test_only_the_lettering_named_is_undone_when_an_entry_has_lines_in_two(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        one, two = desk.line(100, customer="A"), desk.line(200, customer="B")
        both = create_entry(
            dossier=boulangerie, journal=desk.journal("BQ", "bank"), date=D, by=alice,
            lines=[
                Line.of(desk.receivable.id, -100, third_party_id=desk.customer("A").id),
                Line.of(desk.receivable.id, -200, third_party_id=desk.customer("B").id),
                Line.of(desk.account("512000").id, 300),
            ],
        )  # fmt: skip
        first = letter_lines(boulangerie, [*places(one), (both.id, 1)], by=alice)
        letter_lines(boulangerie, [*places(two), (both.id, 2)], by=alice)
        unletter(boulangerie, [first.lettering.id], by=alice)
        assert letters(one, two, line_of(both), line_of(both, 2)) == [None, "AA", None, "AA"]
        with pytest.raises(LinesGone):
            unletter(boulangerie, [first.lettering.id], by=alice)


@pytest.mark.row("B24")
def test_of_two_people_who_letter_the_same_line_one_is_told_by_name(
    boulangerie: Dossier, alice: User, bruno: User
) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        due = desk.line(10_000, piece="FA-1")
        paid = [desk.line(-10_000), desk.line(-10_000, day=1)]
    ready, ends = threading.Barrier(2), ["", ""]

    def act(at: int, by: User) -> None:
        try:
            ready.wait(10)
            with open_dossier(by, boulangerie):
                letter_lines(boulangerie, places(due, paid[at]), by=by)
            ends[at] = "done"
        except BusinessError as error:
            ends[at] = error.code
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=one) for one in enumerate((alice, bruno))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(ends) == ["already_lettered", "done"]
    with open_dossier(alice, boulangerie):
        assert Lettering.objects.count() == 1
        assert Invoice.objects.count() == 0
        check(boulangerie)


@pytest.mark.row("B24")
def test_what_was_written_off_goes_with_the_entry_whose_payment_is_taken_away(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        due, paid = desk.line(10_000), desk.line(-9_998, day=4)
        letter_lines(boulangerie, places(due, paid), by=alice, remainder="write_off")
        assert Entry.objects.filter(shape="write_off").count() == 1
        removed = remove_entry(paid.entry, by=alice)
        assert removed.letterings == ["AA"]
        assert not Entry.objects.filter(shape="write_off").exists()
        assert letters(due) == [None]
        check(boulangerie)
