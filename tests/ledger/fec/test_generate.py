"""The answer sheet of the generator, checked by a reader of its own."""

from collections import Counter, defaultdict
from datetime import date

import pytest

from ledger.fec.columns import LEGAL
from ledger.fec.generate.dates import is_holiday
from tests.ledger.fec.generated import (
    SECTORS,
    YEAR_END,
    Book,
    Row,
    cents,
    day,
    made,
    rows,
    shape,
    signed,
)


@pytest.fixture(scope="module", params=SECTORS)
def book(request: pytest.FixtureRequest) -> Book:
    raw, truth = made(lines=6000, sector=request.param)
    return Book(rows(raw), truth)


def test_the_file_has_the_lines_asked_for_and_the_sums_told(book: Book) -> None:
    truth = book.truth
    assert len(book.rows) == truth.lines == 6000
    assert len(book.entries()) == truth.entries
    assert sum(cents(row["Debit"]) for row in book.rows) == truth.debit
    assert sum(cents(row["Credit"]) for row in book.rows) == truth.credit == truth.debit


def test_every_entry_balances_on_one_date_and_each_line_has_one_side(book: Book) -> None:
    for key, lines in book.entries().items():
        assert sum(map(signed, lines)) == 0, key
        assert len({row["EcritureDate"] for row in lines}) == 1, key
        assert len(lines) > 1, key
    for row in book.rows:
        assert (row["Debit"] == "0,00") != (row["Credit"] == "0,00")
        assert "-" not in row["Debit"] + row["Credit"]


def test_numbers_are_gapless_in_each_journal_and_entries_stay_together(book: Book) -> None:
    last: Counter[str] = Counter()
    before = ("", "")
    for row in book.rows:
        key = (row["JournalCode"], row["EcritureNum"])
        if key != before:
            last[row["JournalCode"]] += 1
            assert int(row["EcritureNum"]) == last[row["JournalCode"]]
            before = key


def test_the_order_is_opening_first_then_by_date_and_by_validation(book: Book) -> None:
    codes = [row["JournalCode"] for row in book.rows]
    openings = codes.count("AN")
    assert codes[:openings] == ["AN"] * openings
    for column in ("EcritureDate", "ValidDate"):
        values = [row[column] for row in book.rows]
        assert values == sorted(values)
    for row in book.rows:
        assert date(2024, 1, 1) <= day(row["EcritureDate"]) <= YEAR_END
        assert row["EcritureDate"] <= row["ValidDate"]
        assert row["PieceDate"] <= row["EcritureDate"]


def test_the_opening_is_a_balance_sheet_with_third_parties_in_detail(book: Book) -> None:
    lines = [row for row in book.rows if row["JournalCode"] == "AN"]
    assert {row["CompteNum"][0] for row in lines} <= set("12345")
    details = [row for row in lines if row["CompteNum"][:3] in ("401", "411")]
    assert details
    assert all(row["CompAuxNum"] and row["PieceDate"] < "20240101" for row in details)
    assert len({(row["CompAuxNum"], row["PieceRef"]) for row in details}) == len(details)


def test_mandatory_zones_are_filled_and_third_parties_only_stand_on_their_accounts(
    book: Book,
) -> None:
    blank = {"CompAuxNum", "CompAuxLib", "EcritureLet", "DateLet", "Montantdevise", "Idevise"}
    for row in book.rows:
        assert all(row[name] for name in LEGAL if name not in blank)
        is_collective = row["CompteNum"] in ("401000", "404000", "411000")
        assert bool(row["CompAuxNum"]) == bool(row["CompAuxLib"]) == is_collective
        assert bool(row["Montantdevise"]) == bool(row["Idevise"])


def test_a_code_has_one_label(book: Book) -> None:
    for code, label in (
        ("JournalCode", "JournalLib"),
        ("CompteNum", "CompteLib"),
        ("CompAuxNum", "CompAuxLib"),
    ):
        assert len({row[code] for row in book.rows}) == len(
            {(row[code], row[label]) for row in book.rows}
        )


def test_accounts_third_parties_and_journals_are_told_to_the_cent(book: Book) -> None:
    truth = book.truth
    balances = book.sums("CompteNum")
    assert balances == {number: one.debit - one.credit for number, one in truth.accounts.items()}
    assert Counter(row["CompteNum"] for row in book.rows) == {
        number: one.lines for number, one in truth.accounts.items()
    }
    assert book.sums("CompAuxNum") == {
        code: one.balance for code, one in truth.third_parties.items()
    }
    journals = {code: (one.lines, one.entries) for code, one in truth.journals.items()}
    numbers = Counter(code for code, _ in book.entries())
    assert journals == {
        code: (count, numbers[code])
        for code, count in Counter(row["JournalCode"] for row in book.rows).items()
    }
    assert {"AN", "AC", "VE", "BQ", "B2", "CA", "PA", "OD"} == set(journals)
    assert all(one.debit == one.credit for one in truth.journals.values())


