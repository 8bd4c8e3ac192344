"""Two people at one entry: one of them is told, the sums are right, nobody waits for ever."""

from __future__ import annotations

import pytest

from clients.models import Dossier
from firm.models import User
from ledger.actions.entry_removal import withdraw_entry
from ledger.actions.entry_typing import write_typed
from ledger.entry_rows import TypedEntry
from ledger.models import Entry
from tests.conftest import open_dossier
from tests.ledger.entry_desk import PURCHASE, small_books, typed, version, write
from tests.ledger.test_entries import in_step
from tests.ledger.test_posting_races import together

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


def test_of_two_editors_the_second_is_told(alice: User, bruno: User, boulangerie: Dossier) -> None:
    with open_dossier(alice, boulangerie):
        small_books(boulangerie)
    for _round in range(ROUNDS):
        with open_dossier(alice, boulangerie):
            made = write(boulangerie, alice)
            read = version(made)

        def change(person: User, label: str, pk: int = made.id, read: str = read) -> None:
            rows = ((PURCHASE[0][0], "", label, "9", ""), ("401000", "MOULIN", "", "", "9"))
            write_typed(boulangerie, typed(rows), by=person, change=pk, version=read)

        ends = together([
            (alice, boulangerie, lambda: change(alice, "Alice")),
            (bruno, boulangerie, lambda: change(bruno, "Bruno")),
        ])  # fmt: skip
        assert sorted(ends) == ["done", "entry_changed"]
        with open_dossier(alice, boulangerie):
            winner = "Alice" if ends[0] == "done" else "Bruno"
            assert Entry.objects.get(pk=made.id).label == winner
            in_step(boulangerie)


def test_an_entry_is_changed_or_taken_out_never_half_of_each(
    alice: User, bruno: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        small_books(boulangerie)
    for _round in range(ROUNDS):
        with open_dossier(alice, boulangerie):
            made = write(boulangerie, alice)
            read = version(made)
        rows = ((PURCHASE[0][0], "", "Autre", "9", ""), ("401000", "MOULIN", "", "", "9"))

        entry = typed(rows)

        def change(pk: int = made.id, read: str = read, entry: TypedEntry = entry) -> None:
            write_typed(boulangerie, entry, by=alice, change=pk, version=read)

        def take(pk: int = made.id) -> None:
            held = Entry.objects.select_related("fiscal_year").get(pk=pk)
            withdraw_entry(boulangerie, held, by=bruno)

        ends = together([(alice, boulangerie, change), (bruno, boulangerie, take)])
        assert "done" in ends
        with open_dossier(alice, boulangerie):
            left = Entry.objects.filter(pk=made.id).first()
            assert (left is None) is (ends[1] == "done")
            assert left is None or left.label == "Autre"
            in_step(boulangerie)


def test_writers_at_once_keep_the_sums(alice: User, bruno: User, boulangerie: Dossier) -> None:
    with open_dossier(alice, boulangerie):
        small_books(boulangerie)
    ends = together([
        (person, boulangerie, lambda person=person: [write(boulangerie, person) for _n in range(5)])  # type: ignore[misc]
        for person in (alice, bruno, alice)
    ])  # fmt: skip
    assert ends == ["done"] * 3
    with open_dossier(alice, boulangerie):
        assert Entry.objects.filter(label="Farines", piece_ref="A-8").count() == 15
        in_step(boulangerie)
