import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.fec.check import Context
from ledger.fec.exercise import months_before
from tests.ledger.fec.checked import check, entry, fec, line, opening, purchase

YEAR = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))


@pytest.mark.parametrize(
    ("end", "start"),
    [
        ("2025-12-31", "2025-01-01"),
        ("2025-06-15", "2024-06-16"),
        ("2024-02-29", "2023-03-01"),
        ("2025-02-28", "2024-03-01"),
        ("2022-08-31", "2021-09-01"),
    ],
)
def test_twelve_months_begin_the_day_after_the_last_closing(end: str, start: str) -> None:
    assert months_before(end, 12) == start


@given(st.dates(dt.date(1950, 1, 1), dt.date(2090, 12, 31)))
def test_two_years_are_twice_one_year(end: dt.date) -> None:
    start = dt.date.fromisoformat(months_before(end.isoformat(), 12))
    before = months_before((start - dt.timedelta(days=1)).isoformat(), 12)

    assert 365 <= (end - start).days + 1 <= 366
    assert before[:7] == months_before(end.isoformat(), 24)[:7]


def test_the_name_closes_the_exercise(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1)))

    assert (got.report.year_start, got.report.year_end) == YEAR
    assert got.summary["years"] == [{"start": "2025-01-01", "end": "2025-12-31"}]


def test_a_first_exercise_may_be_longer_than_a_year(tmp_path: Path) -> None:
    content = fec(*(purchase(n, EcritureDate=day) for n, day in enumerate(
        ("20240915", "20250310", "20250610", "20251010"), 1)))  # fmt: skip

    got = check(tmp_path, content)

    assert (got.codes, got.report.accounting) == ({"EXERCICE_LONG": 1}, "accept")
    assert (got.report.year_start, got.report.year_end) == (dt.date(2024, 9, 1), YEAR[1])


def test_an_opening_tells_where_a_long_exercise_begins(tmp_path: Path) -> None:
    first = opening(line("512000", 1), line("101000", -1), EcritureDate="20240701")

    got = check(tmp_path, fec(first, purchase(1), purchase(2)))

    assert got.report.year_start == dt.date(2024, 7, 1)
    assert got.report.accounting == "accept"


def test_an_entry_before_the_opening_is_doubtful(tmp_path: Path) -> None:
    first = opening(line("512000", 1), line("101000", -1))

    got = check(
        tmp_path, fec(first, purchase(1, EcritureDate="20241215"), purchase(2), purchase(3))
    )

    assert got.lines_of("DATE_AVANT_EXERCICE") == [4]
    assert (got.report.year_start, got.report.accounting) == (YEAR[0], "accept_with_warnings")


def test_more_than_two_years_is_always_doubtful(tmp_path: Path) -> None:
    content = fec(purchase(1, EcritureDate="20231231"), *(purchase(n) for n in (2, 3, 4)))

    assert check(tmp_path, content).lines_of("DATE_AVANT_EXERCICE") == [2]


def test_when_most_lines_are_elsewhere_the_name_is_what_is_odd(tmp_path: Path) -> None:
    pieces = [purchase(n, EcritureDate=f"2023{n:02d}10") for n in (1, 2, 3)]

    got = check(tmp_path, fec(*pieces, purchase(4, EcritureDate="20230620")))

    assert (got.codes, got.report.accounting) == ({"EXERCICE_DIFFERENT": 1}, "accept_with_warnings")
    assert (got.report.year_start, got.report.year_end) == (
        dt.date(2023, 1, 1),
        dt.date(2023, 12, 31),
    )


def test_then_what_lies_after_the_exercise_of_the_lines_is_an_error(tmp_path: Path) -> None:
    pieces = [purchase(n, EcritureDate=f"2023{n:02d}10") for n in (1, 2, 3)]

    got = check(tmp_path, fec(*pieces, purchase(4)))

    assert (got.lines_of("DATE_HORS_EXERCICE"), got.report.accounting) == ([11], "reject")


def test_an_exercise_taken_from_the_lines_may_end_at_any_month(tmp_path: Path) -> None:
    days = ("20230705", "20231015", "20240220", "20240628")

    got = check(tmp_path, fec(*(purchase(n, EcritureDate=d) for n, d in enumerate(days, 1))))

    assert got.one("EXERCICE_DIFFERENT").severity == "warning"
    assert (got.report.year_start, got.report.year_end) == (
        dt.date(2023, 7, 1),
        dt.date(2024, 6, 30),
    )


def test_the_exercise_of_the_dossier_comes_before_the_name(tmp_path: Path) -> None:
    own = Context(exercise=(dt.date(2024, 7, 1), dt.date(2025, 6, 30)))
    days = ("20240710", "20250511", "20250701")

    got = check(
        tmp_path, fec(*(purchase(n, EcritureDate=d) for n, d in enumerate(days, 1))), context=own
    )

    assert got.lines_of("DATE_HORS_EXERCICE") == [8]


def test_a_file_without_a_date_in_its_name_takes_the_exercise_of_its_lines(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1)), name="export.txt")

    assert (got.report.year_start, got.report.year_end) == YEAR
    assert got.report.accounting == "accept_with_warnings"


def test_a_file_without_any_date_keeps_the_exercise_of_its_name(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1, EcritureDate="")))

    assert (got.report.year_end, got.report.accounting) == (YEAR[1], "reject")


def test_months_without_entries_are_told_in_a_file_of_many_months(tmp_path: Path) -> None:
    months = (1, 2, 3, 4, 6, 7, 9)
    pieces = [
        entry(
            line("606100", 5), line("512000", -5), EcritureNum=str(n), EcritureDate=f"2025{m:02d}10"
        )
        for n, m in enumerate(months, 1)
    ]

    got = check(tmp_path, fec(*pieces))
    short = check(tmp_path, fec(*pieces[:5]))

    assert "05/2025, 08/2025" in got.one("MOIS_SANS_ECRITURE").message
    assert short.codes == {}
