"""Booking an invoice: the entry that it becomes, whatever it bears, and taking it back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from clients.actions.locks import set_lock
from clients.models import Dossier
from firm.errors import BusinessError
from firm.models import AuditEvent, User
from ledger.actions.posting import book_invoice, unbook_invoice
from ledger.actions.summaries import refresh_stats
from ledger.models import Account, Entry, EntryLine, FiscalYear, Invoice, InvoiceLine, Journal
from ledger.queries.proposals import propose_invoice
from tests.conftest import open_dossier
from tests.ledger.pieces import DAY, account, invoice, lines_of, party, year
from tests.ledger.test_entries import in_step, sums

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_year(inside: Dossier) -> FiscalYear:
    refresh_stats(inside.id)
    return year(inside)


@pytest.mark.row("S3.18")
def test_a_purchase_is_booked_in_the_usual_accounts_and_journal(
    inside: Dossier, open_year: FiscalYear, alice: User
) -> None:
    bought = invoice(inside)
    entry = book_invoice(bought, by=alice)
    assert lines_of(entry.id) == [("401000", -12000), ("606100", 10000), ("445660", 2000)]
    assert (entry.journal.code, entry.piece_ref, entry.date, entry.shape) == (
        "AC", "F-1", DAY, "purchase",
    )  # fmt: skip
    assert EntryLine.objects.get(entry=entry, line_no=1).third_party == bought.third_party
    bought.refresh_from_db()
    assert (bought.booking, bought.entry_id) == ("booked", entry.id)
    assert AuditEvent.objects.filter(action="ledger.invoice_booked").count() == 1
    in_step(inside)


CASES: list[tuple[str, dict[str, Any], list[tuple[str, int]]]] = [
    ("sale of services", {"direction": "sale", "lines": [(5000, "20", "706000")]},
     [("411000", 6000), ("706000", -5000), ("445710", -1000)]),
    ("two rates and accounts", {"lines": [(1000, "20", "606100"), (2000, "5.5", "602200")]},
     [("401000", -3310), ("606100", 1000), ("602200", 2000), ("445660", 200), ("445660", 110)]),
    ("lines of one account and rate together", {"lines": [(1000, "20", "606100")] * 3},
     [("401000", -3600), ("606100", 3000), ("445660", 600)]),
    ("an asset", {"lines": [(100000, "20", "218300")]},
     [("404000", -120000), ("218300", 100000), ("445620", 20000)]),
    ("VAT deductible in part", {"lines": [(10000, "20", "625100", "80")]},
     [("401000", -12000), ("625100", 10400), ("445660", 1600)]),
    ("a credit note", {"type": "credit_note"},
     [("401000", 12000), ("606100", -10000), ("445660", -2000)]),
    ("a credit note of a sale", {"type": "credit_note", "direction": "sale",
                                 "lines": [(5000, "10", "707000")]},
     [("411000", -5500), ("707000", 5000), ("445710", 500)]),
    ("bought within the Union", {"regime": "intra_eu_acquisition", "vat": 0, "gross": 10000},
     [("401000", -10000), ("606100", 10000), ("445660", 2000), ("445200", -2000)]),
    ("self-assessed VAT rounded once a rate",
     {"regime": "intra_eu_service", "lines": [(103, "20", "611000")] * 3, "vat": 0, "gross": 309},
     [("401000", -309), ("611000", 309), ("445660", 62), ("445200", -62)]),
    ("a discount on its own account", {"lines": [(10000, "20", "606100"), (-500, "20", "609100")]},
     [("401000", -11400), ("606100", 10000), ("609100", -500), ("445660", 1900)]),
    ("a total rounded otherwise", {"gross": 12001},
     [("401000", -12001), ("606100", 10001), ("445660", 2000)]),
    ("without VAT", {"lines": [(777, "0", "616000")]}, [("401000", -777), ("616000", 777)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_an_invoice_becomes_these_lines(
    inside: Dossier, open_year: FiscalYear, alice: User, given: dict[str, Any],
    expected: list[tuple[str, int]],
) -> None:  # fmt: skip
    made = invoice(inside, **given)
    if given.get("regime"):
        InvoiceLine.objects.update(vat=0)
    entry = book_invoice(made, by=alice)
    assert sorted(lines_of(entry.id)) == sorted(expected)
    in_step(inside)


def test_a_foreign_invoice_keeps_what_it_bears(
    inside: Dossier, open_year: FiscalYear, alice: User
) -> None:
    made = invoice(inside, currency="USD", fx_rate="0.92", foreign_gross="130.43")
    entry = book_invoice(made, by=alice)
    line = EntryLine.objects.get(entry=entry, third_party__isnull=False)
    assert (line.credit, line.foreign_amount, line.currency) == (12000, "130.43", "USD")


def test_an_invoice_without_lines_is_booked_by_its_totals(
    inside: Dossier, open_year: FiscalYear, alice: User
) -> None:
    bare = invoice(inside, third=party(inside, default_account=account(inside, "613200")))
    InvoiceLine.objects.all().delete()
    entry = book_invoice(bare, by=alice)
    assert lines_of(entry.id) == [("401000", -12000), ("613200", 10000), ("445660", 2000)]


def test_accounts_and_journals_of_the_dossier_win_over_the_usual_ones(
    inside: Dossier, open_year: FiscalYear, alice: User
) -> None:
    Journal.objects.create(dossier=inside, code="HA", label="Achats", nature="purchases")
    account(inside, "44566100")
    for number in ("60610000", "60620000", "70700000"):
        account(inside, number)
    made = invoice(inside, lines=[(100, "20", "60610000")])
    entry = book_invoice(made, by=alice)
    assert lines_of(entry.id) == [("40100000", -120), ("60610000", 100), ("44566100", 20)]
    assert entry.journal.code == "HA"


def test_collected_vat_goes_to_the_account_that_names_its_rate(
    inside: Dossier, open_year: FiscalYear, alice: User
) -> None:
    account(inside, "445711", "TVA collectée 20 %")
    account(inside, "445712", "TVA collectée 5,5%")
    sold = invoice(
        inside, lines=[(1000, "5.5", "707000"), (1000, "20", "707000")], direction="sale"
    )
    entry = book_invoice(sold, by=alice)
    assert lines_of(entry.id)[3:] == [("445712", -55), ("445711", -200)]


@pytest.mark.row("S3.18")
def test_the_third_partys_history_proposes_its_account(
    inside: Dossier, open_year: FiscalYear, alice: User
) -> None:
    for rank in range(14):
        past = invoice(inside, lines=[(1000, "20", "606100" if rank < 12 else "615500")])
        book_invoice(past, by=alice)
    new = invoice(inside, lines=[(4000, "20")])
    proposal = propose_invoice(inside, new)
    (charge,) = [line for line in proposal.lines if line.key]
    assert charge.account is not None
    assert charge.account.number == "606100"
    assert charge.account.why == "12 des 14 dernières factures de ce fournisseur (86\u00a0%)"
    assert proposal.problem is None
    book_invoice(new, by=alice)
    assert InvoiceLine.objects.get(invoice=new).account == account(inside, "606100")


def test_an_account_chosen_for_a_line_wins_and_is_kept(
    inside: Dossier, open_year: FiscalYear, alice: User
) -> None:
    made = invoice(inside)
    entry = book_invoice(made, by=alice, accounts={1: account(inside, "611000")})
    assert lines_of(entry.id)[1] == ("611000", 10000)
    assert InvoiceLine.objects.get(invoice=made).account == account(inside, "611000")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"lines": [(1000, "20")]}, "no_account"),
        ({"gross": 13000}, "piece_incomplete"),
        ({"issue_date": None}, "piece_incomplete"),
        ({"currency": "USD"}, "piece_incomplete"),
        ({"gross": 0, "net": 0, "vat": 0}, "piece_incomplete"),
        ({"type": "quote"}, "not_bookable"),
        ({"state": "cancelled"}, "not_bookable"),
        ({"state": "draft"}, "not_bookable"),
        ({"booking": "archived"}, "not_bookable"),
        ({"is_pre_takeover": True}, "not_bookable"),
        ({"issue_date": dt.date(2024, 2, 1)}, "day_closed"),
    ],
)
def test_what_cannot_be_booked_says_why_and_leaves_nothing(
    inside: Dossier, open_year: FiscalYear, alice: User, given: dict[str, Any], code: str
) -> None:
    made = invoice(inside, **given)
    accounts = Account.objects.count()
    with pytest.raises(BusinessError) as refused:
        book_invoice(made, by=alice)
    assert refused.value.code == code
    assert (Entry.objects.count(), Journal.objects.count(), Account.objects.count()) == (
        0,
        0,
        accounts,
    )
    assert Invoice.objects.get().booking == given.get("booking", "to_process")


@pytest.mark.row("S3.18")
def test_an_old_invoice_that_was_kept_is_booked(
    inside: Dossier, open_year: FiscalYear, alice: User
) -> None:
    assert book_invoice(invoice(inside, is_pre_takeover=True, is_kept=True), by=alice).id


@pytest.mark.parametrize("state", ["locked", "closed"])
def test_a_closed_year_takes_no_invoice(
    inside: Dossier, open_year: FiscalYear, alice: User, state: str
) -> None:
    made = invoice(inside)
    FiscalYear.objects.update(state=state)
    with pytest.raises(BusinessError, match="L’exercice clos le 31/12/2023 est"):
        book_invoice(made, by=alice)
    assert not Entry.objects.exists()


def test_a_locked_day_takes_no_invoice_and_gives_none_back(
    inside: Dossier, open_year: FiscalYear, alice: User, bruno: User
) -> None:
    booked, other = invoice(inside), invoice(inside, number="F-2")
    book_invoice(booked, by=alice)
    set_lock(inside, lock_date=DAY, lock_mode="users", by=alice)
    before = sums(inside)
    with open_dossier(bruno, inside):
        with pytest.raises(BusinessError, match="verrouillée jusqu’au 17/05/2023"):
            book_invoice(other, by=bruno)
        with pytest.raises(BusinessError, match="verrouillée jusqu’au 17/05/2023"):
            unbook_invoice(booked, by=bruno)
    assert sums(inside) == before
    assert Entry.objects.count() == 1
    assert book_invoice(other, by=alice).id


@pytest.mark.row("S3.1")
def test_unbooking_gives_the_exact_balances_back(
    inside: Dossier, open_year: FiscalYear, alice: User
) -> None:
    before = sums(inside)
    made = invoice(inside)
    book_invoice(made, by=alice)
    unbook_invoice(made, by=alice)
    assert sums(inside) == before
    assert (made.booking, made.entry_id) == ("to_process", None)
    assert not Entry.objects.exists()
    in_step(inside)
    with pytest.raises(BusinessError, match="n’est pas comptabilisée"):
        unbook_invoice(made, by=alice)
    assert book_invoice(made, by=alice).id


def test_an_invoice_is_booked_once(inside: Dossier, open_year: FiscalYear, alice: User) -> None:
    made = invoice(inside)
    again = Invoice.objects.get(pk=made.pk)
    book_invoice(made, by=alice)
    with pytest.raises(BusinessError, match="déjà comptabilisée"):
        book_invoice(again, by=alice)
