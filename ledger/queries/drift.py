"""The sums kept beside the lines, recomputed from the lines: what differs, dossier by dossier.

One statement a table, over the dossier in scope.  Nothing found is the proof that a balance, which
reads the sums alone, says what the lines say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection


class Drift(NamedTuple):
    """One sum that differs: kept minus recomputed, in cents, lines and entries."""

    what: str
    name: str
    month: dt.date
    debit: int
    credit: int
    lines: int
    entries: int


# The pairs that nobody dismissed, both items live.
DUPLICATES = """
SELECT sum(n) FROM (
    SELECT count(*) AS n FROM ledger_duplicateflag f
    JOIN ledger_invoice a ON a.dossier_id = f.dossier_id AND a.id = f.first_id
    JOIN ledger_invoice b ON b.dossier_id = f.dossier_id AND b.id = f.second_id
    WHERE f.dossier_id = %(dossier)s AND f.kind = 'invoice' AND f.state <> 'dismissed'
      AND a.booking <> 'archived' AND b.booking <> 'archived'
    UNION ALL
    SELECT count(*) FROM ledger_duplicateflag f
    JOIN ledger_banktransaction a ON a.dossier_id = f.dossier_id AND a.id = f.first_id
    JOIN ledger_banktransaction b ON b.dossier_id = f.dossier_id AND b.id = f.second_id
    WHERE f.dossier_id = %(dossier)s AND f.kind = 'transaction' AND f.state <> 'dismissed'
      AND a.booking <> 'archived' AND b.booking <> 'archived') pairs
"""
# What DossierStats holds, worked out of the sums; `refresh_stats` writes it.
TO_BOOK = """
SELECT count(*) FROM ledger_invoice
WHERE dossier_id = %(dossier)s AND booking = 'to_process' AND state <> 'cancelled'
  AND type IN ('invoice', 'credit_note') AND (NOT is_pre_takeover OR is_kept)"""
# « Reçus manquants » (decision M5): payments since the takeover without document or exemption, and
# purchases without a file, the former accountant's aside.  `ledger.queries.bank_receipts` asks the
# same through the models.
RECEIPTS = """
SELECT (SELECT count(*) FROM ledger_banktransaction b
        WHERE b.dossier_id = %(dossier)s AND b.amount < 0 AND b.document_id IS NULL
          AND NOT b.is_exempt AND b.booking <> 'archived'
          AND (b.date >= d.takeover_date OR (d.takeover_date IS NULL AND b.source <> 'fec')))
     + (SELECT count(*) FROM ledger_invoice i
        WHERE i.dossier_id = %(dossier)s AND i.direction = 'purchase' AND i.document_id IS NULL
          AND i.type IN ('invoice', 'credit_note') AND i.state <> 'cancelled'
          AND i.booking <> 'archived' AND i.source <> 'fec'
          AND (d.takeover_date IS NULL OR i.issue_date IS NULL OR i.issue_date >= d.takeover_date))
FROM (SELECT (SELECT takeover_date FROM clients_dossier WHERE id = %(dossier)s)) d"""
# The years whose sums make a balance of today: from the last one that has opening entries (they
# repeat what came before), else from the first.  A year just opened has none yet.
CURRENT_YEARS = """
SELECT y.id FROM ledger_fiscalyear y
WHERE y.dossier_id = %(dossier)s AND y."end" >= coalesce(
    (SELECT max(o."end") FROM ledger_fiscalyear o
     WHERE o.dossier_id = %(dossier)s AND EXISTS (
        SELECT 1 FROM ledger_journalmonth m WHERE m.dossier_id = %(dossier)s
          AND m.fiscal_year_id = o.id AND m.is_opening)),
    (SELECT min(o."end") FROM ledger_fiscalyear o WHERE o.dossier_id = %(dossier)s))"""
# The year that a review is of: the latest with lines, beside the one before it.  The accounts are
# those that the page of the review shows.  Nothing is read before a first signature.
REVIEW = """
SELECT count(*) FILTER (WHERE signed <> closing)::integer AS review_stale,
    (count(*) FILTER (WHERE signed = closing) * 100 / nullif(count(*), 0))::integer
        AS review_percent
FROM (
    SELECT coalesce(m.closing, 0) AS closing, s.signed
    FROM (
        SELECT account_id, sum(debit - credit) FILTER (WHERE is_now) AS closing
        FROM (SELECT m.account_id, m.debit, m.credit, m.line_count,
                  y.id = m.fiscal_year_id AS is_now
              FROM r_year y JOIN ledger_accountmonth m ON m.dossier_id = %(dossier)s
                  AND m.fiscal_year_id IN (y.id, y.before)) months
        GROUP BY account_id
        HAVING sum(line_count) FILTER (WHERE is_now) > 0
            OR sum(debit - credit) FILTER (WHERE NOT is_now) <> 0) m
    FULL JOIN (
        SELECT account_id, signed, note FROM ledger_reviewsheet
        WHERE dossier_id = %(dossier)s AND fiscal_year_id = (SELECT id FROM r_year)
          AND (signed IS NOT NULL OR note <> '')) s USING (account_id)) accounts
WHERE EXISTS (SELECT 1 FROM ledger_reviewsheet
              WHERE dossier_id = %(dossier)s AND fiscal_year_id = (SELECT id FROM r_year)
                AND signed IS NOT NULL)
"""
REVIEW_YEAR = """
SELECT y.id, (SELECT b.id FROM ledger_fiscalyear b WHERE b.dossier_id = y.dossier_id
              AND b."end" = y.start - 1) AS before
