"""« Exporter le dossier » and « Supprimer le dossier »."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from clients.views.confirmations import require_word
from firm.access import SAFE
from firm.accounts import require_fresh_sign_in
from firm.errors import BusinessError, NotFound
from firm.models import Job, JobItem
from ledger import archive_store
from ledger.actions import dossier_deletion, dossier_export
from ledger.queries import dossiers as found

BOTH = ("GET", "POST")


class ConsequencesUnread(BusinessError):
    """The box that says « I have read » is not ticked."""

    code = "consequences_unread"
    title = "Case non cochée"


@dossier_view(needs="dossier.export", methods=BOTH)
def export(request: DossierRequest) -> HttpResponse:
    """The archives made so far, and a new one (POST)."""
    if request.method == "POST":
        dossier_export.start_dossier_export(request.dossier, by=request.user)
        messages.success(
            request, "L’archive se prépare. Un message vous dira quand elle est prête."
        )
        return redirect("ledger:dossier_export", request.dossier.slug)
    rows = found.archives_of(request.dossier)
    context = {
        "rows": rows,
        "is_waiting": any(not job.is_over for job, _item in rows),
        "deletion": found.open_deletion(request.dossier),
        "may_delete": request.rights.may("dossier.delete"),
    }
    return render(request, "ledger/dossier_export.html", context)


@dossier_view(needs="dossier.export")
def archive(request: DossierRequest, job_id: int) -> FileResponse:
    """The archive that a job made, for a month."""
    kept = Job.objects.filter(
        pk=job_id, dossier_id=request.dossier.id, kind=dossier_export.KIND, state=Job.State.DONE
    ).first()
    if kept is None:
        raise NotFound("Cette archive n’existe pas dans ce dossier, ou n’est pas prête.")
    item = JobItem.objects.get(dossier_id=request.dossier.id, job_id=job_id)
    source = archive_store.opened(request.dossier.id, job_id)
    return FileResponse(
        source,
        as_attachment=True,
        filename=item.result["file_name"],
        content_type="application/zip",
    )


@dossier_view(needs="dossier.delete", methods=BOTH)
def deletion(request: DossierRequest) -> HttpResponse:
    """What goes, what stays, what the law asks; then the box, the short name, a fresh sign-in."""
    require_fresh_sign_in(request)
    dossier = request.dossier
    if request.method not in SAFE:
        require_word(request, dossier.slug)
        if not request.POST.get("compris"):
            raise ConsequencesUnread("Cochez la case qui dit que vous avez lu les conséquences.")
        dossier_deletion.ask_deletion(dossier, by=request.user)
        messages.success(
            request,
            "La suppression est demandée. Le dossier reste consultable 30\u00a0jours, et son"
            " archive se prépare.",
        )
        return redirect("ledger:dossier_export", dossier.slug)
    context = {
        "dossier": dossier,
        "deletion": found.open_deletion(dossier),
        "refusal": dossier_deletion.refusal_to_delete(dossier),
        "holdings": found.holdings(dossier),
    }
    return render(request, "ledger/dossier_deletion.html", context)


@dossier_view(needs="dossier.delete", methods=("POST",))
def cancel(request: DossierRequest) -> HttpResponse:
    """« Annuler la suppression »."""
    dossier_deletion.cancel_deletion(request.dossier, by=request.user)
    messages.success(request, "La suppression est annulée : le dossier est de nouveau modifiable.")
    return redirect("ledger:dossier_export", request.dossier.slug)
