import unicodedata
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.fec.columns import (
    COMP_AUX_LIB,
    CREDIT,
    DATES,
    DEBIT,
    ECRITURE_LET,
    ECRITURE_LIB,
    JOURNAL_CODE,
    JOURNAL_LIB,
    LEGAL,
    MONTANT_DEVISE,
    VALID_DATE,
    column_name,
)
from ledger.fec.description import ExportFacts, JournalFacts, description
from ledger.fec.write import BATCH, name_by_law, text_chunks
from ledger.fec.write_texts import TRANSLITERATE, AmountTexts, clean_text
from ledger.fec.write_xml import xml_chunks

DAY = date(2024, 1, 31)
SALE = (
    "VE", "Ventes", "12", DAY, "411000", "Clients", "C001", "Menuiserie d’Orvault",
    "FA-12", DAY, "Facture d’œuvre n° 12", 123456, 0, "AA", date(2024, 3, 5), DAY, "", "",
)  # fmt: skip
INCOME = (*SALE[:4], "706000", "Prestations", "", "", *SALE[8:11], 0, 123456, "", None, DAY, "", "")

patient = settings(max_examples=40, deadline=None)  # other work may slow the machine down
texts = st.text(max_size=30)
cents = st.integers(min_value=-(10**14), max_value=10**14)
dates = st.one_of(st.none(), st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))


@st.composite
def records(draw: st.DrawFn, text: st.SearchStrategy[str] = texts) -> tuple[object, ...]:
    zones: list[object] = [draw(text) for _ in LEGAL]
    for index in DATES:
        if index < len(LEGAL):
            zones[index] = draw(dates)
    zones[DEBIT], zones[CREDIT] = draw(cents), draw(cents)
    zones[MONTANT_DEVISE] = draw(st.sampled_from(["", "12.345", "-7"]))
    return tuple(zones)


def written(rows: list[tuple[object, ...]], **options: object) -> bytes:
    return b"".join(text_chunks(rows, **options))  # type: ignore[arg-type]


def split(raw: bytes, *, encoding: str = "utf-8", separator: str = "\t") -> list[list[str]]:
    *lines, last = raw.decode(encoding).split("\r\n")
    assert last == ""
    return [line.split(separator) for line in lines]


def amount(text: str) -> int:
    return int(text.replace(",", ""))


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


def xml(rows: list[tuple[object, ...]], **options: object) -> ElementTree.Element:
    return ElementTree.fromstring(b"".join(xml_chunks(rows, year_end=DAY, **options)))  # type: ignore[arg-type]


def test_the_xml_form_groups_journals_and_entries_in_the_order_of_the_schema() -> None:
    other = ("BQ", "Banque", "1", *SALE[3:])
    second = ("VE", "Ventes", "13", *SALE[3:])

    root = xml([SALE, INCOME, other, second])

    assert root.findtext("exercice/DateCloture") == "2024-01-31"
    journals = root.findall("exercice/journal")
    assert [one.findtext("JournalCode") for one in journals] == ["VE", "BQ"]
    assert [one.findtext("EcritureNum") for one in journals[0].findall("ecriture")] == ["12", "13"]
    entry = journals[0].find("ecriture")
    assert entry is not None
    assert [child.tag for child in entry] == [
        "EcritureNum", "EcritureDate", "EcritureLib", "PieceRef", "PieceDate", "EcritureLet",
        "DateLet", "ValidDate", "ligne", "ligne",
    ]  # fmt: skip
    assert [child.tag for child in entry[8]] == [
        "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib", "Debit"
    ]  # fmt: skip
    assert entry.findtext("ligne/Debit") == "1234.56"


def test_an_entry_with_two_letterings_claims_none_in_xml() -> None:
    other = (*SALE[:ECRITURE_LET], "AB", *SALE[ECRITURE_LET + 1 :])

    assert xml([SALE, other]).find("exercice/journal/ecriture/EcritureLet") is None


def test_the_xml_form_knows_signs_treasury_zones_and_extra_columns() -> None:
    row = (*SALE, DAY, "Virement", "", "C001", "x<y")

    root = xml([row], signed=True, layout="BNCT", extra_columns=["1 Échéance"])

    assert root.findtext(".//Montant") == "1234.56"
    assert root.findtext(".//Sens") == "D"
    assert root.findtext("exercice/journal/ecriture/IdClient") == "C001"
    assert root.find(".//NatOp") is None
    assert root.findtext(".//ligne/X1_Échéance") == "x<y"


