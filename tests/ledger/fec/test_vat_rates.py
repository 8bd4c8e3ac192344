import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.fec.vat_rates import RATES, legal_rate, rates_array, vat_lines

ARRAY = str.maketrans("{}", "[]")


@pytest.mark.parametrize(
    ("net", "vat", "rate"),
    [
        (10_000, 2_000, 200),
        (10_000, 1_000, 100),
        (10_000, 850, 85),
        (6_960, 383, 55),
        (121, 6, 55),
        (10_000, 210, 21),
        (333, 67, 200),
        (10_000, 1_500, None),
        (10_000, 1_960, None),
        (0, 100, None),
    ],
)
def test_the_rate_is_the_nearest_legal_one_or_none(net: int, vat: int, rate: int | None) -> None:
    assert legal_rate(net, vat, 1) == rate


@given(st.integers(1_000, 10**9), st.sampled_from(sorted(RATES)))
def test_a_rounded_tax_gives_its_rate_back(net: int, rate: int) -> None:
    assert vat_lines([net], [(net * rate + 500) // 1000]) == [
        (rate, net, (net * rate + 500) // 1000)
    ]


def test_each_tax_finds_the_amounts_it_was_reckoned_on() -> None:
    assert vat_lines([10_000, 20_000, 5_000], [1_100, 3_000]) == [
        (200, 15_000, 3_000), (55, 20_000, 1_100),
    ]  # fmt: skip


def test_taxes_of_one_rate_are_added() -> None:
    assert vat_lines([10_000, 20_000], [2_000, 4_000]) == [(200, 30_000, 6_000)]


def test_an_amount_beside_the_taxed_ones_is_untaxed() -> None:
    assert vat_lines([10_000, 777, 20_000], [2_000, 1_100]) == [
        (200, 10_000, 2_000), (55, 20_000, 1_100), (0, 777, 0),
    ]  # fmt: skip


def test_what_no_rates_explain_is_mixed() -> None:
    assert vat_lines([10_000, 20_000], [1_234, 567]) == [(None, 30_000, 1_801)]
    assert vat_lines([10_000], [1_234]) == [(None, 10_000, 1_234)]
    assert vat_lines([1_000] * 12, [700, 100, 50]) == [(None, 12_000, 850)]


def test_without_tax_the_rate_is_zero() -> None:
    assert vat_lines([10_000], []) == [(0, 10_000, 0)]


@given(
    st.lists(st.integers(-(10**7), 10**7).filter(bool), min_size=1, max_size=3),
    st.lists(st.integers(-(10**6), 10**6).filter(bool), max_size=2),
)
def test_the_rates_of_an_invoice_always_add_up_to_it(nets: list[int], vats: list[int]) -> None:
    lines = vat_lines(nets, vats)
    written = json.loads(rates_array(nets, vats).translate(ARRAY).replace("NULL", "null"))

    assert sum(net for _, net, _ in lines) == sum(nets)
    assert sum(vat for _, _, vat in lines) == sum(vats)
    assert sum(net for _, net, _ in written) == sum(nets)
    assert sum(vat for _, _, vat in written) == sum(vats)


@pytest.mark.parametrize(
    ("nets", "vats", "written"),
    [
        ([10_000], [2_000], "{{2000,10000,2000}}"),
        ([10_000, 5_000], [], "{{0,15000,0}}"),
        ([100_000], [10], "{{NULL,100000,10}}"),
        ([10_000, 777, 20_000], [2_000, 1_100], "{{2000,10000,2000},{550,20000,1100},{0,777,0}}"),
    ],
)
def test_rates_are_written_as_an_array_in_hundredths_of_a_percent(
    nets: list[int], vats: list[int], written: str
) -> None:
    assert rates_array(nets, vats) == written
