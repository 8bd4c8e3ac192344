"""Plans of depreciation: tables worked by hand, and what is true of any of them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.assets.days import Span, add_months, elapsed, spans_over
from ledger.assets.plan import (
    Charge,
    Terms,
    adds_up,
    by_month,
    charges,
    coefficient,
    declining_rate,
    derogatory,
)
from ledger.assets.spreading import after

D = dt.date


def civil(year: int) -> Span:
    return Span(D(year, 1, 1), D(year, 12, 31))


YEARS = [civil(2024), civil(2025)]


def cents(plan: list[Charge]) -> list[int]:
    return [charge.cents for charge in plan]


def test_a_month_has_thirty_days_and_its_last_day_closes_it() -> None:
    assert elapsed(D(2024, 1, 1), D(2024, 12, 31)) == 360
    assert elapsed(D(2024, 4, 15), D(2024, 12, 31)) == 256
    assert elapsed(D(2024, 1, 31), D(2024, 1, 31)) == 1
    assert elapsed(D(2023, 2, 1), D(2023, 2, 28)) == 30
    assert elapsed(D(2024, 1, 1), D(2023, 12, 31)) == 0


def test_linear_from_the_day_of_putting_into_service() -> None:
    # 10 000 € over 5 years from 15 April 2024: 256 days of 1 800, four whole years, 104 days.
    plan = charges(Terms("linear", 10_000_00, D(2024, 4, 15), 60), YEARS)

    assert cents(plan) == [1_422_22, 2_000_00, 2_000_00, 2_000_00, 2_000_00, 577_78]
    assert plan[0].begin == D(2024, 4, 15)
    assert [charge.rest for charge in plan][-2:] == [577_78, 0]


def test_linear_rounds_each_year_and_the_last_takes_the_rest() -> None:
    assert cents(charges(Terms("linear", 100_00, D(2024, 1, 1), 36), YEARS)) == [3333, 3333, 3334]


def test_linear_follows_years_of_other_lengths() -> None:
    # First year of 18 months, then civil years: 540 days of 1 080, 360, 180.
    first = Span(D(2024, 7, 1), D(2025, 12, 31))

    assert cents(charges(Terms("linear", 3_600_00, D(2024, 7, 1), 36), [first])) == [
        1_800_00, 1_200_00, 600_00,
    ]  # fmt: skip


def test_declining_as_the_tax_code_says() -> None:
    # 10 000 € over 5 years, rate 20 % x 1.75 = 35 %, acquired on 12 April: nine months the first
    # year.  Rests: 7 375; 4 793.75; 3 115.94; two years left then, 50 % > 35 %: even.
    plan = charges(Terms("declining", 10_000_00, D(2024, 4, 12), 60), YEARS)

    assert cents(plan) == [2_625_00, 2_581_25, 1_677_81, 1_557_97, 1_557_97]
    assert [charge.is_even for charge in plan] == [False, False, False, True, True]
    assert plan[0].begin == D(2024, 4, 1)


def test_declining_over_eight_years_switches_when_the_even_share_exceeds_the_rate() -> None:
    # 80 000 €, rate 12.5 % x 2.25 = 28.125 %, whole years; 1/3 > 28.125 % from the sixth year on.
    plan = charges(Terms("declining", 80_000_00, D(2024, 1, 20), 96), YEARS)

    assert cents(plan) == [
        22_500_00, 16_171_88, 11_623_53, 8_354_42, 6_004_74, 5_115_14, 5_115_15, 5_115_14,
    ]  # fmt: skip
    assert [charge.is_even for charge in plan].index(True) == 5


@pytest.mark.parametrize(
    ("months", "hundredths"),
    [(36, 125), (48, 125), (60, 175), (72, 175), (84, 225), (120, 225)],
)
def test_the_coefficient_depends_on_the_life(months: int, hundredths: int) -> None:
    assert coefficient(months) == hundredths


def test_the_rate_shown_is_that_of_a_year() -> None:
    assert str(declining_rate(60).normalize()) == "0.35"


def test_a_takeover_spreads_the_rest_over_the_time_left() -> None:
    # 6 000 € over 5 years from 2023; 2 000 taken over at the end of 2024 instead of 2 400.
    plan = charges(
        Terms("linear", 6_000_00, D(2023, 1, 1), 60, since=D(2024, 12, 31), taken=2_000_00), YEARS
    )

    assert cents(plan) == [1_333_33, 1_333_33, 1_333_34]
    assert plan[0].span == civil(2025)


def test_what_a_takeover_left_after_its_life_goes_at_once() -> None:
    plan = charges(
        Terms("linear", 1_000_00, D(2015, 1, 1), 36, since=D(2024, 12, 31), taken=900_00), YEARS
    )

    assert [(charge.span, charge.cents) for charge in plan] == [(civil(2025), 100_00)]


def test_an_asset_that_leaves_is_depreciated_to_its_day() -> None:
    # Sold on 30 June 2025: 180 days of the second year.
    linear = Terms("linear", 3_600_00, D(2024, 1, 1), 36, until=D(2025, 6, 30))
    declining = Terms("declining", 10_000_00, D(2024, 1, 1), 60, until=D(2025, 6, 10))

    assert cents(charges(linear, YEARS)) == [1_200_00, 600_00]
    # 6 500 x 35 % = 2 275 a year; five whole months before that of June.
    assert cents(charges(declining, YEARS)) == [3_500_00, 947_92]


def test_derogatory_goes_up_and_comes_back_to_nothing() -> None:
    terms = D(2024, 1, 1)
    economic = charges(Terms("linear", 10_000_00, terms, 60), YEARS)
    fiscal = charges(Terms("declining", 10_000_00, terms, 60), YEARS)

    moved = derogatory(economic, fiscal)

    # Fiscal: 3 500, 2 275, 1 478.75, 1 373.13, 1 373.12; economic: 2 000 a year.
    assert [one.cents for one in moved] == [1_500_00, 275_00, -521_25, -626_87, -626_88]
    assert moved[-1].balance == 0


def test_what_is_left_of_the_derogatory_comes_back_when_the_asset_leaves() -> None:
    start, until = D(2024, 1, 1), D(2025, 6, 30)
    economic = charges(Terms("linear", 10_000_00, start, 60, until=until), YEARS)
    fiscal = charges(Terms("declining", 10_000_00, start, 60, until=until), YEARS)

    moved = derogatory(economic, fiscal, leaving=civil(2025))

    assert [one.cents for one in moved] == [1_500_00, -1_500_00]


def test_a_year_is_split_by_month_and_its_last_takes_the_rest() -> None:
    plan = charges(Terms("linear", 1_000_00, D(2024, 11, 16), 12), YEARS)

    assert by_month(plan[0]) == [(D(2024, 11, 1), 41_67), (D(2024, 12, 1), 83_33)]
    assert sum(part for _month, part in by_month(plan[1])) == plan[1].cents


def test_years_are_supposed_around_those_known() -> None:
    found = spans_over([Span(D(2024, 7, 1), D(2025, 6, 30))], D(2023, 3, 1), D(2026, 8, 1))

    assert [span.end for span in found] == [
        D(2023, 6, 30), D(2024, 6, 30), D(2025, 6, 30), D(2026, 6, 30), D(2027, 6, 30),
    ]  # fmt: skip


def test_service_is_spread_by_its_days() -> None:
    # 1 200 € from 1 October 2024 to 30 September 2025: 273 days of 365 after the closing.
    assert after(1_200_00, D(2024, 10, 1), D(2025, 9, 30), D(2024, 12, 31)) == 897_53
    assert after(1_200_00, D(2025, 1, 1), D(2025, 9, 30), D(2024, 12, 31)) == 1_200_00
    assert after(1_200_00, D(2024, 1, 1), D(2024, 12, 31), D(2024, 12, 31)) == 0


day = st.dates(D(2000, 1, 1), D(2040, 12, 31))
terms = st.builds(
    Terms,
    method=st.sampled_from(["linear", "declining"]),
    base=st.integers(1, 10**12),
    start=day,
    months=st.integers(36, 600),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(terms)
def test_any_plan_gives_its_base_to_the_cent_and_never_goes_back(terms: Terms) -> None:
    plan = charges(terms, YEARS)

    assert adds_up(plan, terms.base)
    assert all(charge.cents >= 0 for charge in plan)
    assert all(sum(part for _m, part in by_month(charge)) == charge.cents for charge in plan)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(terms, day, st.integers(0, 100))
def test_any_takeover_ends_at_the_base_too(terms: Terms, since: dt.date, percent: int) -> None:
    taken = terms.base * percent // 100
    plan = charges(Terms(terms.method, terms.base, terms.start, terms.months, since, taken), YEARS)

    assert adds_up(plan, terms.base, taken)
    assert all(charge.span.end > since for charge in plan)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(terms, st.integers(0, 3000))
def test_leaving_early_never_depreciates_more(terms: Terms, days: int) -> None:
    until = terms.start + dt.timedelta(days)
    cut = charges(Terms(terms.method, terms.base, terms.start, terms.months, until=until), YEARS)
    whole = {charge.span: charge.cents for charge in charges(terms, YEARS)}

    assert all(0 <= charge.cents <= whole[charge.span] for charge in cut)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(terms, st.integers(36, 600))
def test_derogatory_is_never_negative_and_ends_at_nothing(terms: Terms, months: int) -> None:
    economic = charges(terms, YEARS)
    fiscal = charges(Terms("declining", terms.base, terms.start, months), YEARS)

    moved = derogatory(economic, fiscal)

    assert all(one.balance >= 0 for one in moved)
    assert sum(one.cents for one in moved) == 0


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**12), day, st.integers(0, 2000), day)
def test_what_is_spread_stays_within_it(
    amount: int, since: dt.date, days: int, closing: dt.date
) -> None:
    assert 0 <= after(amount, since, since + dt.timedelta(days), closing) <= amount


def test_months_are_added_within_their_length() -> None:
    assert add_months(D(2024, 1, 31), 1) == D(2024, 2, 29)
    assert add_months(D(2024, 1, 31), -2) == D(2023, 11, 30)
