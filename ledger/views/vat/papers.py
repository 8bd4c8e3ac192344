"""What leaves and comes back of a return: the partner’s file, the PDF, the acknowledgement."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string

from clients.access import DossierRequest, dossier_view
from ledger.actions.vat_handover import AnswerUnreadable, partner_file, read_acknowledgement
from ledger.queries import vat
from ledger.vat.form import form_at
from ledger.vat.handover import MOST_BYTES
from ledger.views.bank.shared import gone_to
from ledger.views.vat.one import found
from ledger.views.vat.sheet import kept, sheet

CSS = "css/vat-paper.css"


@dossier_view(needs="vat.manage")
def xml(request: DossierRequest, pk: int) -> HttpResponse:
    """The file for the EDI partner."""
    name, content = partner_file(found(pk), by=request.user)
    answer = HttpResponse(content, content_type="application/xml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@dossier_view(needs="books.read")
def pdf(request: DossierRequest, pk: int) -> HttpResponse:
    """The return on paper, with the boxes that it keeps."""
    import weasyprint

    row = found(pk)
    context = {
        "row": row,
        "dossier": request.dossier,
        "words": vat.period_words(row.start, row.end),
        "sections": sheet(form_at(row.end), kept(row), None, whole=True),
        "person": request.user,
    }
    page = weasyprint.HTML(string=render_to_string("ledger/vat/paper.html", context))
    made = page.write_pdf(stylesheets=[weasyprint.CSS(filename=finders.find(CSS))])
    answer = HttpResponse(made, content_type="application/pdf")
    name = f"tva-{request.dossier.slug}-{row.end:%Y-%m}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@dossier_view(needs="vat.manage", methods=("POST",))
def acknowledgement(request: DossierRequest, pk: int) -> HttpResponse:
    """Read the partner’s acknowledgement."""
    row, sent = found(pk), request.FILES.get("file")
    if sent is None:
        raise AnswerUnreadable("Aucun fichier n’est arrivé. Déposez-le de nouveau.")
    done = read_acknowledgement(row, sent.read(MOST_BYTES + 1), by=request.user)
    messages.success(
        request,
        "Accusé lu\u00a0: déclaration acceptée."
        if done.state == "accepted"
        else f"Accusé lu\u00a0: déclaration rejetée ({done.reason}).",
    )
    url = redirect("ledger:vat_return", request.dossier.slug, row.pk).url
    return gone_to(request, url)
