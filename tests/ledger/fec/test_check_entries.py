from pathlib import Path

import pytest

from ledger.fec.check import Context, Corrections
from tests.ledger.fec.checked import Line, check, entry, fec, line, payment, purchase, sale


def test_clean_books_are_accepted_without_a_word(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1), sale(1), payment(1)))

    assert (got.verdicts, got.codes) == (("conforme", "accept"), {})
    assert (got.report.lines, got.report.entries) == (8, 3)
    assert (got.report.debit, got.report.credit) == (36000, 36000)


def test_one_cent_of_imbalance_is_told_on_the_first_line_with_both_totals(tmp_path: Path) -> None:
    wrong = entry(line("606100", 100), line("512000", -99))

    got = check(tmp_path, fec(purchase(1), wrong))

    found = got.one("ECRITURE_DESEQUILIBREE")
    assert (found.severity, found.line, found.column, found.amount) == ("error", 5, "Debit", 1)
    assert "0,01\u00a0€" in found.message
    assert got.verdicts == ("conforme", "reject")
    [question] = got.summary["questions"]
    assert (question["kind"], question["piece"]) == ("exclude", ["OD", "1"])


def test_entries_are_told_apart_by_journal_and_number(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1), sale(1), payment(1)))

    assert [row[1:3] for row in got.tables["entries"]] == [["1", "1"], ["2", "1"], ["3", "1"]]


def test_scattered_lines_come_together_again(tmp_path: Path) -> None:
    first, second = purchase(1), purchase(2, ValidDate="20260228")
    mixed = [line for pair in zip(first, second, strict=True) for line in pair]

    got = check(tmp_path, fec(mixed))

    assert got.report.accounting == "accept"
    assert set(got.codes) == {"ECRITURE_DISPERSEE", "ECRITURES_NON_ORDONNEES"}
    assert got.column("lines", 0) == ["1", "2"] * 3
    assert got.column("lines", 1) == ["2", "3", "4", "5", "6", "7"]
    assert [(row[2], row[12]) for row in got.tables["entries"]] == [("1", "3"), ("2", "3")]
    assert len(got.tables["invoices"]) == 2


def test_unordered_numbers_are_a_remark(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(2), purchase(1), purchase(3)))

    assert (got.codes, got.report.accounting) == ({"ECRITURES_NON_ORDONNEES": 1}, "accept")
    assert got.one("ECRITURES_NON_ORDONNEES").line == 5


def test_a_break_in_a_journal_is_one_warning(tmp_path: Path) -> None:
    pieces = [purchase(1), sale(1), purchase(2), purchase(5), sale(2), purchase(9)]

    got = check(tmp_path, fec(*pieces))

    found = got.one("NUMERO_RUPTURE")
    assert (found.severity, found.line) == ("warning", 11)
    assert "AC" in found.message
    assert "3 à 4, 6 à 8" in found.message


@pytest.mark.parametrize(
    "pieces",
    [
        [purchase(1), sale(2), purchase(3), sale(4), purchase(5)],
        [purchase(1), purchase(3), purchase(5), sale(2), sale(4)],
    ],
    ids=["as they come", "sorted by journal"],
)
def test_a_sequence_common_to_the_journals_has_no_break(
    tmp_path: Path, pieces: list[list[Line]]
) -> None:
    assert "NUMERO_RUPTURE" not in check(tmp_path, fec(*pieces)).codes


def test_a_break_in_the_common_sequence_is_told_once(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1), sale(2), purchase(3), sale(5), purchase(6)))

    found = got.one("NUMERO_RUPTURE")
    assert (found.line, "commune" in found.message) == (11, True)
    assert "(4)" in found.message


@pytest.mark.parametrize("numbers", [("AC01", "AC07"), ("7", "7")], ids=["texts", "constant"])
def test_texts_and_a_constant_have_no_breaks(tmp_path: Path, numbers: tuple[str, str]) -> None:
    pieces = [purchase(number, PieceRef=str(rank)) for rank, number in enumerate(numbers)]

    assert "NUMERO_RUPTURE" not in check(tmp_path, fec(*pieces)).codes


def test_the_same_piece_booked_twice_is_doubtful(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1, PieceRef="F1"), purchase(2, PieceRef="F1")))

    found = got.one("ECRITURE_DOUBLON")
    assert (found.severity, found.line, found.amount) == ("warning", 5, 12000)
    assert "ligne 2" in found.message


def test_a_payment_booked_twice_is_doubtful_too(tmp_path: Path) -> None:
    got = check(tmp_path, fec(payment(1, PieceRef="CHQ7"), payment(2, PieceRef="CHQ7")))

    assert got.lines_of("ECRITURE_DOUBLON") == [4]


def test_a_reference_used_for_several_invoices_is_a_remark(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1, PieceRef="LOYER"), purchase(2, 5000, PieceRef="LOYER")))

    assert (got.codes, got.report.accounting) == ({"PIECE_REPETEE": 1}, "accept")


