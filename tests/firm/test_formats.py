"""Amounts, numbers and dates as a French accountant writes and types them."""

import datetime as dt
import timeit
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firm import formats
from firm.templatetags import formats as filters

NBSP, MINUS = "\u00a0", "\u2212"
TODAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (None, ""),
        (0, "0,00_€"),
        (5, "0,05_€"),
        (-5, "−0,05_€"),
        (99_999, "999,99_€"),
        (123_456, "1_234,56_€"),
        (-123_456_789, "−1_234_567,89_€"),
        (100_000_000_000_005, "1_000_000_000_000,05_€"),
    ],
)
def test_an_amount_has_no_break_spaces_a_comma_and_a_true_minus(
    cents: int | None, text: str
) -> None:
    assert formats.amount(cents) == text.replace("_", NBSP)
    assert formats.amount_plain(cents) == text.replace("_€", "").replace("_", NBSP)


@given(st.integers(min_value=-(10**17), max_value=10**17))
def test_an_amount_that_is_written_is_read_back_to_the_cent(cents: int) -> None:
    assert formats.parse_amount_fr(formats.amount(cents)) == cents
    assert formats.amount_plain(cents) == formats.decimal_fr(Decimal(cents) / 100)


def test_an_amount_is_written_about_as_fast_as_python_writes_a_number() -> None:
    # Measured 0.4 µs; a ratio holds on a busy machine where microseconds do not.
    ours = timeit.repeat(lambda: formats.amount(123_456), number=5_000, repeat=15)
    plain = timeit.repeat(lambda: format(1234.56, ",.2f"), number=5_000, repeat=15)

    assert min(ours) < 3 * min(plain)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("", None),
        ("  ", None),
        ("12", 1_200),
        ("1 234,5", 123_450),
        ("1\u202f234,56\u00a0€", 123_456),
        ("1234.5", 123_450),
        ("1.234,56", 123_456),
        ("1,234.56", 123_456),
        ("1.234.567", 123_456_700),
        ("-5", -500),
        ("−12 €", -1_200),
        ("12+3", 1_500),
        ("100-33,33", 6_667),
        (",5", 50),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed: str, cents: int | None) -> None:
    assert formats.parse_amount_fr(typed) == cents


@pytest.mark.parametrize(
    "typed", ["abc", "12,345", "1.234", "12++3", "1,2,3.4", "12€3", "1e5", "--5", "12.34.5", "1,,2"]
)
def test_what_is_no_amount_or_could_mean_two_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        formats.parse_amount_fr(typed)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("", None),
        ("20/11/2026", TODAY),
        ("1/2/26", dt.date(2026, 2, 1)),
        ("1.2.2025", dt.date(2025, 2, 1)),
        ("03/04", dt.date(2026, 4, 3)),
        ("0304", dt.date(2026, 4, 3)),
        ("030425", dt.date(2025, 4, 3)),
        ("03042025", dt.date(2025, 4, 3)),
        ("7", dt.date(2026, 11, 7)),
        ("2026-11-20", TODAY),
    ],
)
def test_a_date_is_read_whole_or_completed_from_today(typed: str, day: dt.date | None) -> None:
    assert formats.parse_date_fr(typed, TODAY) == day


@pytest.mark.parametrize("typed", ["30/02/2025", "31/11", "0", "32", "demain", "1/2/3/4", "12345"])
def test_a_day_that_does_not_exist_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (datetime's own words, or ours)
        formats.parse_date_fr(typed, TODAY)


def test_dates_are_written_in_figures_and_in_words() -> None:
    moment = dt.datetime(2026, 11, 20, 14, 2, tzinfo=dt.UTC)

    assert formats.date_fr(TODAY) == "20/11/2026"
    assert formats.date_long(TODAY) == f"vendredi 20{NBSP}novembre 2026"
    assert formats.date_long(dt.date(2026, 10, 1)) == f"jeudi 1er{NBSP}octobre 2026"
    assert formats.date_short(TODAY) == f"20{NBSP}nov."
    assert formats.datetime_fr(moment) == f"20/11/2026 à 14{NBSP}h{NBSP}02"
    assert formats.time_fr(dt.time(10)) == f"10{NBSP}h"
    assert formats.period_fr(dt.date(2026, 1, 1), TODAY) == "du 01/01/2026 au 20/11/2026"
    assert formats.period_fr(TODAY, None) == "depuis le 20/11/2026"
    assert formats.period_fr(None, TODAY) == "jusqu’au 20/11/2026"


def test_nothing_is_written_for_what_is_missing() -> None:
    blanks = (formats.amount, formats.integer, formats.percent, formats.file_size, formats.siren,
              formats.date_fr, formats.date_long, formats.date_short, formats.time_fr,
              formats.datetime_fr, formats.sense, formats.decimal_fr)  # fmt: skip

    assert [write(None) for write in blanks] == [""] * len(blanks)
    assert formats.period_fr(None, None) == ""


def test_zero_and_one_are_singular() -> None:
    assert formats.plural(0, "ligne") == f"0{NBSP}ligne"
    assert formats.plural(1, "journal", "journaux") == f"1{NBSP}journal"
    assert formats.plural(2, "journal", "journaux") == f"2{NBSP}journaux"
    assert formats.plural(1847, "ligne") == f"1{NBSP}847{NBSP}lignes"


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 octet"), (1, "1 octet"), (999, "999 octets"), (1_000, "1 Ko"), (184_000, "184 Ko"),
     (999_700, "1 Mo"), (3_200_000, "3,2 Mo"), (12_000_000, "12 Mo"), (4 * 1000**3, "4 Go")],
)  # fmt: skip
def test_a_file_size_is_short(size: int, text: str) -> None:
    assert formats.file_size(size) == text.replace(" ", NBSP)


def test_parts_identifiers_and_senses() -> None:
    assert formats.percent(0.26) == f"26,0{NBSP}%"
    assert formats.percent(Decimal("-0.167"), signed=True) == f"{MINUS}16,7{NBSP}%"
    assert formats.percent(0.465, signed=True) == f"+46,5{NBSP}%"
    assert formats.percent(0, signed=True) == f"0,0{NBSP}%"
    assert formats.siren("552100554") == f"552{NBSP}100{NBSP}554"
    assert formats.siren("552 100 554 00013") == f"552{NBSP}100{NBSP}554{NBSP}00013"
    assert formats.siren("FR 12") == "FR 12"
    assert [formats.sense(cents) for cents in (5, -5, 0)] == ["D", "C", ""]
    assert formats.integer(-1847) == f"{MINUS}1{NBSP}847"
    assert formats.decimal_fr(Decimal("2.345"), 2) == "2,35"


def test_cells_carry_the_sign_apart_and_grey_a_true_zero() -> None:
    euro = f'<span class="eur">{NBSP}€</span></span>'

    assert filters.amount(123_456) == f'<span class="amt">1{NBSP}234,56{euro}'
    assert filters.amount(0) == f'<span class="amt zero">0,00{euro}'
    assert filters.balance(-500) == f'<span class="amt">5,00{euro}<span class="dc">C</span>'
    assert filters.amount(None) == filters.amount("") == filters.balance(None) == ""
