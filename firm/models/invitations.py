"""Invitations: signed links, each for one address and one use."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from firm.models.people import Firm
from firm.models.roles import CustomRole

LASTS = dt.timedelta(days=7)


class Invitation(models.Model):
    """One address is offered a role: in a firm, or in one dossier.  An access table.

    Only the SHA-256 of the link's secret is kept; it is empty until the link has been sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    firm = models.ForeignKey(Firm, models.CASCADE, null=True, related_name="invitations")
    dossier_id = models.BigIntegerField(null=True)
    email = models.EmailField("adresse e-mail")
    name = models.CharField("nom", max_length=150, blank=True, db_default="")
    role = models.CharField(max_length=20)
    custom_role = models.ForeignKey(CustomRole, models.RESTRICT, null=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True, db_default="")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(firm=None) ^ models.Q(dossier_id=None),
                name="invitation_is_to_a_firm_or_a_dossier",
            ),
            models.UniqueConstraint(
                fields=["digest"], condition=~models.Q(digest=""), name="one_invitation_per_link"
            ),
            models.UniqueConstraint(
                fields=["firm", "dossier_id", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                nulls_distinct=False,
                name="one_open_invitation_per_address",
            ),
        ]
        indexes = [models.Index(fields=["dossier_id"], name="invitations_by_dossier")]

    def __str__(self) -> str:
        return f"{self.email}: {self.role}"

    @property
    def state(self) -> str:
        """not_sent → sent → accepted, or expired, or revoked."""
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        if not self.sent_at:
            return "not_sent"
        return "expired" if self.expires_at and self.expires_at <= timezone.now() else "sent"
