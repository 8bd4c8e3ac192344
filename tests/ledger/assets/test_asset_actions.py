"""The register, its charges and exits on real books: written, written twice, taken back."""

from __future__ import annotations

import datetime as dt

import pytest

from clients.models import Dossier
from firm.models import User
from ledger.actions.asset_charges import (
    ChargesInUse,
    NothingDue,
    PreviewStale,
    undo_charges,
    write_charges,
)
from ledger.actions.asset_checks import AssetInvalid
from ledger.actions.asset_exits import EarlierChargesDue, dispose_asset, undo_exit
from ledger.actions.assets import (
    AssetInUse,
    LineTaken,
    register_lines,
    remove_assets,
    save_asset,
    split_asset,
)
from ledger.actions.entries import NoOpenYear, remove_entry
from ledger.models import AssetCharge, Entry, FiscalYear, FixedAsset
from ledger.queries.asset_charges import batches
from ledger.queries.asset_lines import pending_lines
from ledger.queries.assets import every_standing, ties
from ledger.queries.drift import drifts
from ledger.queries.years import years_of
from tests.conftest import open_dossier
from tests.ledger.asset_books import (
    SPAN_2024,
    SPAN_2025,
    Y2024,
    asset,
    asset_books,
    balance_of,
    purchase,
)
from tests.ledger.books import Line, Piece, make_books
from tests.ledger.pieces import lines_of

pytestmark = pytest.mark.django_db
D = dt.date


def register_all(dossier: Dossier, by: User) -> list[FixedAsset]:
    keys = [line.key for line in pending_lines(dossier, years_of(dossier))]
    return register_lines(dossier, keys, by=by)


