import json
from pathlib import Path
from typing import Any

import pytest

from ledger.fec import columns
from tests.ledger.fec.checked import (
    Checked,
    Line,
    check,
    entry,
    fec,
    line,
    payment,
    purchase,
    sale,
)

FIELDS = (
    "entry", "direction", "type", "number", "date", "third", "net", "vat", "gross", "currency",
    "foreign", "rates", "paid_on", "is_paid", "dues",
)  # fmt: skip


def invoices(got: Checked) -> list[dict[str, Any]]:
    """The invoices by column name, their rates as (rate, net, vat), rates in 1/100 %."""
    found: list[dict[str, Any]] = [
        dict(zip(FIELDS, row, strict=True)) for row in got.tables["invoices"]
    ]
    for one in found:
        array = one["rates"].translate(str.maketrans("{}", "[]"))
        one["rates"] = [tuple(rate) for rate in json.loads(array.replace("NULL", "null"))]
    return found


def _made(folder: Path, *lines: Line, **shared: str) -> list[dict[str, Any]]:
    return invoices(check(folder, fec(entry(*lines, **shared))))


@pytest.mark.row("S3.15")
def test_sales_and_purchases_become_invoices_with_number_date_third_party_and_amounts(
    tmp_path: Path,
) -> None:
    got = check(tmp_path, fec(purchase(1, PieceDate="20250302"), sale(1), payment(1)))

    bill, invoice = invoices(got)
    assert (bill["direction"], bill["type"], bill["number"]) == ("purchase", "invoice", "FA1")
    assert (bill["date"], bill["third"], bill["entry"]) == ("2025-03-02", "1", "1")
    assert (bill["net"], bill["vat"], bill["gross"]) == ("10000", "2000", "12000")
    assert bill["rates"] == [(2000, 10000, 2000)]
    assert (invoice["direction"], invoice["third"], invoice["is_paid"]) == ("sale", "2", "f")
    assert got.summary["invoices"] == {
        "purchases": {"count": 1, "amount": 12000},
        "sales": {"count": 1, "amount": 12000},
    }


@pytest.mark.parametrize("make", [sale, purchase])
def test_turned_sides_make_a_credit_note(tmp_path: Path, make: Any) -> None:
    got = check(tmp_path, fec(make(1, -10_000)))

    [note] = invoices(got)
    assert (note["type"], note["net"], note["gross"]) == ("credit_note", "10000", "12000")
    assert note["rates"] == [(2000, 10000, 2000)]
    amounts = {one["amount"] for one in got.summary["invoices"].values()}
    assert amounts == {0, -12000}


def test_several_rates_are_told_apart(tmp_path: Path) -> None:
    [one] = _made(
        tmp_path, line("411000", 22_550, "C"), line("707000", -10_000), line("707100", -10_000),
        line("445710", -2_000), line("445711", -550),
    )  # fmt: skip

    assert one["rates"] == [(2000, 10000, 2000), (550, 10000, 550)]


def test_due_dates_of_one_customer_make_one_invoice(tmp_path: Path) -> None:
    lines = [line("411000", 6_000, "C"), line("411000", 6_000, "C"), line("707000", -12_000)]
    lines[0]["DateEcheance"], lines[1]["DateEcheance"] = "20250531", "20250430"

    got = check(tmp_path, fec(entry(*lines), header=(*columns.LEGAL, "DateEcheance")))

    [one] = invoices(got)
    assert (one["gross"], one["dues"]) == ("12000", '["2025-04-30", "2025-05-31"]')
    assert one["rates"] == [(0, 12000, 0)]
    assert got.column("lines", 12)[0] == '{"DateEcheance":"20250531"}'


def test_a_foreign_invoice_keeps_its_currency_and_total(tmp_path: Path) -> None:
    lines = [
        line("411000", 6_000, "C", Montantdevise="65,25", Idevise="USD"),
        line("411000", 6_000, "C", Montantdevise="65,25", Idevise="USD"),
        line("707000", -12_000, Montantdevise="-130,50", Idevise="USD"),
    ]

    [one] = _made(tmp_path, *lines)

    assert (one["currency"], one["foreign"], one["gross"]) == ("USD", "130.50", "12000")