def test_a_draft_has_no_validation_element() -> None:
    assert xml([(*SALE[:VALID_DATE], None, "", "")]).find(".//ValidDate") is None


@patient
@given(st.lists(records(), min_size=1, max_size=6), st.sampled_from(["utf-8", "iso8859-15"]))
def test_the_xml_form_is_well_formed_and_holds_the_same_sums(
    rows: list[tuple[object, ...]], encoding: str
) -> None:
    root = xml(rows, encoding=encoding)

    def total(name: str) -> int:
        return sum(int((one.text or "").replace(".", "")) for one in root.iter(name))

    net = sum(int(str(row[DEBIT])) - int(str(row[CREDIT])) for row in rows)
    assert total("Debit") - total("Credit") == net
    assert sum(1 for _ in root.iter("ligne")) == len(rows)
    labels = sorted(one.text or "" for one in root.iter(column_name(COMP_AUX_LIB)))
    assert labels == sorted(filter(None, (clean_text(str(row[COMP_AUX_LIB])) for row in rows)))
    codes = [one.text or "" for one in root.iter(column_name(JOURNAL_CODE))]
    assert len(codes) == len({clean_text(str(row[JOURNAL_CODE])) for row in rows})
    assert sum(1 for _ in root.iter(column_name(JOURNAL_LIB))) == len(codes)


FACTS = ExportFacts(
    siren="123456782",
    company="Menuiserie d’Orvault\r\nSARL",
    year_start=date(2024, 1, 1),
    year_end=date(2024, 12, 31),
    file_name="123456782FEC20241231.txt",
    size=1234,
    sha256="ab" * 32,
    journals=[JournalFacts("VE", "Ventes", "ventes", 1, 2)],
    lines=2,
    entries=1,
    debit=123456,
    credit=123456,
    software="Cabinet",
    version="0.1.0",
)


def test_the_description_names_every_zone_code_and_technical_fact() -> None:
    text = description(FACTS)

    numbered = [line for line in text.split("\r\n") if line[:2].strip().isdigit()]
    zones = [line.split()[1] for line in numbered if line[2:4] == "  "]
    assert zones == list(LEGAL)
    for fact in (
        "Entreprise\xa0: Menuiserie d’Orvault SARL",
        "Exercice\xa0: du 01/01/2024 au 31/12/2024",
        "Fichier\xa0: 123456782FEC20241231.txt",
        "UTF-8",
        "tabulation (code 09 hexadécimal)",
        "CR LF",
        "VE\xa0: Ventes (ventes)\u202f; 1 écriture, 2 lignes",
        "Total des débits\xa0: 1\u202f234,56\xa0€",
        "ab" * 32,
        "aucune écriture du fichier n’est en attente de validation",
    ):
        assert fact in text


def test_the_description_says_that_drafts_make_the_file_provisional() -> None:
    facts = {name: getattr(FACTS, name) for name in FACTS.__slots__}
    text = description(ExportFacts(**(facts | {"drafts": 2, "extra_columns": [("Lot", "Lot")]})))

    assert "FICHIER PROVISOIRE\xa0: 2 écritures en brouillard" in text
    assert "à blanc tant que l’écriture n’est pas validée" in text
    assert "19  Lot" in text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"signed": True, "layout": "BNCT"}, "Sens du montant"),
        ({"is_xml": True, "layout": "BAT"}, "point décimal"),
        ({"encoding": "iso8859-15", "separator": "|", "eol": "\n"}, "translittérés"),
    ],
)
def test_the_description_follows_the_options(options: dict[str, object], said: str) -> None:
    facts = {name: getattr(FACTS, name) for name in FACTS.__slots__}

    assert said in description(ExportFacts(**(facts | options)))


def test_the_description_is_faultless_about_spaces() -> None:
    text = description(FACTS)

    for sign in (":", ";", "!", "?", "»", "%", "€"):
        assert f" {sign}" not in text
    assert "« " not in text
    assert "'" not in text
    assert all(len(line) <= 100 for line in text.split("\r\n"))
    sections = [line for line in text.split("\r\n") if line[:1].isdigit() and line[1:3] == ". "]
    assert all(int(after[0]) == int(before[0]) + 1 for before, after in pairwise(sections))
