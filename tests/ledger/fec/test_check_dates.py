import datetime as dt
from pathlib import Path

import pytest

from ledger.fec.check import Context, Corrections
from tests.ledger.fec.checked import check, entry, fec, line, opening, purchase, sale


def test_a_day_that_does_not_exist_is_settled_by_the_other_lines_of_its_piece(
    tmp_path: Path,
) -> None:
    piece = purchase(1)
    piece[2]["EcritureDate"] = "20250230"

    got = check(tmp_path, fec(piece, purchase(2)))

    found = got.one("DATE_INEXISTANTE")
    assert (found.severity, found.line, found.column) == ("error", 4, "EcritureDate")
    assert (found.old, found.new, found.settle) == ("20250230", "20250310", "date")
    assert "10/03/2025" in found.message
    assert got.verdicts == ("conforme", "reject")
    [question] = got.summary["questions"]
    assert (question["kind"], question["line"], question["piece"]) == ("date", 4, ["AC", "1"])


def test_a_piece_whose_lines_all_have_the_bad_date_asks_once(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1, EcritureDate="20250230"), purchase(2)))

    assert (got.one("DATE_INEXISTANTE").line, got.one("DATE_INEXISTANTE").new) == (2, "20250310")


def test_a_retained_date_replaces_the_bad_one_and_the_verdict_follows(tmp_path: Path) -> None:
    piece = purchase(1)
    piece[2]["EcritureDate"] = "20250230"
    settled = Context(corrections=Corrections(dates={4: dt.date(2025, 3, 10)}))

    got = check(tmp_path, fec(piece, purchase(2)), context=settled)

    assert got.codes == {"DATE_CORRIGEE": 1}
    assert got.report.accounting == "accept_with_warnings"
    assert got.column("entries", 3) == ["2025-03-10", "2025-03-10"]


def test_a_retained_date_holds_for_all_the_lines_of_the_piece_that_share_the_old_one(
    tmp_path: Path,
) -> None:
    settled = Context(corrections=Corrections(dates={2: dt.date(2025, 3, 10)}))

    got = check(tmp_path, fec(purchase(1, EcritureDate="20320310"), purchase(2)), context=settled)

    assert (got.codes, got.column("entries", 3)[0]) == ({"DATE_CORRIGEE": 1}, "2025-03-10")


@pytest.mark.parametrize(
    ("text", "structure"),
    [("20251301", "non conforme"), ("", "non conforme"), ("hier", "non conforme")],
)
def test_an_entry_without_a_readable_date_is_rejected(
    tmp_path: Path, text: str, structure: str
) -> None:
    piece = purchase(1)
    piece[1]["EcritureDate"] = text

    got = check(tmp_path, fec(piece))

    assert got.lines_of("DATE_VIDE" if not text else "DATE_ILLISIBLE") == [3]
    assert got.verdicts == (structure, "reject")


def test_an_entry_with_two_dates_is_an_error_on_the_line_that_differs(tmp_path: Path) -> None:
    piece = purchase(1)
    piece[0]["EcritureDate"] = "20250311"

    got = check(tmp_path, fec(piece, purchase(2)))

    found = got.one("ECRITURE_DEUX_DATES")
    assert (found.line, found.old, found.new) == (2, "20250311", "20250310")
    assert got.verdicts == ("conforme", "reject")


def test_dates_of_a_whole_column_in_french_order_are_accepted_with_one_warning(
    tmp_path: Path,
) -> None:
    pieces = [purchase(number, EcritureDate="10/03/2025") for number in (1, 2)]

    got = check(tmp_path, fec(*pieces))

    assert (got.codes, got.column("entries", 3)) == ({"DATE_FORMAT": 1}, ["2025-03-10"] * 2)
    assert got.verdicts == ("conforme", "accept_with_warnings")


def test_a_column_that_mixes_orders_is_rejected_at_the_odd_line(tmp_path: Path) -> None:
    pieces = [
        purchase(1),
        purchase(2, EcritureDate="20250311"),
        purchase(3, EcritureDate="12/03/2025"),
    ]

    got = check(tmp_path, fec(*pieces))

    assert (got.one("DATE_FORMAT_MELANGE").line, got.report.accounting) == (8, "reject")


