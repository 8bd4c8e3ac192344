"""Rules that propose what a bank transaction is booked on (règles d'affectation)."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantForeignKey, TenantModel
from ledger.models.bank import BankAccount
from ledger.models.chart import Account, ThirdParty


class BankRule(TenantModel):
    """Every condition given must hold; the first rule by `rank` that does proposes.

    `words` is compared without regard to case, as `match` says.  `least` and `most` are cents,
    without sign, both included.  `when_third_party` is a condition; the effect is `account`,
    `third_party`, `vat_rate` (per cent) and `entry_label`.  A rule never books by itself.
    """

    class Match(models.TextChoices):
        """How `words` are looked for in the label."""

        CONTAINS = "contains", "contient"
        STARTS = "starts", "commence par"
        ALL_WORDS = "words", "contient tous les mots"

    class Sense(models.TextChoices):
        """Which way the money goes."""

        BOTH = "", "Entrées et sorties"
        IN = "in", "Entrées"
        OUT = "out", "Sorties"

    id = models.BigAutoField(primary_key=True)
    name = models.CharField("nom", max_length=120)
    rank = models.IntegerField()
    is_active = models.BooleanField(default=True, db_default=True)
    match = models.CharField(max_length=8, choices=Match.choices, default=Match.CONTAINS)
    words = models.CharField(max_length=200, blank=True, db_default="")
    sense = models.CharField(max_length=3, choices=Sense.choices, blank=True, db_default="")
    least = models.BigIntegerField(null=True)
    most = models.BigIntegerField(null=True)
    bank_account = TenantForeignKey(BankAccount, null=True)
    when_third_party = TenantForeignKey(ThirdParty, null=True)
    account = TenantForeignKey(Account, null=True)
    third_party = TenantForeignKey(ThirdParty, null=True)
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    entry_label = models.CharField(max_length=200, blank=True, db_default="")
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["dossier", "rank", "id"], name="bank_rules_by_rank")]

    def __str__(self) -> str:
        return self.name
