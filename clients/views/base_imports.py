"""« Importer la base clients »: the template, the preview, the outcome row by row."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.actions import base_imports
from clients.base_files import HEADINGS, MOST_BYTES, UnreadableBase, template
from clients.models import BaseImport
from clients.queries.base import template_rows
from clients.rights import may_in_firm
from firm import spreadsheets
from firm.access import FirmRequest, firm_view
from firm.errors import NotFound
from firm.models import Job

ACTIONS = {
    "create": ("À créer", "Créé"),
    "update": ("À mettre à jour", "Mis à jour"),
    "unchanged": ("Inchangé", "Inchangé"),
    "refused": ("Refusé", "Refusé"),
}


def _find(request: FirmRequest, pk: int) -> BaseImport:
    found = BaseImport.objects.filter(firm=request.firm, pk=pk).first()
    if found is None:
        raise NotFound("Cet import n’existe pas dans ce cabinet.")
    return found


@firm_view(needs="firm.import_base", may=may_in_firm, methods=("GET", "POST"))
def imports(request: FirmRequest) -> HttpResponse:
    """The drop zone, and the imports so far; posting a file answers where its preview is."""
    if request.method == "POST":
        sent = request.FILES.get("file")
        if sent is None:
            raise UnreadableBase("Aucun fichier n’est arrivé. Déposez-le de nouveau.")
        made = base_imports.receive_base(request.firm, sent, name=sent.name or "", by=request.user)
        url = reverse("base:one", args=[request.firm.slug, made.pk])
        is_script = "application/json" in request.headers.get("Accept", "")
        return JsonResponse({"url": url}) if is_script else redirect(url)
    rows = BaseImport.objects.filter(firm=request.firm).select_related("created_by")
    context = {"rows": rows.order_by("-created_at")[:50], "max_bytes": MOST_BYTES}
    return render(request, "clients/base_imports.html", context)


@firm_view(needs="firm.import_base", may=may_in_firm)
def one(request: FirmRequest, pk: int) -> HttpResponse:
    """The preview, then the outcome, row by row."""
    base = _find(request, pk)
    is_over = base.state == BaseImport.State.DONE
    counts = [(name, words[is_over], base.count(name)) for name, words in ACTIONS.items()]
    wanted = request.GET.get("etat", "")
    shown = [row for row in base.rows if not wanted or row["action"] == wanted]
    context = {
        "base": base,
        "counts": counts,
        "rows": [(row, ACTIONS[row["action"]][is_over]) for row in shown[:500]],
        "left_out": max(len(shown) - 500, 0),
        "todo": base.count("create") + base.count("update"),
        "job": Job.objects.filter(kind=base_imports.KIND, idempotency_key=str(base.pk)).first(),
    }
    return render(request, "clients/base_import.html", context)


@firm_view(needs="firm.import_base", may=may_in_firm, methods=("POST",))
def confirm(request: FirmRequest, pk: int) -> HttpResponse:
    """Write it."""
    base_imports.confirm_base(_find(request, pk), by=request.user)
    messages.success(request, "Import lancé\u00a0: suivez-le dans les travaux.")
    return redirect("base:one", request.firm.slug, pk)


@firm_view(needs="firm.import_base", may=may_in_firm, methods=("POST",))
def drop(request: FirmRequest, pk: int) -> HttpResponse:
    """Put it aside."""
    base_imports.drop_base(_find(request, pk), by=request.user)
    messages.success(request, "Import abandonné\u00a0: rien n’a été écrit.")
    return redirect("base:list", request.firm.slug)


@firm_view(needs="firm.import_base", may=may_in_firm)
def model(request: FirmRequest) -> HttpResponse:
    """The template, filled with the dossiers that exist and their identifiers."""
    answer = HttpResponse(
        template(template_rows(request.firm)), content_type=spreadsheets.TYPES["xlsx"]
    )
    answer["Content-Disposition"] = f'attachment; filename="clients-{request.firm.slug}.xlsx"'
    return answer


@firm_view(needs="firm.import_base", may=may_in_firm)
def outcome(request: FirmRequest, pk: int) -> HttpResponse:
    """The outcome of every row as CSV; no cell can carry a formula."""
    base = _find(request, pk)
    is_over = base.state == BaseImport.State.DONE
    rows = [
        [row["line"], ACTIONS[row["action"]][is_over], row["message"],
         *(row["values"].get(name, "") for name in HEADINGS)]
        for row in base.rows
    ]  # fmt: skip
    heads = ["Ligne", "Résultat", "Message", *HEADINGS.values()]
    return spreadsheets.download("csv", f"import-clients-{pk}", heads, rows)
