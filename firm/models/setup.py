"""How a firm sets itself up, and the views of lists that people keep."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from firm.models.people import Firm


class SetupStep(models.Model):
    """What a firm's people said of one step of the set-up board.  An access table.

    Whether a step is done is read from the data; only « passée » (skipped) is written down.
    """

    firm = models.ForeignKey(Firm, models.CASCADE, related_name="setup_steps")
    code = models.CharField(max_length=40)
    skipped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    skipped_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm", "code"], name="one_word_per_setup_step")
        ]

    def __str__(self) -> str:
        return f"{self.firm_id}: {self.code}"


class SavedView(models.Model):
    """A person's own name for the filters of a list: its query string.  An access table."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="+")
    page = models.CharField(max_length=40)
    name = models.CharField("nom", max_length=60)
    query = models.CharField(max_length=500)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "firm", "page", "name"], name="one_saved_view_per_name"
            )
        ]

    def __str__(self) -> str:
        return self.name
