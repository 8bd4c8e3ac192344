"""What the shell asks for on every page, a new dossier, and the jobs of the firm."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.actions.dossiers import create_dossier
from clients.forms import NewDossierForm
from clients.models import Dossier
from clients.queries import dossiers
from clients.queries.jobs import jobs_of_firm, jobs_of_person
from clients.rights import may_in_firm
from firm import jobs, navigation
from firm.access import FirmRequest, firm_view, person_view, public
from firm.errors import refusals_in
from firm.formats import siren
from firm.models import Membership, User


@public
def home(request: HttpRequest) -> HttpResponse:
    """The address of the product: sign in, or one's own space."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    membership = Membership.objects.filter(user_id=request.user.pk).select_related("firm").first()
    if membership:
        return redirect("clients:cockpit", membership.firm.slug)
    mine = dossiers.visible(limit=2)
    if len(mine) == 1:
        return redirect("ledger:home", mine[0].slug)
    return render(request, "clients/choose.html", {"dossiers": dossiers.visible()})


@firm_view(needs="firm.create_dossier", may=may_in_firm, methods=("GET", "POST"))
def new_dossier(request: FirmRequest) -> HttpResponse:
    """« Nouveau dossier »: a name is enough."""
    form = NewDossierForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, **NewDossierForm.REFUSALS):
            made = create_dossier(request.firm, by=request.user, **form.cleaned_data)
            return redirect("ledger:home", made.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "clients/new.html", {"form": form}, status=status)


@firm_view(needs="firm.open", may=may_in_firm)
def job_list(request: FirmRequest) -> HttpResponse:
    """« Travaux »: what ran for the firm, in the dossiers that one may see."""
    return render(request, "clients/jobs.html", {"jobs": jobs_of_firm(request.firm)})


@person_view()
def tray(request: HttpRequest) -> HttpResponse:
    """The job tray: one's own jobs, running first."""
    rows = jobs_of_person(request.user)  # type: ignore[arg-type]
    running = sum(1 for row in rows if row["state"] == "run")
    return render(request, "ui/job_tray.html", {"jobs": rows, "running": running})


@person_view(methods=("POST",))
def cancel_job(request: HttpRequest, job_id: int) -> HttpResponseBase:
    """Ask one of one's own jobs to stop."""
    user: User = request.user  # type: ignore[assignment]
    for job in jobs.Job.objects.filter(pk=job_id, requested_by=user.id):
        jobs.cancel(job, by=user)
    return tray(_as_get(request))


def _as_get(request: HttpRequest) -> HttpRequest:
    request.method = "GET"
    return request


@person_view()
def palette(request: HttpRequest) -> HttpResponse:
    """Answers of the command palette."""
    query = request.GET.get("q", "").strip()
    groups = navigation.find(request, query)
    return render(request, "ui/options.html", {"groups": groups})


@person_view()
def switcher(request: HttpRequest) -> HttpResponse:
    """« Entreprises »: the firm's space and the dossiers, recent first when nothing is typed."""
    user: User = request.user  # type: ignore[assignment]
    query = request.GET.get("q", "").strip()
    firms = [
        (
            "briefcase",
            row.firm.name,
            "Espace cabinet",
            reverse("clients:cockpit", args=[row.firm.slug]),
        )
        for row in Membership.objects.filter(user_id=user.pk).select_related("firm")
        if query.lower() in row.firm.name.lower()
    ]
    recent = recent_slugs(request)
    found = dossiers.visible(search=query, limit=30)
    if not query and recent:
        known = {row.slug for row in found}
        found += list(
            Dossier.objects.filter(slug__in=[slug for slug in recent if slug not in known])
        )
        found.sort(key=lambda row: recent.index(row.slug) if row.slug in recent else len(recent))
    rows = [
        ("building", row.name, siren(row.siren), reverse("ledger:home", args=[row.slug]))
        for row in found[:30]
    ]
    groups = [(title, part) for title, part in (("Cabinet", firms), ("Entreprises", rows)) if part]
    return render(request, "ui/options.html", {"groups": groups})


def recent_slugs(request: HttpRequest) -> list[str]:
    """Short names of the dossiers opened last in this session, latest first."""
    kept = request.session.get("recent", [])
    return [slug for slug in kept if isinstance(slug, str)]
