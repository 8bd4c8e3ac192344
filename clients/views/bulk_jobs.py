"""A job over many dossiers: its preview, its progress, what became of each, and taking it back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients import bulk_kinds
from clients.actions.bulk_accounts import confirm_bulk
from clients.models import Dossier
from clients.queries import bulk_jobs
from clients.rights import may_in_firm
from clients.views.confirmations import require_word
from firm import job_batches, jobs
from firm.access import FirmRequest, firm_view
from firm.formats import date_fr, integer
from firm.models import Job, JobItem, User

State = JobItem.State
WORDS = {
    State.PLANNED: ("À traiter", "wait"),
    State.DONE: ("Fait", "ok"),
    State.SKIPPED: ("Laissé de côté", "wait"),
    State.FAILED: ("Refusé", "danger"),
}
VERBS = {
    bulk_kinds.DISCONNECT: "Déconnecter",
    bulk_kinds.LOCK: "Changer la restriction de",
    bulk_kinds.ASSIGN: "Affecter à",
}
LIVE = {Job.State.CONFIRMED, Job.State.RUNNING}


@firm_view(needs="firm.open", may=may_in_firm)
def one(request: FirmRequest, job_id: int) -> HttpResponse:
    """What would be done, is being done or was done, dossier by dossier."""
    job = bulk_jobs.job_over_many(request.firm, request.user, job_id)
    state = request.GET.get("etat", "")
    state = state if state in State.values else ""
    typed = request.GET.get("apres", "")
    page = bulk_jobs.items(job, state=state, after=int(typed[:18]) if typed.isdecimal() else 0)
    undo = bulk_jobs.undo_of(job)
    context: dict[str, Any] = {
        "job": job,
        "title": jobs.label(job.kind),
        "said": _said(job, page),
        "state_label": Job.State(job.state).label,
        "is_live": job.state in LIVE,
        "is_preview": job.state == Job.State.PREVIEWED,
        "is_parting": job.kind == bulk_kinds.DISCONNECT,
        "verb": VERBS.get(job.kind, "Traiter"),
        "counts": [
            (WORDS[key][0], integer(page.counts[key]), f"?etat={key}")
            for key in State
            if key in page.counts
        ],
        "state": state,
        "rows": [(row, *WORDS[State(row.state)]) for row in page.rows],
        "shown": len(page.rows),
        "total": page.counts.get(state, 0) if state else len(job.targets),
        "more": f"?etat={state}&apres={page.after}" if page.after else "",
        "undo": undo,
        "may_undo": job_batches.may_undo(job) and undo is None and State.DONE in page.counts,
    }
    return render(request, "clients/bulk_job.html", context)


def _said(job: Job, page: bulk_jobs.ItemPage) -> str:
    """What is asked for, in a sentence."""
    asked = page.params
    if job.kind == bulk_kinds.LOCK and asked:
        mode = Dossier.LockMode(asked["mode"])
        if mode == Dossier.LockMode.NONE:
            return "La restriction est levée."
        day = date_fr(dt.date.fromisoformat(asked["date"]))
        return f"Restriction jusqu’au {day} inclus, portée\u00a0: {mode.label.lower()}."
    if job.kind == bulk_kinds.ASSIGN and asked:
        person = User.objects.filter(pk=asked["person"]).first()
        return f"{person} est affecté aux dossiers, sans limite de durée." if person else ""
    return ""


@firm_view(needs="firm.open", may=may_in_firm, methods=("POST",))
def confirm(request: FirmRequest, job_id: int) -> HttpResponse:
    """Let it run; parting from clients wants the firm's short name."""
    job = bulk_jobs.job_over_many(request.firm, request.user, job_id)
    if job.kind == bulk_kinds.DISCONNECT:
        require_word(request, request.firm.slug)
    confirm_bulk(job, by=request.user)
    return redirect("clients:job", request.firm.slug, job.pk)


@firm_view(needs="firm.open", may=may_in_firm, methods=("POST",))
def drop(request: FirmRequest, job_id: int) -> HttpResponse:
    """Put the preview aside."""
    job = bulk_jobs.job_over_many(request.firm, request.user, job_id)
    job_batches.drop(job, by=request.user)
    messages.success(request, "Aperçu abandonné\u00a0: rien n’a été modifié.")
    return redirect("clients:list", request.firm.slug)


@firm_view(needs="firm.open", may=may_in_firm, methods=("POST",))
def stop(request: FirmRequest, job_id: int) -> HttpResponse:
    """Stop before the next dossier; what is done stays done."""
    job = bulk_jobs.job_over_many(request.firm, request.user, job_id)
    jobs.cancel(job, by=request.user)
    return redirect("clients:job", request.firm.slug, job.pk)


@firm_view(needs="firm.open", may=may_in_firm, methods=("POST",))
def undo(request: FirmRequest, job_id: int) -> HttpResponse:
    """Take back what it did, dossier by dossier."""
    job = bulk_jobs.job_over_many(request.firm, request.user, job_id)
    made = job_batches.undo(job, by=request.user)
    return redirect("clients:job", request.firm.slug, made.pk)
