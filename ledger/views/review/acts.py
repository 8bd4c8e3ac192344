"""What is done in a review: sign, take back, note, answer, set the thresholds."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from clients.rights import may_in_firm
from firm.access import FirmRequest, firm_view
from firm.errors import Conflict
from firm.formats import amount_plain, plural
from ledger.actions import review as acts
from ledger.actions.review_steps import answer_step, change_firm_books, set_thresholds
from ledger.forms_review import FirmBooksForm, NoteForm, StepForm, ThresholdForm
from ledger.queries.review import Review, Sheet, firm_books
from ledger.review.programme import cycle
from ledger.views.review.page import sheet_context
from ledger.views.review.shared import (
    answered,
    found,
    review_url,
    sheet_of,
    sheet_row,
)

SAID = {acts.REVISE: "révisé", acts.SUPERVISE: "supervisé"}


class PreviewStale(Conflict):
    """The accounts to sign are not those of the preview any more."""

    code = "review_preview_stale"
    title = "L’aperçu n’est plus à jour"


def _act(request: DossierRequest, asked: str) -> str:
    """« reviser » or « superviser »; the second asks for its own right."""
    if asked == acts.SUPERVISE:
        request.rights.require("books.supervise")
        return acts.SUPERVISE
    return acts.REVISE


@dossier_view(needs="books.review", methods=("POST",))
def sign(request: DossierRequest, year_end: dt.date, pk: int) -> HttpResponse:
    """Revise or supervise one account, at the balance that was on the screen."""
    review = found(request, year_end)
    one = sheet_of(review, pk)
    act = _act(request, request.POST.get("acte", ""))
    typed = request.POST.get("solde", "")
    seen = int(typed) if typed.lstrip("-").isdecimal() and len(typed) < 19 else one.now
    batch = acts.sign(request.dossier, review.year.id, act=act, seen={pk: seen}, by=request.user)
    undo = review_url(request, "review_undo", batch)
    text = f"Compte {one.account} {SAID[act]}."
    return answered(request, found(request, year_end), text, account=pk, undo=undo)


@dossier_view(needs="books.review", methods=("POST",))
def withdraw(request: DossierRequest, year_end: dt.date, pk: int) -> HttpResponse:
    """Take the latest signature of an account away."""
    review = found(request, year_end)
    one = sheet_of(review, pk)
    if one.supervised_at is not None:
        request.rights.require("books.supervise")
    batch, act = acts.withdraw(request.dossier, review.year.id, pk, by=request.user)
    undo = review_url(request, "review_undo", batch)
    what = "Supervision" if act == acts.SUPERVISE else "Révision"
    text = f"{what} du compte {one.account} retirée."
    return answered(request, found(request, year_end), text, account=pk, undo=undo)


@dossier_view(needs="books.review", methods=("POST",))
def undo(request: DossierRequest, batch: UUID) -> HttpResponse:
    """« Annuler » of a signing, of one account or of many."""
    count = acts.undo_signing(request.dossier, batch, by=request.user)
    words = plural(count, "compte rendu à son état d’avant", "comptes rendus à leur état d’avant")
    messages.success(request, f"Signature annulée\u00a0: {words}.")
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect(review_url(request, "review"))


@dossier_view(needs="books.review", methods=("POST",))
def note(request: DossierRequest, year_end: dt.date, pk: int) -> HttpResponse:
    """Keep the note of an account and its own threshold."""
    review = found(request, year_end)
    form = NoteForm(request.POST)
    if not form.is_valid():
        context = sheet_context(request, review, sheet_of(review, pk), form)
        return render(request, "ledger/review/sheet.html", context, status=422)
    acts.write_note(request.dossier, review.year.id, pk, by=request.user, **form.cleaned_data)
    return answered(request, found(request, year_end), "Note enregistrée.", account=pk)


@dossier_view(needs="books.review", methods=("POST",))
def step(request: DossierRequest, year_end: dt.date, key: str, name: str) -> HttpResponse:
    """Answer a question of a cycle."""
    review = found(request, year_end)
    form = StepForm(request.POST)
    if not form.is_valid():
        form.cleaned_data = {"etat": "a-faire", "note": ""}
    answer_step(
        request.dossier, review.year.id, of=key, step=name, state=form.cleaned_data["etat"],
        note=form.cleaned_data["note"], by=request.user,
    )  # fmt: skip
    return answered(request, found(request, year_end), "Étape enregistrée.", cycle=cycle(key))


@dossier_view(needs="books.review", methods=("POST",))
def thresholds(request: DossierRequest, year_end: dt.date) -> HttpResponse:
    """Set the thresholds of the year; empty fields give the firm's back."""
    review = found(request, year_end)
    form = ThresholdForm(request.POST)
    back = f"{review_url(request, 'review')}?exercice={year_end.isoformat()}"
    if not form.is_valid():
        for sentences in form.errors.values():
            messages.error(request, " ".join(map(str, sentences)))
        return redirect(back)
    set_thresholds(request.dossier, review.year.id, by=request.user, **form.cleaned_data)
    messages.success(request, "Seuils de l’exercice enregistrés.")
    return redirect(back)


