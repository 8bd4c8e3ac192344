"""A dossier parted from its firm, and what that ended, so that it may be taken back for a while."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from clients.models.dossiers import Dossier
from firm.models import Firm


class Disconnection(models.Model):
    """One parting.  An access table: its author sees it, to whom the dossier may be closed by now.

    `grants` are those that ended with it: person, role, custom role, end and reason of each.
    `is_by_firm` says that its author works at the firm.  The dossier's name is copied for him.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="disconnections")
    dossier_name = models.CharField(max_length=200)
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="+")
    firm_name = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    is_by_firm = models.BooleanField()
    was_confidential = models.BooleanField()
    status = models.CharField(max_length=20)
    grants = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["by", "-created_at"], name="disconnections_by_author")]

    def __str__(self) -> str:
        return f"{self.dossier_id} × {self.firm_id}"