def test_reverse_charge_adds_no_tax(tmp_path: Path) -> None:
    [one] = _made(
        tmp_path, line("401000", -10_000, "F"), line("607000", 10_000), line("445662", 2_000),
        line("445200", -2_000),
    )  # fmt: skip

    assert (one["net"], one["vat"], one["gross"]) == ("10000", "0", "10000")
    assert one["rates"] == [(0, 10000, 0)]


def test_an_asset_bought_through_404_is_a_purchase(tmp_path: Path) -> None:
    [one] = _made(
        tmp_path, line("404000", -12_000, "F"), line("218300", 10_000), line("445620", 2_000)
    )

    assert (one["direction"], one["net"]) == ("purchase", "10000")


@pytest.mark.parametrize("vat", ["445740", "445870"], ids=["44574", "44587"])
def test_vat_on_receipts_is_the_tax_of_the_invoice(tmp_path: Path, vat: str) -> None:
    [one] = _made(tmp_path, line("411000", 12_000, "C"), line("706000", -10_000), line(vat, -2_000))

    assert (one["vat"], one["rates"][0][0]) == ("2000", 2000)


def test_a_deposit_taken_off_leaves_the_amounts_before_tax(tmp_path: Path) -> None:
    [one] = _made(
        tmp_path, line("411000", 7_000, "C"), line("419100", 5_000, "C"), line("707000", -10_000),
        line("445710", -2_000),
    )  # fmt: skip

    assert (one["net"], one["vat"], one["gross"]) == ("10000", "2000", "7000")


@pytest.mark.parametrize(
    "lines",
    [
        (line("455000", -12_000), line("625100", 10_000), line("445660", 2_000)),
        (line("418100", 12_000), line("706000", -10_000), line("445870", -2_000)),
        (line("607000", 10_000), line("445860", 2_000), line("408100", -12_000)),
        (line("530000", 12_000), line("707000", -10_000), line("445710", -2_000)),
        (line("401000", -5_000, "F"), line("706000", 5_000)),
        (line("411000", 5_000, "C"), line("401000", -5_000, "F")),
        (line("411000", -100, "C"), line("658000", 100)),
        (
            line("411000", 5_000, "C"),
            line("411000", -5_000, "C"),
            line("707000", 1),
            line("707000", -1),
        ),
    ],
    ids=[
        "expense",
        "to issue",
        "to receive",
        "till",
        "retrocession",
        "set-off",
        "write-off",
        "none",
    ],
)
def test_what_is_no_invoice_makes_none(tmp_path: Path, lines: tuple[Line, ...]) -> None:
    assert _made(tmp_path, *lines) == []


def test_an_opening_in_detail_makes_no_invoice(tmp_path: Path) -> None:
    opened = {"JournalCode": "AN", "JournalLib": "À nouveaux", "EcritureDate": "20250101"}

    got = check(tmp_path, fec([one | opened for one in sale(1)], purchase(1)))

    assert [one["direction"] for one in invoices(got)] == ["purchase"]
    assert got.column("entries", 10) == ["opening", "purchase"]


def test_a_daily_batch_is_split_by_reference(tmp_path: Path) -> None:
    batch = entry(
        *sale(1, third="C1", PieceRef="V1"), *sale(1, 5_000, third="C2", PieceRef="V2"),
        EcritureNum="7", JournalCode="VE",
    )  # fmt: skip

    found = invoices(check(tmp_path, fec(batch)))

    assert [(one["number"], one["third"], one["gross"]) for one in found] == [
        ("V1", "1", "12000"), ("V2", "2", "6000"),
    ]  # fmt: skip
    assert {one["entry"] for one in found} == {"1"}


