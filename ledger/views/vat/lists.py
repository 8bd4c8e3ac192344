"""« TVA »: the returns of the dossier, the period to prepare, and how VAT is declared."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from clients.access import DossierRequest, dossier_view
from clients.models import Dossier
from firm.errors import refusals_in
from ledger.actions.vat_returns import start_return
from ledger.actions.vat_settings import save_settings
from ledger.forms_vat import StartForm
from ledger.queries import vat
from ledger.queries.years import DAY
from ledger.vat.form import known_rates, text_of

DECLARED = frozenset({Dossier.VatRegime.MONTHLY, Dossier.VatRegime.QUARTERLY})


@dossier_view(needs="books.read")
def returns(request: DossierRequest) -> HttpResponse:
    """The returns, latest first, and what comes next."""
    return _list(request)


def _list(request: DossierRequest, form: StartForm | None = None) -> HttpResponse:
    dossier = request.dossier
    start, end = vat.next_period(dossier, timezone.localdate())
    is_over = end < timezone.localdate()
    rows = vat.listed_returns(dossier)
    context: dict[str, Any] = {
        "dossier": dossier,
        "rows": rows,
        "next_start": start,
        "next_words": vat.period_words(start, end),
        "next_of": vat.of_period(start, end),
        "is_over": is_over,
        "opens_on": end + DAY,
        "has_ca3": dossier.vat_regime in DECLARED or not dossier.vat_regime,
        "form": form or StartForm(),
        "settings": vat.settings_of(dossier),
        "may_manage": request.rights.may("vat.manage"),
        "may_export": request.rights.may("books.export"),
        "may_describe": request.rights.may("dossier.manage"),
    }
    status = 422 if form and form.errors else 200
    return render(request, "ledger/vat/list.html", context, status=status)


@dossier_view(needs="vat.manage", methods=("POST",))
def start(request: DossierRequest) -> HttpResponse:
    """« Préparer »: draft the return of a period."""
    form = StartForm(request.POST)
    if form.is_valid():
        with refusals_in(form, vat_period_invalid="period", vat_return_exists="period"):
            made = start_return(request.dossier, start=form.cleaned_data["period"], by=request.user)
            return redirect("ledger:vat_return", request.dossier.slug, made.pk)
    return _list(request, form)


@dossier_view(needs="vat.manage", methods=("POST",))
def settings(request: DossierRequest) -> HttpResponse:
    """Whether the client is told."""
    tells = request.POST.get("previent") == "1"
    save_settings(request.dossier, by=request.user, tells_client=tells)
    messages.success(
        request,
        "Le client sera prévenu de chaque étape."
        if tells
        else "Le client ne sera plus prévenu par e-mail.",
    )
    return redirect("ledger:vat", request.dossier.slug)


@dossier_view(needs="vat.manage", methods=("POST",))
def rate(request: DossierRequest) -> HttpResponse:
    """The rate of an account whose label does not say it."""
    number, given = request.POST.get("compte", ""), request.POST.get("taux", "")
    save_settings(request.dossier, by=request.user, rates={number[:60]: given})
    messages.success(request, f"Taux du compte {number[:60]} enregistré.")
    wanted = request.POST.get("declaration", "")
    if wanted.isdigit() and len(wanted) < 19:
        return redirect(reverse("ledger:vat_return", args=[request.dossier.slug, int(wanted)]))
    return redirect("ledger:vat", request.dossier.slug)


def rate_choices() -> list[tuple[str, str]]:
    """The rates that the form knows, highest first."""
    return [
        (text_of(one), f"{text_of(one).replace('.', ',')}\u00a0%")
        for one in sorted(known_rates(), reverse=True)
    ]
