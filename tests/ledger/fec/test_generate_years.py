"""Years that follow one another, odd ones, small ones."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.fec.generate import MINIMUM_LINES, Closing, SectorName
from ledger.fec.generate.books import letters
from ledger.fec.generate.dates import Calendar, easter, is_holiday, year_start
from tests.ledger.fec.generated import SECTORS, YEAR_END, Book, made, rows, signed


@pytest.mark.parametrize("sector", SECTORS)
@pytest.mark.parametrize("given_items", [True, False], ids=["closing", "plain balances"])
def test_the_next_year_opens_with_the_closing_of_the_year_before(
    sector: SectorName, given_items: bool
) -> None:
    _, before = made(sector=sector)
    given = before.closing if given_items else dict(before.closing)
    raw, after = made(sector=sector, year_end=date(2025, 12, 31), opening=given)

    opening = [row for row in rows(raw) if row["JournalCode"] == "AN"]
    balances: dict[str, int] = defaultdict(int)
    for row in opening:
        balances[row["CompteNum"]] += signed(row)
    assert balances == before.closing
    assert sum(before.closing.values()) == 0
    carried = "120000" if before.result > 0 else "129000"
    assert before.closing[carried] == -before.result
    assert after.balance(carried) == 0
    if given_items:
        by_third: dict[str, int] = defaultdict(int)
        for row in opening:
            if row["CompAuxNum"]:
                by_third[row["CompAuxNum"]] += signed(row)
        owing = {code: one.balance for code, one in before.third_parties.items() if one.balance}
        assert by_third == owing
        labels = {row["CompAuxNum"]: row["CompAuxLib"] for row in opening if row["CompAuxNum"]}
        assert all(before.third_parties[code].label == label for code, label in labels.items())


def test_a_larger_next_year_still_knows_the_old_third_parties() -> None:
    _, before = made(lines=1000)
    raw, after = made(lines=4000, year_end=date(2025, 12, 31), opening=before.closing)

    assert len(rows(raw)) == after.lines == 4000
    assert sum(after.closing.values()) == 0


def test_a_smaller_next_year_keeps_the_third_parties_that_it_would_not_have() -> None:
    _, before = made(lines=4000)
    raw, after = made(lines=1500, year_end=date(2025, 12, 31), opening=before.closing)

    old = {item.third for item in before.closing.open_items}
    assert old <= set(after.third_parties)
    assert {row["CompAuxNum"] for row in rows(raw)} - {""} == set(after.third_parties)


def test_an_odd_opening_is_taken_as_it_is() -> None:
    """A loan that ends, cards on their way, five cents owed by many customers, an old account."""
    given = {"164000": -100_00, "511500": 250_00, "411000": 5, "467000": -150_05}
    raw, truth = made(opening=given)

    opening = [row for row in rows(raw) if row["JournalCode"] == "AN"]
    assert sum(signed(row) for row in opening if row["CompteNum"] == "411000") == 5
    assert truth.balance("164000") == 0
    assert truth.balance("511500") == 0
    assert truth.accounts["467000"].label == "Compte 467000"
    assert sum(truth.closing.values()) == 0


def test_a_first_exercise_has_no_opening() -> None:
    raw, truth = made(opening={})

    assert truth.lines == 1500
    assert {row["JournalCode"] for row in rows(raw)} >= {"AC", "VE", "BQ"}
    assert "AN" not in truth.journals
    assert truth.bank["512000"].count == truth.accounts["512000"].lines


def test_a_loss_is_carried_to_129_and_then_forward() -> None:
    given = Closing({"129000": 5_000_00, "512000": 20_000_00, "101300": -25_000_00})
    _, truth = made(opening=given)

    assert truth.balance("129000") == 0
    assert truth.balance("119000") == 5_000_00


@settings(max_examples=20, deadline=None)
@given(
    lines=st.integers(min_value=MINIMUM_LINES, max_value=1500),
    year_end=st.dates(min_value=date(2014, 1, 1), max_value=date(2030, 12, 31)),
    seed=st.integers(min_value=0, max_value=10**6),
    sector=st.sampled_from(SECTORS),
)
def test_small_books_of_any_year_and_trade_are_sound(
    lines: int, year_end: date, seed: int, sector: SectorName
) -> None:
    raw, truth = made(lines=lines, year_end=year_end, seed=seed, sector=sector)
    found = Book(rows(raw), truth)

    assert len(found.rows) == truth.lines
    assert lines <= truth.lines <= lines + 60
    assert lines < 1000 or truth.lines == lines
    for entry in found.entries().values():
        assert sum(map(signed, entry)) == 0
    dates = [row["EcritureDate"] for row in found.rows]
    assert dates == sorted(dates)
    assert f"{year_start(year_end):%Y%m%d}" == dates[0]
    assert dates[-1] <= f"{year_end:%Y%m%d}"
    assert sum(truth.closing.values()) == 0


def test_too_few_lines_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 120 lines"):
        made(lines=119)


@pytest.mark.parametrize(
    ("closed", "start"),
    [
        (date(2024, 12, 31), date(2024, 1, 1)),
        (date(2024, 2, 29), date(2023, 3, 1)),
        (date(2024, 2, 28), date(2023, 3, 1)),
        (date(2022, 8, 31), date(2021, 9, 1)),
    ],
)
def test_an_exercise_has_twelve_months(closed: date, start: date) -> None:
    assert year_start(closed) == start


def test_easter_moves_with_the_moon() -> None:
    assert [easter(year) for year in (2019, 2024, 2038, 2049)] == [
        date(2019, 4, 21), date(2024, 3, 31), date(2038, 4, 25), date(2049, 4, 18)
    ]  # fmt: skip
    assert is_holiday(date(2024, 5, 9))
    assert not is_holiday(date(2024, 5, 10))


@pytest.mark.parametrize("closed", [date(2014, 2, 1), date(2023, 1, 29), date(2024, 2, 28)])
def test_an_exercise_that_ends_within_a_month_has_twelve_months_too(closed: date) -> None:
    assert len(Calendar(closed).months()) == 12


def test_the_business_of_a_year_is_all_done_on_its_last_day() -> None:
    calendar = Calendar(YEAR_END)
    done = list(calendar.progress.values())

    assert done == sorted(done)
    assert done[-1] == 1
    assert len(calendar.months()) == 12


def test_lettering_codes_follow_one_another() -> None:
    spelled: Callable[[int], str] = letters
    assert [spelled(rank) for rank in (1, 2, 26, 27, 676, 677, 18_252, 18_253)] == [
        "AA", "AB", "AZ", "BA", "ZZ", "AAA", "ZZZ", "AAAA"
    ]  # fmt: skip
    assert len({letters(rank) for rank in range(1, 20_000)}) == 19_999
