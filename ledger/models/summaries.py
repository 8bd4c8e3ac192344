"""Sums kept beside the lines, by the actions' own set-based SQL: a balance reads these alone.

`manage doctor --deep` recomputes them from the lines and compares.  Amounts are signed cents.
"""

from __future__ import annotations

from django.db import models

from firm.tenancy import TenantForeignKey, TenantModel
from ledger.models.chart import Account, FiscalYear, Journal, ThirdParty


class Sums(TenantModel):
    """One month (its first day) of one fiscal year, opening entries apart."""

    fiscal_year = TenantForeignKey(FiscalYear)
    month = models.DateField()
    is_opening = models.BooleanField(db_default=False)
    debit = models.BigIntegerField(db_default=0)
    credit = models.BigIntegerField(db_default=0)
    line_count = models.BigIntegerField(db_default=0)

    class Meta(TenantModel.Meta):
        abstract = True


class AccountMonth(Sums):
    """What moved on an account in a month."""

    id = models.BigAutoField(primary_key=True)
    account = TenantForeignKey(Account)

    class Meta(Sums.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "fiscal_year", "account", "month", "is_opening"],
                name="one_sum_per_account_and_month",
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.month:%Y-%m}"


class ThirdPartyMonth(Sums):
    """What moved on a third party, within its collective account, in a month."""

    id = models.BigAutoField(primary_key=True)
    account = TenantForeignKey(Account)
    third_party = TenantForeignKey(ThirdParty)

    class Meta(Sums.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "fiscal_year", "third_party", "account", "month", "is_opening"],
                name="one_sum_per_third_party",
            )
        ]

    def __str__(self) -> str:
        return f"{self.third_party_id} {self.month:%Y-%m}"


class JournalMonth(Sums):
    """What a journal holds in a month; the journal centralisateur reads it."""

    id = models.BigAutoField(primary_key=True)
    journal = TenantForeignKey(Journal)
    entry_count = models.BigIntegerField(db_default=0)

    class Meta(Sums.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "fiscal_year", "journal", "month", "is_opening"],
                name="one_sum_per_journal_and_month",
            )
        ]

    def __str__(self) -> str:
        return f"{self.journal_id} {self.month:%Y-%m}"