def test_a_lone_date_of_another_order_is_not_called_unambiguous(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1), purchase(2, PieceDate="03/04/2025"), purchase(3)))

    told = got.one("DATE_FORMAT")
    assert (told.old, told.new) == ("03/04/2025", "20250403")
    assert "lu le jour d’abord" in told.message


def test_a_mixture_in_another_column_is_a_warning(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1, PieceDate="10/03/2025"), purchase(2)))

    assert got.one("DATE_FORMAT_MELANGE").severity == "warning"
    assert got.report.accounting == "accept_with_warnings"


def test_a_time_is_cut_with_one_warning_per_column(tmp_path: Path) -> None:
    stamped = "20260131 10:25:37"

    got = check(tmp_path, fec(purchase(1, ValidDate=stamped), purchase(2, ValidDate=stamped)))

    found = got.one("DATE_HEURE")
    assert (found.column, found.old, found.new) == ("ValidDate", stamped, "20260131")
    assert got.column("entries", 7) == ["2026-01-31"] * 2


@pytest.mark.parametrize("column", ["PieceDate", "ValidDate"])
def test_a_doubtful_date_that_does_not_date_the_entry_is_a_warning(
    tmp_path: Path, column: str
) -> None:
    got = check(tmp_path, fec(purchase(1, 10_000, "FMETRO", **{column: "20250230"}), purchase(2)))

    found = got.one("DATE_INEXISTANTE")
    assert (found.severity, found.line, found.column) == ("warning", 2, column)
    assert got.report.accounting == "accept_with_warnings"


def test_a_year_of_another_century_is_a_warning_on_a_piece(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1, PieceDate="18991201")))

    assert (got.codes, got.column("entries", 5)) == ({"DATE_SIECLE": 1}, ["1899-12-01"])


def test_validation_before_the_entry_is_doubtful(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1, ValidDate="20250301"), purchase(2)))

    assert (got.one("VALIDATION_AVANT_ECRITURE").line, got.codes) == (
        2,
        {"VALIDATION_AVANT_ECRITURE": 1},
    )


def test_a_file_never_validated_says_so_once(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1, ValidDate=""), sale(1, ValidDate="")))

    assert "brouillard" in got.one("VALIDATION_ABSENTE").message
    assert got.verdicts == ("non conforme", "accept_with_warnings")
    assert got.column("entries", 7) == ["", ""]


def test_some_lines_without_validation_are_counted(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1), sale(1, ValidDate="")))

    assert got.one("VALIDATION_ABSENTE").line == 5
    assert "3 lignes" in got.one("VALIDATION_ABSENTE").message


def test_entries_after_the_closing_are_errors_and_before_the_year_warnings(tmp_path: Path) -> None:
    content = fec(
        opening(line("512000", 100), line("101000", -100)),
        purchase(1, EcritureDate="20241205"),
        purchase(2),
        purchase(3),
        purchase(4, EcritureDate="20260105"),
    )

    got = check(tmp_path, content)

    assert (got.one("DATE_AVANT_EXERCICE").line, got.one("DATE_AVANT_EXERCICE").severity) == (
        4,
        "warning",
    )
    late = got.one("DATE_HORS_EXERCICE")
    assert (late.line, late.severity, late.settle) == (13, "error", "date")


def test_dates_from_the_takeover_on_overlap_what_is_entered_here(tmp_path: Path) -> None:
    content = fec(
        purchase(1), purchase(2, EcritureDate="20251130"), purchase(3, EcritureDate="20251201"),
        entry(line("606100", 5), line("512000", -5), EcritureDate="20251215"),
    )  # fmt: skip

    got = check(tmp_path, content, context=Context(takeover_date=dt.date(2025, 12, 1)))

    assert got.one("CHEVAUCHEMENT_REPRISE").line == 8
    assert "5 lignes" in got.one("CHEVAUCHEMENT_REPRISE").message