@pytest.mark.parametrize("ref", ["P1", ""], ids=["one reference", "none"])
def test_a_batch_that_references_do_not_part_makes_no_invoice(tmp_path: Path, ref: str) -> None:
    batch = entry(
        line("411000", 6_000, "C1"),
        line("411000", 6_000, "C2"),
        line("707000", -12_000),
        PieceRef=ref,
    )

    got = check(tmp_path, fec(batch))

    assert (got.one("FACTURES_GROUPEES").severity, got.tables["invoices"]) == ("info", [])


def test_a_batch_is_not_split_where_one_part_does_not_balance(tmp_path: Path) -> None:
    batch = entry(
        line("411000", 6_000, "C1", PieceRef="A"), line("707000", -5_000, PieceRef="A"),
        line("411000", 6_000, "C2", PieceRef="B"), line("707000", -7_000, PieceRef="B"),
    )  # fmt: skip

    assert invoices(check(tmp_path, fec(batch))) == []


def test_a_correction_in_the_miscellaneous_journal_makes_no_second_invoice(tmp_path: Path) -> None:
    correction = entry(
        line("401000", 1_200, "FMETRO"),
        line("607000", -1_000),
        line("445660", -200),
        PieceRef="FA1",
    )
    bills = [purchase(number) for number in (1, 2, 3)]

    attached = check(tmp_path, fec(*bills, correction))
    alone = check(tmp_path, fec(*bills, [one | {"PieceRef": "AV9"} for one in correction]))

    assert [one["number"] for one in invoices(attached)] == ["FA1", "FA2", "FA3"]
    assert attached.summary["invoices"]["purchases"] == {"count": 3, "amount": 36_000}
    assert [one["number"] for one in invoices(alone)] == ["FA1", "FA2", "FA3", "AV9"]


def test_an_invoice_without_reference_goes_by_the_number_of_its_entry(tmp_path: Path) -> None:
    [one] = invoices(check(tmp_path, fec(purchase(7, PieceRef="", PieceDate=""))))

    assert (one["number"], one["date"]) == ("7", "2025-03-10")


def test_bank_lines_become_transactions_but_not_those_of_the_opening(tmp_path: Path) -> None:
    opened = {"JournalCode": "AN", "JournalLib": "À nouveaux", "EcritureDate": "20250101"}
    content = fec(
        entry(line("512000", 500), line("101000", -500), **opened),
        payment(1, EcritureLib="Virement DUPONT"),
        entry(line("530000", 100), line("512000", -100), EcritureNum="2"),
    )

    got = check(tmp_path, content)

    assert got.tables["bank"] == [
        ["2", "4", "1", "2025-03-10", "12000", "Virement DUPONT", "R1"],
        ["3", "7", "1", "2025-03-10", "-100", "Libellé", "P1"],
    ]
    assert got.summary["bank_transactions"] == {
        "count": 2, "amount": 12_100, "accounts": ["512000"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("make", "nature"),
    [(purchase, "purchases"), (sale, "sales"), (payment, "bank")],
)
def test_a_journal_is_what_most_of_its_entries_are_whatever_its_name(
    tmp_path: Path, make: Any, nature: str
) -> None:
    named = {"JournalCode": "X1", "JournalLib": "Divers", "EcritureLib": "x"}
    pieces = [[one | named for one in make(number, PieceRef=str(number))] for number in (1, 2, 3)]
    odd = entry(line("681000", 5), line("281000", -5), EcritureNum="4", **named)

    assert check(tmp_path, fec(*pieces, odd)).column("journals", 3) == [nature]


def test_a_till_is_a_sales_journal_and_a_cash_book_a_bank(tmp_path: Path) -> None:
    till = line("530000", 1_200), line("707000", -1_000), line("445710", -200)
    shop = [
        entry(*till, EcritureNum=str(n), JournalCode="VEN", JournalLib="Ventes") for n in (1, 2, 3)
    ]
    cash = [
        entry(*till, EcritureNum=str(n), JournalCode="CA", JournalLib="Caisse") for n in (1, 2, 3)
    ]

    assert check(tmp_path, fec(*shop, *cash)).column("journals", 3) == ["sales", "bank"]
