import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.fec.dates import read_date


@pytest.mark.parametrize(
    ("text", "iso", "form"),
    [
        ("20250131", "2025-01-31", "AAAAMMJJ"),
        ("31012025", "2025-01-31", "JJMMAAAA"),
        ("31122025", "2025-12-31", "JJMMAAAA"),
        ("2025-01-31", "2025-01-31", "AAAA-MM-JJ"),
        ("2025/1/5", "2025-01-05", "AAAA-MM-JJ"),
        ("31/01/2025", "2025-01-31", "JJ/MM/AAAA"),
        ("5.1.2025", "2025-01-05", "JJ/MM/AAAA"),
    ],
)
def test_a_day_is_read_in_every_usual_dress(text: str, iso: str, form: str) -> None:
    read = read_date(text)

    assert (read.iso, read.form, read.code, read.has_time) == (iso, form, None, False)


@pytest.mark.parametrize("text", ["", "   ", "00000000", "0000-00-00", "00/00/0000"])
def test_zeros_are_no_date(text: str) -> None:
    assert (read_date(text).iso, read_date(text).code) == ("", None)


@pytest.mark.parametrize(
    "text", ["20250219 10:25:37", "2025-02-19T10:25:37", "19/02/2025 10:25", "20250219T10:25:37.5Z"]
)
def test_a_time_is_cut(text: str) -> None:
    read = read_date(text)

    assert (read.iso, read.code, read.has_time) == ("2025-02-19", None, True)


@pytest.mark.parametrize("text", ["20250230", "20251131", "20250431", "20250010", "20250100"])
def test_a_day_that_the_calendar_lacks_is_an_error_that_the_tax_tool_passes(text: str) -> None:
    assert (read_date(text).iso, read_date(text).code) == ("", "DATE_INEXISTANTE")


@pytest.mark.parametrize("text", ["20251301", "20250132", "04/25/2025", "31/12/25", "2025", "hier"])
def test_what_is_no_date_is_not_guessed(text: str) -> None:
    assert (read_date(text).iso, read_date(text).code) == ("", "DATE_ILLISIBLE")


@pytest.mark.parametrize("text", ["18991231", "21000101"])
def test_a_year_out_of_the_two_centuries_is_told(text: str) -> None:
    assert read_date(text).code == "DATE_SIECLE"


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)))
def test_every_day_is_read_back_in_every_form(day: dt.date) -> None:
    forms = ("%Y%m%d", "%d%m%Y", "%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y")

    assert {read_date(f"{day:{form}}").iso for form in forms} == {day.isoformat()}


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader(text: str) -> None:
    read = read_date(text)

    assert not read.iso or dt.date.fromisoformat(read.iso).isoformat() == read.iso
