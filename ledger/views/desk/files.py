"""Entries from a spreadsheet: drop it, say what its columns are, see, confirm, take back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from firm.errors import NotFound
from firm.formats import plural
from ledger import entry_sheets as sheets
from ledger.actions import entry_files as actions
from ledger.models import EntryFile
from ledger.views.desk.grid import NEEDS

SHOWN = 200


@dossier_view(needs=NEEDS, methods=("GET", "POST"))
def start(request: DossierRequest) -> HttpResponse:
    """The drop zone and the files so far; posting one answers where its preview is."""
    if request.method == "POST":
        sent = request.FILES.get("file")
        if sent is None:
            raise actions.EntryFileUnreadable("Aucun fichier n’est arrivé. Déposez-le de nouveau.")
        made = actions.receive_entries(request.dossier, sent, name=sent.name or "", by=request.user)
        url = reverse("ledger:entry_file", args=[request.dossier.slug, made.id])
        is_script = "application/json" in request.headers.get("Accept", "")
        return JsonResponse({"url": url}) if is_script else redirect(url)
    rows = EntryFile.objects.filter(dossier=request.dossier).defer("rows", "heads")
    context = {
        "files": rows.order_by("-created_at", "-id")[:20],
        "fields": sheets.NAMES.values(),
        "max_bytes": sheets.MOST_BYTES,
    }
    return render(request, "ledger/desk/files.html", context)


@dossier_view(needs=NEEDS, methods=("GET", "POST"))
def preview(request: DossierRequest, pk: int) -> HttpResponse:
    """What the file would give; posting says which column each field comes from."""
    file = _found(request, pk)
    if request.method == "POST":
        mapping = {name: request.POST.get(name, "") for name in sheets.FIELDS}
        chosen = {name: int(at) for name, at in mapping.items() if at.isdigit() and len(at) < 5}
        actions.map_entry_columns(file, mapping=chosen, by=request.user)
        return redirect("ledger:entry_file", request.dossier.slug, pk)
    context: dict[str, Any] = {"file": file}
    if file.state == EntryFile.State.PREVIEWED:
        found = actions.prepare_entries(file)
        shown = [*found.faulty, *(row for row in found.rows if not row.faults)]
        context |= {
            "found": found,
            "rows": shown[:SHOWN],
            "left_out": max(len(shown) - SHOWN, 0),
            "columns": list(enumerate(file.heads)),
            "fields": [
                (name, label, file.mapping.get(name)) for name, label in sheets.NAMES.items()
            ],
        }
    return render(request, "ledger/desk/file.html", context)


@dossier_view(needs=NEEDS, methods=("POST",))
def confirm(request: DossierRequest, pk: int) -> HttpResponse:
    """Write all of it."""
    made = actions.confirm_entries(_found(request, pk), by=request.user)
    undo = reverse("ledger:entry_file_undo", args=[request.dossier.slug, pk])
    words = plural(made, "écriture importée", "écritures importées")
    messages.success(request, f"{words} en brouillard.", extra_tags=f"undo:{undo}")
    return redirect("ledger:entry_file", request.dossier.slug, pk)


@dossier_view(needs=NEEDS, methods=("POST",))
def undo(request: DossierRequest, pk: int) -> HttpResponse:
    """« Annuler l’import »."""
    removed = actions.undo_entries(_found(request, pk), by=request.user)
    words = plural(removed.entries, "écriture retirée", "écritures retirées")
    messages.success(request, f"{words}. {removed.said}".strip())
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    return redirect("ledger:entry_file", request.dossier.slug, pk)


@dossier_view(needs=NEEDS, methods=("POST",))
def drop(request: DossierRequest, pk: int) -> HttpResponse:
    """Put it aside."""
    actions.drop_entries(_found(request, pk), by=request.user)
    messages.success(request, "Fichier abandonné : rien n’a été écrit.")
    return redirect("ledger:entry_files", request.dossier.slug)


def _found(request: DossierRequest, pk: int) -> EntryFile:
    row: EntryFile | None = EntryFile.objects.filter(dossier=request.dossier, pk=pk).first()
    if row is None:
        raise NotFound("Ce fichier n’existe pas dans ce dossier.")
    row.dossier = request.dossier
    return row
