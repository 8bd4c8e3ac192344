from pathlib import Path

from tests.ledger.fec.checked import Line, check, fec, purchase, sale


def _spread(month: int, number: int) -> list[Line]:
    """An entry of a treasury book: its lines have several dates of one month."""
    piece = purchase(number, EcritureDate=f"2025{month:02d}05", PieceRef=f"{month}-{number}")
    piece[2]["EcritureDate"] = f"2025{month:02d}09"
    return piece


def test_one_value_for_a_whole_journal_gives_way_to_number_and_date(tmp_path: Path) -> None:
    pieces = [purchase(0, EcritureDate=f"202503{day}", PieceRef=f"{day}") for day in (10, 11, 12)]

    got = check(tmp_path, fec(*pieces, sale(1)))

    assert "numéro et date" in got.one("NUMERO_INUTILISABLE").message
    assert got.one("NUMERO_INUTILISABLE").severity == "warning"
    assert (got.report.entries, got.report.accounting) == (4, "accept_with_warnings")
    assert got.column("entries", 2) == ["0", "0", "0", "1"]


def test_a_journal_of_one_entry_keeps_its_only_number(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1), purchase(2), sale(7)))

    assert (got.codes, got.report.entries) == ({}, 3)


def test_empty_numbers_are_not_conform_but_dates_tell_entries_apart(tmp_path: Path) -> None:
    pieces = [purchase("", EcritureDate=f"202503{day}", PieceRef=f"{day}") for day in (10, 11)]

    got = check(tmp_path, fec(*pieces))

    assert got.one("NUMERO_VIDE").severity == "warning"
    assert got.verdicts == ("non conforme", "accept_with_warnings")
    assert got.column("entries", 2) == ["1", "2"]


def test_numbers_used_again_on_other_days_give_way_to_number_and_date(tmp_path: Path) -> None:
    pieces = [
        purchase(number, EcritureDate=f"2025{month:02d}10", PieceRef=f"{month}-{number}")
        for month in (1, 2)
        for number in (1, 2)
    ]

    got = check(tmp_path, fec(*pieces))

    assert "numéro et date" in got.one("NUMERO_INUTILISABLE").message
    assert (got.report.entries, set(got.codes)) == (4, {"NUMERO_INUTILISABLE"})


def test_date_and_piece_come_next(tmp_path: Path) -> None:
    first = purchase(5, PieceRef="A", EcritureDate="20250310")
    second = purchase(5, PieceRef="B", EcritureDate="20250311")
    first[0]["EcritureNum"] = second[0]["EcritureNum"] = "6"

    got = check(tmp_path, fec(first, second))

    assert "date et pièce" in got.one("NUMERO_INUTILISABLE").message
    assert got.report.accounting == "accept_with_warnings"
    assert got.column("lines", 0) == ["1", "1", "1", "2", "2", "2"]


def test_numbers_used_again_every_month_give_way_to_number_and_month(tmp_path: Path) -> None:
    pieces = [_spread(month, number) for month in (1, 2, 3) for number in (1, 2)]

    got = check(tmp_path, fec(*pieces))

    assert "numéro et mois" in got.one("NUMERO_INUTILISABLE").message
    assert (got.report.entries, got.report.accounting) == (6, "accept_with_warnings")
    assert got.column("lines", 12)[:3] == ["", "", '{"EcritureDate":"2025-01-09"}']


def test_the_day_is_the_last_level(tmp_path: Path) -> None:
    piece = purchase(1)
    for number, one in enumerate(piece):
        one |= {"EcritureNum": "", "PieceRef": f"R{number}"}
    other = purchase("", EcritureDate="20250311", PieceRef="S")

    got = check(tmp_path, fec(piece, other))

    assert got.report.entries == 2
    assert got.report.accounting == "accept_with_warnings"


def test_a_second_date_in_one_entry_is_no_sign_of_unusable_numbers(tmp_path: Path) -> None:
    piece = purchase(1)
    piece[1]["EcritureDate"] = "20250315"

    got = check(tmp_path, fec(piece, purchase(2), sale(1)))

    assert got.codes == {"ECRITURE_DEUX_DATES": 1}
    assert (got.one("ECRITURE_DEUX_DATES").line, got.report.accounting) == (3, "reject")


def test_books_that_no_level_puts_together_are_rejected(tmp_path: Path) -> None:
    piece = purchase(0, EcritureDate="20250411")
    piece[1]["EcritureDate"] = "20250512"

    got = check(tmp_path, fec(purchase(0), piece))

    assert got.one("ECRITURES_NON_RECONSTITUABLES").severity == "error"
    assert (got.report.entries, got.report.accounting) == (1, "reject")


def test_an_unbalanced_entry_under_usable_numbers_never_goes_down_the_ladder(
    tmp_path: Path,
) -> None:
    piece = purchase(1)
    piece[0]["Debit"] = "100,01"

    got = check(tmp_path, fec(piece, purchase(2)))

    assert got.codes == {"ECRITURE_DESEQUILIBREE": 1}


def test_a_number_missing_here_and_there_is_an_error(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1), purchase(""), purchase(2)))

    assert (got.one("NUMERO_VIDE").severity, got.one("NUMERO_VIDE").line) == ("error", 5)
