"""Reversal (contre-passation): the one way to correct an entry that changes no more (PCG 921-3)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, Conflict
from firm.formats import date_fr
from firm.models import User
from ledger.actions.entries import Line, create_entry
from ledger.models import Entry, EntryLine
from ledger.queries.reversals import SHAPE, label_of, reversal_of


class NotReversible(BusinessError):
    """A draft made here, which is changed or removed instead, or the opening entry."""

    code = "entry_not_reversible"
    title = "Écriture à ne pas contre-passer"


class AlreadyReversed(Conflict):
    """It was reversed before; asking again needs saying so."""

    code = "entry_reversed"
    title = "Écriture déjà contre-passée"


def reverse_entry(
    dossier: Dossier, entry: Entry, *, date: dt.date, by: User, again: bool = False
) -> Entry:
    """Write the draft that takes an entry back: the same lines, debit and credit changed over.

    Raises:
        NotReversible: it is a draft made here, or an opening entry.
        AlreadyReversed: it was reversed already, unless `again`.
        NoOpenYear, PeriodLocked: the date takes no entry.
    """
    if entry.state == Entry.State.DRAFT and entry.fec_import_id is None:
        raise NotReversible(
            "Cette écriture est en brouillard : modifiez-la ou supprimez-la, plutôt que de la"
            " contre-passer."
        )
    if entry.is_opening:
        raise NotReversible("Une écriture d’à-nouveaux ne se contre-passe pas.")
    if date < entry.date:
        raise NotReversible(
            f"La contre-passation ne précède pas l’écriture : choisissez une date à partir du"
            f" {date_fr(entry.date)}."
        )
    with transaction.atomic():
        Entry.objects.select_for_update(no_key=True, of=("self",)).get(pk=entry.pk)
        if not again and (met := reversal_of(entry)):
            raise AlreadyReversed(
                f"L’écriture {entry.number} a déjà été contre-passée le {date_fr(met.date)}.",
                entry=met.id,
            )
        made = create_entry(
            dossier=dossier, journal=entry.journal, date=date, by=by, lines=_mirror(entry),
            piece_ref=entry.piece_ref, piece_date=entry.piece_date, label=label_of(entry),
            shape=SHAPE,
        )  # fmt: skip
        audit.record(
            "ledger.entry_reversed", by=by, dossier_id=dossier.id, entry=entry.id,
            number=entry.number, reversal=made.id,
        )  # fmt: skip
    return made


def _mirror(entry: Entry) -> list[Line]:
    lines = EntryLine.objects.filter(dossier=entry.dossier_id, entry=entry).order_by("line_no")
    return [
        Line.of(
            line.account_id, line.credit - line.debit, third_party_id=line.third_party_id,
            label=f"Contre-passation : {line.label}"[:500], foreign_amount=line.foreign_amount,
            currency=line.currency,
        )
        for line in lines
        if line.debit != line.credit
    ]  # fmt: skip
