"""The red bin of lists and of a piece in full: archive, restore, delete what is named."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from clients.access import DossierRequest, dossier_view
from firm.formats import plural
from firm.models import Job, JobItem
from ledger.actions import bulk
from ledger.actions.bulk_pick import Selection
from ledger.forms_bulk import ItemsForm

KINDS = {"invoices": ("purchases", "sales"), "transactions": ("bank",)}


@dossier_view(needs="books.archive", methods=("POST",))
def archive_items(request: DossierRequest) -> HttpResponse:
    """The red bin: what was made here goes at once, what came with a file is looked at first."""
    rows = _rows(request)
    if request.POST.get("tout"):
        return _to_actions(request, "archive")
    try:
        job = bulk.archive_items(request.dossier, by=request.user, **rows)
    except bulk.NothingSelected as refused:
        if {one["reason"] for one in refused.details["skipped"]} != {"fec"}:
            raise
        asked = Selection(
            "archive", include_fec=True, invoices=rows["invoices"],
            transactions=rows["transactions"],
        )  # fmt: skip
        request.rights.require("books.archive_bulk")
        preview = bulk.preview_bulk(request.dossier, asked, by=request.user)
        return redirect("ledger:bulk_job", request.dossier.slug, preview.pk)
    tell_moved(request, job, "archivé", "archivés")
    return redirect(_next(request))


@dossier_view(needs="books.archive", methods=("POST",))
def restore_items(request: DossierRequest) -> HttpResponse:
    """« Restaurer »."""
    rows = _rows(request)
    if request.POST.get("tout"):
        return _to_actions(request, "restore")
    job = bulk.restore_items(request.dossier, by=request.user, **rows)
    tell_moved(request, job, "restauré", "restaurés")
    return redirect(_next(request))


@dossier_view(needs="books.delete", methods=("POST",))
def delete_items(request: DossierRequest) -> HttpResponse:
    """« Supprimer définitivement »: look at it, type the short name, prove who one is."""
    rows = _rows(request)
    if request.POST.get("tout"):
        return _to_actions(request, "delete")
    job = bulk.delete_items(request.dossier, by=request.user, **rows)
    return redirect("ledger:bulk_job", request.dossier.slug, job.pk)


def _rows(request: DossierRequest) -> dict[str, tuple[int, ...]]:
    rows = ItemsForm(request.POST).rows()
    if not any(rows.values()) and not request.POST.get("tout"):
        raise bulk.NothingSelected("Cochez au moins un élément.", skipped=[])
    return rows


def tell_moved(request: DossierRequest, job: Job, one: str, many: str) -> None:
    """Say how many items the job moved, with « Annuler » and « Voir »."""
    slug = request.dossier.slug
    item = JobItem.objects.get(dossier_id=request.dossier.id, job_id=job.pk)
    count = item.result["invoices"] + item.result["transactions"]
    words: Callable[[int], str] = lambda n: plural(n, f"élément {one}", f"éléments {many}")  # noqa: E731
    text = words(count) + "."
    if item.result["skipped"]:
        text = f"{words(count)}, {plural(item.result['skipped'], 'ignoré')}."
    undo = reverse("ledger:bulk_undo", args=[slug, job.pk])
    see = reverse("ledger:bulk_job", args=[slug, job.pk])
    messages.success(request, text, extra_tags=f"undo:{undo} see:{see}")


def _next(request: DossierRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return reverse("ledger:home", args=[request.dossier.slug])


def _to_actions(request: DossierRequest, operation: str) -> HttpResponse:
    """« Sélectionner les 132 »: by period and category, where all of it is counted first."""
    kinds = KINDS.get(request.POST.get("kind", ""), ())
    query = urlencode({"operation": operation, "natures": kinds}, doseq=True)
    return redirect(f"{reverse('ledger:bulk', args=[request.dossier.slug])}?{query}")
