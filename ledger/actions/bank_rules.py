"""Bank rules: make, order and remove them, and let them propose.  None of them ever books."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.db.models import F, Max

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError
from firm.models import User
from ledger.models import BankRule, BankStatement, BankTransaction
from ledger.queries.bank_rules import MATCHES, WAITING

FIELDS = (
    "name", "is_active", "match", "words", "sense", "least", "most", "bank_account",
    "when_third_party", "account", "third_party", "vat_rate", "entry_label",
)  # fmt: skip

_EFFECT = "account_id, third_party_id, vat_rate, entry_label, rule_id"
_PROPOSE = f"""
UPDATE ledger_banktransaction u SET ({_EFFECT}) =
    (m.account_id, m.third_party_id, m.vat_rate, m.entry_label, m.rule_id)
FROM (
    SELECT t.id, r.id AS rule_id, r.account_id, r.vat_rate, coalesce(r.entry_label, '')
        AS entry_label, CASE WHEN t.rule_id IS NULL THEN coalesce(t.third_party_id,
        r.third_party_id) ELSE r.third_party_id END AS third_party_id
    FROM ledger_banktransaction t LEFT JOIN LATERAL (
        SELECT * FROM ledger_bankrule r WHERE r.is_active AND {MATCHES}
        ORDER BY r.rank, r.id LIMIT 1) r ON true
    WHERE t.dossier_id = %(dossier)s AND {WAITING}
      AND (%(statement)s::bigint IS NULL OR t.statement_id = %(statement)s)
      AND (r.id IS NOT NULL OR t.rule_id IS NOT NULL)) m
WHERE u.dossier_id = %(dossier)s AND u.id = m.id
  AND (u.account_id, u.third_party_id, u.vat_rate, u.entry_label, u.rule_id) IS DISTINCT FROM
      (m.account_id, m.third_party_id, m.vat_rate, m.entry_label, m.rule_id)"""  # noqa: S608


class RuleIncomplete(BusinessError):
    """A rule without a condition, or without an effect."""

    code = "bank_rule_incomplete"
    title = "Règle incomplète"


def propose(dossier: Dossier, *, statement: BankStatement | None = None) -> int:
    """Let the active rules propose on what waits (of one statement, if given); answers how many.

    One set-based statement: the first rule by rank that holds proposes, a proposal whose rule holds
    no more goes.  What a person chose stays.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _PROPOSE, {"dossier": dossier.id, "statement": statement.id if statement else None}
        )
        return int(cursor.rowcount)


@transaction.atomic
def apply_rules(dossier: Dossier, *, by: User) -> int:
    """« Appliquer aux opérations en attente »: as `propose`, and written down."""
    count = propose(dossier)
    audit.record("ledger.bank_rules_applied", by=by, dossier_id=dossier.id, count=count)
    return count


@transaction.atomic
def save_rule(dossier: Dossier, rule: BankRule | None, *, by: User, **fields: Any) -> BankRule:
    """Make a rule, the last in order, or change one.

    Raises:
        RuleIncomplete: no condition, or no effect.
    """
    kept = rule or BankRule(dossier=dossier, created_by=by.id)
    for name in FIELDS:
        if name in fields:
            setattr(kept, name, fields[name])
    check_rule(kept)
    if rule is None:
        last = BankRule.objects.aggregate(last=Max("rank"))["last"]
        kept.rank = (last or 0) + 1
    kept.save(force_insert=rule is None)
    audit.record(
        "ledger.bank_rule_saved", by=by, dossier_id=dossier.id, rule=kept.id, name=kept.name
    )
    return kept


def check_rule(rule: BankRule) -> None:
    """Refuse a rule that would meet everything, or do nothing.

    Raises:
        RuleIncomplete: so it is.
    """
    conditions = (rule.words, rule.least, rule.most, rule.when_third_party_id, rule.bank_account_id)
    if not any(conditions):
        raise RuleIncomplete(
            "Donnez au moins une condition\u00a0: des mots du libellé, un montant, un compte "
            "bancaire ou un tiers."
        )
    if not rule.account_id and not rule.third_party_id:
        raise RuleIncomplete("Choisissez le compte ou le tiers que la règle propose.")
    if rule.least is not None and rule.most is not None and rule.least > rule.most:
        raise RuleIncomplete("Le montant minimal dépasse le montant maximal.")


@transaction.atomic
def move_rule(dossier: Dossier, rule: BankRule, *, up: bool, by: User) -> None:
    """Put a rule before its neighbour, or behind it."""
    order = list(
        BankRule.objects.select_for_update().order_by("rank", "id").values_list("pk", flat=True)
    )
    at = order.index(rule.pk)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(order):
        return
    order[at], order[to] = order[to], order[at]
    ranks = {pk: rank for rank, pk in enumerate(order, 1)}
    moved = [BankRule(dossier=dossier, pk=pk, rank=rank) for pk, rank in ranks.items()]
    BankRule.objects.bulk_update(moved, ["rank"])
    audit.record("ledger.bank_rules_ordered", by=by, dossier_id=dossier.id, rules=order)


@transaction.atomic
def delete_rule(dossier: Dossier, rule: BankRule, *, by: User) -> int:
    """Remove a rule; its proposals that still wait go with it.  Answers how many those were."""
    BankRule.objects.filter(pk=rule.pk).update(is_active=False)
    borne = BankTransaction.objects.filter(rule=rule)
    waiting = borne.filter(entry__isnull=True).exclude(booking=BankTransaction.Booking.BOOKED)
    count = waiting.update(account=None, third_party=None, vat_rate=None, entry_label="", rule=None)
    borne.update(rule=None)
    BankRule.objects.filter(pk=rule.pk).delete()
    propose(dossier)
    audit.record(
        "ledger.bank_rule_deleted", by=by, dossier_id=dossier.id, rule=rule.pk, name=rule.name,
        proposals=count,
    )  # fmt: skip
    return int(count)


@transaction.atomic
def switch_rule(dossier: Dossier, rule: BankRule, *, by: User) -> None:
    """Pause a rule, or let it propose again."""
    BankRule.objects.filter(pk=rule.pk).update(is_active=~F("is_active"))
    audit.record("ledger.bank_rule_switched", by=by, dossier_id=dossier.id, rule=rule.pk)
