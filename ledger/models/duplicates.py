"""Pairs of items that look like one and the same, and what people decided about them."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from firm.tenancy import TenantModel


class DuplicateFlag(TenantModel):
    """Two invoices, or two bank transactions, that may be one; `first_id` is the lower of the ids.

    `reasons` holds the values compared, by reason (`ledger.queries.duplicate_reasons` words them).
    The ids are no foreign keys: a pair that was dismissed is remembered although one of its items
    was deleted for good and then came back by an undo.  A pair shows while both items are live.
    """

    class Kind(models.TextChoices):
        """What the two items are."""

        INVOICE = "invoice", "Factures"
        TRANSACTION = "transaction", "Opérations bancaires"

    class State(models.TextChoices):
        """suspected → confirmed (one of them archived for it) or dismissed, for ever."""

        SUSPECTED = "suspected", "À trancher"
        CONFIRMED = "confirmed", "Doublon"
        DISMISSED = "dismissed", "Pas un doublon"

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=11, choices=Kind.choices)
    first_id = models.BigIntegerField()
    second_id = models.BigIntegerField()
    reasons = models.JSONField(default=dict, db_default={})
    state = models.CharField(max_length=9, choices=State.choices, default=State.SUSPECTED,
                             db_default="suspected")  # fmt: skip
    created_at = models.DateTimeField(db_default=Now())
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "kind", "first_id", "second_id"], name="one_flag_per_pair"
            ),
            models.CheckConstraint(
                condition=models.Q(first_id__lt=models.F("second_id")), name="pair_is_in_order"
            ),
        ]
        indexes = [models.Index(fields=["dossier", "kind", "second_id"], name="flags_by_second")]

    def __str__(self) -> str:
        return f"{self.kind} {self.first_id}/{self.second_id}: {self.state}"
