"""The steps of a VAT return: prepared, handed over, accepted or rejected, taken back.

Each is written down with who and when, told to the client by mail, and kept in the trail.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from clients.actions.obligations import settle_obligation
from firm import audit
from firm.models import User
from ledger.actions.vat_mails import tell_client
from ledger.actions.vat_returns import VatStepRefused, held, keep_figures, worked_out
from ledger.actions.vat_settlement import drop_settlement, write_settlement
from ledger.models import VatReturn
from ledger.queries.vat import as_json
from ledger.queries.vat_notes import notes_of

State = VatReturn.State
OBLIGATIONS = ("vat_monthly", "vat_quarterly")
# From which states each state is reached.
BEFORE = {
    State.DRAFT: (State.PREPARED, State.REJECTED),
    State.PREPARED: (State.DRAFT,),
    State.HANDED_OVER: (State.PREPARED,),
    State.ACCEPTED: (State.HANDED_OVER,),
    State.REJECTED: (State.HANDED_OVER,),
}


@transaction.atomic
def prepare(row: VatReturn, *, by: User, settles: bool = True) -> VatReturn:
    """Draft → prepared: the boxes are worked out a last time; `settles` writes the entry.

    Raises:
        VatStepRefused: it is no draft, or a tax has no rate.
        NoOpenYear, PeriodLocked: the settlement entry cannot be written at the end of the period.
    """
    found = held(row)
    _require(found, State.PREPARED)
    if found.settlement_id is not None:
        drop_settlement(found, by=by)
    figures = worked_out(found.dossier, found)
    grave = [note for note in notes_of(found.dossier, figures) if note.kind == "danger"]
    if grave:
        raise VatStepRefused(grave[0].text)
    keep_figures(found, figures)
    if settles and figures.lines:
        write_settlement(found, figures, by=by)
    return _step(found, State.PREPARED, by=by)


@transaction.atomic
def take_back(row: VatReturn, *, by: User) -> VatReturn:
    """Prepared or rejected → draft: it follows the entries again; its settlement entry goes.

    Raises:
        VatStepRefused: it is neither.
        EntryNotRemovable, PeriodLocked: the settlement entry cannot go any more.
    """
    found = held(row)
    _require(found, State.DRAFT)
    if found.settlement_id is not None:
        drop_settlement(found, by=by)
    keep_figures(found, worked_out(found.dossier, found))
    return _step(found, State.DRAFT, by=by)


@transaction.atomic
def hand_over(row: VatReturn, *, by: User) -> VatReturn:
    """Prepared → handed over: the boxes are frozen from now on.

    Raises:
        VatStepRefused: it is not prepared, or the entries have moved since.
    """
    found = held(row)
    _require(found, State.HANDED_OVER)
    now = worked_out(found.dossier, found)
    if as_json(now.declared) != {"base": found.base, "tax": found.tax}:
        raise VatStepRefused(
            "Les écritures de la période ont changé depuis la préparation\u00a0: recalculez la "
            "déclaration avant de la transmettre."
        )
    return _step(found, State.HANDED_OVER, by=by)


@transaction.atomic
def answer(
    row: VatReturn, *, accepted: bool, by: User | None, reference: str = "", reason: str = ""
) -> VatReturn:
    """Handed over → accepted or rejected; accepted, the obligation of the period is done.

    Raises:
        VatStepRefused: it was not handed over, or a rejection without a reason.
    """
    found = held(row)
    state = State.ACCEPTED if accepted else State.REJECTED
    _require(found, state)
    reason = " ".join(reason.split())[:500]
    if not accepted and not reason:
        raise VatStepRefused("Indiquez le motif du rejet\u00a0: le client en est informé.")
    found.reference = " ".join(reference.split())[:100] or found.reference
    found.reason = reason
    VatReturn.objects.filter(pk=found.pk).update(reference=found.reference, reason=reason)
    done = _step(found, state, by=by, note=reason or found.reference)
    if accepted:
        settle_obligation(found.dossier, kinds=OBLIGATIONS, period_end=found.end, by=by)
    return done


def _require(row: VatReturn, state: State) -> None:
    if row.state not in BEFORE[state]:
        raise VatStepRefused(
            f"La déclaration est «\u00a0{row.get_state_display()}\u00a0»\u00a0: elle ne peut pas "
            f"devenir «\u00a0{state.label}\u00a0»."
        )


def _step(row: VatReturn, state: State, *, by: User | None, note: str = "") -> VatReturn:
    """Write the new state down, with who and when; the client is told, and the trail."""
    step: dict[str, Any] = {
        "state": str(state), "at": timezone.now().isoformat(timespec="seconds"),
        "by": by.get_full_name() if by else "", "note": note,
    }  # fmt: skip
    row.state, row.steps = state, [*row.steps, step]
    VatReturn.objects.filter(pk=row.pk).update(state=state, steps=row.steps)
    row.refresh_from_db()
    tell_client(row)
    audit.record(
        "ledger.vat_return_step", by=by, dossier_id=row.dossier_id, vat_return=row.pk,
        state=str(state), until=row.end.isoformat(), due=row.due, note=note,
    )  # fmt: skip
    return row
