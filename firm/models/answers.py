"""Answers of the API that were given once and are given again for the same key."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class KeptAnswer(models.Model):
    """What a person was answered under an `Idempotency-Key`.  Behind the wall of that person.

    Inserted before the work and completed after it, in the work's own transaction: a row that
    others can see is always whole.
    """

    user_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0, db_default=0)
    body = models.TextField(default="", db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user_id", "key"], name="one_answer_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}: {self.status}"
