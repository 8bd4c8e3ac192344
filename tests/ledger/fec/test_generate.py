"""The answer sheet of the generator is checked by a reader of its own, naive and whole-file."""

import io
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.fec.columns import LEGAL
from ledger.fec.generate import MINIMUM_LINES, Closing, SectorName, Truth, generate
from ledger.fec.generate.books import letters
from ledger.fec.generate.dates import Calendar, easter, is_holiday, year_start
from ledger.fec.write import name_by_law

SIREN = "123456782"
YEAR_END = date(2024, 12, 31)
SECTORS: tuple[SectorName, ...] = ("negoce", "services", "batiment", "boulangerie")

Row = dict[str, str]


def made(**options: object) -> tuple[bytes, Truth]:
    stream = io.BytesIO()
    wanted = {"lines": 1500, "year_end": YEAR_END, "siren": SIREN} | options
    truth = generate(stream, **wanted)  # type: ignore[arg-type]
    return stream.getvalue(), truth


def rows(raw: bytes, *, encoding: str = "utf-8", separator: str = "\t") -> list[Row]:
    header, *lines, last = raw.decode(encoding).split("\r\n")
    assert last == ""
    names = header.split(separator)
    return [dict(zip(names, line.split(separator), strict=True)) for line in lines]


def cents(text: str) -> int:
    return int(text.replace(",", ""))


def signed(row: Row) -> int:
    return cents(row["Debit"]) - cents(row["Credit"])


def day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007


@dataclass(frozen=True)
class Book:
    rows: list[Row]
    truth: Truth

    def entries(self) -> dict[tuple[str, str], list[Row]]:
        found = defaultdict(list)
        for row in self.rows:
            found[row["JournalCode"], row["EcritureNum"]].append(row)
        return found

    def sums(self, column: str, root: str = "") -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        for row in self.rows:
            if row["CompteNum"].startswith(root) and row[column]:
                found[row[column]] += signed(row)
        return found


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


def shape(lines: list[Row], party: tuple[str, ...], roots: tuple[str, ...]) -> Row | None:
    """The line of the third party when the entry is an invoice by its shape (fec.md 4)."""
    parties = [row for row in lines if row["CompteNum"].startswith(party)]
    others = [row for row in lines if not row["CompteNum"].startswith((*party, "445"))]
    is_invoice = len(parties) == 1 and all(row["CompteNum"].startswith(roots) for row in others)
    return parties[0] if is_invoice and lines[0]["JournalCode"] != "AN" else None


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


@pytest.mark.parametrize("sector", SECTORS)
@pytest.mark.parametrize("given_items", [True, False], ids=["closing", "plain balances"])
def test_the_next_year_opens_with_the_closing_of_the_year_before(
    sector: SectorName, given_items: bool
) -> None:
    _, before = made(sector=sector)
    given = before.closing if given_items else dict(before.closing)
    raw, after = made(sector=sector, year_end=date(2025, 12, 31), opening=given)

    opening = [row for row in rows(raw) if row["JournalCode"] == "AN"]
    balances: dict[str, int] = defaultdict(int)
    for row in opening:
        balances[row["CompteNum"]] += signed(row)
    assert balances == before.closing
    assert sum(before.closing.values()) == 0
    carried = "120000" if before.result > 0 else "129000"
    assert before.closing[carried] == -before.result
    assert after.balance(carried) == 0
    if given_items:
        by_third: dict[str, int] = defaultdict(int)
        for row in opening:
            if row["CompAuxNum"]:
                by_third[row["CompAuxNum"]] += signed(row)
        owing = {code: one.balance for code, one in before.third_parties.items() if one.balance}
        assert by_third == owing
        labels = {row["CompAuxNum"]: row["CompAuxLib"] for row in opening if row["CompAuxNum"]}
        assert all(before.third_parties[code].label == label for code, label in labels.items())


def test_a_larger_next_year_still_knows_the_old_third_parties() -> None:
    _, before = made(lines=1000)
    raw, after = made(lines=4000, year_end=date(2025, 12, 31), opening=before.closing)

    assert len(rows(raw)) == after.lines == 4000
    assert sum(after.closing.values()) == 0


