"""Every rule finds the fault that was planted, on its line, and nothing in clean books."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction

from clients.models import Dossier
from firm.models import User
from ledger.anomalies.catalogue import SEVERITIES, rules
from ledger.anomalies.statements import selects
from ledger.anomalies.thresholds import thresholds
from ledger.fec.generate import SectorName, generate
from ledger.fec.write import name_by_law
from ledger.queries.anomalies import counts
from tests.conftest import open_dossier
from tests.ledger.anomaly_books import (
    clean_year,
    found,
    opening,
    operation,
    purchase,
    sale,
    scene_of,
    trouble,
    weekday,
    written,
)
from tests.ledger.books import Y2022, Y2023, Line, Piece, Span
from tests.ledger.test_fec_flow import confirm, send

pytestmark = [pytest.mark.django_db, pytest.mark.row("B11")]

D = dt.date
N = "97"  # the first planted entry comes after the 97 clean ones
NEXT = "98"
MARCH = D(2022, 3, 9)
Y2025: Span = {"start": D(2025, 1, 1), "end": D(2025, 12, 31)}


@dataclass(frozen=True)
class Fault:
    """What is added to clean books, and what the rule must say: entry or account, line, cents."""

    pieces: tuple[Piece, ...]
    expected: frozenset[tuple[str, int, int]]


def fault(*pieces: Piece, at: tuple[str, int, int] | list[tuple[str, int, int]]) -> Fault:
    return Fault(pieces, frozenset(at if isinstance(at, list) else [at]))


def account(number: str, cents: int) -> tuple[str, int, int]:
    return (number, 0, cents)


def balance(number: str, cents: int, other: str = "467000") -> Fault:
    """A misc entry that leaves signed cents on an account."""
    return fault(operation(MARCH, (number, cents), (other, -cents)), at=account(number, abs(cents)))


def carried(number: str, cents: int, at: int | None = None) -> Fault:
    """An opening balance that nothing moves."""
    return fault(opening((number, cents), ("512000", -cents)), at=account(number, at or abs(cents)))


FIRST, SECOND = str(int(N) + 1), str(int(N) + 2)
FAULTS: dict[str, Fault] = {
    "unbalanced_entry": fault(
        operation(MARCH, ("622600", 10_000), ("467000", -9_000)), at=(FIRST, 0, 1_000)
    ),
    "zero_line": fault(
        operation(MARCH, ("622600", 0), ("622600", 500), ("467000", -500)), at=(FIRST, 1, 0)
    ),
    "date_outside_year": fault(
        operation(D(2023, 1, 5), ("622600", 700), ("467000", -700)), at=(FIRST, 0, 700)
    ),
    "purchase_twice": fault(
        purchase(MARCH, 10_000, 2_000, ref="X-7", third="F2"),
        purchase(D(2022, 3, 16), 10_000, 2_000, ref="x-7", third="F2"), at=(SECOND, 3, 12_000),
    ),
    "sale_number_twice": fault(
        sale(MARCH, 10_000, 2_000, ref="FA-025"), sale(MARCH, 20_000, 4_000, ref="FA-025"),
        at=(SECOND, 0, 24_000),
    ),
    "entry_twice": fault(
        operation(MARCH, ("622600", 25_000), ("467000", -25_000), label="Honoraires"),
        operation(MARCH, ("622600", 25_000), ("467000", -25_000), label="Honoraires"),
        at=(SECOND, 1, 25_000),
    ),
    "sale_number_gap": fault(sale(MARCH, 10_000, 2_000, ref="FA-026"), at=(FIRST, 0, 12_000)),
    "number_gap": fault(
        Piece("OD", MARCH, [Line("622600", debit=900), Line("467000", credit=900)],
              label="Trou", number="250"), at=("250", 0, 900)),
    "validation_order": fault(
        Piece("OD", MARCH, [Line("622600", debit=900), Line("467000", credit=900)],
              label="Un", validated_on=D(2022, 4, 30)),
        Piece("OD", MARCH, [Line("622600", debit=800), Line("467000", credit=800)],
              label="Deux", validated_on=D(2022, 3, 31)), at=(SECOND, 0, 800)),
    "validated_before_date": fault(
        Piece("OD", MARCH, [Line("622600", debit=900), Line("467000", credit=900)],
              label="Trop tôt", validated_on=D(2022, 3, 8)), at=(FIRST, 0, 900)),
    "short_label": fault(
        operation(MARCH, ("622600", 900), ("467000", -900), label=" x "),
        at=[(FIRST, 1, 900), (FIRST, 2, 900)],
    ),
    "third_missing": fault(
        operation(MARCH, ("622600", 900), ("401000", -900)), at=(FIRST, 2, 900)
    ),
    "account_outside_chart": balance("190000", 500),
    "cash_credit": fault(
        operation(MARCH, ("580000", 80_000), ("530000", -80_000), journal="CA"),
        operation(MARCH, ("530000", 10_000), ("580000", -10_000), journal="CA"),
        at=(SECOND, 0, 20_000),
    ),
    "suspense_open": balance("471000", 500),
    "transfer_open": balance("580000", 500, "512000"),
    "transfer_alone": fault(
        operation(MARCH, ("580000", 700), ("512000", -700), journal="BQ"),
        operation(D(2022, 3, 11), ("512100", 700), ("580000", -700), journal="BQ"),
        operation(MARCH, ("580000", 900), ("512000", -900), journal="BQ"),
        at=(str(int(N) + 3), 1, 900),
    ),
    "prior_result_open": carried("120000", -500),
    "accrual_not_reversed": carried("408100", -500),
    "payment_without_invoice": fault(
        operation(MARCH, ("401000", 9_000, "F9"), ("512000", -9_000), journal="BQ"),
        at=(FIRST, 1, 9_000),
    ),
    "receipt_without_invoice": fault(
        operation(MARCH, ("512000", 9_000), ("411000", -9_000, "C9"), journal="BQ"),
        at=(FIRST, 2, 9_000),
    ),
    "partner_debit": balance("455100", 500),
    "staff_debit": balance("421000", 500),
    "social_debit": balance("431000", 500),
    "vat_payable_debit": balance("445510", 500),
    "vat_deductible_credit": balance("445620", -500),
    "equity_debit": balance("106800", 500),
    "loan_debit": balance("164000", 500),
    "fixed_asset_credit": balance("215400", -500),
    "depreciation_debit": balance("281540", 500),
    "stock_credit": balance("370000", -500),
    "charge_credit": balance("618300", -500),
    "income_debit": balance("708500", 500),
    "no_depreciation": carried("215400", 50_000),
    "stock_unchanged": carried("370000", 500),
    "loan_without_interest": carried("164000", -500),
    "bank_credit": balance("512200", -500),
    "supplier_debit": fault(
        operation(MARCH, ("401000", 900, "F9"), ("467000", -900)), at=account("401000 F9", 900)
    ),
    "customer_credit": fault(
        operation(MARCH, ("411000", -900, "C9"), ("467000", 900)), at=account("411000 C9", 900)
    ),
    "dormant_third": fault(
        opening(("411000", 700, "C8"), ("512000", -700)), at=account("411000 C8", 700)
    ),
    "old_open_item": fault(
        opening(("411000", 700, "C1"), ("512000", -700)), at=(FIRST, 1, 700)
    ),
    "closed_day_entry": fault(
        sale(D(2022, 3, 13), 10_000, 2_000, ref="FA-025"), at=(FIRST, 0, 12_000)
    ),
    "piece_after_entry": fault(
        Piece("OD", MARCH, [Line("622600", debit=900), Line("467000", credit=900)],
              label="Pièce future", piece_date=D(2022, 3, 10)), at=(FIRST, 0, 900)),
    "piece_before_year": fault(
        Piece("AC", MARCH, [Line("606100", debit=900), Line("401000", credit=900, third="F1")],
              label="Pièce de 2021", ref="Z-1", piece_date=D(2021, 12, 28)), at=(FIRST, 0, 900)),
    "piece_far": fault(
        Piece("OD", D(2022, 6, 8), [Line("622600", debit=900), Line("467000", credit=900)],
              label="Pièce ancienne", piece_date=D(2022, 2, 1)), at=(FIRST, 0, 900)),
    "late_entry": fault(
        Piece("OD", D(2022, 12, 31), [Line("622600", debit=900), Line("467000", credit=900)],
              label="Tardive", validated_on=D(2023, 9, 1)), at=(FIRST, 0, 900)),
    "vat_above_standard": fault(purchase(MARCH, 10_000, 2_500, ref="V-1"), at=(FIRST, 0, 500)),
    "vat_off_rate": fault(purchase(MARCH, 10_000, 1_500, ref="V-1"), at=(FIRST, 0, 1_500)),
    "vat_rate_mix": fault(purchase(MARCH, 10_000, 1_000, ref="V-1"), at=(FIRST, 0, 10_000)),
    "purchase_without_vat": fault(purchase(MARCH, 12_000, 0, ref="V-1"), at=(FIRST, 0, 12_000)),
    "sale_without_vat": fault(sale(MARCH, 12_000, 0, ref="FA-025"), at=(FIRST, 0, 12_000)),
    "vat_without_base": fault(
        operation(MARCH, ("445660", 900), ("401000", -900, "F1"), journal="AC"),
        at=(FIRST, 1, 900),
    ),
    "vat_on_exempt": fault(
        purchase(MARCH, 10_000, 2_000, ref="V-1", account="616000"), at=(FIRST, 0, 2_000)
    ),
    "gift_vat": fault(
        purchase(MARCH, 10_000, 2_000, ref="V-1", account="623400"), at=(FIRST, 1, 10_000)
    ),
    "small_asset": fault(
        purchase(MARCH, 50_001, 10_000, ref="V-1", account="606300"),
        purchase(MARCH, 50_000, 10_000, ref="V-2", account="606300"), at=(FIRST, 1, 50_001),
    ),
    "cash_over_limit": fault(
        operation(MARCH, ("401000", 100_001, "F1"), ("530000", -100_001), journal="CA"),
        operation(MARCH, ("401000", 100_000, "F1"), ("530000", -100_000), journal="CA"),
        at=(FIRST, 2, 100_001),
    ),
    "charge_through_bank": fault(
        operation(MARCH, ("622600", 20_000), ("512000", -20_000), journal="BQ"),
        operation(MARCH, ("627000", 20_000), ("512000", -20_000), journal="BQ"),
        at=(FIRST, 1, 20_000),
    ),
    "wages_without_charges": fault(
        operation(MARCH, ("641100", 90_000), ("421000", -90_000)),
        operation(D(2022, 4, 6), ("641100", 90_000), ("645100", 9_000), ("421000", -99_000)),
        at=(FIRST, 1, 90_000),
    ),
    "capital_moved": fault(
        operation(MARCH, ("101000", -900), ("467000", 900)), at=(FIRST, 1, 900)
    ),
    "owner_debit": fault(
        operation(MARCH, ("108000", 100_000), ("512000", -100_000), journal="BQ"),
        operation(MARCH, ("108000", 99_999), ("512000", -99_999), journal="BQ"),
        at=(FIRST, 1, 100_000),
    ),
    "mirror_pair": fault(
        operation(MARCH, ("622600", 25_000), ("467000", -25_000), label="Passée"),
        operation(D(2022, 3, 30), ("622600", -25_000), ("467000", 25_000), label="Reprise"),
        at=[(FIRST, 1, 25_000), (SECOND, 1, 25_000)],
    ),
    "round_amount": fault(
        operation(MARCH, ("622600", 1_500_000), ("467000", -1_500_000)), at=(FIRST, 1, 1_500_000)
    ),
    "benford": fault(
        *(operation(weekday(1 + rank % 12, 15), ("622600", 500 + rank % 99),
                    ("467000", -500 - rank % 99), label=f"Frais {rank}") for rank in range(500)),
        at=("", 0, 0)),
}  # fmt: skip
APART = {"opening_differs", "removed_account"}


def test_every_rule_has_its_select_and_its_planted_fault() -> None:
    assert set(rules()) == set(selects()) == set(FAULTS) | APART
    assert len(rules()) >= 30


@pytest.mark.parametrize("code", sorted(rules()))
def test_every_rule_says_why_where_and_what_to_do(code: str) -> None:
    rule = rules()[code]
    assert rule.severity in SEVERITIES
    assert all(text.endswith((".", ")")) for text in (rule.why, rule.todo))
    assert rule.source
    assert set(rule.uses) <= set(thresholds(D(2025, 12, 31)))


@pytest.mark.parametrize("code", sorted(FAULTS))
def test_a_planted_fault_is_found_on_its_line(inside: Dossier, code: str) -> None:
    with transaction.atomic():
        # The database takes an entry out of its year from a file alone.
        written(inside, [*clean_year(), *FAULTS[code].pieces], brought=code == "date_outside_year")

        assert found(inside, code) == FAULTS[code].expected
        transaction.set_rollback(True)  # the guards would refuse the unbalanced one at commit


def test_clean_books_break_no_rule_at_all(inside: Dossier) -> None:
    written(inside, clean_year())

    assert {row.rule.code for row in counts(scene_of(inside)) if row.hits} == set()


def test_an_opening_that_differs_from_the_closing_is_found(inside: Dossier) -> None:
    written(inside, clean_year())
    then = opening(("512000", 5_000_000), ("530000", 50_001), ("101000", -5_050_000),
                   ("120000", -1), day=D(2023, 1, 1))  # fmt: skip
    written(inside, [then], Y2023)

    wrong = {name for name, _line, _cents in found(inside, "opening_differs")}
    assert {"530000", "512000"} <= wrong
    assert "101000" not in wrong
    assert ("530000", 0, 1) in found(inside, "opening_differs")


def test_accounts_that_left_the_chart_are_found_from_2025_on(inside: Dossier) -> None:
    written(inside, [operation(D(2024, 3, 6), ("467000", 900), ("791000", -900))],
            {"start": D(2024, 1, 1), "end": D(2024, 12, 31)})  # fmt: skip
    assert found(inside, "removed_account") == set()

    written(inside, [operation(D(2025, 3, 5), ("467000", 900), ("791000", -900))], Y2025)
    assert found(inside, "removed_account") == {("791000", 0, 900)}


def test_thresholds_are_those_of_the_year() -> None:
    assert thresholds(D(2014, 12, 31))["cash_most"].value == 300_000
    assert thresholds(D(2015, 12, 31))["cash_most"].value == 100_000
    assert thresholds(D(2020, 12, 31))["gift_most"].value == 6_900
    assert thresholds(D(2022, 12, 31))["gift_most"].text == "73,00\u00a0€"
    assert thresholds(D(2013, 12, 31))["standard_rate"].value == 1_960


def test_a_former_standard_rate_is_no_fault_in_its_time(inside: Dossier) -> None:
    span: Span = {"start": D(2013, 1, 1), "end": D(2013, 12, 31)}
    written(inside, [purchase(D(2013, 3, 6), 10_000, 1_960, ref="A-1")], span)

    assert found(inside, "vat_off_rate") == found(inside, "vat_above_standard") == set()


@pytest.mark.parametrize(
    ("sector", "lines", "seed"),
    [("negoce", 400, 1), ("services", 1200, 2), ("batiment", 2500, 3), ("boulangerie", 2000, 4)],
)  # fmt: skip
def test_a_clean_file_has_no_error_and_no_warning(
    boulangerie: Dossier, alice: User, tmp_path: Path, sector: SectorName, lines: int, seed: int
) -> None:
    siren, closing = "999000009", None
    for end in (D(2024, 12, 31), D(2025, 12, 31)):
        path = tmp_path / name_by_law(siren, end)
        truth = generate(path, lines=lines, year_end=end, siren=siren, seed=seed, sector=sector,
                         opening=closing)  # fmt: skip
        closing = truth.closing
        confirm(boulangerie, alice, send(boulangerie, alice, path.read_bytes(), path.name))
        with open_dossier(alice, boulangerie):
            assert {code: found(boulangerie, code) for code in trouble(boulangerie)} == {}
            assert scene_of(boulangerie).year.end == end


def test_years_do_not_mix(inside: Dossier) -> None:
    written(inside, [*clean_year(), *FAULTS["suspense_open"].pieces])
    written(inside, [sale(D(2023, 3, 8), 10_000, 2_000, ref="FA-026")], Y2023)

    assert found(inside, "suspense_open") == set()
    assert found(inside, "sale_number_gap") == set()
    assert scene_of(inside).before is not None
    assert Y2022["end"] == scene_of(inside).before.end  # type: ignore[union-attr]
