"""Fixed assets between two people at once, in an archive, in a bin, and after an undone import."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from clients.models import Dossier
from firm.models import Firm, User
from ledger.actions.asset_charges import write_charges
from ledger.actions.assets import register_lines
from ledger.actions.cutoffs import save_cutoff, write_cutoffs
from ledger.models import AssetCharge, CutOff, CutOffWriting, Entry, FixedAsset
from ledger.portable.tables import portable_tables
from ledger.queries.asset_lines import pending_lines
from ledger.queries.assets import every_standing
from ledger.queries.drift import drifts
from ledger.queries.years import year_at, years_of
from tests.conftest import open_dossier
from tests.ledger.asset_books import SPAN_2024, asset, asset_books, balance_of
from tests.ledger.bulk_books import do, take_back
from tests.ledger.portable_dossiers import exported, taken_in
from tests.ledger.test_posting_races import together

pytestmark = pytest.mark.django_db(transaction=True)
D = dt.date


def test_two_people_who_write_the_same_charges_write_them_once(
    alice: User, bruno: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        asset(boulangerie, alice)

    def write(person: User) -> Callable[[], object]:
        return lambda: write_charges(boulangerie, SPAN_2024, by=person)

    ends = together([(who, boulangerie, write(who)) for who in (alice, bruno)])

    assert sorted(ends) == ["done", "no_charge_due"]
    with open_dossier(alice, boulangerie):
        assert balance_of("6811") == 1_422_22
        assert list(drifts(boulangerie.id)) == []


def test_two_people_who_register_the_same_line_make_one_asset(
    alice: User, bruno: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        key = pending_lines(boulangerie, years_of(boulangerie))[0].key

    def take(person: User) -> Callable[[], object]:
        return lambda: register_lines(boulangerie, [key], by=person)

    ends = together([(who, boulangerie, take(who)) for who in (alice, bruno)])

    assert sorted(ends) == ["asset_line_taken", "done"]


def test_an_archive_carries_the_register_and_its_entries_follow(
    alice: User, eve: User, boulangerie: Dossier, durand: Firm, tmp_path: Path
) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        years = years_of(boulangerie)
        register_lines(boulangerie, [pending_lines(boulangerie, years)[0].key], by=alice)
        write_charges(boulangerie, SPAN_2024, by=alice)
        save_cutoff(
            boulangerie, None, by=alice, kind="accrued_purchase", label="Électricité",
            account="606100", amount=100_00, vat=20_00, year_end=D(2024, 12, 31),
        )  # fmt: skip
        year = year_at(years, D(2024, 6, 1))
        assert year
        write_cutoffs(boulangerie, year, by=alice)
        gone = AssetCharge.objects.get()
        AssetCharge.objects.create(
            dossier=boulangerie, asset=gone.asset, kind=gone.kind, on=gone.on, amount=1,
            entry_id=10**9, batch=gone.batch,
        )  # fmt: skip
    labels = {table.label for table in portable_tables()}
    assert {"ledger.fixedasset", "ledger.assetcharge", "ledger.cutoff",
            "ledger.cutoffwriting"} <= labels  # fmt: skip

    _job, content = exported(boulangerie, alice)
    other, job = taken_in(durand, eve, content, tmp_path)

    assert job.state == "done", job.error
    with open_dossier(eve, other):
        (made,) = FixedAsset.objects.all()
        source = Entry.objects.get(pk=made.source_entry_id)
        assert (made.label, source.label) == ("Four à sole", "Four à sole")
        charge = AssetCharge.objects.get(amount=1_422_22)
        assert Entry.objects.get(pk=charge.entry_id).date == D(2024, 12, 31)
        assert AssetCharge.objects.get(amount=1).entry_id is None
        writing = CutOffWriting.objects.get()
        assert Entry.objects.get(pk=writing.reversal_id).date == D(2025, 1, 1)
        assert CutOff.objects.get().label == "Électricité"
        assert list(drifts(other.id)) == []


def test_charges_taken_out_in_bulk_are_due_until_they_come_back(
    alice: User, boulangerie: Dossier
) -> None:
    def is_due() -> bool:
        with open_dossier(alice, boulangerie):
            rows = every_standing(boulangerie, SPAN_2024, years_of(boulangerie))
            return any(row.is_due for row in rows)

    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        asset(boulangerie, alice)
        write_charges(boulangerie, SPAN_2024, by=alice)
    assert not is_due()

    day = D(2024, 12, 31)
    job = do(boulangerie, alice, "archive", kinds=("entries",), since=day, until=day)
    assert is_due()

    take_back(boulangerie, alice, job)
    assert not is_due()