def test_the_result_and_its_steps_agree(book: Book) -> None:
    truth = book.truth
    result = -sum(cents for number, cents in book.sums("CompteNum").items() if number[0] in "67")
    assert truth.result == result == truth.steps.net
    assert truth.balance("999") == 0


@pytest.mark.parametrize(
    ("direction", "party", "roots", "side"),
    [("sales", ("411",), ("70",), 1), ("purchases", ("401", "404"), ("60", "61", "62", "2"), -1)],
)
def test_invoices_are_told(
    book: Book, direction: str, party: tuple[str, ...], roots: tuple[str, ...], side: int
) -> None:
    told = getattr(book.truth, direction)
    found = [row for lines in book.entries().values() if (row := shape(lines, party, roots))]
    amounts = [side * signed(row) for row in found]
    vat = [
        -side * signed(row)
        for lines in book.entries().values()
        if shape(lines, party, roots)
        for row in lines
        if row["CompteNum"].startswith("445")
    ]
    assert (told.invoices, told.credit_notes) == (
        sum(amount > 0 for amount in amounts),
        sum(amount < 0 for amount in amounts),
    )
    assert (told.gross, told.vat, told.net) == (sum(amounts), sum(vat), sum(amounts) - sum(vat))
    assert told.count == len(found)
    refs = [(row["CompAuxNum"], row["PieceRef"]) for row in found]
    assert len(set(refs)) == len(refs)


def test_our_invoices_are_numbered_without_a_gap(book: Book) -> None:
    lines = [row for row in book.rows if row["JournalCode"] == "VE" and row["CompAuxNum"]]
    for prefix in ("FA24-", "AV24-"):
        numbers = [int(row["PieceRef"][5:]) for row in lines if row["PieceRef"].startswith(prefix)]
        assert numbers == list(range(1, len(numbers) + 1))


def test_bank_transactions_are_told(book: Book) -> None:
    found: dict[str, list[int]] = defaultdict(list)
    for row in book.rows:
        if row["CompteNum"].startswith("512") and row["JournalCode"] != "AN":
            found[row["CompteNum"]].append(signed(row))
    assert {
        number: (one.count, one.debit - one.credit) for number, one in book.truth.bank.items()
    } == {number: (len(amounts), sum(amounts)) for number, amounts in found.items()}


def test_full_letterings_balance_and_partial_ones_do_not(book: Book) -> None:
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in book.rows:
        if row["EcritureLet"]:
            groups[row["CompteNum"], row["CompAuxNum"], row["EcritureLet"]].append(row)
    codes = [code for *_, code in groups]
    assert len(set(codes)) == len(codes)
    for (*_, code), lines in groups.items():
        assert len(lines) > 1
        if code.isupper():
            assert sum(map(signed, lines)) == 0
            assert {row["DateLet"] for row in lines} == {max(row["EcritureDate"] for row in lines)}
        else:
            assert sum(map(signed, lines)) != 0
            assert {row["DateLet"] for row in lines} == {""}
    assert book.truth.letterings.full == sum(code.isupper() for code in codes)
    assert book.truth.letterings.partial == sum(code.islower() for code in codes)


def test_trade_keeps_off_sundays_and_holidays(book: Book) -> None:
    for row in book.rows:
        if row["JournalCode"] in ("AC", "VE", "BQ", "B2", "CA"):
            moment = day(row["EcritureDate"])
            assert moment.weekday() < 6
            assert not is_holiday(moment)


def test_no_line_looks_like_a_double_of_another(book: Book) -> None:
    keys = [
        (row["CompAuxNum"], row["PieceRef"], row["PieceDate"], signed(row))
        for row in book.rows
        if row["CompAuxNum"]
    ]
    assert len(set(keys)) == len(keys)


def test_classes_six_and_seven_are_never_closed(book: Book) -> None:
    for lines in book.entries().values():
        assert not any(row["CompteNum"].startswith("12") for row in lines[:1]) or all(
            row["CompteNum"][0] not in "67" for row in lines
        )


def test_the_books_of_a_merchant_hold_every_kind_of_invoice() -> None:
    raw, truth = made(lines=20_000)
    found = rows(raw)

    assert truth.sales.credit_notes
    assert truth.purchases.credit_notes
    assert truth.letterings.partial
    accounts = {row["CompteNum"] for row in found}
    assert {"404000", "445200", "445662", "445620", "707900", "445670", "580000"} & accounts >= {
        "404000", "445200", "445662", "445620", "707900", "580000"
    }  # fmt: skip
    assert {row["Idevise"] for row in found} == {"", "USD"}
    assert max(len(row["CompAuxLib"]) for row in found) > 80
    assert any("’" in row["CompAuxLib"] for row in found)
    assert any("œ" in row["EcritureLib"] for row in found)
    assert 0.26 < truth.accounts["411000"].lines / truth.lines < 0.31
