"""Automatic lettering: propose, look, keep or leave out, confirm, follow, take back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from firm.formats import plural
from firm.models import Job
from ledger.actions import lettering_batches as actions
from ledger.actions.lettering_batches import Wanted
from ledger.forms_lettering import ProposeForm
from ledger.models import LetteringProposal
from ledger.queries import lettering_batches as queries
from ledger.queries import open_items
from ledger.views.books.cells import next_url


@dossier_view(needs="books.letter", methods=("POST",))
def propose(request: DossierRequest) -> HttpResponse:
    """« Proposer »: look for groups; nothing is lettered."""
    form = ProposeForm(request.POST)
    if not form.is_valid():
        context = {"propose": form, "chosen": request.POST.get("tiers", "")}
        return render(request, "ledger/lettering/propose.html", context, status=422)
    job = actions.preview_letterings(request.dossier, _wanted(request, form), by=request.user)
    url = reverse("ledger:lettering_batch", args=[request.dossier.slug, job.pk])
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


def _wanted(request: DossierRequest, form: ProposeForm) -> Wanted:
    got = form.cleaned_data
    party = open_items.find_party(request.dossier, got["tiers"])
    tolerance, span = got["tolerance"], got["exercice"]
    if party is None or got["portee"] == "dossier":
        return Wanted(span=span, tolerance=tolerance, label="Tout le dossier")
    account, third = party
    if got["portee"] == "compte":
        return Wanted(account.id, None, span, tolerance, f"Compte {account.number}")
    named = str(third) if third else f"{account.number} sans tiers"
    return Wanted(account.id, third.id if third else 0, span, tolerance, named)


@dossier_view(needs="books.read")
def page(request: DossierRequest, job_id: int) -> HttpResponse:
    """One automatic lettering: its proposals, its progress or what it did."""
    found = queries.batch(request.dossier, job_id)
    if request.headers.get("HX-Target") == "lettering-progress":
        if found.is_moving:
            return render(request, "ledger/lettering/progress.html", {"batch": found})
        return HttpResponse(headers={"HX-Refresh": "true"})
    tab, reason = _tab(request), _reason(request)
    rows, after = queries.proposal_page(
        request.dossier, job_id, tab=tab, reason=reason, cursor=request.GET.get("apres", "")
    )
    counts = queries.by_reason(request.dossier, job_id)
    context = {
        "batch": found, "rows": rows, "tab": tab, "more": next_url(request, after),
        "total": _total(counts, tab, reason), "reasons": [row[:2] for row in counts],
        "tabs": _tabs(counts), "chosen": queries.chosen(request.dossier, job_id),
        "is_waiting": found.job.state == Job.State.PREVIEWED,
        "may_letter": request.rights.may("books.letter"), "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "ledger/lettering/batch.html", context)


def _tab(request: DossierRequest) -> str:
    asked = request.GET.get("onglet", "")
    return asked if asked in queries.TABS else "proposes"


def _reason(request: DossierRequest) -> str:
    asked = request.GET.get("motif", "")
    return asked if asked in LetteringProposal.Reason.values else ""


def _total(counts: list[tuple[str, str, int, int]], tab: str, reason: str) -> int:
    at = 3 if tab == "ambigus" else 2
    return sum(int(row[at]) for row in counts if not reason or row[0] == reason)


def _tabs(counts: list[tuple[str, str, int, int]]) -> list[tuple[str, str, str, int | str]]:
    return [
        ("proposes", "Proposés", "?onglet=proposes", sum(row[2] for row in counts)),
        ("ambigus", "Ambigus", "?onglet=ambigus", sum(row[3] for row in counts)),
    ]


@dossier_view(needs="books.letter", methods=("POST",))
def choose(request: DossierRequest, job_id: int) -> HttpResponse:
    """Keep or leave out the proposals ticked, or with `tout` all those of the list."""
    job = queries.batch(request.dossier, job_id).job
    keep = request.POST.get("retenir") == "1"
    whole = request.POST.get("tout") == "1"
    ids = [int(pk) for pk in request.POST.getlist("ids") if pk.isdecimal() and len(pk) < 19]
    count = actions.choose(
        request.dossier, job, by=request.user, keep=keep, ids=ids,
        tab=_tab(request) if whole else "", reason=_reason(request) if whole else "",
    )  # fmt: skip
    word = ("groupe retenu", "groupes retenus") if keep else ("groupe écarté", "groupes écartés")
    messages.success(request, f"{plural(count, *word)}.")
    return redirect(f"{_url(request, job_id)}?{request.GET.urlencode()}")


@dossier_view(needs="books.letter", methods=("POST",))
def confirm(request: DossierRequest, job_id: int) -> HttpResponse:
    """« Lettrer »: run what is kept."""
    job = queries.batch(request.dossier, job_id).job
    actions.confirm_letterings(request.dossier, job, by=request.user)
    return redirect(_url(request, job_id))


@dossier_view(needs="books.letter", methods=("POST",))
def give_up(request: DossierRequest, job_id: int) -> HttpResponse:
    """Forget the proposals."""
    job = queries.batch(request.dossier, job_id).job
    actions.give_up_letterings(request.dossier, job, by=request.user)
    return redirect("ledger:letterings", request.dossier.slug)


@dossier_view(needs="books.letter", methods=("POST",))
def undo(request: DossierRequest, job_id: int) -> HttpResponse:
    """« Annuler » a whole automatic lettering."""
    job = queries.batch(request.dossier, job_id).job
    undone = actions.undo_batch(request.dossier, job, by=request.user)
    if undone.is_over:
        messages.success(request, "Lettrage automatique annulé : les lignes sont rouvertes.")
    return redirect(_url(request, job_id))


def _url(request: DossierRequest, job_id: int) -> str:
    return reverse("ledger:lettering_batch", args=[request.dossier.slug, job_id])
