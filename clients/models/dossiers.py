"""Dossiers, and guardian's rows about them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from guardian.models import UserObjectPermissionBase

from clients.models.names import NameKey
from firm.models import Firm


class Dossier(models.Model):
    """The file of a firm's client.  An access table; its id is the key of all business data.

    `name_key` is the name as lists are put in order and searched by; the database keeps it.
    `year_end` is the usual last day of an exercise, « MM-JJ ».  A disconnected dossier has no firm;
    `former_firm_id` says which it left, and when is `disconnected_at`.  A duplicate merged into
    another dossier is hidden from everyone while `merged_into_id` is set.  From the asking for its
    deletion until `deletion_due_at` it is read and no longer written; then only its id is left.
    """

    class Status(models.TextChoices):
        """invited → onboarding → active → disconnected; active ⇄ deletion_pending → deleted."""

        INVITED = "invited", "Invité"
        ONBOARDING = "onboarding", "Intégration"
        ACTIVE = "active", "Actif"
        DISCONNECTED = "disconnected", "Déconnecté"
        DELETION_PENDING = "deletion_pending", "Suppression demandée"
        DELETED = "deleted", "Supprimé"

    class LockMode(models.TextChoices):
        """Whom the lock date stops."""

        NONE = "none", "Aucune"
        USERS = "users", "Utilisateurs"
        USERS_AND_ADMINS = "users_and_admins", "Utilisateurs et administrateurs"

    class TaxRegime(models.TextChoices):
        """How the profit is taxed; later, what the obligations are planned from."""

        IS_NORMAL = "is_normal", "IS, réel normal"
        IS_SIMPLE = "is_simple", "IS, réel simplifié"
        BIC_NORMAL = "bic_normal", "BIC, réel normal"
        BIC_SIMPLE = "bic_simple", "BIC, réel simplifié"
        BNC = "bnc", "BNC, déclaration contrôlée"
        BA = "ba", "BA, réel"
        MICRO = "micro", "Micro-entreprise"
        EXEMPT = "exempt", "Non imposé"

    class VatRegime(models.TextChoices):
        """How VAT is declared."""

        MONTHLY = "monthly", "Réel normal, mensuel (CA3)"
        QUARTERLY = "quarterly", "Réel normal, trimestriel (CA3)"
        YEARLY = "yearly", "Réel simplifié (CA12)"
        FRANCHISE = "franchise", "Franchise en base"
        EXEMPT = "exempt", "Hors champ ou exonéré"

    firm = models.ForeignKey(Firm, models.RESTRICT, null=True, related_name="dossiers")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, null=True, related_name="owned_dossiers"
    )
    name = models.CharField("nom", max_length=200)
    name_key = models.GeneratedField(
        expression=NameKey(models.F("name")), output_field=models.TextField(), db_persist=True
    )
    slug = models.SlugField("adresse courte", max_length=60, unique=True)
    siren = models.CharField("SIREN", max_length=9, blank=True, db_default="")
    siret = models.CharField("SIRET", max_length=14, blank=True, db_default="")
    legal_form = models.CharField("forme juridique", max_length=60, blank=True, db_default="")
    tax_regime = models.CharField(
        "régime fiscal", max_length=12, choices=TaxRegime.choices, blank=True, db_default=""
    )
    vat_regime = models.CharField(
        "régime de TVA", max_length=12, choices=VatRegime.choices, blank=True, db_default=""
    )
    year_end = models.CharField("fin d’exercice", max_length=5, blank=True, db_default="")
    is_firm_own = models.BooleanField("dossier du cabinet", default=False, db_default=False)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.ACTIVE)
    is_confidential = models.BooleanField("confidentiel", default=False, db_default=False)
    takeover_date = models.DateField("date de reprise", null=True, blank=True)
    lock_date = models.DateField("date de restriction", null=True, blank=True)
    lock_mode = models.CharField(max_length=16, choices=LockMode.choices, default=LockMode.NONE)
    former_firm_id = models.BigIntegerField(null=True)
    disconnected_at = models.DateTimeField(null=True)
    merged_into_id = models.BigIntegerField(null=True)
    deletion_due_at = models.DateTimeField("supprimé le", null=True)
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
            models.CheckConstraint(
                condition=models.Q(siret="") | models.Q(siret__regex=r"^\d{14}$"),
                name="siret_has_fourteen_digits",
            ),
            models.CheckConstraint(
                condition=models.Q(year_end="") | models.Q(year_end__regex=r"^\d{2}-\d{2}$"),
                name="year_end_is_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["firm", "name"], name="dossiers_by_name"),
            models.Index(fields=["firm", "name_key", "id"], name="dossiers_by_name_key"),
            models.Index(fields=["name_key", "id"], name="dossiers_by_name_key_alone"),
        ]

    def __str__(self) -> str:
        return self.name


class DossierUserObjectPermission(UserObjectPermissionBase):
    """guardian's row, derived from a grant in the same action; a direct key leaves no orphan."""

    content_object = models.ForeignKey(Dossier, models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.user_id} may {self.permission_id} {self.content_object_id}"
