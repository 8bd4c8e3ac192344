"""« Reprise »: what is dated before the takeover, beside what the FEC says of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from firm.formats import plural
from ledger.actions.bulk import archive_items
from ledger.actions.keeping import keep_items
from ledger.queries import gaps as found
from ledger.views.bulk_items import tell_moved


@dossier_view(needs="books.read")
def gap_list(request: DossierRequest) -> HttpResponse:
    """The held items of one verdict, and the number of each."""
    names = [name for name, _label in found.VERDICTS]
    asked = request.GET.get("liste", "")
    verdict = asked if asked in names else found.IN_FEC
    page = found.gap_page(request.dossier, verdict, request.GET.get("apres", ""))
    base = reverse("ledger:gaps", args=[request.dossier.slug])
    context = {
        "page": page,
        "verdict": verdict,
        "takeover": request.dossier.takeover_date,
        "tabs": [
            (name, label, f"{base}?liste={name}", page.counts[name])
            for name, label in found.VERDICTS
        ],
        "more": f"?liste={verdict}&apres={page.next}" if page.next else "",
        "may_decide": request.rights.may("duplicates.manage"),
        "may_manage": request.rights.may("dossier.manage"),
    }
    return render(request, "ledger/gaps.html", context)


@dossier_view(needs="duplicates.manage", methods=("POST",))
def put_away(request: DossierRequest) -> HttpResponse:
    """« Archiver »: the FEC has them."""
    invoices, moved = _chosen(request)
    job = archive_items(
        request.dossier, invoices=invoices, transactions=moved, by=request.user
    )  # fmt: skip
    tell_moved(request, job, "archivé", "archivés")
    return _back(request)


@dossier_view(needs="duplicates.manage", methods=("POST",))
def keep(request: DossierRequest) -> HttpResponse:
    """« Garder pour la comptabiliser »: the FEC lacks them."""
    return _keep(request, is_kept=True)


@dossier_view(needs="duplicates.manage", methods=("POST",))
def hold_back(request: DossierRequest) -> HttpResponse:
    """« Ne plus garder »."""
    return _keep(request, is_kept=False)


def _keep(request: DossierRequest, *, is_kept: bool) -> HttpResponse:
    invoices, moved = _chosen(request)
    count = keep_items(
        request.dossier, invoices=invoices, transactions=moved, is_kept=is_kept, by=request.user
    )
    said = "à comptabiliser dans la période de reprise" if is_kept else "de nouveau hors reprise"
    messages.success(request, f"{plural(count, 'élément')} {said}.")
    return _back(request)


def _chosen(request: DossierRequest) -> tuple[list[int], list[int]]:
    """Ids of the ticked invoices and transactions; with `tout` those of the whole list."""
    keys = request.POST.getlist("ids")
    if request.POST.get("tout"):
        keys = found.keys_of(request.dossier, request.POST.get("liste", ""))
    parts = [key.partition("-") for key in keys]
    ids = {
        kind: [int(pk) for each, _dash, pk in parts if each == kind and pk.isdigit()]
        for kind in "fb"
    }
    return ids["f"], ids["b"]


def _back(request: DossierRequest) -> HttpResponse:
    base = reverse("ledger:gaps", args=[request.dossier.slug])
    names = [name for name, _label in found.VERDICTS]
    verdict = request.POST.get("liste", "")
    return redirect(f"{base}?liste={verdict if verdict in names else found.IN_FEC}")
