"""Dossiers, who may open them, and their counters."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from guardian.models import UserObjectPermissionBase

from firm.models import Firm
from firm.tenancy import TenantModel


class Dossier(models.Model):
    """The file of a firm's client.  An access table; its id is the key of all business data."""

    class Status(models.TextChoices):
        """invited → onboarding → active → disconnected."""

        INVITED = "invited", "Invité"
        ONBOARDING = "onboarding", "Intégration"
        ACTIVE = "active", "Actif"
        DISCONNECTED = "disconnected", "Déconnecté"

    class LockMode(models.TextChoices):
        """Whom the lock date stops."""

        NONE = "none", "Aucune"
        USERS = "users", "Utilisateurs"
        USERS_AND_ADMINS = "users_and_admins", "Utilisateurs et administrateurs"

    firm = models.ForeignKey(Firm, models.RESTRICT, null=True, related_name="dossiers")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, null=True, related_name="owned_dossiers"
    )
    name = models.CharField("nom", max_length=200)
    slug = models.SlugField("adresse courte", max_length=60, unique=True)
    siren = models.CharField("SIREN", max_length=9, blank=True, db_default="")
    legal_form = models.CharField("forme juridique", max_length=60, blank=True, db_default="")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.ACTIVE)
    is_confidential = models.BooleanField("confidentiel", default=False, db_default=False)
    takeover_date = models.DateField("date de reprise", null=True, blank=True)
    lock_date = models.DateField("date de restriction", null=True, blank=True)
    lock_mode = models.CharField(max_length=16, choices=LockMode.choices, default=LockMode.NONE)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "siren"],
                condition=~models.Q(siren=""),
                name="one_dossier_per_siren_and_firm",
            ),
            models.CheckConstraint(
                condition=models.Q(siren="") | models.Q(siren__regex=r"^\d{9}$"),
                name="siren_has_nine_digits",
            ),
        ]
        indexes = [models.Index(fields=["firm", "name"], name="dossiers_by_name")]

    def __str__(self) -> str:
        return self.name


class DossierGrant(models.Model):
    """A person's right to one dossier: the truth, from which guardian's rows are derived.

    An access table.  It ends by itself at `expires_at` (exclusive).
    """

    class Role(models.TextChoices):
        """What the person may do there; the rights are in `clients/permissions.yaml`."""

        ASSIGNED = "assigned", "Comptable affecté"
        CLIENT_ADMIN = "client_admin", "Administrateur"
        CLIENT_ACCOUNTANT = "client_accountant", "Comptable"
        CLIENT_USER = "client_user", "Utilisateur"
        EMPLOYEE = "employee", "Employé"
        BILLING_MANAGER = "billing_manager", "Gestionnaire de facturation"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="dossier_grants"
    )
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "dossier"], name="one_grant_per_person_and_dossier"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.dossier_id}: {self.role}"


class DossierUserObjectPermission(UserObjectPermissionBase):
    """guardian's row, derived from a grant in the same action; a direct key leaves no orphan."""

    content_object = models.ForeignKey(Dossier, models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.user_id} may {self.permission_id} {self.content_object_id}"


class DossierStats(TenantModel):
    """Counters of one dossier, kept by the upper apps' actions in their own transaction.

    The cockpit and the clients page read nothing else.  Amounts are signed integer cents.
    """

    dossier = models.OneToOneField(Dossier, models.CASCADE, primary_key=True, related_name="stats")
    entries = models.BigIntegerField(default=0, db_default=0)
    lines = models.BigIntegerField(default=0, db_default=0)
    cash = models.BigIntegerField(default=0, db_default=0)
    suspense = models.BigIntegerField(default=0, db_default=0)
    unlettered = models.IntegerField(default=0, db_default=0)
    to_book = models.IntegerField(default=0, db_default=0)
    last_entry_on = models.DateField(null=True)
    last_import_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.entries} entries"
