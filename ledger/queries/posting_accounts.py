"""The accounts and journals that a dossier posts on: those of its own history, else the defaults.

An account that does not exist yet has no id; the action makes it when it is first needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import connection

from clients.models import Dossier
from firm.formats import decimal_fr
from ledger.models import Account, BankTransaction, Journal

USUAL_LENGTH = 6
# Accounts of one role: the dossier's own, the busiest first.
_USED = """
SELECT a.id, a.number, a.label, coalesce(sum(s.line_count), 0) AS used
FROM ledger_account a
LEFT JOIN ledger_accountmonth s ON s.dossier_id = a.dossier_id AND s.account_id = a.id
WHERE a.dossier_id = %s AND a.number ~ '^(4452|44562|44566|44571|658|666|706|707|758|766)'
GROUP BY 1, 2, 3 ORDER BY used DESC, a.number
"""
_COLLECTIVES = """
SELECT t.role, a.id, a.number, a.label FROM ledger_thirdparty t
JOIN ledger_account a ON a.dossier_id = t.dossier_id AND a.id = t.account_id
WHERE t.dossier_id = %s AND NOT t.is_derived
GROUP BY 1, 2, 3, 4 ORDER BY count(*) DESC, a.number
"""
_LENGTH = """
SELECT length(number) FROM ledger_account WHERE dossier_id = %s AND number ~ '^[0-9]+$'
GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1
"""
_JOURNALS = """
SELECT j.id, j.nature, j.code, coalesce(sum(s.entry_count), 0) AS used FROM ledger_journal j
LEFT JOIN ledger_journalmonth s ON s.dossier_id = j.dossier_id AND s.journal_id = j.id
WHERE j.dossier_id = %s GROUP BY 1, 2, 3 ORDER BY used DESC, j.code
"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """An account to post on, and why it is proposed; without id while it does not exist."""

    number: str
    label: str
    id: int | None = None
    why: str = ""

    @classmethod
    def of(cls, account: Account, why: str = "") -> Chosen:
        """An account of the chart."""
        return cls(account.number, account.label, account.id, why)


@dataclass(frozen=True)
class PostingAccounts:
    """The dossier's accounts by role, asked once for any number of postings."""

    length: int
    used: list[Chosen] = field(default_factory=list)
    collectives: dict[str, Chosen] = field(default_factory=dict)

    def role(self, role: str, *, suffix: str = "") -> Chosen:
        """The account of a role: `customer`, `vat_deductible`… as the file of defaults names it."""
        given = defaults()["accounts"][role]
        if found := self.collectives.get(role):
            return found
        root = given["root"] + suffix
        known = next((one for one in self.used if one.number.startswith(root)), None)
        if known:
            return Chosen(
                known.number, known.label, known.id, "Compte déjà utilisé dans le dossier"
            )
        label = f"{given['label']} {suffix}".strip()
        return Chosen(root.ljust(self.length, "0"), label, None, "Compte d’usage")

    def collected(self, rate: Decimal | None) -> Chosen:
        """The account of collected VAT: the one whose label names the rate, else the busiest."""
        root = defaults()["accounts"]["vat_collected"]["root"]
        held = [one for one in self.used if one.number.startswith(root) and one.number.isdecimal()]
        if rate is not None:
            said = decimal_fr(rate, 2).rstrip("0").rstrip(",")
            for one in held:
                words = one.label.replace("%", " ").replace(".", ",").split()
                if said in words or f"{said},0" in words or f"{said},00" in words:
                    return Chosen(one.number, one.label, one.id, f"Compte de TVA à {said} %")
        return held[0] if held else self.role("vat_collected")


@cache
def defaults() -> dict[str, Any]:
    """The content of `posting_accounts.yaml`."""
    path = Path(__file__).parents[1] / "posting_accounts.yaml"
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def posting_accounts(dossier: Dossier) -> PostingAccounts:
    """The dossier's accounts by role, in three queries."""
    with connection.cursor() as cursor:
        cursor.execute(_LENGTH, [dossier.id])
        row = cursor.fetchone()
        cursor.execute(_USED, [dossier.id])
        used = [Chosen(number, label, pk) for pk, number, label, _used in cursor.fetchall()]
        cursor.execute(_COLLECTIVES, [dossier.id])
        collectives = _first_of_each(cursor.fetchall())
    return PostingAccounts(row[0] if row else USUAL_LENGTH, used, collectives)


def _first_of_each(rows: Iterable[tuple[str, int, str, str]]) -> dict[str, Chosen]:
    found: dict[str, Chosen] = {}
    for role, pk, number, label in rows:
        root = defaults()["accounts"][role]["root"]
        if number.startswith(root[:2]):
            found.setdefault(role, Chosen(number, label, pk, "Compte collectif du dossier"))
    return found


@dataclass(frozen=True, slots=True)
class ChosenJournal:
    """A journal to post in; without id while it does not exist."""

    code: str
    label: str
    nature: str
    id: int | None = None


def journal_of(dossier: Dossier, nature: str) -> ChosenJournal:
    """The journal of a nature that the dossier uses most, else the usual one, in one query."""
    given = defaults()["journals"][nature]
    with connection.cursor() as cursor:
        cursor.execute(_JOURNALS, [dossier.id])
        rows = cursor.fetchall()
    same = [row for row in rows if row[1] == nature] or [
        row for row in rows if row[2] == given["code"]
    ]
    if same:
        return ChosenJournal(same[0][2], "", nature, same[0][0])
    return ChosenJournal(given["code"], given["label"], nature)


def journal_of_bank_account(bank_account_id: int) -> Journal | None:
    """The journal in which the bank account's latest transactions stand, in one query."""
    latest = (
        BankTransaction.objects.filter(bank_account=bank_account_id, entry__isnull=False)
        .select_related("entry__journal")
        .order_by("-date", "-id")
        .first()
    )
    return latest.entry.journal if latest and latest.entry else None
