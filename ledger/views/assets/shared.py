"""What the pages of « Immobilisations » share: tabs, an asset found, addresses."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clients.access import DossierRequest
from firm.errors import NotFound
from ledger.forms_assets import YearChoiceForm
from ledger.models import FixedAsset
from ledger.views.books.cells import books_url

TABS = (
    ("registre", "Registre", "assets"),
    ("lignes", "À immobiliser", "asset_lines"),
    ("dotations", "Dotations", "asset_charges"),
    ("rapprochement", "Rapprochement", "asset_ties"),
    ("etats", "États 2054, 2055, 2033-C", "asset_forms"),
)


def find_asset(pk: int) -> FixedAsset:
    """A line of the register of the dossier in scope.

    Raises:
        NotFound: there is none with this number.
    """
    found: FixedAsset | None = FixedAsset.objects.select_related("dossier").filter(pk=pk).first()
    if found is None:
        raise NotFound("Cette immobilisation n’existe pas dans ce dossier.")
    return found


def base_context(request: DossierRequest, form: YearChoiceForm, tab: str) -> dict[str, Any]:
    """The year chosen, the tabs that keep it, and whether the person may write."""
    return {
        "form": form,
        "tab": tab,
        "tabs": [
            (key, label, books_url(request.dossier, name, exercice=form.chosen), "")
            for key, label, name in TABS
        ],
        "may_manage": request.rights.may("assets.manage"),
    }


def gone_to(request: HttpRequest, url: str) -> HttpResponse:
    """To a page after an act: the toast's « Annuler » asks by htmx, a form by itself."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


def pick(request: DossierRequest) -> list[str]:
    """What is ticked, without repetition."""
    return list(dict.fromkeys(request.POST.getlist("ids")))
