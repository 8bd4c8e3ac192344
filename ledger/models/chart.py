"""What entries are written on: years, journals, accounts, third parties."""

from __future__ import annotations

from django.db import models

from firm.tenancy import TenantForeignKey, TenantModel


class FiscalYear(TenantModel):
    """An accounting year (exercice), both ends included; years of a dossier never overlap."""

    class State(models.TextChoices):
        """open ⇄ locked, open → closed; closed is final (PCG 921-4)."""

        OPEN = "open", "Ouvert"
        LOCKED = "locked", "Verrouillé"
        CLOSED = "closed", "Clos"

    id = models.BigAutoField(primary_key=True)
    start = models.DateField("début")
    end = models.DateField("fin")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    created_by_import = TenantForeignKey("ledger.FecImport", null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["dossier", "end"], name="one_year_per_end"),
            models.CheckConstraint(
                condition=models.Q(start__lte=models.F("end")), name="year_runs_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start:%d/%m/%Y} – {self.end:%d/%m/%Y}"


class Journal(TenantModel):
    """A journal; its code is kept exactly as the file spells it."""

    class Nature(models.TextChoices):
        """What its entries mostly are."""

        SALES = "sales", "Ventes"
        PURCHASES = "purchases", "Achats"
        BANK = "bank", "Banque"
        MISC = "misc", "Opérations diverses"
        OPENING = "opening", "À-nouveaux"

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=60)
    label = models.CharField("libellé", max_length=200)
    nature = models.CharField(max_length=10, choices=Nature.choices, default=Nature.MISC)
    created_by_import = TenantForeignKey("ledger.FecImport", null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["dossier", "code"], name="one_journal_per_code")
        ]

    def __str__(self) -> str:
        return self.code


class Account(TenantModel):
    """An account of the dossier's chart; its number is kept exactly as the file spells it."""

    id = models.BigAutoField(primary_key=True)
    number = models.CharField("numéro", max_length=60)
    label = models.CharField("intitulé", max_length=300)
    created_by_import = TenantForeignKey("ledger.FecImport", null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="one_account_per_number")
        ]

    def __str__(self) -> str:
        return self.number


class ThirdParty(TenantModel):
    """A customer or supplier (tiers), its auxiliary code; two roles are two rows until merged.

    `default_account` and `default_vat_rate` (per cent) are what its invoices are proposed with when
    somebody chose them; its history proposes otherwise.  `payment_days` counts from the invoice.
    """

    class Role(models.TextChoices):
        """The side of the books it stands on."""

        CUSTOMER = "customer", "Client"
        SUPPLIER = "supplier", "Fournisseur"

    id = models.BigAutoField(primary_key=True)
    role = models.CharField(max_length=8, choices=Role.choices)
    code = models.CharField("compte auxiliaire", max_length=100)
    label = models.CharField("nom", max_length=300)
    account = TenantForeignKey(Account, null=True)
    siren = models.CharField(max_length=9, blank=True, db_default="")
    vat_number = models.CharField(max_length=20, blank=True, db_default="")
    country = models.CharField(max_length=2, db_default="FR", default="FR")
    kind = models.CharField(max_length=3, db_default="B2B", default="B2B")
    is_derived = models.BooleanField(default=False, db_default=False)
    default_account = TenantForeignKey(Account, null=True)
    default_vat_rate = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    payment_days = models.IntegerField(null=True)
    created_by_import = TenantForeignKey("ledger.FecImport", null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "role", "code"], name="one_third_party_per_code"
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.code
