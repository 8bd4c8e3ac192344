"""Third parties that may be meant by what is being typed."""

from __future__ import annotations

from django.http import JsonResponse

from clients.access import DossierRequest, dossier_view
from ledger.queries.parties import complete_party


@dossier_view(needs="invoices.manage")
def parties(request: DossierRequest) -> JsonResponse:
    """Suppliers, or customers with `sens=sale`."""
    direction = "sale" if request.GET.get("sens") == "sale" else "purchase"
    rows = complete_party(request.dossier, direction, _typed(request))
    return JsonResponse({"options": [
        {"id": row.id, "text": row.label or row.code, "hint": row.code} for row in rows
    ]})  # fmt: skip


def _typed(request: DossierRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\0", "").split())[:100]
