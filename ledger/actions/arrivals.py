"""What is looked at when invoices or bank transactions arrive or change: duplicates, auto-factures.

Every action that writes them calls these once, in its transaction, for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from clients.models import Dossier
from firm.models import User
from ledger.actions import auto_invoices
from ledger.actions.duplicates import find_duplicates
from ledger.actions.summaries import refresh_receipts


def look_at_invoices(dossier: Dossier, ids: Sequence[int], *, by: User | None) -> None:
    """Flag what looks like another invoice of the dossier."""
    find_duplicates(dossier, invoices=ids, by=by)


def look_at_transactions(dossier: Dossier, ids: Sequence[int], *, by: User | None) -> None:
    """Make the purchases that active rules expect of these, flag what looks like another, and
    count the receipts that are missing.
    """
    auto_invoices.apply_rules(dossier, ids, by=by)
    find_duplicates(dossier, transactions=ids, by=by)
    refresh_receipts(dossier.id)
