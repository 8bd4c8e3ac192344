"""The counterpart of an entry being typed, from the journal's own past: never written by itself.

Of the journal's latest entries with the line's account, the last one of the most common shape (that
of the third party first, when one is typed) gives the accounts that follow; its amounts are brought
to the one typed, the last line balancing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from clients.models import Dossier
from ledger.models import BankAccount, Journal

# Lines of the account, latest first, in which an entry of the journal is looked for.
REACH = 300
MOST = 12
_LATEST = """
WITH recent AS MATERIALIZED (
    SELECT l.entry_id, l.date FROM ledger_entryline l
    JOIN ledger_account a ON a.dossier_id = l.dossier_id AND a.id = l.account_id
    WHERE l.dossier_id = %(dossier)s AND a.number = %(account)s
      AND (l.debit > 0) = %(is_debit)s
    ORDER BY l.date DESC, l.entry_id DESC LIMIT %(reach)s
), likely AS (
    SELECT e.id, r.date, e.line_count, (
            SELECT count(*) FROM ledger_entryline x
            JOIN ledger_account y ON y.dossier_id = x.dossier_id AND y.id = x.account_id
            WHERE x.dossier_id = %(dossier)s AND x.entry_id = e.id AND y.number = %(account)s
        ) = 1 AS is_single, %(third)s <> '' AND EXISTS (
            SELECT 1 FROM ledger_entryline x
            JOIN ledger_thirdparty t ON t.dossier_id = x.dossier_id AND t.id = x.third_party_id
            WHERE x.dossier_id = %(dossier)s AND x.entry_id = e.id AND t.code = %(third)s
        ) AS is_theirs
    FROM (SELECT DISTINCT ON (entry_id) * FROM recent ORDER BY entry_id) r
    JOIN ledger_entry e ON e.dossier_id = %(dossier)s AND e.id = r.entry_id
    WHERE e.journal_id = %(journal)s AND NOT e.is_opening AND e.line_count BETWEEN 2 AND %(most)s
), chosen AS (
    SELECT id FROM likely
    ORDER BY is_theirs DESC, is_single DESC,
        count(*) OVER (PARTITION BY is_theirs, is_single, line_count) DESC, date DESC, id DESC
    LIMIT 1
)
SELECT a.number, coalesce(t.code, ''), l.debit - l.credit, a.label, coalesce(t.label, '')
FROM chosen c
JOIN ledger_entryline l ON l.dossier_id = %(dossier)s AND l.entry_id = c.id
JOIN ledger_account a ON a.dossier_id = l.dossier_id AND a.id = l.account_id
LEFT JOIN ledger_thirdparty t ON t.dossier_id = l.dossier_id AND t.id = l.third_party_id
ORDER BY l.line_no
"""


@dataclass(frozen=True, slots=True)
class Counterpart:
    """One line proposed; `cents` are signed, positive is a debit."""

    account: str
    third: str
    cents: int
    name: str


def counterparts(
    dossier: Dossier, journal: Journal, *, account: str, third: str, cents: int
) -> list[Counterpart]:
    """The lines that balance one typed on `account` for signed `cents`, in two queries at most.

    Empty where the journal's past says nothing.
    """
    if not cents or not account:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, {
            "dossier": dossier.id, "journal": journal.id, "account": account, "third": third,
            "is_debit": cents > 0, "reach": REACH, "most": MOST,
        })  # fmt: skip
        rows = cursor.fetchall()
    if rows:
        return brought(rows, account, third, cents)
    return _bank_side(journal, account, cents)


def brought(
    rows: Sequence[tuple[str, str, int, str, str]], account: str, third: str, cents: int
) -> list[Counterpart]:
    """The other lines of an entry, as it would be with `cents` on its line of `account`.

    Half cents go away from zero; the last line takes what is left, so that the sum is `-cents`.
    """
    mine = next((row for row in rows if row[0] == account and row[2] * cents > 0), None)
    others = [row for row in rows if row is not mine]
    if mine is None or not others:
        return []
    # A third party of the past stands only where none was typed.
    out = [
        Counterpart(
            number, "" if third and code else code, _share(old, cents, mine[2]), name or label
        )
        for number, code, old, label, name in others
    ]
    left = -cents - sum(one.cents for one in out[:-1])
    last = out[-1]
    out[-1] = Counterpart(last.account, last.third, left, last.name)
    return [one for one in out if one.cents]


def _share(old: int, cents: int, base: int) -> int:
    """old × cents ÷ base, halves away from zero, in integers."""
    top = old * cents
    sign = -1 if (top < 0) != (base < 0) else 1
    return sign * ((2 * abs(top) + abs(base)) // (2 * abs(base)))


def _bank_side(journal: Journal, account: str, cents: int) -> list[Counterpart]:
    """In a bank's journal, its account, in one query."""
    if journal.nature != Journal.Nature.BANK:
        return []
    bank = BankAccount.objects.filter(journal=journal).select_related("account").first()
    if bank is None or bank.account.number == account:
        return []
    return [Counterpart(bank.account.number, "", -cents, bank.account.label)]
