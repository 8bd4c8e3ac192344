"""Roles that a firm makes for itself, and people whom it has shut out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from firm.models.people import Firm


class CustomRole(models.Model):
    """A named set of rights of `clients/permissions.yaml`, no larger than its maker's own.

    An access table.  A role of the kind `firm` is a member's, on all dossiers or on those assigned
    to him (`reach`); one of the kind `dossier` is a client's, in the dossiers where it is granted.
    """

    class Kind(models.TextChoices):
        """Whose role it is."""

        FIRM = "firm", "Collaborateur du cabinet"
        DOSSIER = "dossier", "Utilisateur d’un dossier"

    class Reach(models.TextChoices):
        """Which dossiers it opens, confidential ones apart."""

        ALL = "all", "Tous les dossiers"
        ASSIGNED = "assigned", "Dossiers affectés"

    firm = models.ForeignKey(Firm, models.CASCADE, related_name="custom_roles")
    name = models.CharField("nom", max_length=60)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reach = models.CharField(max_length=8, choices=Reach.choices, default=Reach.ASSIGNED)
    rights = models.JSONField(default=list, db_default=[])
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm", "name"], name="one_custom_role_per_name")
        ]

    def __str__(self) -> str:
        return self.name


class Block(models.Model):
    """A firm shuts a person out: of its workspace and of all its dossiers, from the next request.

    An access table, read by the policies of the others.  It ends when the row goes.
    """

    firm = models.ForeignKey(Firm, models.CASCADE, related_name="blocks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="blocks")
    reason = models.CharField("motif", max_length=300, blank=True, db_default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm", "user"], name="one_block_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} blocked at {self.firm_id}"
