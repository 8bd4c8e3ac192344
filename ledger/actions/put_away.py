"""Archiving items that no entry was made from: duplicates, and what the FEC already has."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models.functions import Now

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError
from firm.models import User
from ledger.actions import summaries
from ledger.models import BankTransaction, Invoice

LIVE = ("to_process", "pending_client", "justified")


class NothingChosen(BusinessError):
    """No item was ticked, or none of them is held back any more."""

    code = "no_item_chosen"
    title = "Rien de coché"


@transaction.atomic
def put_away(
    dossier: Dossier, *, invoices: Iterable[int] = (), transactions: Iterable[int] = (), by: User
) -> int:
    """Archive items that no entry was made from; answers how many.  Two statements.

    Raises:
        NothingChosen: none of them could go.
    """
    done = {"booking": "archived", "archived_at": Now(), "archived_by": by.id}
    count = Invoice.objects.filter(
        pk__in=list(invoices), entry=None, booking="to_process"
    ).update(**done) + BankTransaction.objects.filter(
        pk__in=list(transactions), entry=None, booking__in=LIVE
    ).update(**done)  # fmt: skip
    refuse_nothing(count)
    summaries.refresh_stats(dossier.id)
    audit.record("ledger.items_put_away", by=by, dossier_id=dossier.id, count=count)
    return count


def refuse_nothing(count: int) -> None:
    """Say so when an act on a selection met nothing.

    Raises:
        NothingChosen: `count` is nought.
    """
    if not count:
        raise NothingChosen("Cochez au moins une pièce ou une opération encore en attente.")
