"""One VAT return: the form, what to look at, the settlement entry, its steps."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from firm.errors import BusinessError, NotFound, refusals_in
from ledger.actions import vat_returns, vat_steps
from ledger.forms_vat import AmountsForm, AnswerForm
from ledger.models import VatReturn
from ledger.queries import vat
from ledger.queries.vat_accounts import preview
from ledger.queries.vat_notes import notes_of
from ledger.vat.form import form_at
from ledger.views.vat.lists import rate_choices
from ledger.views.vat.sheet import kept, sheet

State = VatReturn.State
KINDS = {
    State.DRAFT: "wait", State.PREPARED: "run", State.HANDED_OVER: "run", State.ACCEPTED: "ok",
    State.REJECTED: "danger",
}  # fmt: skip
SAID = {
    "preparer": "Déclaration préparée.",
    "transmettre": "Déclaration transmise\u00a0: ses cases sont figées.",
    "reprendre": "Déclaration reprise en brouillon.",
}  # fmt: skip
SHOWN = 200


def found(pk: int) -> VatReturn:
    """A return of the dossier.

    Raises:
        NotFound: there is none with this number.
    """
    row: VatReturn | None = (
        VatReturn.objects.select_related("dossier__firm", "settlement").filter(pk=pk).first()
    )
    if row is None:
        raise NotFound("Cette déclaration n’existe pas dans ce dossier.")
    return row


@dossier_view(needs="books.read")
def page(request: DossierRequest, pk: int) -> HttpResponse:
    """The return as the form looks, beside the one before."""
    return shown(request, found(pk))


def shown(
    request: DossierRequest,
    row: VatReturn,
    amounts: AmountsForm | None = None,
    answer: AnswerForm | None = None,
) -> HttpResponse:
    """The page, with the forms as they were refused."""
    dossier = request.dossier
    figures = vat_returns.worked_out(dossier, row)
    now = vat.as_json(figures.declared)
    is_draft = row.state == State.DRAFT
    values = now if is_draft else kept(row)
    before = vat.previous_return(dossier, row.start)
    code = request.GET.get("case", "")
    notes = notes_of(dossier, figures, row) if row.state in VatReturn.OPEN else []
    context: dict[str, Any] = {
        "row": row,
        "words": vat.period_words(row.start, row.end),
        "of_words": vat.of_period(row.start, row.end),
        "kind": KINDS[State(row.state)],
        "sections": sheet(form_at(row.end), values, before, whole=request.GET.get("vides") == "1"),
        "shows_all": request.GET.get("vides") == "1",
        "before": before,
        "before_words": vat.period_words(before.start, before.end) if before else "",
        "due": values["tax"].get("32", 0),
        "credit": values["tax"].get("27", 0),
        "refund": values["tax"].get("26", 0),
        "is_draft": is_draft,
        "has_moved": not is_draft and now != kept(row),
        "notes": notes,
        "rates": rate_choices(),
        "entry_lines": _entry_lines(row, figures),
        "is_settled": any(note.code == "emptied" for note in notes),
        "steps": _steps(row),
        "amounts": amounts
        or AmountsForm(initial={"credit_brought": row.credit_brought, "refund": row.refund}),
        "answer": answer or AnswerForm(),
        "may_manage": request.rights.may("vat.manage"),
        "detail": _detail(figures, code) if code else None,
    }
    refused = bool((amounts and amounts.errors) or (answer and answer.errors))
    return render(request, "ledger/vat/return.html", context, status=422 if refused else 200)


def _entry_lines(row: VatReturn, figures: vat.VatFigures) -> list[tuple[Any, ...]]:
    """(account, what, debit, credit) of the entry that preparing would write."""
    if row.settlement_id is not None or row.state not in VatReturn.OPEN:
        return []
    return [
        (account, what, max(cents, 0), max(-cents, 0))
        for account, what, cents in preview(row.dossier, figures)
    ]


def _steps(row: VatReturn) -> list[dict[str, Any]]:
    """The changes of state, latest first."""
    return [
        {**one, "at": dt.datetime.fromisoformat(one["at"]), "label": State(one["state"]).label}
        for one in reversed(row.steps)
    ]


def _detail(figures: vat.VatFigures, code: str) -> dict[str, Any]:
    box = figures.form.box(code)
    if box is None:
        raise NotFound("Cette case n’existe pas dans ce formulaire.")
    rows, count, base, tax = vat.box_lines(figures, code, SHOWN)
    return {"box": box, "rows": rows, "count": count, "base": base, "tax": tax, "most": SHOWN}


@dossier_view(needs="books.read")
def box(request: DossierRequest, pk: int, code: str) -> HttpResponse:
    """The lines behind a box: a part of the page, or the whole page without JavaScript."""
    row = found(pk)
    if not request.headers.get("HX-Request"):
        url = reverse("ledger:vat_return", args=[request.dossier.slug, row.pk])
        return redirect(f"{url}?case={code}")
    detail = _detail(vat_returns.worked_out(request.dossier, row), code)
    return render(request, "ledger/vat/box.html", {"detail": detail, "row": row})


@dossier_view(needs="vat.manage", methods=("POST",))
def amounts(request: DossierRequest, pk: int) -> HttpResponse:
    """Lines 22 and 26."""
    row, form = found(pk), AmountsForm(request.POST)
    if form.is_valid():
        with refusals_in(form, **AmountsForm.REFUSALS):
            vat_returns.set_amounts(row, by=request.user, **form.cleaned_data)
            messages.success(request, "Montants enregistrés, cases recalculées.")
            return _back(request, row)
    return shown(request, found(pk), amounts=form)


@dossier_view(needs="vat.manage", methods=("POST",))
def step(request: DossierRequest, pk: int) -> HttpResponse:
    """« Préparer », « Transmettre », « Reprendre », « Recalculer »."""
    row, what = found(pk), request.POST.get("etape") or request.GET.get("etape", "")
    if what == "preparer":
        vat_steps.prepare(row, by=request.user, settles=request.POST.get("ecriture", "1") == "1")
    elif what == "transmettre":
        vat_steps.hand_over(row, by=request.user)
    elif what == "reprendre":
        vat_steps.take_back(row, by=request.user)
    elif what == "recalculer":
        vat_returns.recompute(row, by=request.user)
    else:
        raise NotFound("Cette étape n’existe pas.")
    undo = reverse("ledger:vat_step", args=[request.dossier.slug, row.pk])
    messages.success(
        request, SAID.get(what, "Cases recalculées."),
        extra_tags=f"undo:{undo}?etape=reprendre" if what == "preparer" else "",
    )  # fmt: skip
    return _back(request, row)


@dossier_view(needs="vat.manage", methods=("POST",))
def delete(request: DossierRequest, pk: int) -> HttpResponse:
    """Take a draft away."""
    vat_returns.delete_draft(found(pk), by=request.user)
    messages.success(request, "Brouillon supprimé.")
    return redirect("ledger:vat", request.dossier.slug)


@dossier_view(needs="vat.manage", methods=("POST",))
def answer(request: DossierRequest, pk: int) -> HttpResponse:
    """« Acceptée » or « Rejetée », entered by hand."""
    row, form = found(pk), AnswerForm(request.POST)
    accepted = request.POST.get("reponse") == "acceptee"
    if form.is_valid():
        try:
            vat_steps.answer(row, accepted=accepted, by=request.user, **form.cleaned_data)
        except BusinessError as error:
            form.add_error("reason" if not accepted else None, error.message)
        else:
            messages.success(
                request, "Acceptation enregistrée." if accepted else "Rejet enregistré."
            )
            return _back(request, row)
    return shown(request, found(pk), answer=form)


def _back(request: DossierRequest, row: VatReturn) -> HttpResponse:
    return redirect("ledger:vat_return", request.dossier.slug, row.pk)