def test_a_smaller_next_year_keeps_the_third_parties_that_it_would_not_have() -> None:
    _, before = made(lines=4000)
    raw, after = made(lines=1500, year_end=date(2025, 12, 31), opening=before.closing)

    old = {item.third for item in before.closing.open_items}
    assert old <= set(after.third_parties)
    assert {row["CompAuxNum"] for row in rows(raw)} - {""} == set(after.third_parties)


def test_an_odd_opening_is_taken_as_it_is() -> None:
    """A loan that ends, cards on their way, five cents owed by many customers, an old account."""
    given = {"164000": -100_00, "511500": 250_00, "411000": 5, "467000": -150_05}
    raw, truth = made(opening=given)

    opening = [row for row in rows(raw) if row["JournalCode"] == "AN"]
    assert sum(signed(row) for row in opening if row["CompteNum"] == "411000") == 5
    assert truth.balance("164000") == 0
    assert truth.balance("511500") == 0
    assert truth.accounts["467000"].label == "Compte 467000"
    assert sum(truth.closing.values()) == 0


def test_a_first_exercise_has_no_opening() -> None:
    raw, truth = made(opening={})

    assert truth.lines == 1500
    assert {row["JournalCode"] for row in rows(raw)} >= {"AC", "VE", "BQ"}
    assert "AN" not in truth.journals
    assert truth.bank["512000"].count == truth.accounts["512000"].lines


def test_a_loss_is_carried_to_129_and_then_forward() -> None:
    given = Closing({"129000": 5_000_00, "512000": 20_000_00, "101300": -25_000_00})
    _, truth = made(opening=given)

    assert truth.balance("129000") == 0
    assert truth.balance("119000") == 5_000_00


def test_the_same_arguments_give_the_same_bytes_and_another_seed_others() -> None:
    assert made() == made()
    assert made()[0] != made(seed=2)[0]
    assert made()[0] != made(siren="987654324")[0]


def test_partial_letterings_can_be_left_out() -> None:
    raw, truth = made(partial_letterings=False)

    assert truth.letterings.partial == 0
    assert all(row["EcritureLet"] == row["EcritureLet"].upper() for row in rows(raw))


def test_the_marker_ends_every_name_and_label() -> None:
    raw, truth = made(marker="ZEBRE-martin-boulangerie")

    for row in rows(raw):
        assert row["EcritureLib"].endswith(" ZEBRE-martin-boulangerie")
        if row["CompAuxLib"]:
            assert row["CompAuxLib"].endswith(" ZEBRE-martin-boulangerie")
    assert truth.lines == 1500


@pytest.mark.parametrize(
    ("options", "encoding", "separator"),
    [
        ({"encoding": "iso8859-15"}, "iso8859-15", "\t"),
        ({"encoding": "cp1252"}, "cp1252", "\t"),
        ({"encoding": "cp850"}, "cp850", "\t"),
        ({"encoding": "utf-8-sig"}, "utf-8-sig", "\t"),
        ({"encoding": "utf-16"}, "utf-16", "\t"),
        ({"separator": "|"}, "utf-8", "|"),
        ({"separator": ";"}, "utf-8", ";"),
    ],
)
def test_the_form_of_the_file_changes_nothing_of_its_sums(
    options: dict[str, object], encoding: str, separator: str
) -> None:
    raw, truth = made(**options)
    found = rows(raw, encoding=encoding, separator=separator)

    assert list(found[0]) == list(LEGAL)
    assert sum(cents(row["Debit"]) for row in found) == truth.debit == made()[1].debit


@pytest.mark.parametrize("eol", ["\n", "\r", "\r\r\n"])
def test_line_ends_are_those_asked_for(eol: str) -> None:
    raw, truth = made(eol=eol)

    assert raw.decode().replace(eol, "\r\n").encode() == made()[0]
    assert raw.count(eol.encode()) == truth.lines + 1


def test_montant_and_sens_hold_the_same_sums() -> None:
    raw, truth = made(montant_sens=True)
    found = rows(raw)

    assert sum(cents(row["Montant"]) for row in found if row["Sens"] == "D") == truth.debit
    assert sum(cents(row["Montant"]) for row in found if row["Sens"] == "C") == truth.credit


