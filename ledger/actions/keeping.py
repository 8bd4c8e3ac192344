"""« Garder »: what is dated before the takeover and the former accountant never had."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError
from firm.models import User
from ledger.actions.duplicates import find_duplicates
from ledger.actions.summaries import refresh_stats
from ledger.models import BankTransaction, Invoice

WAITING = ("to_process", "pending_client", "justified")


class NothingToKeep(BusinessError):
    """None of the items named is held back by the takeover."""

    code = "nothing_to_keep"
    title = "Aucun élément concerné"


@transaction.atomic
def keep_items(
    dossier: Dossier,
    *,
    invoices: Collection[int] = (),
    transactions: Collection[int] = (),
    is_kept: bool,
    by: User,
) -> int:
    """Have these booked in spite of their date before the takeover, or hold them back again.

    Only those to be booked are concerned: what came by a FEC is in the books already.  What is kept
    is compared with the rest of the dossier, the FEC included.  Answers how many changed.

    Raises:
        NothingToKeep: none is dated before the takeover and to be booked.
    """
    chosen: tuple[tuple[Any, Collection[int]], ...] = (
        (Invoice, invoices), (BankTransaction, transactions),
    )  # fmt: skip
    held = [
        model.objects.filter(
            dossier=dossier, id__in=list(ids), is_pre_takeover=True, booking__in=WAITING
        )
        for model, ids in chosen
        if ids
    ]
    changed: int = sum(rows.filter(is_kept=not is_kept).update(is_kept=is_kept) for rows in held)
    if not changed and not any(rows.exists() for rows in held):
        raise NothingToKeep(
            "Aucun de ces éléments n’est retenu par la date de reprise\u00a0: rien n’a changé."
        )
    audit.record(
        "ledger.items_kept", by=by, dossier_id=dossier.id, kept=is_kept, count=changed,
        invoices=sorted(invoices)[:500], transactions=sorted(transactions)[:500],
    )  # fmt: skip
    refresh_stats(dossier.id)
    if is_kept:
        find_duplicates(dossier, invoices=invoices, transactions=transactions, by=by)
    return changed
