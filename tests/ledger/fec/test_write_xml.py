from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from ledger.fec.columns import (
    COMP_AUX_LIB,
    CREDIT,
    DEBIT,
    ECRITURE_LET,
    JOURNAL_CODE,
    JOURNAL_LIB,
    VALID_DATE,
    column_name,
)
from ledger.fec.write_texts import clean_text
from ledger.fec.write_xml import xml_chunks
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
