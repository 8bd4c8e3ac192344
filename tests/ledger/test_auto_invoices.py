"""Auto-factures: what a rule matches, the records that it makes once, the received one flagged."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from clients.models import Dossier
from firm.errors import BusinessError
from firm.models import AuditEvent, User
from ledger.actions.auto_invoices import apply_rules, save_rule, switch_rule
from ledger.actions.posting import book_invoice, book_transaction
from ledger.models import AutoInvoice, AutoInvoiceRule, BankTransaction, Invoice
from ledger.queries.auto_invoices import preview_rule, same_purchase
from tests.ledger.pieces import account, invoice, lines_of, party, transaction, year

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def month(back: int, day: int = 5) -> dt.date:
    first = TODAY.replace(day=1)
    for _time in range(back):
        first = (first - dt.timedelta(days=1)).replace(day=1)
    return first.replace(day=day)


def rule_of(dossier: Dossier, alice: User, **changes: Any) -> AutoInvoiceRule:
    given = {
        "words": "EDF", "least": 10000, "most": 13000, "account": account(dossier, "606100"),
        "vat_rate": Decimal(20), **changes,
    }  # fmt: skip
    return save_rule(party(dossier), by=alice, **given)


@pytest.mark.row("S3.24")
def test_an_active_rule_makes_the_expected_purchase_of_a_transaction(
    inside: Dossier, alice: User
) -> None:
    rule = rule_of(inside, alice)
    switch_rule(rule, is_active=True, by=alice)
    moved = transaction(inside, -12000, "PRLV SEPA EDF 4711", date=month(0, 1))

    (made,) = apply_rules(inside, [moved.id], by=alice)

    record = Invoice.objects.get(pk=made)
    assert (record.source, record.number, record.booking, record.direction) == (
        "auto", "", "to_process", "purchase",
    )  # fmt: skip
    assert (record.net, record.vat, record.gross) == (10000, 2000, 12000)
    assert (record.third_party, record.issue_date) == (rule.third_party, moved.date)
    line = record.lines.get()
    assert (line.vat_rate, line.account) == (Decimal(20), rule.account)
    assert AutoInvoice.objects.get().transaction == moved
    moved.refresh_from_db()
    assert moved.third_party == rule.third_party
    assert AuditEvent.objects.filter(action="ledger.auto_invoices_made").count() == 1


@pytest.mark.row("S3.24")
def test_the_same_transaction_never_gives_two_records(inside: Dossier, alice: User) -> None:
    first, second = rule_of(inside, alice), rule_of(inside, alice, words="PRLV")
    for rule in (first, second):
        switch_rule(rule, is_active=True, by=alice)
    moved = transaction(inside, -12000, "PRLV EDF", date=month(0, 1))
    assert len(apply_rules(inside, [moved.id, moved.id], by=alice)) == 1
    assert apply_rules(inside, [moved.id], by=alice) == []
    Invoice.objects.filter(source="auto").update(booking="archived")
    assert apply_rules(inside, [moved.id], by=alice) == []


@pytest.mark.parametrize(
    ("changes", "amount", "label"),
    [
        ({}, 12000, "PRLV EDF"),
        ({}, -9999, "PRLV EDF"),
        ({}, -13001, "PRLV EDF"),
        ({}, -12000, "PRLV EDFX"),
        ({"words": "edf clients"}, -12000, "PRLV EDF"),
    ],
)
def test_other_transactions_are_left_alone(
    inside: Dossier, alice: User, changes: dict[str, Any], amount: int, label: str
) -> None:
    switch_rule(rule_of(inside, alice, **changes), is_active=True, by=alice)
    moved = transaction(inside, amount, label, date=month(0, 1))
    assert apply_rules(inside, [moved.id], by=alice) == []


def test_words_are_told_without_accents_or_case(inside: Dossier, alice: User) -> None:
    switch_rule(rule_of(inside, alice, words="électricité"), is_active=True, by=alice)
    moved = transaction(inside, -12000, "Prlv ELECTRICITE de France", date=month(0, 1))
    assert len(apply_rules(inside, [moved.id], by=alice)) == 1


def test_a_paused_rule_makes_nothing(inside: Dossier, alice: User) -> None:
    rule = rule_of(inside, alice)
    switch_rule(rule, is_active=True, by=alice)
    switch_rule(rule, is_active=False, by=alice)
    assert apply_rules(inside, [transaction(inside, -12000).id], by=alice) == []


@pytest.mark.row("S3.24")
def test_the_preview_says_of_which_past_transactions_records_are_made(
    inside: Dossier, alice: User
) -> None:
    rule = rule_of(inside, alice)
    rows = {
        "made": transaction(inside, -12000, date=month(6)),
        "same month": transaction(inside, -12500, date=month(6, 20)),
        "booked": transaction(inside, -12000, date=month(5), booking="booked"),
        "archived": transaction(inside, -12000, date=month(4), booking="archived"),
        "old": transaction(inside, -12000, date=month(3), is_pre_takeover=True),
        "received": transaction(inside, -11000, date=month(2)),
        "kept": transaction(inside, -12000, date=month(1), is_pre_takeover=True, is_kept=True),
    }
    invoice(inside, gross=11000, number="R-1", issue_date=month(2, 1))
    refusals = {match.transaction.id: match.refusal for match in preview_rule(inside, rule)}
    assert refusals == {
        rows["made"].id: "",
        rows["same month"].id: "Une autre opération de la même période compte déjà",
        rows["booked"].id: "Déjà comptabilisée",
        rows["archived"].id: "Archivée",
        rows["old"].id: "Avant la date de reprise",
        rows["received"].id: "Facture R-1 déjà reçue",
        rows["kept"].id: "",
    }
    assert switch_rule(rule, is_active=True, by=alice) == 2
    assert set(AutoInvoice.objects.values_list("transaction", flat=True)) == {
        rows["made"].id, rows["kept"].id,
    }  # fmt: skip


@pytest.mark.row("S3.25")
def test_an_invoice_that_the_client_then_sends_is_flagged(inside: Dossier, alice: User) -> None:
    rule = rule_of(inside, alice)
    transaction(inside, -12000, date=month(1))
    switch_rule(rule, is_active=True, by=alice)
    record = Invoice.objects.get()
    near = invoice(inside, gross=12060, number="A", issue_date=month(1, 12))
    far = invoice(inside, gross=12000, number="B", issue_date=month(4))
    dear = invoice(inside, gross=14000, number="C", issue_date=month(1))
    other = invoice(inside, gross=12000, third=party(inside, "SFR"), issue_date=month(1))
    found = same_purchase(inside, [near, far, dear, other, record])
    assert found == {near.id: record}
    Invoice.objects.filter(pk=record.pk).update(booking="archived")
    assert same_purchase(inside, [near]) == {}


@pytest.mark.row("S3.24")
def test_a_record_and_its_transaction_are_booked_and_settle_each_other(
    inside: Dossier, alice: User
) -> None:
    for number in {month(1).year, TODAY.year}:
        year(inside, number)
    moved = transaction(inside, -12000, date=month(1))
    switch_rule(rule_of(inside, alice), is_active=True, by=alice)
    record = Invoice.objects.get()
    entry = book_invoice(record, by=alice)
    assert lines_of(entry.id) == [("401000", -12000), ("606100", 10000), ("445660", 2000)]
    assert entry.piece_ref == f"AUTO-{record.id}"
    book_transaction(BankTransaction.objects.get(pk=moved.pk), by=alice)
    record.refresh_from_db()
    assert (record.state, record.paid_on) == ("paid", moved.date)


def test_a_deleted_record_is_not_made_again_and_a_deleted_transaction_takes_its_mark_away(
    inside: Dossier, alice: User
) -> None:
    moved = transaction(inside, -12000, date=month(1))
    switch_rule(rule_of(inside, alice), is_active=True, by=alice)
    record = Invoice.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_invoiceline WHERE invoice_id = %s", [record.id])
        cursor.execute("DELETE FROM ledger_invoice WHERE id = %s", [record.id])
    assert AutoInvoice.objects.get().invoice_id is None
    assert apply_rules(inside, [moved.id], by=alice) == []
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_banktransaction WHERE id = %s", [moved.id])
    assert not AutoInvoice.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"words": " - "}, {"least": 200, "most": 100}], ids=["no word", "amounts"]
)
def test_a_rule_that_means_nothing_is_refused(
    inside: Dossier, alice: User, changes: dict[str, Any]
) -> None:
    with pytest.raises(BusinessError) as refused:
        rule_of(inside, alice, **changes)
    assert refused.value.code == "auto_rule_invalid"


def test_a_rule_is_a_suppliers(inside: Dossier, alice: User) -> None:
    with pytest.raises(BusinessError, match="fournisseur"):
        save_rule(party(inside, role="customer"), words="X", by=alice)
