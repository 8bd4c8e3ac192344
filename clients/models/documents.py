"""Documents of a dossier: what invoices, requests and mails point at."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantModel


class Document(TenantModel):
    """A file of a dossier (GED).  Its bytes are stored once by their SHA-256 in the dossier.

    `content_type` is judged by the first bytes, never by the name; `size` is in bytes.
    """

    class State(models.TextChoices):
        """to_file → filed; either → trashed for 30 days, then gone."""

        TO_FILE = "to_file", "À classer"
        FILED = "filed", "Classé"
        TRASHED = "trashed", "À la corbeille"

    class Source(models.TextChoices):
        """How it came."""

        UPLOAD = "upload", "Dépôt"
        REQUEST = "request", "Demande de document"
        MAIL = "mail", "E-mail"
        API = "api", "API"
        MADE = "made", "Produit ici"

    id = models.BigAutoField(primary_key=True)
    name = models.CharField("nom", max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField("taille")
    content_type = models.CharField(max_length=100)
    state = models.CharField(max_length=7, choices=State.choices, default=State.TO_FILE)
    source = models.CharField(max_length=7, choices=Source.choices, default=Source.UPLOAD)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField("déposé le", db_default=Now())
    trashed_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(
                fields=["dossier", "state", "-created_at", "-id"], name="documents_by_state"
            ),
            models.Index(fields=["dossier", "sha256"], name="documents_by_content"),
        ]

    def __str__(self) -> str:
        return self.name
