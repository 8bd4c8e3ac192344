"""Assigning several people to several dossiers, asking for access, answering, and the review."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.access import open_dossier
from clients.actions import assignments
from clients.forms_people import AskAccess, Term
from clients.models import AccessRequest, Dossier
from clients.queries.people_leaving import ReviewRow, review
from clients.rights import may_in_firm
from clients.views.people_scope import assignable_dossiers, open_clients
from firm.access import FirmRequest, firm_view
from firm.errors import BusinessError, NotFound, refusals_in
from firm.models import User
from firm.spreadsheets import download

SHOWN = 200
REVIEW = ("Dossier", "Nom court", "Personne", "Adresse e-mail", "Rôles", "Pourquoi", "Droits",
          "Jusqu’au")  # fmt: skip


class NothingChosen(BusinessError):
    """An assignment wants people and dossiers."""

    code = "nothing_chosen"
    title = "Sélection vide"


@firm_view(needs="firm.manage_people", may=may_in_firm, methods=("GET", "POST"))
def assign(request: FirmRequest) -> HttpResponse:
    """Choose dossiers for the people ticked in the list, for good or until a day."""
    may = assignable_dossiers(request)
    asked = request.POST if request.method == "POST" else request.GET
    # The list's ticks are `ids`; here `ids` are dossiers, and the people go along as `personnes`.
    is_sent = "affecter" in request.POST
    typed = asked.getlist("personnes") or ([] if is_sent else asked.getlist("ids"))
    ids = {int(one) for one in typed if one.isdecimal() and len(one) < 19}
    staff = User.objects.filter(memberships__firm=request.firm).order_by("name", "email")
    chosen = [one for one in staff if one.pk in ids]
    search = asked.get("q", "").strip()
    dossiers = Dossier.objects.filter(pk__in=may).order_by("name", "pk")
    if search:
        dossiers = dossiers.filter(name__icontains=search) | dossiers.filter(siren=search)
    form = Term(request.POST if is_sent else None)
    if is_sent and form.is_valid():
        with refusals_in(form, access_reason_missing="reason", past_expiry="until"):
            return _assigned(request, form, chosen, list(dossiers))
    context = {"form": form, "chosen": chosen, "search": search, "dossiers": dossiers[:SHOWN],
               "others": [one for one in staff if one.pk not in ids],
               "total": dossiers.count()}  # fmt: skip
    return render(request, "people/assign.html", context, status=422 if is_sent else 200)


def _assigned(
    request: FirmRequest, form: Term, chosen: list[User], found: list[Dossier]
) -> HttpResponse:
    ticked = set(request.POST.getlist("ids"))
    picked = found if request.POST.get("tout") else [d for d in found if str(d.pk) in ticked]
    if not chosen or not picked:
        raise NothingChosen("Cochez au moins une personne et un dossier.")
    made, skipped = assignments.assign_many(
        request.firm, chosen, picked, by=request.user, expires_at=form.expires_at(),
        reason=form.cleaned_data["reason"],
    )  # fmt: skip
    said = f"{made} affectation{'s' if made > 1 else ''} faite{'s' if made > 1 else ''}."
    messages.success(request, " ".join([said, *skipped[:3]]))
    return redirect("people:list", request.firm.slug)


@firm_view(needs="firm.open", may=may_in_firm, methods=("GET", "POST"))
def ask(request: FirmRequest) -> HttpResponse:
    """« Demander l’accès » to a dossier, which may be one that the person does not see."""
    form = AskAccess(request.POST or None, initial={"wanted": request.GET.get("dossier", "")})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, access_reason_missing="reason"):
            assignments.request_access(request.firm, **form.cleaned_data, by=request.user)
            messages.success(
                request,
                "Demande transmise. Si ce dossier existe, ses administrateurs vous répondront.",
            )
            return redirect("clients:list", request.firm.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "people/ask.html", {"form": form}, status=status)


@firm_view(needs="firm.manage_people", may=may_in_firm, methods=("POST",))
def answer(request: FirmRequest, request_id: int) -> HttpResponse:
    """Grant what was asked for, until a day or for good, or refuse it."""
    open_clients(request)
    asked = AccessRequest.objects.select_related("user", "dossier").filter(pk=request_id).first()
    if asked is None:
        raise NotFound("Cette demande n’existe pas ou ne vous est pas montrée.")
    open_dossier(request.user, asked.dossier.slug, needs="dossier.assign", write=True)
    form = Term(request.POST)
    if not form.is_valid():
        raise assignments.PastExpiry("L’échéance n’est pas une date.")
    is_granted = request.POST.get("reponse") == "accorder"
    assignments.answer_request(
        asked, by=request.user, is_granted=is_granted, expires_at=form.expires_at()
    )
    said = "Accès ouvert à {}." if is_granted else "Demande de {} refusée."
    messages.success(request, said.format(asked.user))
    return redirect("people:list", request.firm.slug)


@firm_view(needs="firm.audit", may=may_in_firm)
def access_review(request: FirmRequest) -> HttpResponse:
    """« Revue des accès »: who opens which dossier and why; on the screen, its beginning."""
    ids = open_clients(request)
    rows = review(request.firm, ids)
    if form := request.GET.get("format"):
        return download(form, "revue-des-acces", REVIEW, map(_line, rows))
    listed = list(rows)
    context = {"rows": listed[:SHOWN], "total": len(listed),
               "people": len({row.person.pk for row in listed}), "dossiers": len(ids)}  # fmt: skip
    return render(request, "people/review.html", context)


def _line(row: ReviewRow) -> tuple[object, ...]:
    ends = [reason.expires_at for reason in row.reasons]
    return (
        row.dossier.name, row.dossier.slug, row.person.get_full_name(), row.person.email,
        ", ".join(dict.fromkeys(reason.label for reason in row.reasons)),
        " ".join(reason.sentence for reason in row.reasons),
        row.rights, None if None in ends else max(end for end in ends if end),
    )  # fmt: skip
