"""What the takeover holds back: keep what the FEC lacks, to be booked in spite of its date."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError
from firm.models import User
from ledger.actions import duplicates
from ledger.models import BankTransaction, Invoice


class NothingChosen(BusinessError):
    """No item was ticked, or none of them is held back any more."""

    code = "no_item_chosen"
    title = "Rien de coché"


@transaction.atomic
def keep_items(
    dossier: Dossier,
    *,
    invoices: Iterable[int] = (),
    transactions: Iterable[int] = (),
    is_kept: bool,
    by: User,
) -> int:
    """Book these in spite of their date before the takeover, or hold them back again.

    What is kept is compared with the rest of the dossier, the FEC included.

    Raises:
        NothingChosen: none of them is held back.
    """
    of_invoices, moved = list(invoices), list(transactions)
    held = {"is_pre_takeover": True, "is_kept": not is_kept}
    count = Invoice.objects.filter(pk__in=of_invoices, **held).update(is_kept=is_kept)
    count += BankTransaction.objects.filter(pk__in=moved, **held).update(is_kept=is_kept)
    if not count:
        raise NothingChosen("Cochez au moins une pièce ou une opération encore en attente.")
    duplicates.find_duplicates(dossier, invoices=of_invoices, transactions=moved, by=by)
    audit.record("ledger.items_kept", by=by, dossier_id=dossier.id, count=count, is_kept=is_kept)
    return count
