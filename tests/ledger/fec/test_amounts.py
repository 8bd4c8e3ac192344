import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.fec.amounts import PlainCents, foreign_amount, read_amount, side_sign
from ledger.fec.wording import comma


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("", 0),
        ("0,00", 0),
        ("1234,56", 123456),
        ("1234,5", 123450),
        ("1234,", 123400),
        (",5", 50),
        ("1234", 123400),
        ("0000000069,60", 6960),
        (" 12,00 ", 1200),
        ("+12,00", 1200),
        ("12,00+", 1200),
        ("-12,00", -1200),
        ("12,00-", -1200),
        ("- 12,00", -1200),
        ("9999999999999,99", 999999999999999),
    ],
)
def test_what_the_law_admits_is_read_without_a_word(text: str, cents: int) -> None:
    assert read_amount(text) == (cents, None)


@pytest.mark.parametrize(
    ("text", "cents", "code"),
    [
        ("1234.56", 123456, "MONTANT_POINT_DECIMAL"),
        ("0.5", 50, "MONTANT_POINT_DECIMAL"),
        ("-1.5", -150, "MONTANT_POINT_DECIMAL"),
        ("0.120", 12, "MONTANT_POINT_DECIMAL"),
        ("1 234,56", 123456, "MONTANT_MILLIERS"),
        ("1\u00a0234,56", 123456, "MONTANT_MILLIERS"),
        ("1\u202f234\u202f567,8", 123456780, "MONTANT_MILLIERS"),
        ("1 234", 123400, "MONTANT_MILLIERS"),
        ("1.234,56", 123456, "MONTANT_MILLIERS"),
        ("1,234.56", 123456, "MONTANT_MILLIERS"),
        ("1.234.567", 123456700, "MONTANT_MILLIERS"),
        ("1,234,567", 123456700, "MONTANT_MILLIERS"),
        ("0,500", 50, "MONTANT_ZEROS"),
        ("1234,5000", 123450, "MONTANT_ZEROS"),
    ],
)
def test_what_can_mean_one_thing_only_is_repaired(text: str, cents: int, code: str) -> None:
    assert read_amount(text) == (cents, code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.234", "MONTANT_AMBIGU"),
        ("12.500", "MONTANT_AMBIGU"),
        ("1234.567", "MONTANT_AMBIGU"),
        ("1,234", "MONTANT_DECIMALES"),
        ("12,500", "MONTANT_DECIMALES"),
        ("0,123", "MONTANT_DECIMALES"),
        ("1 234,567", "MONTANT_DECIMALES"),
        ("4,11E+05", "MONTANT_SCIENTIFIQUE"),
        ("1E5", "MONTANT_SCIENTIFIQUE"),
        ("99999999999999,00", "MONTANT_TROP_GRAND"),
        ("abc", "MONTANT_ILLISIBLE"),
        ("12 34", "MONTANT_ILLISIBLE"),
        ("12,00 €", "MONTANT_ILLISIBLE"),
        ("-", "MONTANT_ILLISIBLE"),
        (",", "MONTANT_ILLISIBLE"),
        (".", "MONTANT_ILLISIBLE"),
        ("--5", "MONTANT_ILLISIBLE"),
        ("1_000,00", "MONTANT_ILLISIBLE"),
        ("١٢,٠٠", "MONTANT_ILLISIBLE"),
    ],
)
def test_what_is_ambiguous_or_no_amount_is_never_guessed(text: str, code: str) -> None:
    assert read_amount(text) == (None, code)


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_every_amount_that_a_fec_can_hold_is_read_back_to_the_cent(cents: int) -> None:
    assert read_amount(comma(cents)) == (cents, None)


@given(st.text(max_size=20))
def test_the_quick_reader_never_disagrees_with_the_careful_one(text: str) -> None:
    quick, careful = PlainCents()[text], read_amount(text)

    assert quick is None or (quick, None) == careful


@given(st.from_regex(r"[0-9]{1,18},[0-9]{2}", fullmatch=True))
def test_the_quick_reader_knows_regular_amounts_up_to_fifteen_digits(text: str) -> None:
    assert PlainCents()[text] == read_amount(text).cents


def test_the_quick_reader_keeps_no_more_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.fec.amounts._CACHE_SIZE", 10)
    plain = PlainCents()

    read = [plain[f"{cents},00"] for cents in range(100)]

    assert read == [cents * 100 for cents in range(100)]
    assert len(plain) <= 12


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("", ""),
        ("130,50", "130.50"),
        ("-0001234,5", "-1234.5"),
        ("12,345", "12.345"),
        ("1 234,56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("0,00", "0.00"),
        ("7", "7"),
        ("abc", None),
        (",", None),
    ],
)
def test_a_foreign_amount_keeps_its_own_scale(text: str, amount: str | None) -> None:
    assert foreign_amount(text) == amount


@pytest.mark.parametrize(
    ("text", "sign"),
    [("D", 1), ("c", -1), (" +1 ", 1), ("-1", -1), ("1", None), ("", None), ("DC", None)],
)
def test_a_side_is_d_c_plus_one_or_minus_one(text: str, sign: int | None) -> None:
    assert side_sign(text) == sign
