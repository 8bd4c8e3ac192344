"""How statements come by themselves, and what is told of it when they do not."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantForeignKey, TenantModel
from ledger.models.bank import BankAccount


class BankConnection(TenantModel):
    """Where the statements of a bank account are fetched, and how that goes.

    `token` is sealed (`firm.sealing`), never shown again.  `due_at` is when it is asked next.
    """

    class Kind(models.TextChoices):
        """The adapters of `ledger.bank.connections`."""

        FOLDER = "folder", "Dossier surveillé"
        HTTP = "http", "Adresse web"

    class State(models.TextChoices):
        """ok ⇄ error, ok ⇄ expired (its key is refused: somebody must renew it)."""

        OK = "ok", "Connecté"
        EXPIRED = "expired", "Accès expiré"
        ERROR = "error", "En erreur"

    id = models.BigAutoField(primary_key=True)
    bank_account = TenantForeignKey(BankAccount)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    url = models.URLField("adresse", max_length=500, blank=True, db_default="")
    token = models.TextField(blank=True, db_default="")
    every_minutes = models.IntegerField(default=60, db_default=60)
    is_active = models.BooleanField(default=True, db_default=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OK)
    message = models.TextField(blank=True, db_default="")
    checked_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "bank_account"], name="one_connection_per_bank_account"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(is_active=True),
                name="connections_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.bank_account_id} {self.kind}: {self.state}"


class BankAlert(TenantModel):
    """A notice about a bank connection: « Alertes bancaires » lists them.

    `told` are the e-mail addresses of those who were told at that moment.
    """

    class Kind(models.TextChoices):
        """What happened."""

        EXPIRED = "expired", "Accès expiré"
        ERROR = "error", "Erreur de synchronisation"
        REFUSED = "refused", "Fichier refusé"
        RESTORED = "restored", "Connexion rétablie"

    id = models.BigAutoField(primary_key=True)
    bank_account = TenantForeignKey(BankAccount)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    message = models.TextField()
    told = models.JSONField(default=list, db_default=[])
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["dossier", "-created_at", "-id"], name="bank_alerts_by_date")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"