@pytest.mark.parametrize("layout", [21, 22])
def test_treasury_layouts_fill_their_zones(layout: int) -> None:
    raw, truth = made(layout=layout)
    found = rows(raw)

    assert len(found) == truth.lines
    assert len(found[0]) == layout
    assert all(row["DateRglt"] and row["ModeRglt"] and row["NatOp"] for row in found)
    assert all(row["IdClient"] == row["CompAuxNum"] for row in found if layout == 22)


def test_the_xml_form_holds_the_same_sums() -> None:
    raw, truth = made(xml=True)
    root = ElementTree.fromstring(raw)

    def total(name: str) -> int:
        return sum(int((one.text or "").replace(".", "")) for one in root.iter(name))

    assert (total("Debit"), total("Credit")) == (truth.debit, truth.credit)
    assert sum(1 for _ in root.iter("ecriture")) == truth.entries
    assert sum(1 for _ in root.iter("ligne")) == truth.lines


def test_a_path_is_written_too(tmp_path: Path) -> None:
    path = tmp_path / name_by_law(SIREN, YEAR_END)
    generate(path, lines=500, year_end=YEAR_END, siren=SIREN)

    assert path.read_bytes() == made(lines=500)[0]


@settings(max_examples=20, deadline=None)
@given(
    lines=st.integers(min_value=MINIMUM_LINES, max_value=1500),
    year_end=st.dates(min_value=date(2014, 1, 1), max_value=date(2030, 12, 31)),
    seed=st.integers(min_value=0, max_value=10**6),
    sector=st.sampled_from(SECTORS),
)
def test_small_books_of_any_year_and_trade_are_sound(
    lines: int, year_end: date, seed: int, sector: SectorName
) -> None:
    raw, truth = made(lines=lines, year_end=year_end, seed=seed, sector=sector)
    found = Book(rows(raw), truth)

    assert len(found.rows) == truth.lines
    assert lines <= truth.lines <= lines + 60
    assert lines < 1000 or truth.lines == lines
    for entry in found.entries().values():
        assert sum(map(signed, entry)) == 0
    dates = [row["EcritureDate"] for row in found.rows]
    assert dates == sorted(dates)
    assert f"{year_start(year_end):%Y%m%d}" == dates[0]
    assert dates[-1] <= f"{year_end:%Y%m%d}"
    assert sum(truth.closing.values()) == 0


def test_too_few_lines_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 120 lines"):
        made(lines=119)


@pytest.mark.parametrize(
    ("closed", "start"),
    [
        (date(2024, 12, 31), date(2024, 1, 1)),
        (date(2024, 2, 29), date(2023, 3, 1)),
        (date(2024, 2, 28), date(2023, 3, 1)),
        (date(2022, 8, 31), date(2021, 9, 1)),
    ],
)
def test_an_exercise_has_twelve_months(closed: date, start: date) -> None:
    assert year_start(closed) == start


def test_easter_moves_with_the_moon() -> None:
    assert [easter(year) for year in (2019, 2024, 2038, 2049)] == [
        date(2019, 4, 21), date(2024, 3, 31), date(2038, 4, 25), date(2049, 4, 18)
    ]  # fmt: skip
    assert is_holiday(date(2024, 5, 9))
    assert not is_holiday(date(2024, 5, 10))


@pytest.mark.parametrize("closed", [date(2014, 2, 1), date(2023, 1, 29), date(2024, 2, 28)])
def test_an_exercise_that_ends_within_a_month_has_twelve_months_too(closed: date) -> None:
    assert len(Calendar(closed).months()) == 12


def test_the_business_of_a_year_is_all_done_on_its_last_day() -> None:
    calendar = Calendar(YEAR_END)
    done = list(calendar.progress.values())

    assert done == sorted(done)
    assert done[-1] == 1
    assert len(calendar.months()) == 12


def test_lettering_codes_follow_one_another() -> None:
    spelled: Callable[[int], str] = letters
    assert [spelled(rank) for rank in (1, 2, 26, 27, 676, 677, 18_252, 18_253)] == [
        "AA", "AB", "AZ", "BA", "ZZ", "AAA", "ZZZ", "AAAA"
    ]  # fmt: skip
    assert len({letters(rank) for rank in range(1, 20_000)}) == 19_999
