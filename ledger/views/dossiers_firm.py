"""« Archives de dossiers » of a firm: take one in, and the receipts of those deleted."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.models import DossierDeletion
from clients.rights import may_in_firm
from firm.access import FirmRequest, firm_view
from ledger.actions.dossier_load import local_copy, receive_archive
from ledger.portable.reading import ArchiveUnreadable


@firm_view(needs="firm.import_dossier", may=may_in_firm, methods=("GET", "POST"))
def archives(request: FirmRequest) -> HttpResponse:
    """The drop zone and the receipts; a posted archive becomes a new dossier, filled by a job."""
    if request.method == "POST":
        sent = request.FILES.get("file")
        if sent is None:
            raise ArchiveUnreadable("Aucun fichier n’est arrivé. Déposez-le de nouveau.")
        with local_copy(sent) as path:
            dossier, _job = receive_archive(request.firm, path, by=request.user)
        messages.success(
            request,
            f"L’archive est vérifiée. {dossier.name} se remplit ; suivez la reprise en haut à"
            " droite.".replace(" ;", "\u202f;"),
        )
        url = reverse("ledger:home", args=[dossier.slug])
        is_script = "application/json" in request.headers.get("Accept", "")
        return JsonResponse({"url": url}) if is_script else redirect(url)
    rows = DossierDeletion.objects.filter(firm=request.firm).order_by("-requested_at", "-id")
    return render(request, "ledger/archives.html", {"rows": rows[:100]})
