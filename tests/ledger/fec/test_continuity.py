import datetime as dt
from pathlib import Path

import pytest

from ledger.fec.check import Context
from ledger.fec.generate import generate
from ledger.fec.generate.dates import year_start
from tests.ledger.fec.checked import Line, check, entry, fec, line, opening, purchase, sale

YEAR_END = dt.date(2025, 12, 31)
CLOSING = {"512000": 10_000, "401000": -4_000, "707000": -16_000, "607000": 10_000}
KNOWN = Context(previous_closing=CLOSING)


def _opening(bank: int = 10_000, supplier: int = -4_000, result: str = "120000") -> list[Line]:
    return opening(
        line("512000", bank), line("401000", supplier, "F1"), line(result, -bank - supplier)
    )


def test_an_opening_equal_to_the_closing_is_accepted_with_the_result_in_12(tmp_path: Path) -> None:
    got = check(tmp_path, fec(_opening(), purchase(1)), context=KNOWN)

    assert (got.codes, got.report.accounting) == ({}, "accept")


@pytest.mark.row("B1")
def test_one_cent_names_the_account_both_amounts_and_both_lines(tmp_path: Path) -> None:
    known = Context(previous_closing=CLOSING, previous_lines={"512000": 8431, "401000": 77})

    got = check(tmp_path, fec(_opening(bank=10_001, supplier=-4_001)), context=known)

    bank, supplier = [one for one in got.findings if one.code == "AN_DIFFERENT_N1"]
    for words in ("512000", "100,01\u00a0€", "100,00\u00a0€", "ligne 2", "ligne 8431"):
        assert words in bank.message
    assert (bank.severity, bank.line, bank.amount) == ("warning", 2, 1)
    assert (supplier.line, supplier.amount, "401000" in supplier.message) == (3, -1, True)


@pytest.mark.row("B1")
def test_a_result_that_is_not_carried_to_12_is_told(tmp_path: Path) -> None:
    got = check(tmp_path, fec(_opening(result="110000")), context=KNOWN)

    assert got.one("RESULTAT_NON_REPORTE").amount == 6_000
    assert got.one("AN_DIFFERENT_N1").line == 4


def test_trailing_zeros_do_not_make_another_account(tmp_path: Path) -> None:
    known = Context(previous_closing={"51200000": 10_000, "401": -4_000, "12": -6_000})

    assert check(tmp_path, fec(_opening()), context=known).codes == {}


def test_an_account_forgotten_by_the_opening_is_told_without_a_line(tmp_path: Path) -> None:
    known = Context(previous_closing={**CLOSING, "164000": -500, "101000": 500})

    got = check(tmp_path, fec(_opening()), context=known)

    assert [one.line for one in got.findings] == [None, None]
    assert got.codes == {"AN_DIFFERENT_N1": 2}


def test_a_file_without_opening_after_a_known_year_is_told_once(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1)), context=KNOWN)

    assert (got.one("AN_DIFFERENT_N1").line, got.codes) == (None, {"AN_DIFFERENT_N1": 1})


def test_an_opening_elsewhere_than_first_is_told(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1), _opening()))

    assert (got.one("OUVERTURE_NON_EN_TETE").line, got.column("entries", 9)) == (5, ["f", "t"])


def test_openings_of_two_exercises_are_told(tmp_path: Path) -> None:
    known = Context(exercise=(year_start(YEAR_END), YEAR_END.replace(year=2026)))
    second = opening(
        line("512000", 5), line("101000", -5), EcritureNum="2", EcritureDate="20260101"
    )

    got = check(tmp_path, fec(_opening(), purchase(1), second), context=known)

    assert got.one("OUVERTURES_MULTIPLES").line == 8


def test_an_opening_in_an_ordinary_journal_is_known_by_its_day_label_and_accounts(
    tmp_path: Path,
) -> None:
    lines = line("512000", 100), line("101000", -100)
    day = {"EcritureDate": "20250101", "EcritureLib": "Report à nouveau"}

    got = check(
        tmp_path,
        fec(
            entry(*lines, **day), entry(*lines, **day | {"EcritureLib": "Apport"}, EcritureNum="2")
        ),
    )

    assert got.column("entries", 9) == ["t", "f"]
    assert got.column("entries", 10) == ["opening", "bank"]
    assert got.column("bank", 0) == ["2"]


def test_another_siren_than_the_dossier_is_told(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1)), context=Context(siren="123456782"))

    found = got.one("SIREN_DIFFERENT")
    assert (found.old, found.new, found.severity) == ("552100554", "123456782", "warning")


def test_closing_entries_of_6_and_7_are_left_out_and_told(tmp_path: Path) -> None:
    closing = entry(
        line("707000", 30_000), line("607000", -10_000), line("120000", -20_000),
        EcritureDate="20251231", EcritureNum="9",
    )  # fmt: skip

    got = check(tmp_path, fec(purchase(1), sale(1, 30_000), closing))

    found = got.one("CLOTURE_EXCLUE")
    assert (found.severity, found.line, found.amount) == ("warning", 8, 20_000)
    assert (len(got.tables["entries"]), len(got.tables["lines"])) == (2, 6)
    assert (got.summary["result"], got.report.balances["120000"]) == (20_000, 0)
    assert got.report.entries == 3


def test_a_closing_in_two_entries_of_a_loss_is_left_out_too(tmp_path: Path) -> None:
    day = {"EcritureDate": "20251231"}
    content = fec(
        purchase(1), sale(1, 3_000),
        entry(line("707000", 3_000), line("120000", -3_000), EcritureNum="8", **day),
        entry(line("607000", -10_000), line("129000", 10_000), EcritureNum="9", **day),
    )  # fmt: skip

    got = check(tmp_path, content)

    assert (got.one("CLOTURE_EXCLUE").amount, got.summary["result"]) == (-7_000, -7_000)


def test_a_closing_that_forgets_an_account_names_the_gap(tmp_path: Path) -> None:
    closing = entry(
        line("707000", 30_000), line("120000", -30_000), EcritureDate="20251231", EcritureNum="9"
    )

    got = check(tmp_path, fec(purchase(1), sale(1, 30_000), closing))

    assert "200,00\u00a0€" in got.one("CLOTURE_EXCLUE").message


def test_an_inventory_entry_of_the_last_day_is_no_closing(tmp_path: Path) -> None:
    day = {"EcritureDate": "20251231"}
    content = fec(purchase(1), entry(line("681000", 500), line("281000", -500), **day))

    assert check(tmp_path, content).codes == {}


def test_the_closing_of_a_generated_year_opens_the_next_one(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    before = generate(first, lines=1500, year_end=YEAR_END.replace(year=2024), siren="552100554")
    generate(
        second, lines=1500, year_end=YEAR_END, siren="552100554", opening=before.closing, seed=2
    )
    read = check(tmp_path, first.read_bytes(), name="552100554FEC20241231.txt").report.balances

    got = check(tmp_path, second.read_bytes(), context=Context(previous_closing=read))

    assert not {"AN_DIFFERENT_N1", "RESULTAT_NON_REPORTE"} & set(got.codes)
