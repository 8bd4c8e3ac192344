"""What an outside checker found by building files from the description of a FEC alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.fec import columns
from tests.ledger.fec.checked import check, entry, fec, line, payment, purchase, sale

TREASURY = columns.ALL[:21]


@pytest.mark.parametrize("name", ["EcritureNum", "CompteNum", "EcritureLib", "Debit", "Credit"])
def test_a_file_without_a_mandatory_column_is_not_conforming_rather_than_refused(
    tmp_path: Path, name: str
) -> None:
    header = [one for one in columns.LEGAL if one != name]

    got = check(tmp_path, fec(purchase(1), header=header))

    assert got.verdicts == ("non conforme", "reject")
    found = got.one("COLONNE_OBLIGATOIRE_ABSENTE")
    assert (found.line, found.column) == (1, name)


def test_a_file_without_header_is_not_conforming_rather_than_refused(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1), purchase(2)).split("\r\n", 1)[1])

    assert got.verdicts == ("non conforme", "reject")


@pytest.mark.parametrize(
    ("zone", "code", "structure", "kept"),
    [
        ("99.50", "MONTANT_POINT_DECIMAL", "non conforme", "99.50"),
        ("1 099,50", "MONTANT_MILLIERS", "non conforme", "1099.50"),
        ("1.099", "MONTANT_AMBIGU", "non conforme", ""),
        ("dix", "DEVISE_MONTANT", "non conforme", ""),
        ("--5", "DEVISE_MONTANT", "non conforme", ""),
        ("1E3", "MONTANT_SCIENTIFIQUE", "conforme", ""),
    ],
)
def test_a_foreign_amount_is_numeric_like_the_others(
    tmp_path: Path, zone: str, code: str, structure: str, kept: str
) -> None:
    piece = sale(1)
    piece[0] |= {"Montantdevise": zone, "Idevise": "USD"}

    got = check(tmp_path, fec(piece))

    found = got.one(code)
    assert (found.severity, found.line, found.column, found.old) == (
        "warning", 2, "Montantdevise", zone,
    )  # fmt: skip
    assert got.verdicts == (structure, "accept_with_warnings")
    assert got.column("lines", 10) == [kept, "", ""]


@pytest.mark.parametrize("zone", ["99,5", "-99,5", "99,5-", "+99,5", "0099,5", "1300,125", "12"])
def test_a_lawful_foreign_amount_is_not_told(tmp_path: Path, zone: str) -> None:
    piece = sale(1)
    piece[0] |= {"Montantdevise": zone, "Idevise": "TND"}

    assert check(tmp_path, fec(piece)).codes == {}


@pytest.mark.parametrize("zone", ["", " ", "\u00a0", "00000000"])
def test_a_blank_date_of_the_piece_is_told_whatever_the_blank(tmp_path: Path, zone: str) -> None:
    got = check(tmp_path, fec(purchase(1, PieceDate=zone)))

    assert got.report.structure == "non conforme"
    assert (got.one("PIECE_DATE_VIDE").line, got.one("PIECE_DATE_VIDE").column) == (2, "PieceDate")


def test_a_sign_alone_is_no_date(tmp_path: Path) -> None:
    piece = payment(1)
    piece[1] |= {"EcritureLet": "A", "DateLet": "-"}

    got = check(tmp_path, fec(piece))

    found = got.one("DATE_ILLISIBLE")
    assert (found.line, found.column, got.report.structure) == (3, "DateLet", "non conforme")


def test_a_validation_date_that_does_not_exist_is_not_a_missing_one(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1, ValidDate="20260230")))

    assert got.verdicts == ("conforme", "accept_with_warnings")
    assert got.codes == {"DATE_INEXISTANTE": 1}


@pytest.mark.parametrize(
    ("last", "structure"), [("Idevise", "non conforme"), ("Axe", "conforme"), ("", "conforme")]
)
def test_a_double_cr_spoils_a_legal_last_name_only(
    tmp_path: Path, last: str, structure: str
) -> None:
    header = [*columns.LEGAL, last] if last != "Idevise" else columns.LEGAL

    got = check(tmp_path, fec(purchase(1), header=header, eol="\r\r\n"))

    assert got.verdicts == (structure, "accept_with_warnings")


def test_a_lettered_receipt_without_a_date_is_a_fault_and_no_failure(tmp_path: Path) -> None:
    piece = payment(1, EcritureDate="+3,1")
    piece[1] |= {"EcritureLet": "A"}

    got = check(tmp_path, fec(piece))

    assert (got.report.accounting, got.one("DATE_ILLISIBLE").line) == ("reject", 2)


def test_the_treasury_forms_may_leave_the_journal_blank(tmp_path: Path) -> None:
    content = fec(purchase(1, JournalCode="", JournalLib=""), header=TREASURY)

    got = check(tmp_path, content)

    assert got.verdicts == ("conforme", "accept")
    assert got.one("JOURNAL_FACULTATIF").severity == "info"
    bare = check(tmp_path, fec(purchase(1, JournalCode="", JournalLib="")))
    assert bare.report.structure == "non conforme"


def test_the_treasury_forms_want_the_day_and_means_of_each_payment(tmp_path: Path) -> None:
    piece = purchase(2, DateRglt="", ModeRglt="virement")

    got = check(tmp_path, fec(purchase(1), piece, header=TREASURY))

    found = got.one("REGLEMENT_VIDE")
    assert (found.severity, found.line, found.column) == ("warning", 5, "DateRglt")
    assert "3\u202flignes" in found.message or "3 lignes" in found.message
    assert got.verdicts == ("conforme", "accept_with_warnings")


def test_a_journal_without_code_goes_by_its_label(tmp_path: Path) -> None:
    header = [one for one in columns.LEGAL if one != "JournalCode"]
    pieces = [sale(1), purchase(1), sale(2)]

    got = check(tmp_path, fec(*pieces, header=header))

    assert got.column("journals", 1) == ["Ventes", "Achats"]
    assert got.report.entries == 3
    assert {one.new for one in got.findings if one.code == "JOURNAL_VIDE"} == {"Ventes", "Achats"}


def test_a_blank_code_is_the_one_that_its_label_had_before(tmp_path: Path) -> None:
    second = purchase(2)
    second[1] |= {"JournalCode": ""}

    got = check(tmp_path, fec(purchase(1), second))

    assert got.report.accounting == "accept_with_warnings"
    found = got.one("JOURNAL_VIDE")
    assert (found.line, found.old, found.new) == (6, "", "AC")


def test_decimal_commas_are_told_from_the_commas_between_zones(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1), sale(2), sep=","))

    assert got.verdicts == ("refusé", "accept_with_warnings")
    assert (got.report.debit, got.report.credit) == (24_000, 24_000)
    assert set(got.column("lines", 4)) == {"Libellé"}


def test_a_journal_of_one_entry_has_its_place_in_a_common_count(tmp_path: Path) -> None:
    odd = purchase(3, JournalCode="OD", JournalLib="Divers")

    assert check(tmp_path, fec(sale(1), sale(2), odd, sale(4))).codes == {}


def test_journals_of_one_entry_each_show_the_hole_in_their_common_count(tmp_path: Path) -> None:
    codes = {1: "AC", 2: "A2", 4: "A4", 5: "A5"}
    pieces = [purchase(number, JournalCode=code) for number, code in codes.items()]

    found = check(tmp_path, fec(*pieces)).one("NUMERO_RUPTURE")

    assert (found.line, "(3)" in found.message) == (8, True)


def test_numbers_after_one_prefix_are_a_sequence_too(tmp_path: Path) -> None:
    pieces = [sale(f"VE-2025-{number:04d}") for number in (1, 2, 3, 5)]

    found = check(tmp_path, fec(*pieces)).one("NUMERO_RUPTURE")

    assert (found.line, "(4)" in found.message) == (11, True)


@pytest.mark.parametrize(
    "numbers",
    [("M0101", "M0102", "M0201", "M0301"), ("A1", "B7", "A9"), ("A1", "A2", "7", "A9")],
    ids=["by month", "several prefixes", "mixed"],
)
def test_texts_that_are_no_sequence_have_no_breaks(
    tmp_path: Path, numbers: tuple[str, ...]
) -> None:
    pieces = [sale(number, PieceRef=f"P{rank}") for rank, number in enumerate(numbers)]

    assert "NUMERO_RUPTURE" not in check(tmp_path, fec(*pieces)).codes


def test_758_is_an_invoice_with_vat_and_a_difference_without(tmp_path: Path) -> None:
    taxed = entry(
        line("411000", 12_000, "C1"), line("758000", -10_000), line("445710", -2_000),
        EcritureNum="1", PieceRef="V1",
    )  # fmt: skip
    bare = entry(line("411000", 50, "C1"), line("758000", -50), EcritureNum="2", PieceRef="D1")

    got = check(tmp_path, fec(taxed, bare))

    assert [(row[1], row[3]) for row in got.tables["invoices"]] == [("sale", "V1")]


def test_an_empty_side_is_said_to_be_empty(tmp_path: Path) -> None:
    header = [{"Debit": "Montant", "Credit": "Sens"}.get(one, one) for one in columns.LEGAL]
    piece = [
        {**one, "Montant": "10,00", "Sens": side}
        for one, side in zip(purchase(1), ("D", "", "C"), strict=True)
    ]

    found = check(tmp_path, fec(piece, header=header)).one("SENS_INVALIDE")

    assert (found.line, found.column, found.message[:13]) == (3, "Sens", "Sens est vide")
