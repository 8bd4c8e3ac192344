"""Search by the texts that a job prepares: in step with the imports, never across a wall."""

from __future__ import annotations

import dataclasses

import pytest
from django.db import connection

from clients.actions.dossiers import create_dossier
from clients.models import Dossier
from firm import scope
from firm.models import Firm, User
from ledger.bench.search import run as bench
from ledger.jobs.search_texts import run_waiting
from ledger.models import Entry, EntryText, FecImport
from ledger.queries import search as searching
from ledger.queries.search import ask, search, search_lines
from tests.conftest import open_dossier
from tests.ledger.test_fec_flow import DATA, REAL, confirm, send, undo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _short_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the latest ten entries are walked: whatever is older is found by its text."""
    monkeypatch.setattr(searching, "LATEST", 10)


@pytest.fixture(name="imported")
def real_books(boulangerie: Dossier, alice: User) -> FecImport:
    row = confirm(boulangerie, alice, send(boulangerie, alice, (DATA / REAL).read_bytes(), REAL))
    run_waiting(boulangerie.id)
    with open_dossier(alice, boulangerie):
        return FecImport.objects.get(pk=row.pk)


def found(typed: str, dossier: Dossier, limit: int = 20) -> set[int]:
    return {row.id for row in search(dossier, ask(typed), limit=limit).entries}


def by_hand(dossier: Dossier, monkeypatch: pytest.MonkeyPatch, typed: str, limit: int) -> set[int]:
    with monkeypatch.context() as patch:
        patch.setattr(searching, "_has_texts", lambda *_asked: False)
        return found(typed, dossier, limit)


def test_a_job_after_the_import_prepares_every_entry(
    imported: FecImport, boulangerie: Dossier, alice: User
) -> None:
    assert imported.searchable_at
    with open_dossier(alice, boulangerie):
        assert EntryText.objects.count() == Entry.objects.count() == 2033
        first = Entry.objects.order_by("id")[0]
        text = EntryText.objects.get(entry_id=first.id)
        assert first.label.lower() in text.said
        assert first.debit in text.amounts


def test_the_texts_find_what_a_walk_through_all_entries_finds(
    imported: FecImport, boulangerie: Dossier, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    del imported
    with open_dossier(alice, boulangerie):
        old = Entry.objects.order_by("date")[3]
        typed = [
            old.label,
            old.label.swapcase()[2:],
            f"{old.debit / 100:.2f}",
            "100%",
            "a_c",
            "z\\",
        ]
        typed += [old.piece_ref] if old.piece_ref else []
        for words in typed:
            expected = by_hand(boulangerie, monkeypatch, words, 3000)
            assert expected <= found(words, boulangerie, 3000), words
        assert old.id in found(old.label, boulangerie, 3000)
        assert not found("introuvablissime", boulangerie)


def test_the_latest_come_first_and_no_more_than_asked(
    imported: FecImport, boulangerie: Dossier, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    del imported
    with open_dossier(alice, boulangerie):
        word = Entry.objects.order_by("date")[3].label.split()[0]
        rows = search(boulangerie, ask(word), limit=7).entries
        assert [row.id for row in rows] == sorted(
            [row.id for row in rows],
            key=lambda id: (Entry.objects.get(pk=id).date, id),
            reverse=True,
        )
        assert {row.id for row in rows} == by_hand(boulangerie, monkeypatch, word, 7)


def test_lines_are_found_by_an_amount_that_is_no_total(
    imported: FecImport, boulangerie: Dossier, alice: User
) -> None:
    del imported
    with open_dossier(alice, boulangerie):
        entry = Entry.objects.filter(line_count__gte=3).order_by("date")[0]
        line = next(one for one in entry.lines.all() if one.debit + one.credit != entry.debit)
        cents = line.debit or line.credit
        lines = search_lines(boulangerie, ask(f"{abs(cents) / 100:.2f}")) or []

        assert line.pk in {one.pk for one in lines}
        assert all(abs(one.debit) == abs(cents) or abs(one.credit) == abs(cents) for one in lines)


def test_before_the_job_and_after_an_undo_all_entries_are_walked(
    boulangerie: Dossier, alice: User
) -> None:
    row = confirm(boulangerie, alice, send(boulangerie, alice, (DATA / REAL).read_bytes(), REAL))
    with open_dossier(alice, boulangerie):
        assert not EntryText.objects.exists()
        label = Entry.objects.order_by("date")[3].label
        assert found(label, boulangerie)
    run_waiting(boulangerie.id)

    undo(boulangerie, alice, row)
    with open_dossier(alice, boulangerie):
        assert EntryText.objects.count() == 2033
        assert not found(label, boulangerie)
    run_waiting(boulangerie.id)
    with open_dossier(alice, boulangerie):
        assert not EntryText.objects.exists()
        assert FecImport.objects.get(pk=row.pk).searchable_at is None


def test_entries_made_here_are_found_beside_the_imported_ones(
    imported: FecImport, boulangerie: Dossier, alice: User
) -> None:
    del imported
    with open_dossier(alice, boulangerie):
        model = Entry.objects.order_by("date")[0]
        values = {f.attname: getattr(model, f.attname) for f in Entry._meta.local_fields}
        del values["id"]
        made = Entry.objects.create(**{**values, "fec_import_id": None, "label": "Faite ici même"})

        assert found("ici même", boulangerie) == {made.id}


@pytest.fixture
def garage(imported: FecImport, durand: Firm, eve: User) -> Dossier:
    """A dossier of the other firm with the same books."""
    del imported
    with scope.open_scope(scope.Scope(user=eve.id, firm=durand.id, firm_write=True)):
        made = create_dossier(durand, name="Garage", by=eve)
    confirm(made, eve, send(made, eve, (DATA / REAL).read_bytes(), REAL))
    run_waiting(made.id)
    return made


def test_the_search_function_answers_only_the_dossiers_in_scope(
    garage: Dossier, boulangerie: Dossier, alice: User, eve: User
) -> None:
    held: dict[int, set[int]] = {}
    for user, dossier in ((alice, boulangerie), (eve, garage)):
        with open_dossier(user, dossier), connection.cursor() as cursor:
            own = set(Entry.objects.values_list("id", flat=True))
            cursor.execute("SELECT search_entries('a', 1, 100000)")
            held[dossier.id] = {id for (id,) in cursor.fetchall()}
            assert held[dossier.id]
            assert held[dossier.id] <= own
            assert EntryText.objects.exclude(dossier_id=dossier.id).count() == 0
    assert not held[boulangerie.id] & held[garage.id]

    nothing = scope.Scope(user=alice.id, firm=boulangerie.firm_id, read=frozenset())
    with scope.open_scope(nothing), connection.cursor() as cursor:
        cursor.execute("SELECT search_entries('a', 1, 100000)")
        assert cursor.fetchall() == []


def test_without_a_scope_the_search_function_raises(imported: FecImport, alice: User) -> None:
    del imported
    with (
        pytest.raises(Exception, match="no dossier scope is set"),
        scope.open_scope(scope.Scope(user=alice.id)),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT search_entries('a', 1, 10)")


def test_only_the_runtime_role_may_search() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proowner::regrole::text, prosecdef,"
            " has_function_privilege('firm_app', oid, 'execute'),"
            " has_function_privilege('firm_backup', oid, 'execute')"
            " FROM pg_proc WHERE proname = 'search_entries'"
        )
        assert cursor.fetchall() == [("firm_search", True, True, False)]


def test_the_benchmark_of_the_search_runs() -> None:
    results = [dataclasses.asdict(one) for one in bench(2000)]

    assert len(results) == 9
    assert all(one["seconds"] > 0 for one in results)
    assert [one["goal"] for one in results] == [None, *[0.020] * 8]
