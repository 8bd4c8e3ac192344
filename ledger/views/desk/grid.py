"""The page « Saisie » and what its grid asks for while one types; every answer but two is JSON."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from firm.errors import NotFound
from firm.formats import amount_plain, parse_amount_fr
from ledger.actions.entry_changes import version_of, why_not_editable
from ledger.forms_entries import Place, place_of
from ledger.models import Entry, EntryTemplate, Journal
from ledger.queries import entries, entry_desk
from ledger.queries.counterparts import counterparts
from ledger.queries.entry_documents import documents_of
from ledger.queries.years import month_label

NEEDS = "books.write"


@dossier_view(needs=NEEDS)
def desk(request: DossierRequest) -> HttpResponse:
    """The grid for one journal and one month, and what was typed there; `ecriture` reopens one."""
    journals = entry_desk.journals_to_type(request.dossier)
    months = entry_desk.open_months(request.dossier)
    opened = _asked_entry(request)
    asked = request.GET.dict()
    if opened:
        asked = {"journal": opened["journal"], "mois": opened["month"]}
    place = place_of(asked, kept_place(request), journals, months)
    keep_place(request, place)
    context: dict[str, Any] = {
        "journals": [(one.code, f"{one.code} · {one.label}") for one in journals],
        "months": [(f"{one:%Y-%m}", month_label(one)) for one in months],
        "place": place,
        "opened": opened,
        "templates": EntryTemplate.objects.order_by("name"),
        "max_bytes": settings.DOCUMENT_MAX_BYTES,
        "may_add": request.rights.may("documents.add"),
    }
    if place.journal and place.month:
        context |= listed(request, place.journal, place)
        context["piece"] = entry_desk.next_piece(request.dossier, place.journal, place.month)
    return render(request, "ledger/desk/page.html", context)


def kept_place(request: DossierRequest) -> dict[str, str]:
    """Where this person typed last in the dossier."""
    kept: dict[str, str] = request.session.get(f"saisie:{request.dossier.pk}", {})
    return kept


def keep_place(request: DossierRequest, place: Place) -> None:
    """Remember it, for this person's session."""
    if not (place.journal and place.month):
        return
    now = {"journal": place.journal.code, "mois": f"{place.month:%Y-%m}"}
    if kept_place(request) != now:
        request.session[f"saisie:{request.dossier.pk}"] = now


def listed(request: DossierRequest, journal: Journal, place: Place) -> dict[str, Any]:
    """What was typed in the journal and the month, and what they hold."""
    assert place.month is not None
    return {
        "typed": entry_desk.typed_entries(request.dossier, journal, place.month),
        "totals": entry_desk.month_totals(request.dossier, journal, place.month),
        "place": place,
    }


def _asked_entry(request: DossierRequest) -> dict[str, Any] | None:
    asked = request.GET.get("ecriture", "")
    return entry_json(request, int(asked)) if asked.isdigit() and len(asked) < 19 else None


def entry_json(request: DossierRequest, entry_id: int) -> dict[str, Any]:
    """An entry as the grid opens it, with its version and why it may not be changed.

    Raises:
        NotFound: there is none with this number.
    """
    found = find(request, entry_id)
    lines = entries.lines_of(request.dossier, [found])[found.id]
    return {
        **entry_desk.as_typed(found, lines),
        "month": f"{found.date:%Y-%m}",
        "version": version_of(found, lines),
        "refusal": why_not_editable(found),
        "documents": [{"id": row.id, "name": row.name} for row in documents_of(found)],
        "url": reverse("ledger:entry", args=[request.dossier.slug, found.id]),
    }


def find(request: DossierRequest, entry_id: int) -> Entry:
    """An entry of the dossier with its journal and year.

    Raises:
        NotFound: there is none with this number.
    """
    found = entries.find_entry(request.dossier, entry_id)
    if found is None:
        raise NotFound("Cette écriture n’existe plus ou ne vous est pas ouverte.")
    return found


@dossier_view(needs=NEEDS)
def entry_list(request: DossierRequest) -> HttpResponse:
    """The part of the page beneath the grid."""
    journals = entry_desk.journals_to_type(request.dossier)
    place = place_of(request.GET.dict(), {}, journals, entry_desk.open_months(request.dossier))
    if not (place.journal and place.month):
        raise NotFound("Ce journal n’existe pas dans ce dossier.")
    return render(request, "ledger/desk/typed.html", listed(request, place.journal, place))


@dossier_view(needs=NEEDS)
def choices(request: DossierRequest) -> HttpResponse:
    """The whole chart and every third party, for completion in the page; `null` if too many."""
    return JsonResponse({"choices": entry_desk.choices(request.dossier)})


@dossier_view(needs=NEEDS)
def proposal(request: DossierRequest) -> HttpResponse:
    """The lines that would follow one just typed in a journal."""
    asked = request.GET
    journal = Journal.objects.filter(code=asked.get("journal", "")).first()
    try:
        cents = (parse_amount_fr(asked.get("debit", "")) or 0) - (
            parse_amount_fr(asked.get("credit", "")) or 0
        )
    except ValueError:
        cents = 0
    found = counterparts(
        request.dossier, journal, account=asked.get("compte", "")[:60],
        third=asked.get("tiers", "")[:100], cents=cents,
    ) if journal and abs(cents) < 10**14 else []  # fmt: skip
    return JsonResponse({"lines": [
        {
            "account": one.account, "third": one.third, "name": one.name,
            "debit": amount_plain(one.cents) if one.cents > 0 else "",
            "credit": amount_plain(-one.cents) if one.cents < 0 else "",
        }
        for one in found
    ]})  # fmt: skip
