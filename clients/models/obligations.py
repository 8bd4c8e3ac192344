"""What a dossier must file or pay, and when; and what that is planned from."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantModel


class TaxProfile(TenantModel):
    """What the obligations depend on beside the regimes and the year end of the dossier.

    `vat_day` is the day of the month on which VAT is due (15 to 24), `payroll_day` that of the DSN
    (5 or 15, 0 without employees).  `planned_until` is the last day that the calendar covers.
    """

    id = models.BigAutoField(primary_key=True)
    vat_day = models.IntegerField(
        "jour de la TVA", default=24, db_default=24,
        validators=[MinValueValidator(15), MaxValueValidator(24)],
    )  # fmt: skip
    payroll_day = models.IntegerField("jour de la DSN", default=0, db_default=0)
    pays_instalments = models.BooleanField("verse des acomptes", default=True, db_default=True)
    pays_cfe = models.BooleanField("redevable de la CFE", default=True, db_default=True)
    pays_cfe_advance = models.BooleanField("acompte de CFE", default=False, db_default=False)
    pays_cvae = models.BooleanField("redevable de la CVAE", default=False, db_default=False)
    files_das2 = models.BooleanField("dépose la DAS2", default=True, db_default=True)
    holds_meeting = models.BooleanField("approuve des comptes", default=True, db_default=True)
    planned_until = models.DateField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["dossier"], name="one_tax_profile_per_dossier")
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: day {self.vat_day}"


class Obligation(TenantModel):
    """One thing to file or to pay by a day.

    `period` names what it is about within its kind (« 2026-10 », « 2026-T4 », « 2026 »).  A row
    `is_final` once a person has decided on it: planning leaves it alone.
    """

    class State(models.TextChoices):
        """to_do → done, or not_applicable; both may be reopened."""

        TO_DO = "to_do", "À faire"
        DONE = "done", "Fait"
        NOT_APPLICABLE = "not_applicable", "Sans objet"

    class Source(models.TextChoices):
        """Where it comes from."""

        PLANNED = "planned", "Calendrier"
        MANUAL = "manual", "Saisie"

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField("obligation", max_length=24)
    period = models.CharField("période", max_length=24)
    period_end = models.DateField("fin de période")
    due_on = models.DateField("échéance")
    state = models.CharField(max_length=14, choices=State.choices, default=State.TO_DO)
    is_final = models.BooleanField(default=False, db_default=False)
    source = models.CharField(max_length=7, choices=Source.choices, default=Source.PLANNED)
    label = models.CharField("intitulé", max_length=150, blank=True, db_default="")
    note = models.CharField("note", max_length=300, blank=True, db_default="")
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "kind", "period"], name="one_obligation_per_period"
            )
        ]
        indexes = [
            models.Index(
                fields=["dossier", "due_on", "id"],
                condition=models.Q(state="to_do"),
                name="obligations_to_do",
            ),
            models.Index(fields=["dossier", "due_on", "id"], name="obligations_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.period}: {self.due_on:%d/%m/%Y}"