@dossier_view(needs="books.review", methods=("GET", "POST"))
def bulk(request: DossierRequest, year_end: dt.date) -> HttpResponse:
    """Sign every account under the thresholds: what they are, then, confirmed, all of them."""
    review = found(request, year_end)
    asked = request.POST if request.method == "POST" else request.GET
    act = _act(request, asked.get("acte", ""))
    chosen = to_sign(review, act, request.user.pk)
    mark = _mark(chosen)
    if request.method == "POST":
        if asked.get("apercu") != mark:
            raise PreviewStale(
                "Des soldes ou des signatures ont changé depuis l’aperçu\u00a0: relisez la liste."
            )
        batch = acts.sign(
            request.dossier, review.year.id, act=act,
            seen={one.account_id: one.now for one in chosen}, by=request.user,
        )  # fmt: skip
        words = plural(len(chosen), f"compte {SAID[act]}", f"comptes {SAID[act]}s")
        undo_url = review_url(request, "review_undo", batch)
        messages.success(request, f"{words}.", extra_tags=f"undo:{undo_url}")
        return redirect(f"{review_url(request, 'review')}?exercice={year_end.isoformat()}")
    context = {
        "review": review,
        "act": act,
        "verb": "Réviser" if act == acts.REVISE else "Superviser",
        "rows": [sheet_row(request, review, one) for one in chosen],
        "mark": mark,
        "totals": (sum(one.now for one in chosen), sum(one.before or 0 for one in chosen)),
        "over": sum(one.is_over and not one.is_done for one in review.sheets),
        "back_url": f"{review_url(request, 'review')}?exercice={year_end.isoformat()}",
    }
    return render(request, "ledger/review/bulk.html", context)


def to_sign(review: Review, act: str, person: int) -> list[Sheet]:
    """The accounts under the thresholds that this person may sign now."""
    under = [one for one in review.sheets if not one.is_over]
    if act == acts.REVISE:
        return [one for one in under if not one.is_done]
    return [one for one in under if one.may_be_supervised_by(person)]


def _mark(chosen: Sequence[Sheet]) -> str:
    text = ";".join(f"{one.account_id}={one.now}" for one in chosen)
    return hashlib.sha256(text.encode()).hexdigest()


@firm_view(needs="firm.settings", may=may_in_firm, methods=("GET", "POST"))
def firm_settings(request: FirmRequest) -> HttpResponse:
    """« Révision et plaquettes »: the thresholds of all reviews, the colour of the plaquettes."""
    held = firm_books(request.firm.pk)
    initial = {
        "materiality": amount_plain(held.materiality),
        "materiality_percent": f"{held.materiality_percent:g}".replace(".", ","),
        "colour": held.colour,
    }
    form = FirmBooksForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_firm_books(request.firm, by=request.user, **form.cleaned_data)
        messages.success(request, "Paramètres de révision enregistrés.")
        return redirect("ledger:firm_books", request.firm.slug)
    status = 422 if form.errors else 200
    return render(request, "ledger/review/firm.html", {"form": form}, status=status)
