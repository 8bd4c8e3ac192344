"""Auto-factures: rules on recurring transactions, and the purchase records that they make."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError
from firm.models import User
from ledger.actions.summaries import refresh_receipts, refresh_to_book
from ledger.models import (
    Account,
    AutoInvoice,
    AutoInvoiceRule,
    BankTransaction,
    Invoice,
    InvoiceLine,
    ThirdParty,
)
from ledger.queries.auto_invoices import judge, preview_rule, words_of
from ledger.queries.posting_parts import WHOLE, rounded


class AutoRuleInvalid(BusinessError):
    """No word, amounts the wrong way round, or not a supplier's."""

    code = "auto_rule_invalid"
    title = "Règle incomplète"


def save_rule(  # noqa: PLR0913 (the fields of a form, each by its name)
    supplier: ThirdParty,
    *,
    words: str,
    by: User,
    least: int | None = None,
    most: int | None = None,
    rhythm: str = AutoInvoiceRule.Rhythm.MONTHLY,
    account: Account | None = None,
    vat_rate: Decimal | None = None,
    rule: AutoInvoiceRule | None = None,
) -> AutoInvoiceRule:
    """Write a supplier's rule, new (paused) or changed; amounts in positive cents, rate per cent.

    Raises:
        AutoRuleInvalid: no word of the label, `least` above `most`, or the third party sells not.
    """
    check_rule(supplier, words=words, least=least, most=most)
    row = rule or AutoInvoiceRule(dossier_id=supplier.dossier_id, third_party=supplier,
                                  created_by=by.id)  # fmt: skip
    row.words, row.least, row.most, row.rhythm = " ".join(words.split()), least, most, rhythm
    row.account, row.vat_rate = account, vat_rate
    with transaction.atomic():
        row.save()
        audit.record(
            "ledger.auto_rule_saved", by=by, dossier_id=row.dossier_id, rule=row.id,
            third_party=supplier.id, words=row.words,
        )  # fmt: skip
    return row


def check_rule(supplier: ThirdParty, *, words: str, least: int | None, most: int | None) -> None:
    """Raise unless these can be a rule.

    Raises:
        AutoRuleInvalid: as `save_rule`.
    """
    if supplier.role != ThirdParty.Role.SUPPLIER:
        raise AutoRuleInvalid("Une auto-facture se règle sur un fournisseur.")
    if not words_of(words):
        raise AutoRuleInvalid("Indiquez au moins un mot du libellé bancaire.")
    if least is not None and most is not None and least > most:
        raise AutoRuleInvalid("Le montant minimal dépasse le montant maximal.")


def switch_rule(rule: AutoInvoiceRule, *, is_active: bool, by: User) -> int:
    """Activate a rule, which makes its records of past transactions, or pause it; answers how many
    records were made.
    """
    with transaction.atomic():
        AutoInvoiceRule.objects.filter(pk=rule.pk).update(is_active=is_active)
        audit.record(
            "ledger.auto_rule_switched", by=by, dossier_id=rule.dossier_id, rule=rule.id,
            is_active=is_active,
        )  # fmt: skip
        rule.is_active = is_active
        if not is_active:
            return 0
        dossier = Dossier.objects.get(pk=rule.dossier_id)
        past = [match.transaction.id for match in preview_rule(dossier, rule) if not match.refusal]
        return len(apply_rules(dossier, past, by=by))


def apply_rules(dossier: Dossier, transaction_ids: Sequence[int], *, by: User | None) -> list[int]:
    """Make the records that active rules expect of these transactions; answers the invoices' ids.

    A transaction gives one record whatever happens twice; without active rules it is one query.
    The queries grow with the rules, not with the transactions.
    """
    with transaction.atomic():
        rules = list(
            AutoInvoiceRule.objects.select_for_update(of=("self",))
            .filter(dossier=dossier, is_active=True)
            .select_related("third_party")
            .order_by("id")
        )
        if not rules or not transaction_ids:
            return []
        rows = list(
            BankTransaction.objects.filter(dossier=dossier, id__in=transaction_ids)
            .order_by("date", "id")
        )  # fmt: skip
        made: list[int] = []
        for rule in rules:
            matched = [match.transaction for match in judge(dossier, rule, rows)
                       if not match.refusal]  # fmt: skip
            made += _records(rule, matched)
        if made:
            refresh_to_book(dossier.id)
            refresh_receipts(dossier.id)
            audit.record(
                "ledger.auto_invoices_made", by=by, dossier_id=dossier.id, invoices=made,
                rules=[rule.id for rule in rules],
            )  # fmt: skip
    return made


def _records(rule: AutoInvoiceRule, rows: Sequence[BankTransaction]) -> list[int]:
    """The expected purchases of one rule, never numbered, each beside its transaction."""
    if not rows:
        return []
    invoices = Invoice.objects.bulk_create([_invoice(rule, row) for row in rows])
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            dossier_id=rule.dossier_id, invoice=invoice, rank=1, label=row.label[:300],
            vat_rate=rule.vat_rate or Decimal(0), net=invoice.net, vat=invoice.vat,
            account_id=rule.account_id,
        )
        for invoice, row in zip(invoices, rows, strict=True)
    )  # fmt: skip
    AutoInvoice.objects.bulk_create(
        AutoInvoice(dossier_id=rule.dossier_id, rule=rule, transaction=row, invoice=invoice)
        for invoice, row in zip(invoices, rows, strict=True)
    )
    BankTransaction.objects.filter(
        id__in=[row.id for row in rows], third_party=None, account=None
    ).update(third_party=rule.third_party_id)
    return [invoice.id for invoice in invoices]


def _invoice(rule: AutoInvoiceRule, row: BankTransaction) -> Invoice:
    gross = -row.amount
    net = rounded(gross * WHOLE / (WHOLE + (rule.vat_rate or Decimal(0))))
    return Invoice(
        dossier_id=rule.dossier_id, direction=Invoice.Direction.PURCHASE,
        type=Invoice.Type.INVOICE, number="", issue_date=row.date,
        third_party_id=rule.third_party_id, net=net, vat=gross - net, gross=gross,
        source=Invoice.Source.AUTO, state=Invoice.State.ISSUED,
        is_pre_takeover=row.is_pre_takeover, is_kept=row.is_kept,
    )  # fmt: skip
