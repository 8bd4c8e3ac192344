"""The arithmetic of invoices: what is typed, VAT per rate, currencies; lines always add up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.invoice_amounts import (
    Line,
    Unreadable,
    decimal_text,
    half_up,
    in_euros,
    line_net,
    settled,
    sums,
    tax,
    typed_line,
)

D = Decimal
CENTS = st.integers(-(10**11), 10**11)
RATES = st.sampled_from([None, D(0), D("2.1"), D("5.5"), D(10), D(20), D("19.25")])
LINES = st.lists(
    st.builds(Line, CENTS, st.none() | CENTS, RATES, st.sampled_from(["", "G", "V"])), max_size=8
)
FX = st.none() | st.decimals("0.00001", "5000", places=5, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "rounded"), [("0.5", 1), ("-0.5", -1), ("1.4999", 1), ("2.5", 3), ("-2.5", -3)]
)
def test_halves_go_away_from_zero(value: str, rounded: int) -> None:
    assert half_up(D(value)) == rounded


def test_a_net_is_quantity_by_price_less_the_discount() -> None:
    assert line_net(D("3"), D("14.205"), D(0)) == 42_62
    assert line_net(D("320"), D("14.20"), D("2.5")) == 4_430_40
    assert line_net(D("-1"), D("10.005"), D(0)) == -10_01


@pytest.mark.parametrize(
    ("typed", "net", "vat"),
    [
        ({"net": 100_00, "rate": D(20)}, 100_00, None),
        ({"net": 100_00, "rate": D(20), "vat": 19_99}, 100_00, 19_99),
        ({"gross": 120_00, "rate": D(20)}, 100_00, 20_00),
        ({"gross": 5_662_55, "rate": D("5.5")}, 5_367_35, 295_20),
        ({"gross": 120_00, "vat": 5_00}, 115_00, 5_00),
        ({"net": 100_00, "gross": 120_00}, 100_00, 20_00),
        ({"net": 100_00, "vat": 20_00, "gross": 120_00, "rate": D(20)}, 100_00, 20_00),
        ({"gross": 50_00}, 50_00, 0),
    ],
)
def test_a_line_follows_from_what_was_typed_of_it(
    typed: dict[str, Any], net: int, vat: int | None
) -> None:
    line = typed_line(**{"net": None, "vat": None, "gross": None, "rate": None, **typed})
    assert (line.net, line.vat) == (net, vat)


@pytest.mark.parametrize(
    "typed", [{}, {"vat": 1}, {"net": 1, "vat": 1, "gross": 3}, {"net": 10**15}]
)
def test_a_line_that_does_not_hold_together_is_refused(typed: dict[str, int]) -> None:
    with pytest.raises(Unreadable):
        typed_line(**{"net": None, "vat": None, "gross": None, "rate": None, **typed})


def test_vat_is_worked_out_once_per_rate_and_services_take_what_goods_leave() -> None:
    three = settled([Line(33, None, D(20))] * 3)
    assert [line.vat for line in three] == [7, 7, 6]  # 20 % of 99 is 20, never 3 × 7

    mixed = settled([Line(33, None, D(20), "V"), Line(33, None, D(20), "G")])
    assert [(line.kind, line.vat) for line in mixed] == [("V", 6), ("G", 7)]


def test_a_document_under_reverse_charge_bears_no_vat() -> None:
    (line,) = settled([Line(100_00, 20_00, D(20))], regime="intra_eu_acquisition")
    assert (line.vat, line.rate) == (0, D(20))


def test_each_rate_is_converted_apart() -> None:
    lines = settled([Line(100_01, None, D(20)), Line(50_01, None, D(20)), Line(10_00, None, D(0))])
    euros = in_euros(lines, D("0.9137"))

    assert sums(line for line in euros if line.rate == 20) == (137_07, 27_41)
    assert euros[2].net == 9_14


@given(LINES, FX, st.sampled_from(["", "domestic", "reverse_charge"]))
def test_lines_always_add_up_to_each_part_of_the_document(
    lines: list[Line], fx: Decimal | None, regime: str
) -> None:
    found = settled(lines, regime=regime)
    euros = in_euros(found, fx)

    assert [line.net for line in found] == [line.net for line in lines]
    assert len(euros) == len(lines)
    for line, before in zip(found, lines, strict=True):
        if before.vat is not None and regime != "reverse_charge":
            assert line.vat == before.vat
    for rate in {line.rate for line in lines}:
        asked = [at for at, line in enumerate(lines) if line.rate == rate and line.vat is None]
        whole = sum(lines[at].net for at in asked)
        got = sum(found[at].vat or 0 for at in asked)
        assert got == (0 if regime == "reverse_charge" else tax(whole, rate))
        for kind in ("", "G", "V"):
            part = [at for at, line in enumerate(lines) if (line.rate, line.kind) == (rate, kind)]
            for name in ("net", "vat"):
                before_all = sum(getattr(found[at], name) or 0 for at in part)
                due = before_all if fx is None or fx == 1 else half_up(before_all * fx)
                assert sum(getattr(euros[at], name) for at in part) == due


@given(CENTS, RATES)
def test_ht_and_tva_make_the_ttc_that_was_typed(gross: int, rate: Decimal | None) -> None:
    line = typed_line(net=None, vat=None, gross=gross, rate=rate)
    assert line.net + (line.vat or 0) == gross


@pytest.mark.parametrize(("cents", "text"), [(0, "0.00"), (-123456, "-1234.56"), (5, "0.05")])
def test_an_amount_in_another_currency_is_kept_as_text(cents: int, text: str) -> None:
    assert decimal_text(cents) == text
