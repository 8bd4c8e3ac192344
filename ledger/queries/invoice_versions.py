"""Which version of an invoice somebody has before his eyes, so that he overwrites no other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from ledger.models import Invoice, InvoiceLine

# What a person writes of an invoice and of its lines: all else may change under his hands.
FIELDS = ("type", "number", "issue_date", "sale_date", "due_date", "third_party_id", "currency",
          "fx_rate", "regime", "corrects_id", "state", "note")  # fmt: skip
LINE_FIELDS = ("rank", "label", "net", "vat", "vat_rate", "account_id", "qty", "unit_price",
               "discount_pct", "kind", "deductible_pct")  # fmt: skip


def version_of(invoice: Invoice, lines: Sequence[InvoiceLine]) -> str:
    """A word that changes with anything that a person may write of the invoice; no query.

    `lines` as the database gives them, by rank.
    """
    said = [[str(getattr(invoice, name)) for name in FIELDS]]
    said += [[str(getattr(line, name)) for name in LINE_FIELDS] for line in lines]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:20]
