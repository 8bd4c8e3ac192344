"""« Paramètres » of the firm: « Informations générales » and its modules."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients import company_numbers
from clients.forms_accounts import FirmForm
from clients.rights import may_in_firm
from firm.access import FirmRequest, firm_view
from firm.actions.settings import change_firm
from firm.errors import refusals_in

FIELDS = ("name", "siren", "has_client_accounts")


@firm_view(needs="firm.settings", may=may_in_firm, methods=("GET", "POST"))
def general(request: FirmRequest) -> HttpResponse:
    """Name, SIREN and modules; a module is on once this is saved, not before."""
    form = FirmForm(
        request.POST or None, initial={name: getattr(request.firm, name) for name in FIELDS}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(
            form, siren_invalid="siren", siret_invalid="siren", firm_name_missing="name",
            module_not_in_plan="has_client_accounts",
        ):  # fmt: skip
            wanted = {**form.cleaned_data}
            wanted["siren"] = company_numbers.read(wanted["siren"]).siren
            change_firm(request.firm, by=request.user, **wanted)
            messages.success(request, "Paramètres enregistrés.")
            return redirect("accounts:settings", request.firm.slug)
    status = 422 if request.method == "POST" else 200
    may_break_glass = may_in_firm(request.membership, "firm.break_glass")
    context = {"form": form, "may_break_glass": may_break_glass}
    return render(request, "accounts/settings.html", context, status=status)
