"""Validation: gapless numbers, a chain of hashes, frozen rows; an altered row is found."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.actions.locks import set_lock
from clients.models import Dossier
from firm.job_previews import PreviewStale
from firm.models import User
from ledger.actions import validation
from ledger.actions.entries import EntryNotRemovable, Line, create_entry, guarded, remove_entry
from ledger.actions.summaries import refresh_stats
from ledger.actions.validation import Choice, NothingToValidate, YearShut, validate
from ledger.models import Entry, EntryLine, EntrySeal, FiscalYear
from ledger.queries.chain import verify_year
from tests.conftest import open_dossier
from tests.ledger import books as books_of
from tests.ledger.books import Y2023, Books, Piece, make_books
from tests.ledger.test_entries import in_step
from tests.ledger.test_posting_races import together

pytestmark = pytest.mark.django_db
DAY = dt.date(2023, 5, 17)
TODAY = dt.date(2023, 12, 31)


@pytest.fixture
def books(inside: Dossier) -> Books:
    """An open year with a chart, two journals, and one draft."""
    first = [books_of.Line("512000", debit=100), books_of.Line("707000", credit=100)]
    given = make_books(inside, [Piece("BQ", DAY, first), Piece("VE", DAY, first)], **Y2023)
    refresh_stats(inside.id)
    return given


def post(
    dossier: Dossier, books: Books, by: User, day: dt.date = DAY, journal: str = "BQ", n: int = 1
) -> list[Entry]:
    one, other = books.accounts["512000"].id, books.accounts["707000"].id
    return [
        create_entry(
            dossier=dossier, journal=books.journals[journal], date=day, by=by,
            label=f"Vente {rank}", lines=[Line.of(one, 1000 + rank), Line.of(other, -1000 - rank)],
        )
        for rank in range(n)
    ]  # fmt: skip


def numbers(books: Books, journal: str = "BQ") -> list[str]:
    found = EntrySeal.objects.filter(journal=books.journals[journal]).select_related("entry")
    return [row.entry.number for row in found.order_by("chain_seq")]


def as_owner(statement: str, *values: object) -> None:
    """Run SQL past every trigger, as somebody with the owner's key would."""
    tables = ("ledger_entry", "ledger_entryline")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("RESET ROLE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET ROLE firm_app")


def test_drafts_get_gapless_numbers_by_journal_in_the_order_of_their_dates(
    inside: Dossier, books: Books, alice: User
) -> None:
    post(inside, books, alice, dt.date(2023, 7, 1), n=2)
    done = validate(inside, Choice(books.year.id), by=alice)
    assert done["entries"] == 4
    assert numbers(books) == ["BQ-00001", "BQ-00002", "BQ-00003"]
    assert numbers(books, "VE") == ["VE-00001"]
    post(inside, books, alice, dt.date(2023, 2, 1))
    again = validate(inside, Choice(books.year.id), by=alice)
    assert (again["first"], again["last"]) == (5, 5)
    assert numbers(books)[-1] == "BQ-00004"
    assert verify_year(books.year) == (5, None)
    in_step(inside)


def test_only_what_was_chosen_is_validated(inside: Dossier, books: Books, alice: User) -> None:
    late = post(inside, books, alice, dt.date(2023, 9, 1))[0]
    validate(
        inside, Choice(books.year.id, until=DAY, journals=(books.journals["BQ"].id,)), by=alice
    )
    assert Entry.objects.filter(state="validated").count() == 1
    validate(inside, Choice(books.year.id, ids=(late.id,)), by=alice)
    late.refresh_from_db()
    assert late.number == "BQ-00002"
    with pytest.raises(NothingToValidate):
        validate(inside, Choice(books.year.id, ids=(late.id,)), by=alice)


