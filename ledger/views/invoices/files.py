"""Purchases or sales from a spreadsheet: drop it, say what its columns are, see, confirm."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from firm.errors import NotFound
from firm.formats import plural
from ledger import invoice_sheets as sheets
from ledger.actions import invoice_files as actions
from ledger.models import InvoiceFile
from ledger.views.invoices.shared import SIDES

SHOWN = 200


@dossier_view(needs="invoices.manage", methods=("GET", "POST"))
def start(request: DossierRequest, direction: str) -> HttpResponse:
    """The drop zone and the files so far; posting one answers where its preview is."""
    if request.method == "POST":
        sent = request.FILES.get("file")
        if sent is None:
            raise actions.InvoiceFileUnreadable(
                "Aucun fichier n’est arrivé. Déposez-le de nouveau."
            )
        made = actions.receive_file(
            request.dossier, sent, direction=direction, name=sent.name or "", by=request.user
        )
        url = reverse("ledger:invoice_file", args=[request.dossier.slug, direction, made.id])
        is_script = "application/json" in request.headers.get("Accept", "")
        return JsonResponse({"url": url}) if is_script else redirect(url)
    rows = InvoiceFile.objects.filter(dossier=request.dossier, direction=direction)
    context = {
        "side": SIDES[direction],
        "files": rows.defer("rows", "heads").order_by("-created_at", "-id")[:20],
        "fields": sheets.FIELDS.values(),
        "max_bytes": sheets.MOST_BYTES,
    }
    return render(request, "ledger/invoices/files.html", context)


@dossier_view(needs="invoices.manage", methods=("GET", "POST"))
def preview(request: DossierRequest, direction: str, pk: int) -> HttpResponse:
    """What the file would give; posting says which column each field comes from."""
    file = _found(request, direction, pk)
    if request.method == "POST":
        mapping = {name: request.POST.get(name, "") for name in sheets.FIELDS}
        chosen = {name: int(at) for name, at in mapping.items() if at.isdigit() and len(at) < 5}
        actions.map_columns(file, mapping=chosen, by=request.user)
        return redirect("ledger:invoice_file", request.dossier.slug, direction, pk)
    context: dict[str, Any] = {"side": SIDES[direction], "file": file}
    if file.state == InvoiceFile.State.PREVIEWED:
        found = actions.prepare(file)
        shown = [*found.faulty, *(row for row in found.rows if not row.faults)]
        context |= {
            "found": found,
            "rows": shown[:SHOWN],
            "left_out": max(len(shown) - SHOWN, 0),
            "columns": list(enumerate(file.heads)),
            "fields": [
                (name, label, file.mapping.get(name)) for name, (label, _) in sheets.FIELDS.items()
            ],
            "new_parties": set(found.new_parties),
        }
    return render(request, "ledger/invoices/file.html", context)


@dossier_view(needs="invoices.manage", methods=("POST",))
def confirm(request: DossierRequest, direction: str, pk: int) -> HttpResponse:
    """Write all of it."""
    made = actions.confirm_file(_found(request, direction, pk), by=request.user)
    words = plural(made, "facture importée", "factures importées")
    messages.success(request, f"{words} : elles sont à comptabiliser.")
    url = reverse(f"ledger:{SIDES[direction].list_name}", args=[request.dossier.slug])
    return redirect(f"{url}?onglet=a-comptabiliser")


@dossier_view(needs="invoices.manage", methods=("POST",))
def drop(request: DossierRequest, direction: str, pk: int) -> HttpResponse:
    """Put it aside."""
    actions.drop_file(_found(request, direction, pk), by=request.user)
    messages.success(request, "Fichier abandonné : rien n’a été écrit.")
    return redirect("ledger:invoice_files", request.dossier.slug, direction)


def _found(request: DossierRequest, direction: str, pk: int) -> InvoiceFile:
    row: InvoiceFile | None = InvoiceFile.objects.filter(
        dossier=request.dossier, direction=direction, pk=pk
    ).first()
    if row is None:
        raise NotFound("Ce fichier n’existe pas dans ce dossier.")
    row.dossier = request.dossier
    return row
