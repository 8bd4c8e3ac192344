"""« Garder »: invoices dated before the takeover that the former accountant never had."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError
from firm.models import User
from ledger.actions.summaries import refresh_stats
from ledger.models import Invoice


class NothingToKeep(BusinessError):
    """None of the invoices named is held back by the takeover."""

    code = "nothing_to_keep"
    title = "Aucune facture concernée"


@transaction.atomic
def keep_invoices(dossier: Dossier, *, ids: Collection[int], is_kept: bool, by: User) -> int:
    """Have invoices of before the takeover booked all the same, or hold them back again.

    Only those to be booked are concerned: what came by a FEC is in the books already.  Answers how
    many changed.

    Raises:
        NothingToKeep: none is dated before the takeover and to be booked.
    """
    held = Invoice.objects.filter(
        dossier=dossier, id__in=list(ids), is_pre_takeover=True,
        booking=Invoice.Booking.TO_PROCESS,
    )  # fmt: skip
    changed = held.filter(is_kept=not is_kept).update(is_kept=is_kept)
    if not changed and not held.exists():
        raise NothingToKeep(
            "Aucune de ces factures n’est retenue par la date de reprise : rien n’a changé."
        )
    audit.record(
        "ledger.invoices_kept", by=by, dossier_id=dossier.id, kept=is_kept, count=changed,
        invoices=sorted(ids)[:500],
    )  # fmt: skip
    refresh_stats(dossier.id)
    return changed
