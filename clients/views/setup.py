"""« Mise en route »: the set-up board of the firm, and its guide."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse

from clients.actions.portfolio import resume_step, skip_step
from clients.queries import setup
from clients.rights import may_in_firm
from firm.access import FirmRequest, firm_view
from firm.errors import NotFound

GUIDE_CSS = "css/guide.css"
STATES = {"done": ("Fait", "ok"), "todo": ("À faire", "wait"), "skipped": ("Passée", "wait")}


@firm_view(needs="firm.settings", may=may_in_firm)
def board(request: FirmRequest) -> HttpResponse:
    """The steps in order: done, to do or skipped, each with its page and the one before it."""
    steps = setup.board(request.firm, request.membership)
    shown = [
        {
            "step": step,
            "rank": rank,
            "previous": steps[rank - 2] if rank > 1 else None,
            "state": STATES[step.state],
            "parts": [(part, _url(request.firm.slug, part)) for part in step.parts],
        }
        for rank, step in enumerate(steps, 1)
    ]
    settled = sum(1 for step in steps if step.state != "todo")
    return render(
        request, "clients/setup.html", {"steps": shown, "settled": settled, "count": len(steps)}
    )


def _url(firm: str, part: setup.Part) -> str:
    for name in part.url_names:
        with suppress(NoReverseMatch):
            return reverse(name, args=[firm]) + part.query
    return ""


@firm_view(needs="firm.settings", may=may_in_firm, methods=("POST",))
def skip(request: FirmRequest, code: str) -> HttpResponse:
    """Put a step aside, or take it up again."""
    if code not in setup.CODES:
        raise NotFound("Cette étape n’existe pas.")
    act = resume_step if request.POST.get("reprendre") else skip_step
    act(request.firm, code, by=request.user)
    return redirect("clients:setup", request.firm.slug)


@firm_view(needs="firm.open", may=may_in_firm)
def guide(request: FirmRequest) -> HttpResponse:
    """The guide of the set-up, to read or to download as PDF."""
    if request.GET.get("format") != "pdf":
        return render(request, "clients/guide.html", {})
    answer = HttpResponse(_pdf({"firm": request.firm}), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="guide-de-mise-en-route.pdf"'
    return answer


def _pdf(context: dict[str, Any]) -> bytes:
    import weasyprint

    page = weasyprint.HTML(string=render_to_string("clients/guide_pdf.html", context))
    made: bytes = page.write_pdf(stylesheets=[weasyprint.CSS(filename=finders.find(GUIDE_CSS))])
    return made
