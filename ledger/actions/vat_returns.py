"""A VAT return until it is prepared: drafted, worked out anew, completed by hand, deleted.

A draft follows the entries; a prepared return keeps its boxes, and says when the entries have
moved; once handed over nothing of it changes (`ledger.actions.vat_steps`).
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from clients.models import Dossier
from firm import audit
from firm.errors import BusinessError, Conflict, guard
from firm.models import User
from ledger.actions.entries import guarded, hold_books
from ledger.actions.vat_settlement import drop_settlement, write_settlement
from ledger.models import VatReturn
from ledger.queries.vat import (
    LENGTHS,
    VatFigures,
    as_json,
    credit_in_books,
    marks,
    of_period,
    period_at,
    period_words,
    previous_return,
    vat_figures,
)

State = VatReturn.State
FIELDS = {"credit_brought": "le crédit reporté", "refund": "le remboursement demandé"}


class VatPeriodInvalid(BusinessError):
    """Not a whole month or quarter, not over yet, or it meets another return."""

    code = "vat_period_invalid"
    title = "Période de TVA inexacte"


class VatReturnExists(Conflict):
    """The period has its return."""

    code = "vat_return_exists"
    title = "Déclaration déjà commencée"


class VatReturnFrozen(BusinessError):
    """It was handed over: its boxes change no more."""

    code = "vat_return_frozen"
    title = "Déclaration transmise"


class VatStepRefused(BusinessError):
    """The state does not lead there, or something is missing for it."""

    code = "vat_step_refused"
    title = "Étape impossible"


class VatAmountInvalid(BusinessError):
    """A credit or a refund that is negative, or more than the credit there is."""

    code = "vat_amount_invalid"
    title = "Montant inexact"


def _taken(_detail: str) -> BusinessError:
    return VatReturnExists("La déclaration de cette période existe déjà\u00a0: ouvrez-la.")


guard("one_vat_return_per_end", _taken)


@transaction.atomic
def start_return(dossier: Dossier, *, start: dt.date, by: User) -> VatReturn:
    """Draft the return of the month, or of the quarter by the dossier’s regime, of a day.

    The credit of the return before (line 27) goes to line 22; without one, what 44567 holds.

    Raises:
        VatPeriodInvalid: the period is not over, or meets another return.
        VatReturnExists: it has its return.
    """
    hold_books(dossier.pk)
    since, until = period_at(start, LENGTHS.get(dossier.vat_regime, 1))
    if until >= timezone.localdate():
        raise VatPeriodInvalid(
            f"La période {period_words(since, until)} n’est pas terminée\u00a0: sa TVA se déclare "
            "à partir du mois suivant."
        )
    met = VatReturn.objects.filter(dossier=dossier, start__lte=until, end__gte=since).first()
    if met is not None:
        words = of_period(met.start, met.end)
        if (met.start, met.end) == (since, until):
            raise VatReturnExists(f"La déclaration {words} existe déjà\u00a0: ouvrez-la.")
        raise VatPeriodInvalid(
            f"La période {period_words(since, until)} recoupe la déclaration {words}."
        )
    before = previous_return(dossier, since)
    brought = before.credit_carried if before else credit_in_books(dossier, since, until)
    with guarded():
        made: VatReturn = VatReturn.objects.create(
            dossier=dossier, start=since, end=until, regime=dossier.vat_regime,
            created_by=by.pk, credit_brought=brought,
        )  # fmt: skip
    keep_figures(made, worked_out(dossier, made))
    audit.record(
        "ledger.vat_return_started", by=by, dossier_id=dossier.pk, vat_return=made.pk,
        since=since.isoformat(), until=until.isoformat(),
    )  # fmt: skip
    return made


def worked_out(dossier: Dossier, row: VatReturn) -> VatFigures:
    """The figures of a return’s period now, with its credit and its refund."""
    return vat_figures(dossier, row.start, row.end, brought=row.credit_brought, refund=row.refund)


def keep_figures(row: VatReturn, figures: VatFigures) -> None:
    """Write the boxes down, with the mark of the sums that they come from."""
    declared = figures.declared
    row.mark = marks(row.dossier, row.pk).get(row.pk, "")
    row.base, row.tax = as_json(declared)["base"], as_json(declared)["tax"]
    row.due, row.credit_carried, row.refund = declared.due, declared.carried, declared.refund
    VatReturn.objects.filter(pk=row.pk).update(
        mark=row.mark, base=row.base, tax=row.tax, due=row.due, refund=row.refund,
        credit_carried=row.credit_carried,
    )  # fmt: skip


def held(row: VatReturn) -> VatReturn:
    """The return, held until the transaction ends, its books first.

    Raises:
        VatStepRefused: somebody deleted it.
    """
    hold_books(row.dossier_id)
    found: VatReturn | None = (
        VatReturn.objects.select_for_update(of=("self",))
        .select_related("dossier", "settlement")
        .filter(pk=row.pk)
        .first()
    )
    if found is None:
        raise VatStepRefused("Cette déclaration a été supprimée.")
    return found


def _open(row: VatReturn) -> VatReturn:
    """The return held, if it may still change.

    Raises:
        VatReturnFrozen: it was handed over.
    """
    found = held(row)
    if found.state not in (State.DRAFT, State.PREPARED):
        raise VatReturnFrozen(
            "Cette déclaration est transmise\u00a0: ses cases ne changent plus. Un rejet la "
            "rend modifiable."
        )
    return found


@transaction.atomic
def recompute(row: VatReturn, *, by: User) -> VatReturn:
    """Work the boxes out anew; the settlement entry, if there is one, is written anew.

    Raises:
        VatReturnFrozen: it was handed over.
    """
    found = _open(row)
    had = found.settlement_id is not None
    if had:
        drop_settlement(found, by=by)
    figures = worked_out(found.dossier, found)
    keep_figures(found, figures)
    if had:
        write_settlement(found, figures, by=by)
    audit.record(
        "ledger.vat_return_recomputed", by=by, dossier_id=found.dossier_id, vat_return=found.pk,
        due=found.due, credit=found.credit_carried,
    )  # fmt: skip
    return found


@transaction.atomic
def set_amounts(row: VatReturn, *, by: User, **euros: int) -> VatReturn:
    """Change line 22 (`credit_brought`) or line 26 (`refund`), in whole euros, and recompute.

    Raises:
        VatReturnFrozen: it was handed over.
        VatAmountInvalid: negative, more than the credit, or line 22 while a return came before.
    """
    found = _open(row)
    for name, value in euros.items():
        if value < 0:
            raise VatAmountInvalid(f"Indiquez {FIELDS[name]} en euros, sans signe.")
    before = previous_return(found.dossier, found.start)
    brought = euros.get("credit_brought", found.credit_brought)
    if before is not None and brought != before.credit_carried:
        raise VatAmountInvalid(
            "La ligne 22 reprend la ligne 27 de la déclaration précédente "
            f"({before.credit_carried}\u00a0€)\u00a0: elle ne se saisit pas."
        )
    found.credit_brought, found.refund = brought, euros.get("refund", found.refund)
    figures = worked_out(found.dossier, found)
    credit = figures.declared.tax.get("25", 0)
    if found.refund > credit:
        raise VatAmountInvalid(
            f"Le remboursement demandé dépasse le crédit de la ligne 25 ({credit}\u00a0€)."
        )
    VatReturn.objects.filter(pk=found.pk).update(
        credit_brought=found.credit_brought, refund=found.refund
    )
    audit.record(
        "ledger.vat_return_changed", by=by, dossier_id=found.dossier_id, vat_return=found.pk,
        **euros,
    )  # fmt: skip
    return recompute(found, by=by)


@transaction.atomic
def delete_draft(row: VatReturn, *, by: User) -> None:
    """Take a draft away, with its settlement entry.

    Raises:
        VatStepRefused: it is no draft, or a later return carries its credit.
    """
    found = held(row)
    if found.state != State.DRAFT:
        raise VatStepRefused("Seul un brouillon se supprime\u00a0: reprenez-la d’abord.")
    if VatReturn.objects.filter(dossier=found.dossier, start__gt=found.end).exists():
        raise VatStepRefused(
            "Une déclaration plus récente existe\u00a0: supprimez-la d’abord, elle reprend le "
            "crédit de celle-ci."
        )
    if found.settlement_id is not None:
        drop_settlement(found, by=by)
    VatReturn.objects.filter(pk=found.pk).delete()
    audit.record(
        "ledger.vat_return_deleted", by=by, dossier_id=found.dossier_id,
        until=found.end.isoformat(),
    )  # fmt: skip
