"""Lock dates: moved for a reason, kept by the database, passed by whom they let pass."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils import timezone

from clients.actions import locks
from clients.demo import Cast
from clients.models import Dossier
from firm import scope
from firm.errors import refusal_of
from firm.models import AuditEvent, User
from ledger.models import BankTransaction, Entry, EntryLine, FiscalYear, Invoice
from tests.conftest import open_dossier
from tests.ledger.books import Line, Piece, make_books

YEAR = {"start": dt.date(2025, 1, 1), "end": dt.date(2025, 12, 31)}
JUNE = dt.date(2025, 6, 30)
JULY = dt.date(2025, 7, 1)
SALE = (Line("411000", debit=12000), Line("706000", credit=12000))
Lock = Callable[..., Dossier]

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(cast: Cast) -> Dossier:
    """One entry on the last day of June, one on the first of July."""
    with open_dossier(cast.people["alice"], cast.boulangerie):
        make_books(
            cast.boulangerie,
            [Piece("VE", JUNE, SALE, "1"), Piece("VE", JULY, SALE, "2")],
            **YEAR,
        )
    return cast.boulangerie


@pytest.fixture
def lock(cast: Cast, books: Dossier) -> Lock:
    """Lock the dossier until the end of June."""

    def locked(mode: str = "users", day: dt.date | None = JUNE, reason: str = "") -> Dossier:
        with open_dossier(cast.people["alice"], books):
            locks.set_lock(
                books, lock_date=day, lock_mode=mode, reason=reason, by=cast.people["alice"]
            )
        return books

    return locked


def entry_on(day: dt.date) -> Entry:
    return Entry.objects.get(date=day)


def change_label(day: dt.date) -> None:
    Entry.objects.filter(date=day).update(label=Concat("label", Value("!")))


def move_into_june(day: dt.date) -> None:
    Entry.objects.filter(date=day).update(date=JUNE)


def change_amount(day: dt.date) -> None:
    EntryLine.objects.filter(date=day).update(label=Concat("label", Value("!")))


def remove(day: dt.date) -> None:
    EntryLine.objects.filter(date=day).delete()


def add(day: dt.date) -> None:
    one = Entry.objects.select_related("journal", "fiscal_year").first()
    assert one is not None
    Entry.objects.create(
        dossier_id=one.dossier_id, fiscal_year=one.fiscal_year, journal=one.journal,
        number="99", date=day,
    )  # fmt: skip


WRITES = [change_label, change_amount, remove, add]


def refused(who: User, dossier: Dossier, write: Callable[[dt.date], None], day: dt.date) -> bool:
    """Whether the database refuses a write for the lock date, in the person's scope."""
    try:
        with open_dossier(who, dossier):
            write(day)
    except IntegrityError as error:
        return isinstance(refusal_of(error), locks.PeriodLocked)
    return False


@pytest.mark.row("B6")
@pytest.mark.parametrize("write", WRITES)
def test_what_is_dated_on_the_locked_day_is_refused_and_the_day_after_is_not(
    write: Any, lock: Lock, bruno: User
) -> None:
    dossier = lock("users")
    assert refused(bruno, dossier, write, JUNE)
    assert not refused(bruno, dossier, write, JULY)


def test_a_july_entry_does_not_move_into_june(lock: Lock, bruno: User) -> None:
    assert refused(bruno, lock("users"), move_into_june, JULY)


@pytest.mark.row("X2.1")
@pytest.mark.parametrize(
    ("mode", "who", "is_refused"),
    [
        ("users", "bruno", True),
        ("users", "alice", False),
        ("users_and_admins", "bruno", True),
        ("users_and_admins", "alice", True),
    ],
)
def test_protection_has_three_modes(
    mode: str, who: str, is_refused: bool, lock: Lock, cast: Cast
) -> None:
    dossier = lock(mode)
    assert refused(cast.people[who], dossier, change_label, JUNE) is is_refused
    lock("none", None, reason="Essai")
    assert not refused(cast.people[who], dossier, change_label, JUNE)


def test_an_administrator_who_passes_is_written_down_once(lock: Lock, alice: User) -> None:
    dossier = lock("users")
    with open_dossier(alice, dossier):
        change_label(JUNE)
        change_amount(JUNE)
        (event,) = AuditEvent.objects.filter(action="clients.lock_passed")
    assert event.user_id == alice.pk
    assert event.details == {"by": "admin", "date": "2025-06-30", "until": "2025-06-30"}


@pytest.mark.row("B6")
def test_an_exception_lets_one_person_pass_until_its_moment(
    lock: Lock, alice: User, bruno: User, chloe: User
) -> None:
    dossier = lock("users_and_admins")
    with open_dossier(alice, dossier):
        given = locks.allow_exception(
            dossier, to=bruno, reason="Facture oubliée",
            until=timezone.now() + dt.timedelta(hours=1), by=alice,
        )  # fmt: skip
    assert not refused(bruno, dossier, change_label, JUNE)
    assert refused(chloe, dossier, change_label, JUNE)
    with open_dossier(alice, dossier):
        locks.end_exception(dossier, given, by=alice)
    assert refused(bruno, dossier, change_label, JUNE)


