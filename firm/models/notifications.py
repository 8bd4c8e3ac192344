"""What a person is told: in the bell, and by digests."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Notification(models.Model):
    """One line in a person's bell.  Its id is made in Python so that any scope may write it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user_id = models.BigIntegerField()
    dossier_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True, db_default="")
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user_id", "-created_at"], name="notifications_by_person")]

    def __str__(self) -> str:
        return self.text


class DigestPreference(models.Model):
    """A person wants a digest of one dossier by e-mail.

    `next_at` is the next sending (Europe/Paris wall clock, kept in UTC): first the first Monday at
    10:00 strictly after it was switched on, then by the frequency.  No row means no digest.
    """

    class Frequency(models.TextChoices):
        """How often."""

        DAILY = "daily", "Chaque jour ouvré"
        WEEKLY = "weekly", "Chaque semaine"
        MONTHLY = "monthly", "Chaque mois"

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="digests")
    dossier_id = models.BigIntegerField()
    frequency = models.CharField("fréquence", max_length=8, choices=Frequency.choices)
    since = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "dossier_id"], name="one_digest_per_person_and_dossier"
            )
        ]
        indexes = [models.Index(fields=["next_at"], name="digests_due")]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.dossier_id}: {self.frequency}"
