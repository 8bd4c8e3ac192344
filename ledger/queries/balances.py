"""Balance générale and balance auxiliaire (C. com. R123-173 asks for books that yield them).

Amounts are cents; `opening` and `closing` are signed, debit positive.  `debit` and `credit` hold
what is dated in the period, opening entries included; `movement_*` leave these out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clients.models import Dossier
from ledger.models import ThirdParty
from ledger.queries.sums import NOTHING, Sums, fetch, fold, sums_parameters, sums_sql
from ledger.queries.years import Period

_BALANCE = """
SELECT a.id, a.number, a.label, s.is_before, s.is_opening, s.debit, s.credit, s.line_count
FROM (SUMS) s JOIN ledger_account a ON a.dossier_id = %(dossier)s AND a.id = s.account_id
ORDER BY a.number COLLATE "C"
"""
_AUXILIARY = """
SELECT t.id, t.role, t.code, t.label, a.id, a.number, a.label, s.is_before, s.is_opening, s.debit,
       s.credit, s.line_count
FROM (SUMS) s
JOIN ledger_account a ON a.dossier_id = %(dossier)s AND a.id = s.account_id
JOIN ledger_thirdparty t ON t.dossier_id = %(dossier)s AND t.id = s.third_party_id
ORDER BY a.number COLLATE "C", lower(t.label), t.code, t.id
"""

CLASSES = {
    "1": "Capitaux",
    "2": "Immobilisations",
    "3": "Stocks",
    "4": "Tiers",
    "5": "Financiers",
    "6": "Charges",
    "7": "Produits",
    "8": "Comptes spéciaux",
    "9": "Analytique",
}
COLLECTIVES = {ThirdParty.Role.CUSTOMER: "411", ThirdParty.Role.SUPPLIER: "401"}


@dataclass(frozen=True, slots=True)
class AccountSums:
    """One row of the balance générale."""

    account_id: int
    account: str
    label: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class ThirdPartySums:
    """One row of the balance auxiliaire: a third party within one account."""

    third_party_id: int
    role: str
    code: str
    name: str
    account_id: int
    account: str
    account_label: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class Tie:
    """A collective account beside the third parties on it; a difference is lines without one."""

    account: str
    label: str
    collective: Sums
    third_parties: Sums

    @property
    def difference(self) -> int:
        """Closing of the account minus that of its third parties: 0 in sound books."""
        return self.collective.closing - self.third_parties.closing


def total(many: Iterable[Sums]) -> Sums:
    """The sum of sums."""
    return sum(many, NOTHING)


def trial_balance(dossier: Dossier, period: Period) -> list[AccountSums]:
    """The balance générale by account number; accounts without lines are left out, in one query."""
    sql = sums_sql(period, keys=["account_id"], months="ledger_accountmonth")
    rows = fetch(_BALANCE.replace("SUMS", sql), sums_parameters(dossier, period))
    return [AccountSums(*(*key, sums)) for key, sums in fold(rows, 3).items()]


def account_sums(dossier: Dossier, period: Period, account_id: int) -> Sums:
    """The figures of one account, in one query."""
    sql = sums_sql(period, keys=["account_id"], months="ledger_accountmonth", only=["account_id"])
    rows = fetch(sql, {**sums_parameters(dossier, period), "account_id": account_id})
    return fold(rows, 1).get((account_id,), NOTHING)


def third_party_sums(
    dossier: Dossier, period: Period, account_id: int, third_party_id: int
) -> Sums:
    """The figures of one third party on one account, in one query."""
    keys = ["account_id", "third_party_id"]
    sql = sums_sql(period, keys=keys, months="ledger_thirdpartymonth", only=keys)
    only = {"account_id": account_id, "third_party_id": third_party_id}
    rows = fetch(sql, {**sums_parameters(dossier, period), **only})
    return fold(rows, 2).get((account_id, third_party_id), NOTHING)


def auxiliary_balance(dossier: Dossier, period: Period) -> list[ThirdPartySums]:
    """Every third party with lines, by account then name, both roles, in one query."""
    sql = sums_sql(period, keys=["account_id", "third_party_id"], months="ledger_thirdpartymonth")
    rows = fetch(_AUXILIARY.replace("SUMS", sql), sums_parameters(dossier, period))
    return [ThirdPartySums(*(*key, sums)) for key, sums in fold(rows, 7).items()]


def ties(
    role: str, accounts: Iterable[AccountSums], third_parties: Iterable[ThirdPartySums]
) -> list[Tie]:
    """The collective accounts of a role against their third parties, whatever these one's role.

    Collective: an account on which third parties of the role stand, and any 411 or 401.
    """
    held: dict[str, Sums] = {}
    wanted = set()
    for row in third_parties:
        held[row.account] = held.get(row.account, NOTHING) + row.sums
        if row.role == role:
            wanted.add(row.account)
    prefix = COLLECTIVES[ThirdParty.Role(role)]
    return [
        Tie(row.account, row.label, row.sums, held.get(row.account, NOTHING))
        for row in accounts
        if row.account in wanted or row.account.startswith(prefix)
    ]


def result(rows: Iterable[AccountSums]) -> int:
    """Profit of the period in cents: what moved on classes 7 and 6, opening entries left out."""
    return sum(
        row.sums.movement_credit - row.sums.movement_debit
        for row in rows
        if row.account[:1] in {"6", "7"}
    )
