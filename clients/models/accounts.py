"""What a client account has besides its books: contacts, a plan, exceptions to its lock date."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantModel


class Contact(TenantModel):
    """A person to reach about the dossier; he needs no login."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField("nom", max_length=150)
    role = models.CharField("fonction", max_length=100, blank=True, db_default="")
    email = models.EmailField("adresse e-mail", blank=True, db_default="")
    phone = models.CharField("téléphone", max_length=40, blank=True, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        pass

    def __str__(self) -> str:
        return self.name


class PlanSubscription(TenantModel):
    """A dossier's plan for a period, both days included.  It outlives a disconnection.

    `price` is what was shown when it was bought: cents without VAT for the whole period; nothing
    for the first, which comes with the account.
    """

    class Plan(models.TextChoices):
        """What is offered; the quotas are in `clients/plans.py`."""

        PRO = "pro", "PRO"
        MAX = "max", "MAX"

    class Payer(models.TextChoices):
        """Who pays; the firm until the client renews by himself."""

        FIRM = "firm", "Le cabinet"
        CLIENT = "client", "Le client"

    id = models.BigAutoField(primary_key=True)
    plan = models.CharField("formule", max_length=4, choices=Plan.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()
    payer = models.CharField(max_length=6, choices=Payer.choices, default=Payer.FIRM)
    payment_means = models.CharField("moyen de paiement", max_length=120, blank=True, db_default="")
    price = models.BigIntegerField(null=True)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="plan_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.starts_on}–{self.ends_on}"


class PlanPrice(models.Model):
    """What a year of a plan costs from a day on, in cents without VAT.  The platform's own data.

    Everyone reads it; only the command `plan_price` writes it.
    """

    plan = models.CharField("formule", max_length=4, choices=PlanSubscription.Plan.choices)
    starts_on = models.DateField("à partir du")
    price = models.BigIntegerField("prix annuel hors taxes, en centimes")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "starts_on"], name="one_price_a_plan_and_day"),
            models.CheckConstraint(
                condition=models.Q(price__gte=0), name="plan_price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} from {self.starts_on}: {self.price}"


class LockException(TenantModel):
    """One person may write before the lock date, for a reason and until a moment."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    reason = models.CharField("motif", max_length=300)
    until = models.DateTimeField("jusqu’au")
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.user_id} until {self.until}"
