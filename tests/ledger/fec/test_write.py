import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.fec.columns import (
    CREDIT,
    DATES,
    DEBIT,
    ECRITURE_LIB,
    LEGAL,
    MONTANT_DEVISE,
    VALID_DATE,
)
from ledger.fec.write import BATCH, name_by_law, text_chunks
from ledger.fec.write_texts import TRANSLITERATE, AmountTexts, clean_text
from tests.ledger.fec.write_records import (
    DAY,
    INCOME,
    SALE,
    amount,
    patient,
    records,
    split,
    written,
)


def test_a_record_is_written_as_the_law_asks() -> None:
    header, line = split(written([SALE]))

    assert header == list(LEGAL)
    assert line == [
        "VE", "Ventes", "12", "20240131", "411000", "Clients", "C001", "Menuiserie d’Orvault",
        "FA-12", "20240131", "Facture d’œuvre n° 12", "1234,56", "0,00", "AA", "20240305",
        "20240131", "", "",
    ]  # fmt: skip


@patient
@given(st.lists(records(), min_size=1, max_size=5), st.sampled_from("\t|"))
def test_what_is_split_again_is_what_was_written(
    rows: list[tuple[object, ...]], separator: str
) -> None:
    _, *lines = split(written(rows, separator=separator), separator=separator)

    assert len(lines) == len(rows)
    for row, line in zip(rows, lines, strict=True):
        assert len(line) == len(LEGAL)
        for index, (value, text) in enumerate(zip(row, line, strict=True)):
            if index in (DEBIT, CREDIT):
                assert amount(text) == value
            elif index in DATES:
                assert text == (f"{value:%Y%m%d}" if value else "")
            elif index == MONTANT_DEVISE:
                assert text.replace(",", ".") == value
            else:
                assert text == clean_text(str(value))


@patient
@given(records(st.text(st.characters(max_codepoint=0x2030), max_size=12)))
def test_no_control_character_nor_separator_ever_breaks_a_record(row: tuple[object, ...]) -> None:
    _, line = split(written([row]))

    for text in line:
        assert not any(unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs") for sign in text)
        assert "|" not in text
        assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize(
    "odd",
    ["\t", "|", "\r", "\n", "\r\n", "\0", "\x1a", "\x7f", "\x85", "\u2028", "\ufeff", "\ud800"],
)
@pytest.mark.parametrize("around", ["Achat", "Œuvre d’art", "Été"])
def test_an_odd_character_becomes_one_space(odd: str, around: str) -> None:
    row = (*SALE[:ECRITURE_LIB], f"{around}{odd}{odd}2", *SALE[ECRITURE_LIB + 1 :])

    _, line = split(written([row]))

    assert line[ECRITURE_LIB] == f"{around} 2"


def test_decomposed_accents_are_composed() -> None:
    row = (*SALE[:ECRITURE_LIB], "cafe\u0301", *SALE[ECRITURE_LIB + 1 :])

    assert split(written([row]))[1][ECRITURE_LIB] == "caf\xe9"


@pytest.mark.parametrize("encoding", ["iso8859-15", "ascii"])
@patient
@given(rows=st.lists(records(), min_size=1, max_size=3))
def test_a_poorer_character_set_is_decodable_and_keeps_every_zone(
    encoding: str, rows: list[tuple[object, ...]]
) -> None:
    _, *lines = split(written(rows, encoding=encoding), encoding=encoding)

    assert [len(line) for line in lines] == [len(LEGAL)] * len(rows)
    assert [amount(line[DEBIT]) for line in lines] == [row[DEBIT] for row in rows]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("iso8859-15", "L'œuvre - 12 € - Łódź... ?"),
        ("ascii", "L'oeuvre - 12 EUR - Lodz... ?"),
    ],
)
def test_missing_letters_are_transliterated(encoding: str, text: str) -> None:
    row = (*SALE[:ECRITURE_LIB], "L’œuvre — 12 € – Łódź… 漢", *SALE[ECRITURE_LIB + 1 :])
    expected = text.replace("Łódź", "Lódz")

    assert split(written([row], encoding=encoding), encoding=encoding)[1][ECRITURE_LIB] == expected


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0,00"), (5, "0,05"), (-5, "-0,05"), (-123456, "-1234,56")]
)
def test_amounts_have_a_comma_two_decimals_and_the_sign_first(value: int, text: str) -> None:
    row = (*SALE[:DEBIT], value, 0, *SALE[CREDIT + 1 :])

    assert split(written([row]))[1][DEBIT : CREDIT + 1] == [text, "0,00"]


def test_the_memory_of_amounts_is_bounded() -> None:
    amounts = AmountTexts()
    written_out = [amounts[value] for value in range(40_000)]

    assert written_out[12345] == "123,45"
    assert len(amounts) < 20_000


def test_the_transliteration_is_for_writing_only() -> None:
    with pytest.raises(UnicodeDecodeError):
        b"\xe9".decode("ascii", TRANSLITERATE)


def test_montant_and_sens_replace_debit_and_credit() -> None:
    header, sale, income = split(written([SALE, INCOME], signed=True))

    assert header[DEBIT : CREDIT + 1] == ["Montant", "Sens"]
    assert sale[DEBIT : CREDIT + 1] == ["1234,56", "D"]
    assert income[DEBIT : CREDIT + 1] == ["1234,56", "C"]


def test_treasury_layouts_and_extra_columns_follow_the_legal_zones() -> None:
    row = (*SALE, DAY, "Virement", "Vente", "C001", "2024-03-01")

    header, line = split(written([row], layout="BNCT", extra_columns=["Date\tEcheance"]))

    assert header[18:] == ["DateRglt", "ModeRglt", "NatOp", "IdClient", "Date Echeance"]
    assert line[18:] == ["20240131", "Virement", "Vente", "C001", "2024-03-01"]


def test_a_record_with_a_wrong_number_of_zones_is_refused() -> None:
    with pytest.raises(ValueError, match="18 zones expected, 17 found"):
        written([SALE[:-1]])


def test_a_draft_has_a_blank_validation_date() -> None:
    row = (*SALE[:VALID_DATE], None, "", "")

    assert split(written([row]))[1][VALID_DATE] == ""


def test_a_long_file_comes_in_batches_whatever_one_of_them_holds() -> None:
    odd = (*SALE[:ECRITURE_LIB], "a\tb", *SALE[ECRITURE_LIB + 1 :])
    rows = [SALE] * BATCH + [odd] + [SALE] * BATCH

    chunks = list(text_chunks(rows))

    assert len(chunks) == 4
    lines = split(b"".join(chunks))
    assert [len(line) for line in lines] == [len(LEGAL)] * (len(rows) + 1)


def test_the_name_follows_the_law() -> None:
    assert name_by_law("123 456 782", date(2024, 6, 30)) == "123456782FEC20240630.txt"
    assert name_by_law("123456782", date(2024, 12, 31), "xml") == "123456782FEC20241231.xml"
    with pytest.raises(ValueError, match="nine digits"):
        name_by_law("1234567890", date(2024, 12, 31))