@pytest.mark.parametrize("side", [1, -1], ids=["more of it", "taking it back"])
def test_an_entry_that_corrects_an_invoice_is_no_second_invoice_of_its_reference(
    tmp_path: Path, side: int
) -> None:
    bills = [purchase(number) for number in (1, 2, 3)]  # enough to make a journal of purchases
    mended = entry(
        line("607000", side * 1000), line("445660", side * 200),
        line("401000", -side * 1200, "FMETRO"), PieceRef="FA1", EcritureNum="9",
    )  # fmt: skip

    got = check(tmp_path, fec(*bills, mended))

    assert got.codes == {}
    assert len(got.tables["invoices"]) == 3


def test_a_piece_left_out_disappears_and_the_numbers_stay_dense(tmp_path: Path) -> None:
    content = fec(purchase(1), entry(line("606100", 100), line("512000", -99)), sale(1))
    out = Context(corrections=Corrections(excluded=frozenset({("OD", "1")})))

    got = check(tmp_path, content, context=out)

    assert (got.codes, got.report.accounting) == ({"PIECE_ECARTEE": 1}, "accept_with_warnings")
    assert got.column("entries", 0) == ["1", "2"]
    assert got.column("lines", 0) == ["1", "1", "1", "2", "2", "2"]
    assert got.column("lines", 1) == ["2", "3", "4", "7", "8", "9"]
    assert got.report.lines == 8
    assert got.summary["imported"]["lines"] == 6


@pytest.mark.parametrize(
    ("column", "code", "accounting"),
    [
        ("JournalLib", "JOURNAL_LIBELLE_VIDE", "accept_with_warnings"),
        ("EcritureNum", "NUMERO_VIDE", "reject"),
        ("EcritureDate", "DATE_VIDE", "reject"),
        ("CompteNum", "COMPTE_VIDE", "reject"),
        ("CompteLib", "COMPTE_LIBELLE_VIDE", "accept_with_warnings"),
        ("PieceRef", "PIECE_VIDE", "accept_with_warnings"),
        ("PieceDate", "PIECE_DATE_VIDE", "accept_with_warnings"),
        ("EcritureLib", "LIBELLE_VIDE", "accept_with_warnings"),
    ],
)
def test_an_empty_mandatory_value_is_not_conform(
    tmp_path: Path, column: str, code: str, accounting: str
) -> None:
    piece = purchase(1)
    piece[1][column] = ""

    got = check(tmp_path, fec(piece, purchase(2), purchase(3)))

    assert (got.one(code).line, got.one(code).column) == (3, column)
    assert got.verdicts == ("non conforme", accounting)


def test_a_file_without_journal_codes_has_one_nameless_journal(tmp_path: Path) -> None:
    pieces = [purchase(number, JournalCode="", JournalLib="") for number in (1, 2)]

    got = check(tmp_path, fec(*pieces))

    assert (got.codes, got.tables["journals"][0][1]) == ({"JOURNAL_VIDE": 1}, "ND")
    assert got.verdicts == ("non conforme", "accept_with_warnings")


def test_one_journal_under_two_labels_keeps_the_first(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1), purchase(2, JournalLib="Achats 2")))

    assert got.one("JOURNAL_LIBELLES_MULTIPLES").line == 5
    assert got.column("journals", 2) == ["Achats"]
    assert got.column("lines", 12)[3:] == ['{"JournalLib":"Achats 2"}'] * 3


def test_two_codes_that_differ_by_case_are_two_journals(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1), purchase(1, JournalCode="ac", PieceRef="X")))

    assert (got.one("JOURNAL_CASSE").severity, got.column("journals", 1)) == (
        "warning",
        ["AC", "ac"],
    )


def test_values_too_long_for_the_books_are_errors_and_long_texts_are_cut(tmp_path: Path) -> None:
    long = "x" * 600
    got = check(tmp_path, fec(purchase(1, EcritureLib=long, PieceRef="R" * 300)))

    assert got.codes == {"TEXTE_TROP_LONG": 4}
    assert got.report.accounting == "accept_with_warnings"
    assert [len(text) for text in got.column("lines", 4)] == [500] * 3
    assert (len(got.column("entries", 4)[0]), len(got.column("invoices", 3)[0])) == (200, 200)
    assert '"EcritureLib":"' + long in got.column("lines", 12)[0]
    assert '"PieceRef":"' + "R" * 300 in got.column("lines", 12)[0]


@pytest.mark.parametrize(
    ("column", "length"),
    [("JournalCode", 61), ("EcritureNum", 101), ("CompAuxNum", 101), ("EcritureLet", 61)],
)
def test_a_code_too_long_is_an_error(tmp_path: Path, column: str, length: int) -> None:
    content = fec(entry(line("411000", 5, "C"), line("411000", -5, "C"), **{column: "9" * length}))

    got = check(tmp_path, content)

    assert set(got.lines_of("VALEUR_TROP_LONGUE")) <= {2, 3}
    assert got.report.accounting == "reject"
