"""The outbox of all apps: every message is a row first, sent by a job."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now


class OutgoingEmail(models.Model):
    """One message.  Its Message-ID is fixed before the first attempt, so a doubt can be looked up.

    Its id is made in Python so that it can be inserted in any scope.
    """

    class State(models.TextChoices):
        """queued → sending → sent, or failed."""

        QUEUED = "queued", "En file"
        SENDING = "sending", "Envoi en cours"
        SENT = "sent", "Envoyé"
        FAILED = "failed", "Échec"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    firm_id = models.BigIntegerField(null=True)
    dossier_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=160, unique=True)
    message_id = models.CharField(max_length=200, unique=True)
    recipient = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(default="", db_default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    error = models.TextField(default="", db_default="")
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["firm_id", "-created_at"], name="mails_by_firm")]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient}: {self.state}"
