"""The boxes of the CA3, to the euro, on hand-made books; the arithmetic under them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from clients.models import Dossier
from ledger.models import FiscalYear, Invoice, ThirdParty, VatSettings
from ledger.queries.vat import VatFigures, box_lines, vat_figures
from ledger.queries.vat_notes import notes_of
from ledger.vat.bases import agrees, base_of, bases, rate_of, tax_of
from ledger.vat.collect import Leg, Piece, collect
from ledger.vat.declare import declare, settlement, to_euros
from ledger.vat.form import form_at, known_rates, rate_in, role_of
from tests.ledger.books import Piece as Written
from tests.ledger.vat_books import (
    DAY,
    OCTOBER,
    balances,
    books,
    line,
    piece,
    purchase,
    reverse,
    sale,
)

D = dt.date


def october(dossier: Dossier, **more: int) -> VatFigures:
    return vat_figures(dossier, *OCTOBER, **more)


def filled(figures: VatFigures) -> tuple[dict[str, int], dict[str, int]]:
    return figures.declared.base, figures.declared.tax


def codes(dossier: Dossier, figures: VatFigures) -> set[str]:
    return {note.code for note in notes_of(dossier, figures)}


def test_roles_and_rates_of_accounts() -> None:
    assert [role_of(number) for number in ("445711", "44571ODE", "445740", "44562", "445662")] == [
        "collected", "elsewhere", "pending", "asset", "goods",
    ]  # fmt: skip
    assert [role_of(number) for number in ("445510", "445670", "445860", "445780", "607")] == [
        "payable", "credit", "waiting", "none", "",
    ]  # fmt: skip
    said = {
        "TVA collectée 20 %": "20", "TVA 5.5%": "5.5", "TVA collectée 10,00 %": "10",
        "TVA collectée taux 8,5": "8.5", "TVA 20": "20",
    }  # fmt: skip
    assert {label: rate_in(label) for label in said} == {
        label: Decimal(rate) for label, rate in said.items()
    }
    assert rate_in("TVA collectée") is None
    assert rate_in("TVA 20 % et 10 %") is None
    assert rate_in("TVA du mois 3") is None


def test_the_form_changes_with_its_date() -> None:
    now, before = form_at(D(2026, 10, 31)), form_at(D(2021, 12, 31))
    assert now.of_rate(Decimal("2.1")) == "T6"
    assert before.of_rate(Decimal("2.1")) == "14"
    assert now.box("A4") is not None
    assert before.box("A4") is None
    assert now.of_rate(Decimal(20), on="imports") == "I1"
    assert before.of_rate(Decimal(20), on="imports") == "08"
    zones = [zone for box in now.boxes() for zone in (box.base, box.tax) if zone]
    assert len(zones) == len(set(zones))


def test_bases_are_the_lines_whose_tax_it_is() -> None:
    twenty, ten = Decimal(20), Decimal(10)
    found = bases({twenty: 2000, ten: 500}, [5000, 10000, 700])
    assert (found[twenty].cents, found[twenty].lines) == (10000, (1,))
    assert (found[ten].cents, found[ten].lines) == (5000, (0,))
    alone = bases({twenty: 2000}, [])
    assert (alone[twenty].cents, alone[twenty].is_proved) == (10000, False)
    assert rate_of(2000, [10000], known_rates()) == twenty
    assert rate_of(333, [10000], known_rates()) is None
    assert agrees(33333, 6667, twenty)
    assert not agrees(33333, 6767, twenty)
    assert (tax_of(5, ten), base_of(1, twenty)) == (1, 5)


@given(st.integers(-(10**12), 10**12))
def test_a_half_euro_counts_for_one(cents: int) -> None:
    euros = to_euros(cents)
    assert abs(100 * euros - cents) <= 50
    assert to_euros(-cents) == -euros


def test_sales_at_each_rate(inside: Dossier) -> None:
    books(inside, [
        sale(100_000_49, 20_000_10), sale(1_000_00, 100_00, "445711"),
        sale(2_000_00, 110_00, "445712"), sale(500_00, 10_50, "445713"),
    ])  # fmt: skip
    base, tax = filled(october(inside))
    assert base == {"A1": 103_500, "08": 100_000, "9B": 1_000, "09": 2_000, "T6": 500}
    assert {code: tax[code] for code in ("08", "9B", "09", "T6")} == {
        "08": 20_000, "9B": 100, "09": 110, "T6": 11,
    }  # fmt: skip
    assert (tax["16"], tax["TD"], tax["28"], tax["32"]) == (20_221, 20_221, 20_221, 20_221)


def test_sales_overseas_go_to_their_boxes(inside: Dossier) -> None:
    books(inside, [sale(1_000_00, 85_00, "445714"), sale(100_00, 2_10, "445713")])
    base, tax = filled(october(inside))
    assert (base["10"], tax["10"], base["11"], tax["11"]) == (1_000, 85, 100, 2)


def test_a_sale_of_two_rates_and_an_exempt_line(inside: Dossier) -> None:
    books(inside, [piece(
        ("411000", 1_320_00), ("707000", -700_00), ("706000", -300_00), ("708500", -150_00),
        ("445710", -140_00), ("445711", -30_00),
    )])  # fmt: skip
    base, tax = filled(october(inside))
    assert base == {"A1": 1_000, "08": 700, "9B": 300, "E2": 150}
    assert (tax["08"], tax["9B"]) == (140, 30)


def test_other_income_is_line_a2(inside: Dossier) -> None:
    books(inside, [sale(10_000_00, 2_000_00, income="775000")])
    base, _tax = filled(october(inside))
    assert base == {"A2": 10_000, "08": 10_000}


def test_sales_without_vat_by_country_label_and_regime(inside: Dossier) -> None:
    made = books(inside, [
        sale(1_000_00, 0, income="707100"), sale(2_000_00, 0),
        Written("VE", DAY, [line("411000", 300_00, "DE1"), line("707000", -300_00)]),
        Written("VE", DAY, [line("411000", 400_00, "US1"), line("707000", -400_00)]),
        Written("VE", DAY, [line("411000", 550_00, "C2"), line("707000", -550_00)]),
        Written("OD", DAY, [line("418100", 900_00), line("707000", -900_00)]),
    ])  # fmt: skip
    ThirdParty.objects.filter(code="DE1").update(country="DE")
    ThirdParty.objects.filter(code="US1").update(country="US")
    Invoice.objects.create(
        dossier=inside, direction="sale", type="invoice", number="F-5", issue_date=DAY,
        regime="oss", entry=made.entries[4], booking="booked",
    )  # fmt: skip
    base, tax = filled(october(inside))
    assert base == {"E1": 1_400, "E2": 2_000, "F2": 300, "E3": 550}
    assert tax.get("32", 0) == 0


def test_reverse_charges_go_to_the_box_of_what_was_bought(inside: Dossier) -> None:
    books(inside, [
        reverse(1_000_00, 200_00), reverse(500_00, 100_00, charge="622600"),
        reverse(300_00, 60_00, due="445201"), reverse(700_00, 140_00, due="445202"),
    ])  # fmt: skip
    base, tax = filled(october(inside))
    assert base == {"B2": 1_000, "A3": 500, "A4": 300, "A2": 700, "08": 2_200, "I1": 300}
    assert (tax["08"], tax["I1"], tax["17"], tax["20"], tax["24"]) == (440, 60, 200, 500, 60)
    assert tax.get("32", 0) == 0


def test_a_reverse_charge_takes_the_regime_of_its_invoice(inside: Dossier) -> None:
    made = books(inside, [reverse(1_000_00, 200_00)])
    Invoice.objects.create(
        dossier=inside, direction="purchase", type="invoice", number="F-1", issue_date=DAY,
        regime="intra_eu_service", entry=made.entries[0], booking="booked",
    )  # fmt: skip
    base, tax = filled(october(inside))
    assert base == {"A3": 1_000, "08": 1_000}
    assert "17" not in tax


def test_goods_from_outside_the_union_are_line_b4(inside: Dossier) -> None:
    books(inside, [reverse(1_000_00, 200_00)])
    ThirdParty.objects.filter(code="F2").update(country="CH")
    assert filled(october(inside))[0] == {"B4": 1_000, "08": 1_000}


def test_deductions_a_credit_a_refund_and_what_is_carried(inside: Dossier) -> None:
    books(inside, [
        sale(1_000_00, 200_00), purchase(3_000_00, 600_00),
        purchase(10_000_00, 2_000_00, charge="218300", vat="445620"),
    ])  # fmt: skip
    _base, tax = filled(october(inside, brought=50, refund=1_000))
    assert (tax["19"], tax["20"], tax["22"], tax["23"]) == (2_000, 600, 50, 2_650)
    assert (tax["25"], tax["26"], tax["27"]) == (2_450, 1_000, 1_450)
    assert "32" not in tax
    _base, tax = filled(october(inside, refund=9_999))
    assert (tax["25"], tax["26"]) == (2_400, 2_400)
    assert "27" not in tax


def test_credit_notes_beyond_the_sales_go_to_the_boxes_of_corrections(inside: Dossier) -> None:
    books(inside, [
        piece(("411000", -1_200_00), ("707000", 1_000_00), ("445710", 200_00), journal="VE"),
        piece(("401000", 600_00), ("607000", -500_00), ("445660", -100_00), journal="AC"),
    ])  # fmt: skip
    base, tax = filled(october(inside))
    assert base == {"B5": 1_000}
    assert (tax["15"], tax["16"], tax["21"], tax["23"], tax["25"]) == (100, 100, 200, 200, 100)


def test_old_rates_are_line_13(inside: Dossier) -> None:
    books(inside, [piece(
        ("411000", 1_196_00), ("707000", -1_000_00), ("445719", -196_00),
    )])  # fmt: skip
    base, tax = filled(october(inside))
    assert (base["13"], tax["13"]) == (1_000, 196)


def test_an_account_whose_label_says_no_rate_takes_that_of_its_lines(inside: Dossier) -> None:
    books(inside, [sale(1_000_00, 100_00, "445719"), sale(1_000_00, 200_00, "445719")])
    assert filled(october(inside))[0] == {"A1": 2_000, "08": 1_000, "9B": 1_000}


def test_a_tax_without_a_rate_is_told_and_waits_for_one(inside: Dossier) -> None:
    books(inside, [piece(("471000", 33_00), ("445719", -33_00)), sale(100_00, 20_00)])
    figures = october(inside)
    assert figures.declared.tax["16"] == 20
    (note,) = [one for one in notes_of(inside, figures) if one.kind == "danger"]
    assert (note.code, note.account) == ("unrated", "445719")
    VatSettings.objects.create(dossier=inside, rates={"445719": "20"})
    figures = october(inside)
    assert figures.declared.tax["16"] == 53
    assert figures.declared.base["A1"] == 265
    assert "worked_out" in codes(inside, figures)


def test_a_settlement_already_written_is_no_movement_to_declare(inside: Dossier) -> None:
    books(inside, [
        sale(1_000_00, 200_00), purchase(100_00, 20_00),
        piece(("445710", 200_00), ("445660", -20_00), ("445510", -180_00), day=D(2026, 10, 31)),
        piece(("445510", 180_00), ("512000", -180_00), day=D(2026, 10, 24)),
    ])  # fmt: skip
    figures = october(inside)
    assert figures.declared.tax["32"] == 180
    assert "settled" in codes(inside, figures)


def test_opening_entries_and_other_months_are_left_out(inside: Dossier) -> None:
    books(inside, [
        piece(("445670", 500_00), ("120000", -500_00), day=D(2026, 1, 1), is_opening=True),
        sale(1_000_00, 200_00, day=D(2026, 9, 30)), sale(1_000_00, 200_00, day=D(2026, 11, 1)),
        sale(100_00, 20_00, day=D(2026, 10, 1)), sale(100_00, 20_00, day=D(2026, 10, 31)),
    ])  # fmt: skip
    figures = october(inside)
    assert figures.declared.tax["32"] == 40
    assert "left_over" in codes(inside, figures)


def test_accounts_without_a_box_and_taxes_that_wait_are_told(inside: Dossier) -> None:
    books(inside, [
        piece(("445780", -10_00), ("471000", 10_00)),
        piece(("408100", -120_00), ("607000", 100_00), ("445860", 20_00)),
    ])  # fmt: skip
    assert {"unmapped", "waiting"} <= codes(inside, october(inside))


def test_services_are_due_when_the_lettered_payment_comes(inside: Dossier) -> None:
    def bill(net: int, tax: int, letter: str, day: dt.date) -> Written:
        lines = [line("411000", net + tax, "C1", letter), line("706000", -net),
                 line("445740", -tax)]  # fmt: skip
        return Written("VE", day, lines)

    def pay(cents: int, letter: str, day: dt.date) -> Written:
        return Written("BQ", day, [line("512000", cents), line("411000", -cents, "C1", letter)])

    books(inside, [
        bill(1_000_00, 200_00, "A", D(2026, 8, 5)), pay(1_200_00, "A", D(2026, 10, 3)),
        bill(2_000_00, 400_00, "B", D(2026, 9, 5)), pay(600_00, "B", D(2026, 9, 20)),
        pay(1_200_00, "B", D(2026, 10, 20)), bill(5_000_00, 1_000_00, "", D(2026, 10, 9)),
    ])  # fmt: skip
    figures = october(inside)
    base, tax = filled(figures)
    # All of A, and half of B (600 € of 2 400 € came in September, 600 € are still to come).
    assert base == {"A1": 2_000, "08": 2_000}
    assert tax["08"] == 400
    assert {"by_payment", "waiting"} <= codes(inside, figures)
    september = vat_figures(inside, D(2026, 9, 1), D(2026, 9, 30))
    assert (september.declared.base["08"], september.declared.tax["08"]) == (500, 100)
    assert not vat_figures(inside, D(2026, 8, 1), D(2026, 8, 31)).declared.tax


def test_services_moved_by_the_dossier_itself_are_due_by_that_entry(inside: Dossier) -> None:
    books(inside, [
        Written("VE", D(2026, 9, 5), [line("411000", 120_00, "C1", "A"), line("706000", -100_00),
                                      line("445740", -20_00)]),
        Written("BQ", DAY, [line("512000", 120_00), line("411000", -120_00, "C1", "A"),
                            line("445740", 20_00), line("445710", -20_00)]),
    ])  # fmt: skip
    figures = october(inside)
    assert (figures.declared.base["08"], figures.declared.tax["08"]) == (100, 20)
    assert "by_entry" in codes(inside, figures)


def test_the_lines_behind_a_box(inside: Dossier) -> None:
    books(inside, [sale(100_00, 20_00), sale(300_00, 60_00), purchase(50_00, 10_00)])
    figures = october(inside)
    rows, count, base, tax = box_lines(figures, "08", 50)
    assert (count, base, tax) == (2, 400_00, 80_00)
    assert [(row.account, row.base, row.tax) for row in rows] == [
        ("445710", 100_00, 20_00), ("445710", 300_00, 60_00),
    ]  # fmt: skip
    assert {row.account for row in box_lines(figures, "A1", 50)[0]} == {"707000"}
    assert box_lines(figures, "20", 50)[3] == 10_00
    assert box_lines(figures, "16", 50)[3] == 80_00
    assert len(box_lines(figures, "08", 1)[0]) == 1


def test_an_empty_dossier_declares_nothing(inside: Dossier) -> None:
    figures = october(inside)
    assert figures.declared.is_nil
    assert not figures.lines
    assert not FiscalYear.objects.exists()
    assert notes_of(inside, figures) == []


RATES = {"445710": "20", "445711": "10", "445712": "5.5", "445713": "2.1"}
CENTS = st.integers(-5_000_00, 50_000_00).filter(bool)
SALES = st.lists(st.tuples(st.sampled_from(sorted(RATES)), CENTS, st.integers(-3, 3)), max_size=25)
PURCHASES = st.lists(st.tuples(st.sampled_from(["445660", "445620"]), CENTS), max_size=25)
REVERSES = st.lists(st.tuples(st.sampled_from(["445200", "445201"]), CENTS), max_size=8)


@given(SALES, PURCHASES, REVERSES, st.integers(0, 500), st.integers(0, 500))
def test_the_boxes_are_the_movement_of_the_accounts_and_the_entry_empties_them(
    sales: list[tuple[str, int, int]],
    purchases: list[tuple[str, int]],
    reverses: list[tuple[str, int]],
    brought: int,
    refund: int,
) -> None:
    ids = {number: at for at, number in enumerate(
        ["411", "401", "607", "707", *RATES, "445660", "445620", "445200", "445201"])}  # fmt: skip
    labels = {number: f"TVA {rate} %" for number, rate in RATES.items()}
    labels |= {"445200": "TVA due 20 %", "445201": "TVA due importation 20 %"}

    def leg(number: str, cents: int) -> Leg:
        return Leg(ids[number], number, labels.get(number, ""), cents)

    entries: list[list[Leg]] = []
    for account, net, odd in sales:
        tax = tax_of(net, Decimal(RATES[account])) + odd
        entries.append([leg("411", net + tax), leg("707", -net), leg(account, -tax)])
    for account, net in purchases:
        tax = tax_of(net, Decimal(20))
        entries.append([leg("607", net), leg(account, tax), leg("401", -net - tax)])
    for account, net in reverses:
        tax = tax_of(net, Decimal(20))
        entries.append([leg("607", net), leg("445660", tax), leg(account, -tax), leg("401", -net)])
    pieces = [Piece(at, legs) for at, legs in enumerate(entries, 1)]
    form = form_at(D(2026, 10, 31))
    found = collect(pieces, form, rates={})
    moved: dict[int, int] = {}
    for legs in entries:
        for one in legs:
            if one.number.startswith("445"):
                moved[one.account] = moved.get(one.account, 0) + one.cents
    assert {account: cents for account, cents in found.moved.items() if cents} == {
        account: cents for account, cents in moved.items() if cents
    }
    _bases, taxes = found.sums()
    due = sum(taxes.get(box.code, 0) for box in form.boxes() if box.base and box.tax)
    assert due - taxes.get("19", 0) - taxes.get("20", 0) == -sum(moved.values())

    declared = declare(found, form, brought=brought, refund=refund)
    lines = settlement(found, declared)
    assert sum(one.cents for one in lines) == 0
    for account, cents in moved.items():
        assert cents + sum(one.cents for one in lines if one.account == account) == 0
    gap = sum(one.cents for one in lines if one.role.startswith("rounding"))
    assert abs(gap) <= 50 * len(taxes)
    assert not (declared.due and (declared.carried or declared.refund))
    assert all(euros >= 0 for euros in (*declared.base.values(), *declared.tax.values()))


def test_balances_of_the_books_are_what_the_figures_settle(inside: Dossier) -> None:
    books(inside, [sale(1_000_33, 200_07), purchase(100_10, 20_02), reverse(10_00, 2_00)])
    figures = october(inside)
    settled = {one.account: one.cents for one in figures.lines if one.account}
    names = {account: number for account, (number, _l) in figures.found.accounts.items()}
    assert {names[pk]: -cents for pk, cents in settled.items()} == balances()
