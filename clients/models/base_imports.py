"""Imports of a firm's client base from a spreadsheet."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from firm.models import Firm


class BaseImport(models.Model):
    """One spreadsheet: its rows as read, what each would do, and what each did.

    An access table, of the firm.  `rows` is a list of `clients.base_files.Row` as dictionaries with
    `action` (create, update, unchanged, refused), `message` and, once done, `slug`.
    """

    class State(models.TextChoices):
        """previewed → confirmed → done, or failed, or dropped."""

        PREVIEWED = "previewed", "À confirmer"
        CONFIRMED = "confirmed", "En cours"
        DONE = "done", "Terminé"
        FAILED = "failed", "Échoué"
        DROPPED = "dropped", "Abandonné"

    firm = models.ForeignKey(Firm, models.CASCADE, related_name="base_imports")
    file_name = models.CharField(max_length=150)
    ignored = models.JSONField(default=list, db_default=[])
    rows = models.JSONField(default=list, db_default=[])
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREVIEWED)
    error = models.TextField(blank=True, db_default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.file_name}: {self.state}"

    def count(self, action: str) -> int:
        """How many rows would do (or did) this."""
        return sum(row["action"] == action for row in self.rows)
