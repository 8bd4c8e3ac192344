"""Fixed assets and what was written of their depreciation."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantForeignKey, TenantModel


class FixedAsset(TenantModel):
    """One line of the register of fixed assets (immobilisation); amounts are cents without VAT.

    Accounts are numbers, as the dossier spells them: one that does not exist is made when it is
    first written on.  `months` is the economic life; a `fiscal_method` with its `fiscal_months`
    adds derogatory depreciation (account 145), from the whole cost.  `opening_depreciation` and
    `opening_derogatory` had been written by the end of `opening_on`, before this register.

    `source_entry_id` and `source_line_no` name the line that it came from, `exit_entry_id` the
    entry that took it out.  They are no keys: a line may go with its file, an entry into a bin and
    back.  `exit_batch` holds the charges that were written with its exit.
    """

    class Method(models.TextChoices):
        """How it is depreciated."""

        LINEAR = "linear", "Linéaire"
        DECLINING = "declining", "Dégressif"
        NONE = "none", "Non amortissable"

    class Exit(models.TextChoices):
        """How it left."""

        SOLD = "sold", "Cession"
        SCRAPPED = "scrapped", "Mise au rebut"

    id = models.BigAutoField(primary_key=True)
    code = models.CharField("référence", max_length=40, blank=True, default="", db_default="")
    label = models.CharField("libellé", max_length=300)
    quantity = models.IntegerField(default=1, db_default=1)
    account = models.CharField("compte", max_length=60)
    depreciation_account = models.CharField(max_length=60, blank=True, default="", db_default="")
    charge_account = models.CharField(max_length=60, blank=True, default="", db_default="")
    supplier = models.CharField(
        "fournisseur", max_length=300, blank=True, default="", db_default=""
    )
    acquired_on = models.DateField("acquisition")
    in_service_on = models.DateField("mise en service", null=True)
    cost = models.BigIntegerField("valeur brute")
    residual = models.BigIntegerField(default=0, db_default=0)
    method = models.CharField(max_length=9, choices=Method.choices, default=Method.LINEAR)
    months = models.IntegerField(default=0, db_default=0)
    fiscal_method = models.CharField(
        max_length=9, choices=Method.choices[:2], blank=True, default="", db_default=""
    )
    fiscal_months = models.IntegerField(default=0, db_default=0)
    opening_on = models.DateField(null=True)
    opening_depreciation = models.BigIntegerField(default=0, db_default=0)
    opening_derogatory = models.BigIntegerField(default=0, db_default=0)
    source_entry_id = models.BigIntegerField(null=True)
    source_line_no = models.IntegerField(null=True)
    exit = models.CharField(
        max_length=8, choices=Exit.choices, blank=True, default="", db_default=""
    )
    disposed_on = models.DateField(null=True)
    disposal_price = models.BigIntegerField(null=True)
    exit_entry_id = models.BigIntegerField(null=True)
    exit_batch = models.UUIDField(null=True)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["dossier", "account", "id"], name="assets_by_account"),
            models.Index(
                fields=["dossier", "source_entry_id"],
                condition=models.Q(source_entry_id__isnull=False),
                name="assets_by_source",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(residual__gte=0, residual__lte=models.F("cost")),
                name="residual_within_cost",
            ),
            models.CheckConstraint(
                condition=models.Q(exit="") | models.Q(disposed_on__isnull=False),
                name="exit_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class AssetCharge(TenantModel):
    """What an entry wrote of an asset's depreciation: signed cents, negative when taken back.

    `on` is the entry's day.  It counts while its entry is in the books, so `entry_id` is no key.
    `batch` holds what was written, and is undone, together.
    """

    class Kind(models.TextChoices):
        """Economic depreciation (28), or derogatory (145)."""

        DEPRECIATION = "depreciation", "Amortissement"
        DEROGATORY = "derogatory", "Dérogatoire"

    id = models.BigAutoField(primary_key=True)
    asset = TenantForeignKey(FixedAsset)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    on = models.DateField()
    amount = models.BigIntegerField()
    entry_id = models.BigIntegerField(null=True)
    batch = models.UUIDField()
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["dossier", "asset", "on"], name="charges_by_asset"),
            models.Index(fields=["dossier", "batch"], name="charges_by_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.on:%d/%m/%Y} {self.amount}"