@pytest.mark.parametrize(
    ("reason", "hours", "code"),
    [("", 1, "lock_exception_refused"), ("Oubli", -1, "lock_exception_refused")],
)
def test_an_exception_needs_a_reason_and_a_future(
    reason: str, hours: int, code: str, lock: Lock, alice: User, bruno: User
) -> None:
    dossier = lock("users_and_admins")
    until = timezone.now() + dt.timedelta(hours=hours)
    with open_dossier(alice, dossier), pytest.raises(locks.ExceptionRefused) as refusal:
        locks.allow_exception(dossier, to=bruno, reason=reason, until=until, by=alice)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("mode", "day"),
    [
        ("users_and_admins", dt.date(2025, 5, 31)),
        ("users", JUNE),
        ("none", None),
    ],
)
@pytest.mark.row("B6")
def test_loosening_a_lock_needs_a_reason(mode: str, day: dt.date | None, lock: Lock) -> None:
    dossier = lock("users_and_admins")
    with pytest.raises(locks.LockReasonMissing):
        lock(mode, day)
    lock(mode, day, reason="Erreur de date")
    assert (dossier.lock_date, dossier.lock_mode) == (day, mode)


@pytest.mark.parametrize(("mode", "day"), [("users", None), ("none", JUNE), ("tous", JUNE)])
def test_half_a_lock_is_refused(mode: str, day: dt.date | None, lock: Lock) -> None:
    with pytest.raises(locks.LockIncomplete):
        lock(mode, day)


def test_the_same_lock_again_changes_nothing(lock: Lock, alice: User) -> None:
    dossier = lock("users")
    with open_dossier(alice, dossier):
        assert not locks.set_lock(dossier, lock_date=JUNE, lock_mode="users", by=alice)
        assert AuditEvent.objects.filter(action="clients.lock_moved").count() == 1


def test_lettering_and_validation_stay_free(lock: Lock, bruno: User) -> None:
    dossier = lock("users")

    def letter(day: dt.date) -> None:
        EntryLine.objects.filter(date=day).update(lettering_code="AA", lettered_on=JUNE)
        Entry.objects.filter(date=day).update(state="validated")

    assert not refused(bruno, dossier, letter, JUNE)


def test_invoices_and_bank_transactions_are_kept_too(lock: Lock, cast: Cast) -> None:
    dossier = lock("users")

    def invoice(day: dt.date) -> None:
        Invoice.objects.create(
            dossier=dossier, direction="sale", type="invoice", number="F1", issue_date=day
        )

    assert refused(cast.people["bruno"], dossier, invoice, JUNE)
    assert not refused(cast.people["bruno"], dossier, invoice, JULY)
    assert BankTransaction._meta.db_table == "ledger_banktransaction"


def test_another_dossier_is_not_concerned(lock: Lock, cast: Cast) -> None:
    lock("users_and_admins")
    alice = cast.people["alice"]
    with scope.open_scope(scope.Scope(user=alice.id, firm=cast.firms["martin"].id)):
        from clients.actions.dossiers import create_dossier

        other = create_dossier(cast.firms["martin"], name="Autre", by=alice)
    with open_dossier(alice, other):
        make_books(other, [Piece("VE", JUNE, SALE, "1")], **YEAR)
        assert FiscalYear.objects.count() == 1


def test_a_refusal_says_until_when_and_what_to_do(lock: Lock, bruno: User) -> None:
    dossier = lock("users")
    with open_dossier(bruno, dossier), pytest.raises(locks.PeriodLocked) as refusal:
        locks.refuse_locked(dossier, since=JUNE)
    assert "jusqu’au 30/06/2025 inclus" in refusal.value.message
    with open_dossier(bruno, dossier):
        locks.refuse_locked(dossier, since=JULY)


@pytest.mark.django_db(transaction=True)
def test_a_lock_and_a_write_never_cross(cast: Cast, lock: Lock) -> None:
    """Of a write and a lock at the same time, either the write came first or it is refused."""
    alice, bruno, dossier = cast.people["alice"], cast.people["bruno"], cast.boulangerie
    wrote, locking, outcome = threading.Event(), threading.Event(), []

    def write_slowly() -> None:
        try:
            with open_dossier(bruno, dossier):
                change_label(JUNE)
                wrote.set()
                locking.wait(5)
            outcome.append("written")
        finally:
            connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert wrote.wait(5)
    threading.Timer(0.4, locking.set).start()
    with open_dossier(alice, dossier):
        locks.set_lock(dossier, lock_date=JUNE, lock_mode="users_and_admins", by=alice)
        assert outcome == ["written"]  # it waited for the write to commit
    writer.join(5)
    assert refused(bruno, dossier, change_label, JUNE)