FROM ledger_fiscalyear y WHERE y.dossier_id = %(dossier)s
  AND EXISTS (SELECT 1 FROM ledger_journalmonth m WHERE m.dossier_id = y.dossier_id
              AND m.fiscal_year_id = y.id AND m.line_count > 0)
ORDER BY y."end" DESC LIMIT 1
"""
COUNTERS = f"""
WITH r_year AS ({REVIEW_YEAR}), review AS ({REVIEW}),
     sums AS (SELECT a.number, sum(s.debit - s.credit) AS balance FROM ledger_accountmonth s
              JOIN ledger_account a ON a.dossier_id = s.dossier_id AND a.id = s.account_id
              WHERE s.dossier_id = %(dossier)s AND s.fiscal_year_id IN ({CURRENT_YEARS})
              GROUP BY 1)
SELECT
    (SELECT coalesce(sum(entry_count), 0) FROM ledger_journalmonth WHERE dossier_id = %(dossier)s)
        AS entries,
    (SELECT coalesce(sum(line_count), 0) FROM ledger_journalmonth WHERE dossier_id = %(dossier)s)
        AS lines,
    (SELECT coalesce(sum(balance), 0) FROM sums WHERE number ~ '^5[134]') AS cash,
    (SELECT coalesce(sum(balance), 0) FROM sums WHERE number LIKE '471%%') AS suspense,
    (SELECT count(*) FROM ledger_lettering WHERE dossier_id = %(dossier)s AND NOT is_balanced)
        AS unlettered,
    ({TO_BOOK}) AS to_book,
    ({DUPLICATES}) AS duplicates,
    ({RECEIPTS}) AS missing_receipts,
    (SELECT review_stale FROM review) AS review_stale,
    (SELECT review_percent FROM review) AS review_percent,
    (SELECT max(date) FROM ledger_entry WHERE dossier_id = %(dossier)s) AS last_entry_on,
    (SELECT max(imported_at) FROM ledger_fecimport
     WHERE dossier_id = %(dossier)s AND state = 'imported') AS last_import_at
"""  # noqa: S608 (of constants)
_STALE = f"""
SELECT name
FROM (SELECT to_jsonb(d) AS kept FROM clients_dossierstats d WHERE dossier_id = %(dossier)s) d,
    (SELECT to_jsonb(c) AS due FROM ({COUNTERS}) c) c, jsonb_object_keys(due) AS name
WHERE kept -> name IS DISTINCT FROM due -> name ORDER BY 1
"""  # noqa: S608 (of constants)
_SUMS = """
SELECT (SELECT {named} FROM {parent} p WHERE p.dossier_id = %(dossier)s AND p.id = {of}), month,
    (coalesce(s.debit, 0) - coalesce(l.debit, 0))::bigint,
    (coalesce(s.credit, 0) - coalesce(l.credit, 0))::bigint,
    coalesce(s.n, 0) - coalesce(l.n, 0), coalesce(s.entries, 0) - coalesce(l.entries, 0)
FROM (SELECT fiscal_year_id, {columns}, month, is_opening, debit, credit, line_count AS n,
          {entries} AS entries
      FROM {table} WHERE dossier_id = %(dossier)s) s
FULL JOIN (SELECT fiscal_year_id, {columns}, date_trunc('month', e.date::timestamp)::date AS month,
        is_opening, sum(l.debit) AS debit, sum(l.credit) AS credit, count(*) AS n,
        {counted} AS entries
      FROM ledger_entry e
      JOIN ledger_entryline l ON l.dossier_id = e.dossier_id AND l.entry_id = e.id
      WHERE e.dossier_id = %(dossier)s AND {only}
      GROUP BY fiscal_year_id, {columns}, month, is_opening) l
    USING (fiscal_year_id, {columns}, month, is_opening)
WHERE (s.debit, s.credit, s.n, s.entries) IS DISTINCT FROM (l.debit, l.credit, l.n, l.entries)
ORDER BY 2, 1
"""
_ACCOUNTS = _SUMS.format(
    table="ledger_accountmonth", parent="ledger_account", named="p.number", of="account_id",
    columns="account_id", only="true", entries="0", counted="0",
)  # fmt: skip
_THIRD_PARTIES = _SUMS.format(
    table="ledger_thirdpartymonth", parent="ledger_thirdparty", named="p.code",
    of="third_party_id", columns="account_id, third_party_id", only="third_party_id IS NOT NULL",
    entries="0", counted="0",
)  # fmt: skip
_JOURNALS = _SUMS.format(
    table="ledger_journalmonth", parent="ledger_journal", named="p.code", of="journal_id",
    columns="journal_id", only="true", entries="entry_count", counted="count(DISTINCT e.id)",
)  # fmt: skip


def drifts(dossier_id: int) -> Iterator[Drift]:
    """Every sum of the dossier in scope that is not the sum of its lines."""
    for what, statement in (
        ("compte", _ACCOUNTS), ("tiers", _THIRD_PARTIES), ("journal", _JOURNALS)
    ):  # fmt: skip
        for row in _rows(statement, dossier_id):
            yield Drift(what, *row)


def stale_counters(dossier_id: int) -> list[str]:
    """Names of the dossier's counters that its sums would set otherwise."""
    return [name for (name,) in _rows(_STALE, dossier_id)]


def _rows(statement: str, dossier_id: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"dossier": dossier_id})
        return list(cursor.fetchall())
