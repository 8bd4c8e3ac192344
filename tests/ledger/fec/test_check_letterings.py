from pathlib import Path

from ledger.fec.check import Context, Corrections
from tests.ledger.fec.checked import Line, check, entry, fec, line, payment, purchase, sale


def lettered(lines: list[Line], code: str, date: str = "") -> list[Line]:
    """The third party's lines of an entry under one code."""
    thirds = ("411000", "401000")
    return [
        one | {"EcritureLet": code, "DateLet": date} if one["CompteNum"] in thirds else one
        for one in lines
    ]


def test_a_group_that_balances_pays_its_invoice_on_the_day_of_the_bank(tmp_path: Path) -> None:
    paid = lettered(payment(1, EcritureDate="20250402"), "A")

    got = check(tmp_path, fec(lettered(sale(1), "A"), paid))

    assert got.tables["letterings"] == [["1", "1", "1", "A", "", "12000", "12000", "t"]]
    assert got.column("lines", 7) == ["1", "", "", "", "1"]
    assert got.column("lines", 8) == ["A", "", "", "", "A"]
    assert got.tables["invoices"][0][12:14] == ["2025-04-02", "t"]
    assert (got.codes, got.summary["letterings"]) == ({}, {"full": 1, "partial": 0})


def test_a_group_that_does_not_balance_is_partial_and_pays_nothing(tmp_path: Path) -> None:
    got = check(tmp_path, fec(lettered(sale(1), "A"), lettered(payment(1, 5000), "A")))

    found = got.one("LETTRAGE_DESEQUILIBRE")
    assert (found.severity, found.line, found.amount) == ("warning", 2, 7000)
    assert got.tables["letterings"][0][7] == "f"
    assert got.tables["invoices"][0][12:14] == ["", "f"]


def test_a_credit_note_can_settle_an_invoice_without_any_money(tmp_path: Path) -> None:
    note = lettered(sale(2, -10_000), "A")

    got = check(tmp_path, fec(lettered(sale(1), "A"), note))

    assert [row[2] for row in got.tables["invoices"]] == ["invoice", "credit_note"]
    assert [row[12:14] for row in got.tables["invoices"]] == [["", "t"]] * 2


def test_a_third_party_lettered_on_one_line_of_two_is_not_paid(tmp_path: Path) -> None:
    split = entry(
        line("411000", 6000, "CDUPONT", EcritureLet="A"), line("411000", 6000, "CDUPONT"),
        line("707000", -12000),
    )  # fmt: skip

    got = check(tmp_path, fec(split, lettered(payment(1, 6000), "A")))

    assert got.tables["letterings"][0][7] == "t"
    assert got.tables["invoices"][0][13] == "f"


def test_the_date_of_lettering_parts_groups_of_one_code(tmp_path: Path) -> None:
    content = fec(
        lettered(sale(1), "A", "20250401"), lettered(payment(1), "A", "20250401"),
        lettered(sale(2), "A", "20250501"), lettered(payment(2), "A", "20250501"),
    )  # fmt: skip

    got = check(tmp_path, content)

    assert [row[3:] for row in got.tables["letterings"]] == [
        ["A", "2025-04-01", "12000", "12000", "t"],
        ["A", "2025-05-01", "12000", "12000", "t"],
    ]


def test_one_code_for_two_third_parties_is_two_groups_and_a_remark(tmp_path: Path) -> None:
    content = fec(
        lettered(sale(1), "A"), lettered(payment(1), "A"),
        lettered(sale(2, third="C2"), "A"), lettered(payment(2, third="C2"), "A"),
    )  # fmt: skip

    got = check(tmp_path, content)

    assert (got.codes, got.report.accounting) == ({"LETTRAGE_PARTAGE": 1}, "accept")
    assert (got.one("LETTRAGE_PARTAGE").line, len(got.tables["letterings"])) == (2, 2)


def test_the_same_code_on_another_account_is_another_group_without_a_remark(
    tmp_path: Path,
) -> None:
    content = fec(
        lettered(sale(1), "A"), lettered(payment(1), "A"),
        lettered(purchase(1), "A"), lettered(payment(2, -12_000, "FMETRO"), "A"),
    )  # fmt: skip

    got = check(tmp_path, content)

    assert (got.codes, got.summary["letterings"]) == ({}, {"full": 2, "partial": 0})


def test_an_auxiliary_that_is_no_third_party_still_parts_groups(tmp_path: Path) -> None:
    staff = [
        line("421000", cents, code, EcritureLet="Z") for cents, code in ((100, "S1"), (200, "S2"))
    ]
    owed = [
        line("421000", -cents, code, EcritureLet="Z") for cents, code in ((100, "S1"), (200, "S2"))
    ]
    content = fec(
        entry(line("641000", 300), *owed),
        entry(*staff, line("512000", -300), EcritureNum="2"),
    )

    assert check(tmp_path, content).summary["letterings"] == {"full": 2, "partial": 0}


def test_a_date_without_a_code_is_doubtful(tmp_path: Path) -> None:
    got = check(tmp_path, fec(lettered(sale(1), "", "20250401")))

    assert (got.one("LETTRAGE_DATE_SEULE").line, got.column("lines", 9)[0]) == (2, "2025-04-01")


def test_a_lettering_before_the_entry_is_doubtful(tmp_path: Path) -> None:
    content = fec(lettered(sale(1), "A", "20250301"), lettered(payment(1), "A", "20250301"))

    assert check(tmp_path, content).lines_of("LETTRAGE_AVANT_ECRITURE") == [2, 6]


def test_odd_signs_in_a_code_are_kept(tmp_path: Path) -> None:
    got = check(tmp_path, fec(lettered(sale(1), "A-1 "), lettered(payment(1), "A-1")))

    assert got.tables["letterings"][0][3] == "A-1"
    assert got.report.accounting == "accept"


def test_a_piece_left_out_leaves_its_group_partial(tmp_path: Path) -> None:
    out = Context(corrections=Corrections(excluded=frozenset({("BQ", "1")})))

    got = check(tmp_path, fec(lettered(payment(1), "A"), lettered(sale(1), "A")), context=out)

    assert got.tables["letterings"] == [["1", "2", "1", "A", "", "12000", "0", "f"]]
    assert got.column("lines", 7) == ["1", "", ""]


def test_a_piece_left_out_may_hold_the_only_lettered_lines(tmp_path: Path) -> None:
    out = Context(corrections=Corrections(excluded=frozenset({("BQ", "1")})))

    got = check(tmp_path, fec(sale(1), lettered(payment(1), "A")), context=out)

    assert got.tables["letterings"] == []
    assert got.column("lines", 7) == ["", "", ""]


def test_a_lettered_line_of_another_piece_than_its_entry_says_both(tmp_path: Path) -> None:
    apart = entry(
        line("411000", 6000, "CDUPONT", PieceRef="F1"),
        line("411000", 6000, "CDUPONT", PieceRef="F2", EcritureLet="A"),
        line("411000", 1, "CDUPONT", PieceRef="F3", EcritureLet="B-1"),
        line("707000", -12001, PieceRef="F4"),
    )

    got = check(tmp_path, fec(apart))

    assert got.column("lines", 8) == ["", "A", "B-1", ""]
    assert got.column("lines", 12) == [
        "", '{"PieceRef":"F2"}', '{"PieceRef":"F3"}', '{"PieceRef":"F4"}',
    ]  # fmt: skip
