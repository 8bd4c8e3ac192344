"""What the bank rules say of transactions: which match, and what they would have done."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from ledger.models import BankRule, BankTransaction, EntryLine

# A rule `r` holds for a transaction `t` when all of its conditions do.
MATCHES = """r.dossier_id = t.dossier_id
  AND (r.bank_account_id IS NULL OR r.bank_account_id = t.bank_account_id)
  AND (r.when_third_party_id IS NULL OR r.when_third_party_id = t.third_party_id)
  AND (r.sense = '' OR (r.sense = 'in') = (t.amount > 0))
  AND (r.least IS NULL OR abs(t.amount) >= r.least)
  AND (r.most IS NULL OR abs(t.amount) <= r.most)
  AND (r.words = '' OR CASE r.match
      WHEN 'contains' THEN strpos(lower(t.label), lower(r.words)) > 0
      WHEN 'starts' THEN starts_with(lower(t.label), lower(r.words))
      ELSE NOT EXISTS (SELECT 1 FROM regexp_split_to_table(lower(r.words), '\\s+') AS word
                       WHERE strpos(lower(t.label), word) = 0) END)"""
# Transactions that wait, whose account nobody chose by hand.
WAITING = """t.booking IN ('to_process', 'pending_client', 'justified') AND t.entry_id IS NULL
  AND (t.is_kept OR NOT t.is_pre_takeover) AND (t.rule_id IS NOT NULL OR t.account_id IS NULL)"""

_PREVIEW = f"""
WITH r AS (SELECT %(dossier)s::bigint AS dossier_id, %(match)s::text AS match,
        %(words)s::text AS words, %(sense)s::text AS sense, %(least)s::bigint AS least,
        %(most)s::bigint AS most, %(bank_account)s::bigint AS bank_account_id,
        %(when_third_party)s::bigint AS when_third_party_id, %(account)s::bigint AS account_id,
        %(third_party)s::bigint AS third_party_id),
span AS (SELECT (max(date) - interval '1 year')::date AS since, max(date) AS until
    FROM ledger_banktransaction WHERE dossier_id = %(dossier)s),
met AS (
    SELECT t.id, t.date, t.label, t.amount, t.entry_id IS NOT NULL AS is_booked,
        {WAITING} AS is_waiting,
        t.entry_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM ledger_entryline l
            WHERE l.dossier_id = t.dossier_id AND l.entry_id = t.entry_id
              AND (r.account_id IS NULL OR l.account_id = r.account_id)
              AND (r.third_party_id IS NULL OR l.third_party_id = r.third_party_id)) AS otherwise
    FROM r, span, ledger_banktransaction t
    WHERE t.dossier_id = %(dossier)s AND t.date > span.since AND t.booking <> 'archived'
      AND {MATCHES})
SELECT (SELECT since FROM span), (SELECT until FROM span), count(*),
    count(*) FILTER (WHERE is_booked), count(*) FILTER (WHERE otherwise),
    count(*) FILTER (WHERE is_waiting), coalesce(sum(amount), 0),
    (SELECT coalesce(json_agg(s), '[]') FROM (
        SELECT date, label, amount, is_booked, otherwise FROM met
        ORDER BY otherwise DESC, date DESC, id DESC LIMIT 12) s)
FROM met"""  # noqa: S608 (no word of anybody's)


@dataclass(frozen=True)
class Foresight:
    """What a rule would have done in the year before the latest transaction.

    `met` transactions match; of them `booked` are booked, `otherwise` on something else than the
    rule's account or third party, and `waiting` would be proposed now.  `total` in signed cents.
    """

    since: dt.date | None
    until: dt.date | None
    met: int
    booked: int
    otherwise: int
    waiting: int
    total: int
    samples: list[dict[str, Any]]


def foresee(rule: BankRule) -> Foresight:
    """What a rule, saved or not, would have done: one query."""
    values: dict[str, Any] = {
        "dossier": rule.dossier_id, "match": rule.match, "words": rule.words, "sense": rule.sense,
        "least": rule.least, "most": rule.most, "bank_account": rule.bank_account_id,
        "when_third_party": rule.when_third_party_id, "account": rule.account_id,
        "third_party": rule.third_party_id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PREVIEW, values)
        since, until, met, booked, otherwise, waiting, total, samples = cursor.fetchone()
    for sample in samples:
        sample["date"] = dt.date.fromisoformat(sample["date"])
    return Foresight(since, until, met, booked, otherwise, waiting, int(total), samples)


def rules() -> QuerySet[BankRule]:
    """The dossier's rules in their order, with what they name."""
    return BankRule.objects.select_related(
        "account", "third_party", "when_third_party", "bank_account"
    ).order_by("rank", "id")


def rules_with_counts() -> list[dict[str, Any]]:
    """Each rule with the number of transactions that bear its proposal: two queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rule_id, count(*) FROM ledger_banktransaction"
            " WHERE dossier_id = ANY (app_dossiers()) AND rule_id IS NOT NULL GROUP BY rule_id"
        )
        counts = dict(cursor.fetchall())
    return [{"rule": rule, "n": counts.get(rule.id, 0)} for rule in rules()]


def suggestion(row: BankTransaction) -> dict[str, Any]:
    """What a rule made from a transaction would begin with.  Two queries for a booked one.

    The words are the label's up to its first number; account and third party are those of its
    entry, else those proposed.
    """
    words: list[str] = []
    for word in row.label.split():
        if re.search(r"\d", word):
            if words:
                break
            continue
        words.append(word)
    found = {
        "name": " ".join(words[:5]).capitalize()[:120] or "Nouvelle règle",
        "match": BankRule.Match.CONTAINS,
        "words": " ".join(words[:5]),
        "sense": BankRule.Sense.IN if row.amount > 0 else BankRule.Sense.OUT,
        "account": row.account,
        "third_party": row.third_party,
        "vat_rate": row.vat_rate,
    }
    return found | (_as_booked(row) if row.entry_id else {})


def _as_booked(row: BankTransaction) -> dict[str, Any]:
    """What its entry is on besides the bank and VAT: the account and third party of most money."""
    lines = EntryLine.objects.filter(entry=row.entry_id).exclude(
        account=row.bank_account.account_id
    )
    others = [
        line
        for line in lines.select_related("account", "third_party")
        if not line.account.number.startswith("445")
    ]
    if not others:
        return {}
    largest = max(others, key=lambda line: line.debit + line.credit)
    return {"account": largest.account, "third_party": largest.third_party}