def test_a_validated_entry_is_frozen_lettering_apart(
    inside: Dossier, books: Books, alice: User
) -> None:
    entry = post(inside, books, alice)[0]
    validate(inside, Choice(books.year.id), by=alice)
    entry.refresh_from_db()
    with pytest.raises(EntryNotRemovable, match="contre-passation"):
        remove_entry(entry, by=alice)
    for change in (
        lambda: Entry.objects.filter(pk=entry.pk).update(label="Autre"),
        lambda: Entry.objects.filter(pk=entry.pk).update(state="draft"),
        lambda: EntryLine.objects.filter(entry=entry).update(debit=5),
        lambda: EntryLine.objects.filter(entry=entry).delete(),
        lambda: EntrySeal.objects.filter(entry=entry).update(chain_seq=99),
        lambda: EntrySeal.objects.filter(entry=entry).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    with (
        pytest.raises(YearShut, match="validée ne se modifie plus"),
        guarded(),
        transaction.atomic(),
    ):
        Entry.objects.filter(pk=entry.pk).update(label="Autre")
    EntryLine.objects.filter(entry=entry).update(lettering_code="AA")


def test_a_lock_date_leaves_validation_free(inside: Dossier, books: Books, alice: User) -> None:
    set_lock(inside, lock_date=TODAY, lock_mode="users_and_admins", by=alice)
    assert validate(inside, Choice(books.year.id), by=alice)["entries"] == 2


def test_a_year_that_is_not_open_is_refused_by_form_and_database(
    inside: Dossier, books: Books, alice: User
) -> None:
    FiscalYear.objects.filter(pk=books.year.pk).update(state="locked")
    with pytest.raises(YearShut, match="déverrouillez"):
        validate(inside, Choice(books.year.id), by=alice)
    values: dict[str, Any] = {
        "dossier": inside, "fiscal_year": books.year, "journal": books.journals["BQ"],
        "date": DAY, "number": "1",
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="takes no entry"), transaction.atomic():
        Entry.objects.create(**values)
    FiscalYear.objects.filter(pk=books.year.pk).update(state="open")
    with pytest.raises(IntegrityError, match="dated within"), transaction.atomic():
        Entry.objects.create(**values | {"date": dt.date(2024, 1, 1)})


def test_the_preview_tells_what_it_would_do_and_notices_a_change(
    inside: Dossier, books: Books, alice: User
) -> None:
    job = validation.preview_validation(inside, Choice(books.year.id), today=TODAY, by=alice)
    assert job.total == 2
    post(inside, books, alice)
    with pytest.raises(PreviewStale):
        validation.confirm_validation(inside, job, by=alice)


@pytest.mark.parametrize("what", ["label", "amount", "account", "number", "gone"])
@pytest.mark.row("B15")
def test_a_row_changed_by_sql_is_named(
    inside: Dossier, books: Books, alice: User, what: str
) -> None:
    victim = post(inside, books, alice, n=3)[1]
    validate(inside, Choice(books.year.id), by=alice)
    changes = {
        "label": "UPDATE ledger_entry SET label = 'X' WHERE id = %s",
        "number": "UPDATE ledger_entry SET number = 'X' WHERE id = %s",
        "amount": "UPDATE ledger_entryline SET debit = debit * 2, credit = credit * 2"
        " WHERE entry_id = %s",
        "account": "UPDATE ledger_entryline SET account_id = (SELECT a.id FROM ledger_account a"
        " WHERE a.id <> account_id LIMIT 1) WHERE entry_id = %s AND line_no = 1",
        "gone": "DELETE FROM ledger_entry WHERE id = %s",
    }
    as_owner(changes[what], victim.id)
    _seen, broken = verify_year(books.year)
    assert broken is not None
    assert broken.entry == victim.id


ACTS = st.tuples(
    st.sampled_from(["post", "validate", "one"]), st.integers(1, 28), st.sampled_from(["BQ", "VE"])
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(ACTS, max_size=12))
def test_any_order_of_acts_leaves_chain_and_numbers_whole(
    inside: Dossier, books: Books, alice: User, acts: list[tuple[str, int, str]]
) -> None:
    with transaction.atomic():
        for act, day, journal in acts:
            if act == "post":
                post(inside, books, alice, dt.date(2023, 6, day), journal, n=day % 3 + 1)
            drafts = (
                Entry.objects.filter(state="draft").order_by("-date").values_list("id", flat=True)
            )
            if act == "validate" and drafts:
                until = dt.date(2023, 6, day)
                with contextlib.suppress(NothingToValidate):
                    validate(inside, Choice(books.year.id, until=until), by=alice)
            elif act == "one" and drafts:
                validate(inside, Choice(books.year.id, ids=(drafts[0],)), by=alice)
        seen, broken = verify_year(books.year)
        assert broken is None
        assert seen == Entry.objects.filter(state="validated").count()
        for code in ("BQ", "VE"):
            given_ = numbers(books, code)
            assert given_ == [f"{code}-{rank:05}" for rank in range(1, len(given_) + 1)]
        in_step(inside)
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_eight_people_who_validate_at_once_leave_no_gap_and_no_double(
    alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        first = [books_of.Line("512000", debit=100), books_of.Line("707000", credit=100)]
        books = make_books(boulangerie, [Piece("BQ", DAY, first)], **Y2023)
        made = post(boulangerie, books, alice, n=24)
    shares = [tuple(row.id for row in made[at::8]) for at in range(8)]
    ends = together([
        (alice, boulangerie, lambda ids=ids: validate(  # type: ignore[misc]
            boulangerie, Choice(books.year.id, ids=ids), by=alice))
        for ids in shares
    ])  # fmt: skip
    assert ends == ["done"] * 8
    with open_dossier(alice, boulangerie):
        assert numbers(books) == [f"BQ-{rank:05}" for rank in range(1, 25)]
        assert verify_year(books.year) == (24, None)
