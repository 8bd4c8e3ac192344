"""Who may open a dossier, who asks to, and who hands it over."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from clients.models.dossiers import Dossier
from firm.models import CustomRole, Firm


class GrantQuerySet(models.QuerySet["DossierGrant"]):
    """Grants; `lasting()` are those that have not ended."""

    def lasting(self) -> GrantQuerySet:
        """Without an end, or with one that is still to come."""
        return self.filter(models.Q(expires_at=None) | models.Q(expires_at__gt=Now()))


class DossierGrant(models.Model):
    """A person's right to one dossier: the truth, from which guardian's rows are derived.

    An access table.  It ends by itself at `expires_at` (exclusive).  `reason` says why a temporary
    right was given; `is_break_glass` marks the firm owner who let himself into a confidential
    dossier.
    """

    class Role(models.TextChoices):
        """What the person may do there; the rights are in `clients/permissions.yaml`."""

        ASSIGNED = "assigned", "Comptable affecté"
        CLIENT_ADMIN = "client_admin", "Administrateur"
        CLIENT_ACCOUNTANT = "client_accountant", "Comptable"
        CLIENT_USER = "client_user", "Utilisateur"
        EMPLOYEE = "employee", "Employé"
        BILLING_MANAGER = "billing_manager", "Gestionnaire de facturation"
        CUSTOM = "custom", "Rôle personnalisé"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="dossier_grants"
    )
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    custom_role = models.ForeignKey(CustomRole, models.RESTRICT, null=True, related_name="grants")
    reason = models.CharField("motif", max_length=300, blank=True, db_default="")
    is_break_glass = models.BooleanField(default=False, db_default=False)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "dossier"], name="one_grant_per_person_and_dossier"
            ),
            models.CheckConstraint(
                condition=models.Q(role="custom", custom_role__isnull=False)
                | ~models.Q(role="custom") & models.Q(custom_role__isnull=True),
                name="grant_custom_role_is_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.dossier_id}: {self.role}"

    @property
    def role_label(self) -> str:
        """The role's French name; a custom role's own."""
        return self.custom_role.name if self.custom_role else self.get_role_display()


class AccessRequest(models.Model):
    """A person of the firm asks for a dossier.  An access table.

    It may name a dossier that he does not see: he is then told nothing until it is answered.
    """

    class State(models.TextChoices):
        """requested → granted, or refused."""

        REQUESTED = "requested", "Demandé"
        GRANTED = "granted", "Accordé"
        REFUSED = "refused", "Refusé"

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="access_requests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    reason = models.CharField("motif", max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    created_at = models.DateTimeField(db_default=Now())
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "dossier"],
                condition=models.Q(state="requested"),
                name="one_open_request_per_person_and_dossier",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} asks for {self.dossier_id}: {self.state}"


class OwnershipTransfer(models.Model):
    """The owner of a dossier offers it to one of its administrators, who accepts or declines.

    An access table: both sides see it.  What was accepted may be taken back for a while; the
    dossier's name is copied for a former owner to whom it does not open any more.  `from_firm_id`
    is the firm that followed the dossier when it was accepted, if he worked there.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="transfers")
    dossier_name = models.CharField(max_length=200, blank=True, db_default="")
    from_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    to_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    from_firm_id = models.BigIntegerField(null=True)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=models.Q(accepted_at=None, ended_at=None),
                name="one_open_transfer_per_dossier",
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.from_user_id} → {self.to_user_id}"


class FirmInvitation(models.Model):
    """A client without a firm invites one to follow his dossier.  An access table.

    The dossier's name is copied: the firm reads it before the dossier opens to anyone there.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="firm_invitations")
    dossier_name = models.CharField(max_length=200)
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="client_invitations")
    message = models.CharField("message", max_length=500, blank=True, db_default="")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=models.Q(accepted_at=None, declined_at=None),
                name="one_open_firm_invitation_per_dossier",
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} → {self.firm_id}"