def test_lines_of_the_books_become_assets_with_the_plan_of_their_account(
    alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        pending = pending_lines(boulangerie, years_of(boulangerie))
        # The opening of 2025 carries what 2024 holds already: three lines, not five.
        assert [line.label for line in pending] == ["Four à sole", "Ordinateurs", "Camionnette"]

        made = register_all(boulangerie, alice)

        assert [
            (one.account, one.months, one.depreciation_account, one.charge_account, one.supplier)
            for one in made
        ] == [
            ("215000", 60, "281500", "681120", "Fournil Équipement"),
            ("218300", 36, "281830", "681120", "Fournil Équipement"),
            ("218200", 60, "281820", "681120", "Fournil Équipement"),
        ]
        assert pending_lines(boulangerie, years_of(boulangerie)) == []
        with pytest.raises(LineTaken):
            register_lines(boulangerie, [pending[0].key], by=alice)
        assert FixedAsset.objects.count() == 3


def test_charges_are_written_once_and_a_second_run_writes_the_difference(
    alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        register_all(boulangerie, alice)

        first = write_charges(boulangerie, SPAN_2024, by=alice)

        # 256/1 800 of 10 000 and half a year of 3 600 over three: one entry, two accounts 28.
        assert (first.entries, first.assets, first.total) == (1, 2, 1_422_22 + 600_00)
        (entry_id,) = AssetCharge.objects.values_list("entry_id", flat=True).distinct()
        assert lines_of(entry_id) == [
            ("681120", 2_022_22), ("281500", -1_422_22), ("281830", -600_00),
        ]  # fmt: skip
        entry = Entry.objects.get(pk=entry_id)
        assert (entry.date, entry.journal.code, entry.state) == (D(2024, 12, 31), "OD", "draft")
        with pytest.raises(NothingDue):
            write_charges(boulangerie, SPAN_2024, by=alice)

        asset(boulangerie, alice, label="Pétrin", cost=5_000_00, in_service_on=D(2024, 7, 1))
        second = write_charges(boulangerie, SPAN_2024, by=alice, grouping="fiche")
        assert (second.assets, second.total) == (1, 500_00)
        assert balance_of("6811") == 2_522_22
        assert list(drifts(boulangerie.id)) == []


def test_what_is_in_excess_is_taken_back(alice: User, boulangerie: Dossier) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        oven = asset(boulangerie, alice)
        write_charges(boulangerie, SPAN_2024, by=alice)
        AssetCharge.objects.filter(asset=oven).update(amount=2_000_00)  # as an older plan wrote

        again = write_charges(boulangerie, SPAN_2024, by=alice)

        entry = AssetCharge.objects.get(batch=again.id).entry_id
        assert lines_of(entry) == [("281500", 577_78), ("681120", -577_78)]


def test_a_batch_is_undone_whole_and_an_entry_taken_away_is_due_again(
    alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        register_all(boulangerie, alice)
        made = write_charges(boulangerie, SPAN_2025, by=alice, grouping="fiche")
        assert [batch.id for batch in batches(boulangerie, SPAN_2025)] == [made.id]

        assert undo_charges(boulangerie, made.id, by=alice) == 3
        assert (balance_of("28"), AssetCharge.objects.count()) == (0, 0)

        write_charges(boulangerie, SPAN_2024, by=alice)
        remove_entry(Entry.objects.get(journal__code="OD"), by=alice)
        assert all(row.is_due for row in every_standing(
            boulangerie, SPAN_2024, years_of(boulangerie)
        ))  # fmt: skip
        assert write_charges(boulangerie, SPAN_2024, by=alice).total == 2_022_22
        assert list(drifts(boulangerie.id)) == []


def test_a_preview_that_the_register_has_overtaken_is_refused(
    alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        asset(boulangerie, alice)
        with pytest.raises(PreviewStale):
            write_charges(boulangerie, SPAN_2024, by=alice, seen="another")
        assert AssetCharge.objects.count() == 0


def test_a_closed_year_takes_no_charge(alice: User, boulangerie: Dossier) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        asset(boulangerie, alice)
        FiscalYear.objects.filter(start=D(2024, 1, 1)).update(state="locked")
        with pytest.raises(NoOpenYear):
            write_charges(boulangerie, SPAN_2024, by=alice)


def test_derogatory_depreciation_goes_to_145_and_comes_back(
    alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        asset(
            boulangerie, alice, acquired_on=D(2024, 1, 1), in_service_on=D(2024, 1, 1), months=36,
            fiscal_method="declining", fiscal_months=36,
        )  # fmt: skip
        write_charges(boulangerie, SPAN_2024, by=alice)
        # Economic 3 333.33; fiscal 41.67 % (1/3 x 1.25) 4 166.67.
        assert (balance_of("145"), balance_of("68725")) == (-833_34, 833_34)

        write_charges(boulangerie, SPAN_2025, by=alice)
        # The second year: economic 3 333.33, fiscal half of 5 833.33 = 2 916.67.
        assert (balance_of("145"), balance_of("78725")) == (-416_68, -416_66)


@pytest.mark.parametrize(
    ("since", "on", "root"),
    [(SPAN_2024, D(2024, 10, 31), "6752"), (SPAN_2025, D(2025, 6, 30), "657")],
)
def test_an_exit_follows_the_pcg_of_its_year(
    since: object, on: dt.date, root: str, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        oven = asset(boulangerie, alice)
        if since == SPAN_2025:
            write_charges(boulangerie, SPAN_2024, by=alice)

        gone = dispose_asset(oven, on=on, kind="sold", price=8_000_00, by=alice)

        exit_lines = dict(lines_of(gone.exit_entry_id))
        assert exit_lines["215000"] == -10_000_00
        assert exit_lines[root.ljust(6, "0")] == 10_000_00 - exit_lines["281500"]
        assert balance_of("28") == 0
        # To the day: 196 days of 1 800 in 2024, 180 more in 2025.
        days = 196 if since == SPAN_2024 else 436
        assert balance_of("6811") == round(10_000_00 * days / 1800)
        assert list(drifts(boulangerie.id)) == []

        back = undo_exit(gone, by=alice)
        assert (back.exit, back.disposed_on, balance_of("215")) == ("", None, 10_000_00)
        assert balance_of("6811") == (0 if since == SPAN_2024 else 1_422_22)


def test_a_year_already_written_in_full_is_cut_to_the_day_of_the_exit(
    alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        oven = asset(boulangerie, alice)
        made = write_charges(boulangerie, SPAN_2024, by=alice)

        dispose_asset(oven, on=D(2024, 10, 31), kind="scrapped", price=None, by=alice)

        assert balance_of("6811") == 1_088_89
        with pytest.raises(ChargesInUse):
            undo_charges(boulangerie, made.id, by=alice)


def test_an_exit_waits_for_the_charges_of_earlier_years(alice: User, boulangerie: Dossier) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        oven = asset(boulangerie, alice)
        with pytest.raises(EarlierChargesDue):
            dispose_asset(oven, on=D(2025, 6, 30), kind="sold", price=0, by=alice)
        oven.refresh_from_db()
        assert (oven.disposed_on, Entry.objects.filter(journal__code="OD").count()) == (None, 0)


def test_a_plan_that_was_written_does_not_change_but_its_name_does(
    alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        oven = asset(boulangerie, alice)
        write_charges(boulangerie, SPAN_2024, by=alice)

        assert save_asset(boulangerie, oven, by=alice, label="Four").label == "Four"
        with pytest.raises(AssetInUse):
            save_asset(boulangerie, oven, by=alice, months=84)
        with pytest.raises(AssetInUse):
            remove_assets(boulangerie, [oven.id], by=alice)


def test_a_line_is_split_and_its_parts_add_up(alice: User, boulangerie: Dossier) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        oven = asset(boulangerie, alice, opening_on=D(2024, 12, 31), opening_depreciation=1_000_01)

        parts = split_asset(oven, [("Four", 3_333_33), ("Sole", 6_666_67)], by=alice)

        assert [part.cost for part in parts] == [3_333_33, 6_666_67]
        assert sum(part.opening_depreciation for part in parts) == 1_000_01
        with pytest.raises(AssetInvalid, match="en tout"):
            split_asset(parts[0], [("A", 1), ("B", 2)], by=alice)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"account": "606000"}, "account"), ({"cost": 0}, "cost"), ({"months": 0}, "months"),
        ({"in_service_on": None}, "in_service_on"),
        ({"in_service_on": D(2024, 1, 1)}, "in_service_on"),
        ({"method": "declining", "months": 24}, "months"),
        ({"residual": 10_000_00}, "residual"),
        ({"opening_depreciation": 5}, "opening_on"),
        ({"charge_account": "610000"}, "charge_account"),
    ],
)  # fmt: skip
def test_what_no_plan_can_be_made_of_is_refused_by_its_field(
    fields: dict[str, object], named: str, alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        with pytest.raises(AssetInvalid) as refused:
            asset(boulangerie, alice, **fields)
        assert refused.value.details["field"] == named
        assert FixedAsset.objects.count() == 0


def test_the_register_ties_with_the_ledger_and_a_gap_is_explained(
    alice: User, boulangerie: Dossier
) -> None:
    with open_dossier(alice, boulangerie):
        asset_books(boulangerie)
        years = years_of(boulangerie)
        pending = pending_lines(boulangerie, years)
        register_lines(boulangerie, [pending[0].key], by=alice)

        def tied() -> dict[str, tuple[int, int, int]]:
            rows = every_standing(boulangerie, SPAN_2024, years)
            left = pending_lines(boulangerie, years)
            return {
                tie.account: (tie.register, tie.ledger, tie.unexplained)
                for tie in ties(boulangerie, SPAN_2024, years, rows, left)
            }

        assert tied() == {
            "215000": (10_000_00, 10_000_00, 0), "218300": (0, 3_600_00, 0),
        }  # fmt: skip
        write_charges(boulangerie, SPAN_2024, by=alice)
        assert tied()["281500"] == (1_422_22, 1_422_22, 0)


def test_what_a_fec_depreciated_is_taken_over_and_ties_with_its_ledger(
    alice: User, boulangerie: Dossier
) -> None:
    opening = Piece(
        "AN", D(2024, 1, 1),
        [Line("218300", 9_000_00, account_label="Matériel informatique"),
         Line("281830", 0, 4_000_00), Line("101000", 0, 5_000_00)],
        label="À nouveaux", is_opening=True,
    )  # fmt: skip
    charged = Piece(
        "OD", D(2024, 12, 31), [Line("681120", 3_600_00), Line("281830", 0, 3_600_00)],
        label="Dotations",
    )  # fmt: skip
    with open_dossier(alice, boulangerie):
        make_books(
            boulangerie,
            [opening, purchase(D(2024, 7, 1), "218300", 3_600_00, "Ordinateurs"), charged],
            **Y2024,
        )  # fmt: skip
        made = register_all(boulangerie, alice)

        # Six months of 3 600 over three years; the rest of 7 600 is the opening line's.
        assert [(one.label, one.acquired_on, one.opening_on, one.opening_depreciation)
                for one in made] == [
            ("Matériel informatique", D(2023, 12, 31), D(2024, 12, 31), 7_000_00),
            ("Ordinateurs", D(2024, 7, 1), D(2024, 12, 31), 600_00),
        ]  # fmt: skip
        years = years_of(boulangerie)
        rows = every_standing(boulangerie, SPAN_2024, years)
        assert [(row.gross_before, row.before, row.charge) for row in rows] == [
            (9_000_00, 4_000_00, 3_000_00), (0, 0, 600_00),
        ]  # fmt: skip
        assert [tie.gap for tie in ties(boulangerie, SPAN_2024, years, rows, [])] == [0, 0]
        with pytest.raises(NothingDue):
            write_charges(boulangerie, SPAN_2024, by=alice)
