"""What holds of any balanced book, however its lines are laid out."""

from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.fec.check import check_file
from tests.ledger.fec.checked import Checked, Line, check, fec, line

ACCOUNTS = (
    "101000", "401000", "411000", "445660", "445710", "512000", "530000", "606100", "607000",
    "641000", "706000", "707000",
)  # fmt: skip
JOURNALS = ("AC", "BQ", "OD", "VE")
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

Book = list[list[Line]]


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Entries of one date each, numbered in their journals, that balance."""
    numbers: Counter[str] = Counter()
    book: Book = []
    for _ in range(draw(st.integers(1, 12))):
        journal = draw(st.sampled_from(JOURNALS))
        numbers[journal] += 1
        shared = {
            "JournalCode": journal,
            "JournalLib": f"Journal {journal}",
            "EcritureNum": str(numbers[journal]),
            "EcritureDate": f"2025{draw(st.integers(1, 12)):02d}{draw(st.integers(1, 28)):02d}",
            "PieceRef": f"P{draw(st.integers(1, 5))}",
            "ValidDate": "20260131",
        }
        cents = draw(st.lists(st.integers(1, 10**9), min_size=1, max_size=5))
        amounts = [*cents, -sum(cents)]
        if draw(st.booleans()):
            amounts = [-one for one in amounts]
        book.append([draw(_lines(amount)) | shared for amount in amounts])
    return book


@st.composite
def _lines(draw: st.DrawFn, cents: int) -> Line:
    account = draw(st.sampled_from(ACCOUNTS))
    is_third = account[:2] in {"40", "41"}
    third = draw(st.sampled_from(("", "T1", "T2"))) if is_third else ""
    code = draw(st.sampled_from(("", "A", "B"))) if is_third else ""
    return line(account, cents, third, EcritureLet=code)


def _checked(book: Book) -> Checked:
    with TemporaryDirectory() as folder:
        return check(Path(folder), fec(*book))


def _entries(got: Checked) -> Counter[tuple[object, ...]]:
    """Entries without their ordinals: journal, number, date, totals and lines by account."""
    journals = dict(row[:2] for row in got.tables["journals"])
    accounts = dict(row[:2] for row in got.tables["accounts"])
    lines: dict[str, list[tuple[str, ...]]] = {}
    for row in got.tables["lines"]:
        lines.setdefault(row[0], []).append((accounts[row[2]], row[5], row[6], row[8]))
    return Counter(
        (journals[row[1]], row[2], row[3], row[11], row[12], row[10], *sorted(lines[row[0]]))
        for row in got.tables["entries"]
    )


def _letterings(got: Checked) -> Counter[tuple[str, ...]]:
    accounts = dict(row[:2] for row in got.tables["accounts"])
    thirds = {row[0]: row[2] for row in got.tables["thirds"]}
    return Counter(
        (accounts[row[1]], thirds.get(row[2], ""), *row[3:]) for row in got.tables["letterings"]
    )


def _sums(book: Book) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for lines in book:
        for one in lines:
            cents = int(one["Debit"].replace(",", "")) - int(one["Credit"].replace(",", ""))
            sums[one["CompteNum"]] += cents
    return dict(sums)


@SLOW
@given(books())
def test_a_balanced_book_is_read_to_the_cent_and_never_rejected(book: Book) -> None:
    got = _checked(book)

    assert got.report.accounting != "reject"
    assert (got.report.lines, got.report.entries) == (sum(map(len, book)), len(book))
    assert got.report.balances == _sums(book)
    assert got.report.debit == got.report.credit


@SLOW
@given(books(), st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_no_entry_no_total_and_no_lettering(
    book: Book, random: Random
) -> None:
    shuffled = [one for lines in book for one in lines]
    random.shuffle(shuffled)

    got, again = _checked(book), _checked([shuffled])

    assert _entries(again) == _entries(got)
    assert _letterings(again) == _letterings(got)
    assert again.report.balances == got.report.balances
    assert again.report.accounting == got.report.accounting
    assert len(again.tables["invoices"]) == len(got.tables["invoices"])
    assert Counter(row[4] for row in again.tables["bank"]) == Counter(
        row[4] for row in got.tables["bank"]
    )


@SLOW
@given(books(), st.data())
def test_one_cent_changed_is_found_in_exactly_its_entry(book: Book, data: st.DataObject) -> None:
    rank = data.draw(st.integers(0, len(book) - 1))
    touched = data.draw(st.sampled_from(book[rank]))
    side = "Debit" if touched["Debit"] != "0,00" else "Credit"
    whole, cents = touched[side].split(",")
    touched[side] = f"{whole},{int(cents) ^ 1:02d}"
    first = 2 + sum(map(len, book[:rank]))

    got = _checked(book)

    errors = [one for one in got.findings if one.severity == "error"]
    assert [(one.code, abs(one.amount or 0)) for one in errors] == [("ECRITURE_DESEQUILIBREE", 1)]
    # The first line of the entry that has an amount.
    assert errors[0].line in range(first, first + len(book[rank]))
    assert got.report.accounting == "reject"


@SLOW
@given(books())
def test_a_check_without_artefacts_finds_and_counts_the_same(book: Book) -> None:
    with TemporaryDirectory() as folder:
        got = check(Path(folder), fec(*book))
        bare = check_file(Path(folder) / "input.fec", name="552100554FEC20251231.txt")
        with bare.findings as sink:
            found = list(sink.iter())

    assert (found, bare.summary) == (got.findings, got.summary)
    assert (bare.balances, bare.entries) == (got.report.balances, got.report.entries)
