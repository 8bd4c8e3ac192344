"""The entry that settles the VAT accounts of a return: written and taken back with it."""

from __future__ import annotations

from django.db import transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, guard
from firm.models import User
from ledger.actions.entries import Line, create_entry, remove_entry
from ledger.actions.posting_rows import account_ids, make_journal
from ledger.models import Journal, VatReturn
from ledger.queries.posting_accounts import journal_of
from ledger.queries.vat import VatFigures, period_words
from ledger.queries.vat_accounts import closing_accounts

SHAPE = "vat"


class EntryOfVatReturn(BusinessError):
    """The entry settles a VAT return, and goes with it alone."""

    code = "entry_of_vat_return"
    title = "Écriture d’une déclaration de TVA"


def _refusal(_detail: str) -> BusinessError:
    return EntryOfVatReturn(
        "Cette écriture solde la TVA d’une déclaration\u00a0: retirez-la depuis la déclaration "
        "(menu « TVA »)."
    )


guard("ledger_vatreturn_settlement_id_fk", _refusal)


@transaction.atomic
def write_settlement(row: VatReturn, figures: VatFigures, *, by: User) -> None:
    """Write the entry of the figures at the end of the period, in the journal of miscellaneous.

    Raises:
        NoOpenYear, PeriodLocked: the end of the period takes no entry.
    """
    dossier = row.dossier
    chosen = closing_accounts(dossier, figures.lines)
    ids = account_ids(dossier, chosen.values())
    numbers = {key: one.number for key, one in chosen.items()}
    words = period_words(row.start, row.end)
    journal = _journal(dossier)
    entry = create_entry(
        dossier=dossier, journal=journal, date=row.end, by=by,
        piece_ref=f"TVA-{row.end:%Y-%m}", label=f"TVA CA3 {words}", shape=SHAPE,
        lines=[
            Line.of(
                one.account or ids[numbers[one.role]], one.cents, label=f"{one.what}, {words}"
            )
            for one in figures.lines
        ],
    )  # fmt: skip
    VatReturn.objects.filter(pk=row.pk).update(settlement=entry)
    row.settlement = entry


def _journal(dossier: Dossier) -> Journal:
    """The journal « OD », else the one of miscellaneous entries that the dossier uses most."""
    found: Journal | None = Journal.objects.filter(dossier=dossier, code="OD").first()
    return found or Journal.objects.get(pk=make_journal(dossier, journal_of(dossier, "misc")))


@transaction.atomic
def drop_settlement(row: VatReturn, *, by: User) -> None:
    """Take the entry back, its letterings undone.

    Raises:
        EntryNotRemovable, PeriodLocked: it is validated, or its date is locked for this person.
    """
    entry = row.settlement
    if entry is None:
        return
    VatReturn.objects.filter(pk=row.pk).update(settlement=None)
    row.settlement = None
    remove_entry(entry, by=by)
    audit.record(
        "ledger.vat_settlement_removed", by=by, dossier_id=row.dossier_id, vat_return=row.pk,
        entry=entry.pk,
    )  # fmt: skip
