"""Cut-offs: their entries at a closing, reversals now or later, and taking them back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from clients.models import Dossier
from firm.models import User
from ledger.actions.cutoffs import (
    CutOffInvalid,
    CutOffPreviewStale,
    CutOffWritten,
    NoCutOffDue,
    remove_cutoff,
    reverse_due,
    save_cutoff,
    undo_cutoffs,
    write_cutoffs,
)
from ledger.actions.entries import remove_entry
from ledger.actions.years import open_year
from ledger.models import CutOff, CutOffWriting, Entry, EntryLine
from ledger.queries.cutoffs import at_closing, reversals_due
from ledger.queries.drift import drifts
from ledger.queries.years import Year, year_at, years_of
from tests.conftest import open_dossier
from tests.ledger.asset_books import asset_books
from tests.ledger.pieces import lines_of

pytestmark = pytest.mark.django_db
D = dt.date


def year(dossier: Dossier, number: int) -> Year:
    found = year_at(years_of(dossier), D(number, 6, 1))
    assert found
    return found


def cutoff(dossier: Dossier, by: User, **fields: Any) -> CutOff:
    given = {
        "kind": "prepaid", "label": "Assurance", "account": "616000", "amount": 1_200_00,
        "since": D(2024, 10, 1), "until": D(2025, 9, 30), "year_end": D(2024, 12, 31),
    }  # fmt: skip
    return save_cutoff(dossier, None, by=by, **(given | fields))


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        ({}, [("486000", 897_53), ("616000", -897_53)]),
        ({"kind": "deferred", "account": "706000"}, [("487000", -897_53), ("706000", 897_53)]),
        ({"kind": "accrued_purchase", "account": "606000", "amount": 500_00, "vat": 100_00},
         [("606000", 500_00), ("445860", 100_00), ("408000", -600_00)]),
        ({"kind": "accrued_sale", "account": "706000", "amount": 500_00, "vat": 100_00},
         [("706000", -500_00), ("445870", -100_00), ("418000", 600_00)]),
        ({"kind": "accrued_staff", "account": "641200", "amount": 300_00},
         [("641200", 300_00), ("428600", -300_00)]),
        ({"kind": "accrued_income", "account": "758000", "amount": 80_00},
         [("758000", -80_00), ("468700", 80_00)]),
    ],
)  # fmt: skip
def test_each_kind_writes_its_entry_and_the_opposite_on_the_next_day(
    fields: dict[str, Any], lines: list[tuple[str, int]], alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        cutoff(boulangerie, alice, **fields)

        made = write_cutoffs(boulangerie, year(boulangerie, 2024), by=alice)

        assert (made.entries, made.reversals) == (1, 1)
        writing = CutOffWriting.objects.get()
        assert lines_of(writing.entry_id) == lines
        assert lines_of(writing.reversal_id) == [(account, -cents) for account, cents in lines]
        dates = Entry.objects.filter(pk__in=[writing.entry_id, writing.reversal_id])
        assert set(dates.values_list("date", flat=True)) == {D(2024, 12, 31), D(2025, 1, 1)}
        assert list(drifts(boulangerie.id)) == []
        with pytest.raises(NoCutOffDue):
            write_cutoffs(boulangerie, year(boulangerie, 2024), by=alice)

        assert undo_cutoffs(boulangerie, made.id, by=alice) == 2
        assert CutOffWriting.objects.count() == 0
        assert list(drifts(boulangerie.id)) == []


def test_a_service_over_three_years_is_cut_off_at_each_closing(
    alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        # 731 days from 1 July 2024: 547 are left after 2024, 182 after 2025.
        cutoff(boulangerie, alice, amount=7_310_00, since=D(2024, 7, 1), until=D(2026, 7, 1))

        for number, cents in ((2024, 5_470_00), (2025, 1_820_00)):
            (row,) = at_closing(boulangerie, D(number, 12, 31))
            assert (row.cents, row.state) == (cents, "due")
        write_cutoffs(boulangerie, year(boulangerie, 2024), by=alice)
        write_cutoffs(boulangerie, year(boulangerie, 2025), by=alice)

        sums = {
            number: sum(
                line.debit - line.credit
                for line in EntryLine.objects.filter(account__number="616000", date__year=number)
            )
            for number in (2024, 2025)
        }
        # Each year bears its own days: 184 and 365, at 10 euros.
        assert sums == {2024: -5_470_00, 2025: 5_470_00 - 1_820_00}
        assert at_closing(boulangerie, D(2026, 12, 31)) == []


def test_a_reversal_waits_for_its_year_and_is_then_written_by_one_click(
    alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        cutoff(boulangerie, alice, year_end=D(2025, 12, 31), since=D(2025, 7, 1),
               until=D(2026, 6, 30))  # fmt: skip
        made = write_cutoffs(boulangerie, year(boulangerie, 2025), by=alice)
        assert made.reversals == 0
        assert [row.state for row in at_closing(boulangerie, D(2025, 12, 31))] == ["reversal_due"]
        with pytest.raises(NoCutOffDue):
            reverse_due(boulangerie, by=alice)

        open_year(boulangerie, start=D(2026, 1, 1), end=D(2026, 12, 31), by=alice)

        assert reverse_due(boulangerie, by=alice) == 1
        assert reversals_due(boulangerie) == []
        writing = CutOffWriting.objects.get()
        assert Entry.objects.get(pk=writing.reversal_id).date == D(2026, 1, 1)


def test_an_entry_taken_out_of_the_books_is_due_again(alice: User, boulangerie: Dossier) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        cutoff(boulangerie, alice)
        write_cutoffs(boulangerie, year(boulangerie, 2024), by=alice)
        writing = CutOffWriting.objects.get()
        remove_entry(Entry.objects.get(pk=writing.reversal_id), by=alice)
        assert [row.state for row in at_closing(boulangerie, D(2024, 12, 31))] == ["reversal_due"]
        remove_entry(Entry.objects.get(pk=writing.entry_id), by=alice)
        assert [row.state for row in at_closing(boulangerie, D(2024, 12, 31))] == ["due"]


def test_what_is_written_neither_changes_nor_goes(alice: User, boulangerie: Dossier) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        row = cutoff(boulangerie, alice)
        write_cutoffs(boulangerie, year(boulangerie, 2024), by=alice)
        with pytest.raises(CutOffWritten):
            save_cutoff(boulangerie, row, by=alice, amount=5)
        with pytest.raises(CutOffWritten):
            remove_cutoff(row, by=alice)


def test_an_overtaken_preview_writes_nothing(alice: User, boulangerie: Dossier) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        cutoff(boulangerie, alice)
        with pytest.raises(CutOffPreviewStale):
            write_cutoffs(boulangerie, year(boulangerie, 2024), by=alice, seen="other")
        assert CutOffWriting.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"account": "706000"}, "account"), ({"amount": 0}, "amount"), ({"vat": 5}, "vat"),
        ({"until": None}, "until"), ({"until": D(2024, 11, 30)}, "until"),
        ({"since": D(2026, 1, 1)}, "until"), ({"label": ""}, "label"),
    ],
)  # fmt: skip
def test_what_makes_no_entry_is_refused_by_its_field(
    fields: dict[str, Any], named: str, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        with pytest.raises(CutOffInvalid) as refused:
            cutoff(boulangerie, alice, **fields)
        assert refused.value.details["field"] == named
