from pathlib import Path

import pytest

from ledger.fec import columns
from ledger.fec.check import Context, Corrections
from tests.ledger.fec.checked import check, entry, fec, line, purchase

SIGNED = [{"Debit": "Montant", "Credit": "Sens"}.get(name, name) for name in columns.LEGAL]


@pytest.mark.parametrize(
    ("text", "cents", "code", "new"),
    [
        ("1234.5", 123450, "MONTANT_POINT_DECIMAL", "1234,50"),
        ("1 234,50", 123450, "MONTANT_MILLIERS", "1234,50"),
        ("1\u202f234,50", 123450, "MONTANT_MILLIERS", "1234,50"),
        ("1234,5000", 123450, "MONTANT_ZEROS", "1234,50"),
    ],
)
def test_a_repaired_amount_is_a_warning_with_its_line_column_old_and_new_value(
    tmp_path: Path, text: str, cents: int, code: str, new: str
) -> None:
    content = fec(entry(line("606100", Debit=text), line("512000", -cents)))

    got = check(tmp_path, content)

    found = got.one(code)
    assert (found.severity, found.line, found.column) == ("warning", 2, "Debit")
    assert (found.old, found.new) == (text, new)
    assert got.report.accounting == "accept_with_warnings"
    assert got.tables["lines"][0][5] == str(cents)


@pytest.mark.parametrize(
    ("text", "code", "structure"),
    [
        ("1.234", "MONTANT_AMBIGU", "non conforme"),
        ("1,234", "MONTANT_DECIMALES", "conforme"),
        ("4,11E+05", "MONTANT_SCIENTIFIQUE", "conforme"),
        ("99999999999999,99", "MONTANT_TROP_GRAND", "conforme"),
        ("douze", "MONTANT_ILLISIBLE", "non conforme"),
    ],
)
def test_an_unreadable_amount_rejects_the_file_and_explains_the_gap_by_itself(
    tmp_path: Path, text: str, code: str, structure: str
) -> None:
    got = check(tmp_path, fec(entry(line("606100", 100), line("512000", Credit=text))))

    assert (got.one(code).severity, got.one(code).line) == ("error", 3)
    assert got.one(code).column == "Credit"
    assert got.codes == {code: 1}
    assert got.verdicts == (structure, "reject")


def test_points_and_thousands_are_not_conform_for_the_tax_tool(tmp_path: Path) -> None:
    point = fec(entry(line("606100", Debit="12.50"), line("512000", -1250)))

    assert check(tmp_path, point).report.structure == "non conforme"


def test_negative_amounts_are_kept_with_a_remark(tmp_path: Path) -> None:
    lines = line("606100", Debit="-12,00"), line("512000", Credit="12,00-")

    got = check(tmp_path, fec(entry(*lines)))

    assert got.codes == {"MONTANT_NEGATIF": 2}
    assert got.verdicts == ("conforme", "accept")
    assert [row[5:7] for row in got.tables["lines"]] == [["-1200", "0"], ["0", "-1200"]]
    assert (got.report.debit, got.report.credit) == (-1200, -1200)


def test_a_line_with_both_sides_keeps_their_difference(tmp_path: Path) -> None:
    both = line("606100", Debit="40,00", Credit="100,00")

    got = check(tmp_path, fec(entry(both, line("512000", 6000))))

    found = got.one("MONTANT_DEUX_COTES")
    assert (found.line, found.old, found.new) == (2, "40,00 / 100,00", "0,00 / 60,00")
    assert got.tables["lines"][0][5:7] == ["0", "6000"]
    assert (got.report.debit, got.report.credit) == (10000, 10000)
    assert got.summary["imported"]["debit"] == 6000


def test_lines_without_amount_are_dropped_and_counted_once(tmp_path: Path) -> None:
    content = fec(
        entry(line("606100"), line("606100", 100), line("512000", -100)),
        entry(line("606100"), EcritureNum="2"),
        purchase(1),
    )

    got = check(tmp_path, content)

    assert (got.codes, got.one("LIGNE_A_ZERO").line) == ({"LIGNE_A_ZERO": 1}, 2)
    assert "2 lignes" in got.one("LIGNE_A_ZERO").message
    assert got.column("lines", 1) == ["3", "4", "6", "7", "8"]
    assert got.column("entries", 0) == ["1", "2"]
    assert got.column("lines", 0) == ["1", "1", "2", "2", "2"]
    assert (got.report.lines, got.report.entries) == (7, 3)
    assert (got.summary["imported"]["lines"], got.summary["imported"]["entries"]) == (5, 2)


def test_an_imbalance_is_told_on_the_first_line_that_has_an_amount(tmp_path: Path) -> None:
    got = check(tmp_path, fec(entry(line("606100"), line("606100", 100), line("512000", -99))))

    assert got.one("ECRITURE_DESEQUILIBREE").line == 3


@pytest.mark.parametrize(
    ("sides", "nets"), [(("D", "C"), (1000, -1000)), (("+1", "-1"), (1000, -1000))]
)
def test_montant_and_sens_give_debit_and_credit(
    tmp_path: Path, sides: tuple[str, str], nets: tuple[int, int]
) -> None:
    zones = [{"Montant": "10,00", "Sens": side} for side in sides]
    lines = line("606100") | zones[0], line("512000") | zones[1]

    got = check(tmp_path, fec(entry(*lines), header=SIGNED))

    assert got.verdicts == ("conforme", "accept")
    assert [int(row[5]) - int(row[6]) for row in got.tables["lines"]] == list(nets)


def test_another_side_makes_the_tax_tool_refuse_the_file(tmp_path: Path) -> None:
    lines = (
        line("606100") | {"Montant": "10,00", "Sens": "X"},
        line("512000") | {"Montant": "10,00", "Sens": "c"},
    )

    got = check(tmp_path, fec(entry(*lines), header=SIGNED))

    assert (got.one("SENS_INVALIDE").line, got.one("SENS_INVALIDE").column) == (2, "Sens")
    assert got.verdicts == ("refusé", "reject")


def test_what_is_wrong_in_a_piece_left_out_weighs_nothing_on_the_books(tmp_path: Path) -> None:
    content = fec(purchase(1), entry(line("606100", Debit="1.234"), line("512000", -100)))
    out = Context(corrections=Corrections(excluded=frozenset({("OD", "1")})))

    got = check(tmp_path, content, context=out)

    assert (got.one("MONTANT_AMBIGU").severity, got.report.accounting) == (
        "info",
        "accept_with_warnings",
    )
    assert got.one("PIECE_ECARTEE").line == 5
    assert got.report.structure == "non conforme"
    assert got.column("lines", 1) == ["2", "3", "4"]


def test_a_defect_in_every_line_is_listed_a_thousand_times_and_counted_to_the_end(
    tmp_path: Path,
) -> None:
    pieces = [
        entry(line("606100", Debit="1.00"), line("512000", -100), EcritureNum=str(number))
        for number in range(1, 1203)
    ]

    got = check(tmp_path, fec(*pieces))

    listed = [one for one in got.findings if one.code == "MONTANT_POINT_DECIMAL"]
    assert got.codes == {"MONTANT_POINT_DECIMAL": 1202}
    assert (len(listed), listed[0].line) == (1001, None)
    assert "1\u202f202 constats" in listed[0].message
