"""Imports FEC: the list with its drop zone, and the review of one file."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from firm.errors import NotFound
from firm.models import Job
from ledger.actions import fec_import, fec_review
from ledger.forms_import import CorrectionForm
from ledger.models import FecFinding, FecImport
from ledger.queries import imports
from ledger.queries.raw_lines import excerpt

RUNNING = {"uploaded", "importing", "undoing"}


def find(pk: int) -> FecImport:
    """An import of the dossier in scope.

    Raises:
        NotFound: there is none with this number.
    """
    row: FecImport | None = FecImport.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound("Cet import n’existe pas dans ce dossier.")
    return row


@dossier_view(needs="fec.import")
def import_list(request: DossierRequest) -> HttpResponse:
    """« Imports FEC »: drop a file, see what became of those before."""
    context = {"rows": imports.imports_of_dossier(), "max_bytes": settings.FEC_MAX_BYTES}
    return render(request, "ledger/imports.html", context)


@dossier_view(needs="fec.import", methods=("POST",))
def upload(request: DossierRequest) -> HttpResponse:
    """Receive a file; the answer says where its review is."""
    sent = request.FILES.get("file")
    if sent is None:
        raise fec_import.EmptyUpload("Aucun fichier n’est arrivé. Déposez-le de nouveau.")
    row = fec_import.receive(request.dossier, sent, name=sent.name or "", by=request.user)
    url = reverse("ledger:import_review", args=[request.dossier.slug, row.id])
    if row.state == FecImport.State.IMPORTED:
        messages.info(request, "Ce fichier est déjà importé dans ce dossier : rien n’a été ajouté.")
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"url": url})
    return redirect(url)


@dossier_view(needs="fec.import")
def review(request: DossierRequest, pk: int) -> HttpResponse:
    """The review of one file: verdicts, findings, what will be created, the decision."""
    row = find(pk)
    context = {"row": row, "job": Job.objects.filter(pk=row.job_id or 0).first()}
    if row.state not in RUNNING:
        context |= _findings(request, row)
    return render(request, "ledger/import_review.html", context)


@dossier_view(needs="fec.import")
def progress(request: DossierRequest, pk: int) -> HttpResponse:
    """The progress of the import's job; it asks for the whole page once it is over."""
    row = find(pk)
    job = Job.objects.filter(pk=row.job_id or 0).first()
    response = render(request, "ledger/import_progress.html", {"row": row, "job": job})
    if row.state not in RUNNING:
        response["HX-Refresh"] = "true"
    return response


def _findings(request: DossierRequest, row: FecImport) -> dict[str, Any]:
    only_errors = request.GET.get("gravite") == "erreurs"
    search = request.GET.get("q", "").strip()
    groups = imports.findings_by_code(row, search=search, only_errors=only_errors)
    chosen = request.GET.get("observation", "")
    current = next(
        (found for group in groups for found in group["findings"] if str(found.id) == chosen), None
    ) or next((found for group in groups for found in group["findings"] if found.line), None)
    context = {
        "groups": groups,
        "findings_total": sum(row.finding_counts.values()),
        "errors_total": sum(g["count"] for g in groups if g["severity"] == "error"),
        "search": search,
        "only_errors": only_errors,
        "questions": fec_import.open_questions(row),
        "base_query": urlencode({"q": search, "gravite": "erreurs" if only_errors else ""}),
    }
    if current:
        context |= _shown(row, current)
    return context


def _shown(row: FecImport, current: FecFinding) -> dict[str, Any]:
    """The raw line of a finding, and its neighbours among the findings."""
    same = FecFinding.objects.filter(fec_import=row, code=current.code, line__isnull=False)
    return {
        "current": current,
        "excerpt": excerpt(row, current.line, column=current.column) if current.line else None,
        "form": CorrectionForm(initial={"line": current.line, "account": current.old or ""}),
        "previous": same.filter(line__lt=current.line or 0).order_by("-line").first(),
        "following": same.filter(line__gt=current.line or 0).order_by("line").first(),
    }


@dossier_view(needs="fec.import")
def finding(request: DossierRequest, pk: int, finding_id: int) -> HttpResponse:
    """One finding with its line, for the right-hand pane."""
    row = find(pk)
    current = FecFinding.objects.filter(fec_import=row, pk=finding_id).first()
    if current is None:
        raise NotFound("Cette observation n’existe plus : le fichier a été relu depuis.")
    return render(request, "ledger/import_finding.html", {"row": row, **_shown(row, current)})


@dossier_view(needs="fec.import")
def line(request: DossierRequest, pk: int, number: int) -> HttpResponse:
    """Where a line of the books comes from: the file's line, as it came."""
    row = find(pk)
    context = {"row": row, "number": number, "excerpt": excerpt(row, number)}
    return render(request, "ledger/import_line.html", context)


@dossier_view(needs="fec.import", methods=("POST",))
def correct(request: DossierRequest, pk: int) -> HttpResponse:
    """Settle a finding; the file is read again and the verdict follows."""
    row = find(pk)
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        message = " ".join(str(error) for errors in form.errors.values() for error in errors)
        raise fec_review.CorrectionInvalid(message)
    fec_review.correct(request.dossier, row, change=form.change(), by=request.user)
    return redirect("ledger:import_review", request.dossier.slug, row.id)


@dossier_view(needs="fec.import", methods=("POST",))
def read_again(request: DossierRequest, pk: int) -> HttpResponse:
    """« Relire le fichier », after a reading that was stopped or failed."""
    row = find(pk)
    fec_review.read_again(request.dossier, row, by=request.user)
    return redirect("ledger:import_review", request.dossier.slug, row.id)


@dossier_view(needs="fec.import", methods=("POST",))
def confirm(request: DossierRequest, pk: int) -> HttpResponse:
    """« Importer »: write the books."""
    row = find(pk)
    fec_import.confirm(request.dossier, row, by=request.user, mode=request.POST.get("mode", ""))
    return redirect("ledger:import_review", request.dossier.slug, row.id)


@dossier_view(needs="fec.import", methods=("POST",))
def reject(request: DossierRequest, pk: int) -> HttpResponse:
    """Put the file aside."""
    fec_import.reject(request.dossier, find(pk), by=request.user)
    messages.success(request, "Fichier écarté. Rien n’a été écrit dans les livres.")
    return redirect("ledger:imports", request.dossier.slug)


@dossier_view(needs="fec.import", methods=("POST",))
def undo(request: DossierRequest, pk: int) -> HttpResponse:
    """« Annuler l’import »: take its books back."""
    row = find(pk)
    fec_import.start_undo(
        request.dossier, row, by=request.user, confirmation=request.POST.get("confirmation", "")
    )
    return redirect("ledger:import_review", request.dossier.slug, row.id)
