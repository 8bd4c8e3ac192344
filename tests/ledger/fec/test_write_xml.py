from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.fec.columns import (
    ALL,
    COMP_AUX_LIB,
    CREDIT,
    DATE_LET,
    DEBIT,
    ECRITURE_LET,
    ECRITURE_LIB,
    JOURNAL_CODE,
    JOURNAL_LIB,
    PIECE_DATE,
    PIECE_REF,
    VALID_DATE,
    column_name,
)
from ledger.fec.write_texts import clean_text
from ledger.fec.write_xml import xml_chunks
from ledger.fec.xml_lettering import lettered_ranks
from tests.ledger.fec.flat_files import Read, read
from tests.ledger.fec.write_records import DAY, INCOME, SALE, patient, records


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


def read_back(folder: Path, rows: list[tuple[object, ...]]) -> tuple[Read, list[list[str]]]:
    """A document read again, and the zones of its records."""
    content = b"".join(xml_chunks(rows, year_end=DAY))  # type: ignore[arg-type]
    got = read(folder, content, name="552100554FEC20240131.xml")
    return got, [zones for _, zones in got.records]


def test_what_lines_say_otherwise_than_their_entry_comes_back(tmp_path: Path) -> None:
    def said(row: tuple[object, ...], **zones: object) -> tuple[object, ...]:
        return tuple(zones.get(ALL[at], value) for at, value in enumerate(row))

    rows = [
        SALE,
        said(INCOME, EcritureLib="Autre", PieceRef="", PieceDate=None, ValidDate=None),
        said(SALE, EcritureLet="", DateLet=None, CompteNum="411900"),
        said(INCOME, EcritureLet="AB", DateLet=DAY),
    ]

    got, zones = read_back(tmp_path, rows)

    assert [one[ECRITURE_LET] for one in zones] == [row[ECRITURE_LET] for row in rows]
    assert [one[ECRITURE_LIB] for one in zones] == [row[ECRITURE_LIB] for row in rows]
    assert [one[PIECE_REF] for one in zones] == [row[PIECE_REF] for row in rows]
    for index in (PIECE_DATE, VALID_DATE, DATE_LET):
        days = [f"{row[index]:%Y%m%d}" if row[index] else "" for row in rows]
        assert [one[index] for one in zones] == days
    assert got.structure == "conforme"


def test_one_lettering_of_the_third_party_stays_with_it(tmp_path: Path) -> None:
    got, zones = read_back(tmp_path, [SALE, INCOME])

    assert [one[ECRITURE_LET] for one in zones] == [SALE[ECRITURE_LET], ""]
    assert got.only("XML_LETTRAGE").severity == "info"


@pytest.mark.parametrize(
    ("accounts", "auxiliaries", "ranks"),
    [
        (["706000", "411000", "401000"], ["", "C1", ""], [1]),
        (["706000", "411000", "445710"], ["", "", ""], [1]),
        (["641000", "421000", "445660"], ["", "", ""], [1]),
        (["512000", "580000"], ["", ""], [0, 1]),
    ],
    ids=["an auxiliary", "a third party", "class 4", "none of them"],
)
def test_the_lettering_of_an_entry_is_that_of_its_third_parties(
    accounts: list[str], auxiliaries: list[str], ranks: list[int]
) -> None:
    assert lettered_ranks(accounts, auxiliaries) == ranks


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
