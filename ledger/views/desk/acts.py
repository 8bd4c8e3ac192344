"""What the grid and the page of an entry do: write, change, take out, copy; all of it undone."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from clients.access import DossierRequest, dossier_view
from clients.queries.documents import visible
from firm.errors import BusinessError, NotFound
from firm.formats import date_fr, parse_date_fr
from ledger.actions.bulk import undo_bulk
from ledger.actions.entry_changes import copy_entry
from ledger.actions.entry_documents import attach_to_entry
from ledger.actions.entry_removal import withdraw_entry
from ledger.actions.entry_typing import write_typed
from ledger.forms_entries import SentEntry, sent_entry
from ledger.models import Entry
from ledger.queries import entry_desk
from ledger.queries.bulk import bulk_job
from ledger.views.desk.grid import NEEDS, entry_json, find

UNDOABLE = 5


class CopyDateInvalid(BusinessError):
    """What was typed is no day."""

    code = "copy_date_invalid"
    title = "Date inexacte"


@dossier_view(needs=NEEDS, methods=("POST",))
def create(request: DossierRequest) -> HttpResponse:
    """« Enregistrer » a new entry; answers it and the number of the next piece."""
    sent = sent_entry(request.body)
    made = write_typed(request.dossier, sent.entry, by=request.user)
    _attach(request, made, sent)
    undo = reverse("ledger:entry_withdraw", args=[request.dossier.slug, made.id])
    return _written(request, made, f"Écriture {made.number} enregistrée.", undo, status=201)


@dossier_view(needs=NEEDS, methods=("GET", "POST"))
def entry(request: DossierRequest, entry_id: int) -> HttpResponse:
    """One entry for the grid; posting changes it."""
    if request.method == "GET":
        return JsonResponse(entry_json(request, entry_id))
    sent, before = sent_entry(request.body), entry_json(request, entry_id)
    made = write_typed(
        request.dossier, sent.entry, by=request.user, change=entry_id, version=sent.version,
        unletter=sent.unletter,
    )  # fmt: skip
    _attach(request, made, sent)
    after = entry_json(request, entry_id)
    _remember(request, entry_id, {**before, "version": after["version"]})
    undo = reverse("ledger:entry_revert", args=[request.dossier.slug, entry_id])
    return _written(request, made, f"Écriture {made.number} modifiée.", undo)


def _kept(request: DossierRequest) -> dict[str, Any]:
    """What this person's latest changes in the dossier replaced, by entry."""
    kept: dict[str, Any] = request.session.get(f"saisie:{request.dossier.pk}:avant", {})
    return kept


def _remember(request: DossierRequest, entry_id: int, before: dict[str, Any] | None) -> None:
    """Keep what a change replaced, of the latest few; None forgets it."""
    kept = {key: value for key, value in _kept(request).items() if key != str(entry_id)}
    if before is not None:
        kept = dict([*kept.items(), (str(entry_id), before)][-UNDOABLE:])
    request.session[f"saisie:{request.dossier.pk}:avant"] = kept


def _attach(request: DossierRequest, made: Entry, sent: SentEntry) -> None:
    if sent.document is None:
        return
    document = visible(request.dossier, request.user, request.rights).filter(pk=sent.document)
    found = document.first()
    if found is None:
        raise NotFound("Ce document n’existe pas ou ne vous est pas ouvert.")
    attach_to_entry(made, found, by=request.user)


def _written(
    request: DossierRequest, made: Entry, text: str, undo: str, status: int = 200
) -> JsonResponse:
    piece = entry_desk.next_piece(request.dossier, made.journal, made.date.replace(day=1))
    see = reverse("ledger:entry", args=[request.dossier.slug, made.id])
    toast = {"text": text, "undo_url": undo, "url": see}
    return JsonResponse({"id": made.id, "piece": piece, "toast": toast}, status=status)


@dossier_view(needs=NEEDS, methods=("POST",))
def revert(request: DossierRequest, entry_id: int) -> HttpResponse:
    """« Annuler » one's own latest change of an entry, while nobody else has changed it."""
    kept = _kept(request).get(str(entry_id))
    if kept is None:
        raise NotFound("Cette modification ne peut plus être annulée.")
    text = {name: kept[name] for name in ("journal", "date", "piece", "lines")}
    sent = _again(text)
    made = write_typed(
        request.dossier, sent.entry, by=request.user, change=entry_id, version=kept["version"],
        unletter=True,
    )  # fmt: skip
    _remember(request, entry_id, None)
    return _told(request, f"Écriture {made.number} remise comme avant.", entry_id)


def _again(text: dict[str, Any]) -> SentEntry:
    """A kept entry goes through the same reader."""
    return sent_entry(json.dumps(text).encode())


def _told(request: DossierRequest, text: str, entry_id: int | None = None) -> HttpResponse:
    """After an « Annuler »: a toast to whoever stays in the page, else the page anew."""
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        messages.success(request, text)
        return answer
    messages.success(request, text)
    if entry_id is None:
        return redirect("ledger:entries", request.dossier.slug)
    return redirect("ledger:entry", request.dossier.slug, entry_id)


@dossier_view(needs=NEEDS, methods=("POST",))
def withdraw(request: DossierRequest, entry_id: int) -> HttpResponse:
    """« Retirer » a draft: it goes to the bin, and « Annuler » gives it back."""
    found = find(request, entry_id)
    job = withdraw_entry(request.dossier, found, by=request.user)
    undo = reverse("ledger:entry_give_back", args=[request.dossier.slug, job.pk])
    text = f"Écriture {found.number} retirée."
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"toast": {"text": text, "undo_url": undo}})
    messages.success(request, text, extra_tags=f"undo:{undo}")
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    return redirect("ledger:entries", request.dossier.slug)


@dossier_view(needs=NEEDS, methods=("POST",))
def give_back(request: DossierRequest, job_id: int) -> HttpResponse:
    """« Annuler » the taking out of an entry."""
    done = bulk_job(request.dossier, job_id)
    ids = done.item.params.get("entries") or []
    if not ids:
        raise NotFound("Ce travail n’a retiré aucune écriture.")
    undo_bulk(request.dossier, done.job, by=request.user)
    return _told(request, "L’écriture est de nouveau dans les livres.", ids[0])


@dossier_view(needs=NEEDS, methods=("POST",))
def copy(request: DossierRequest, entry_id: int) -> HttpResponse:
    """« Copier à une autre date »: a new draft, opened."""
    found = find(request, entry_id)
    typed = request.POST.get("date", "")
    try:
        day = parse_date_fr(typed, timezone.localdate())
    except ValueError:
        day = None
    if day is None:
        raise CopyDateInvalid(f"« {typed} » n’est pas une date : écrivez-la jj/mm/aaaa.")
    found.dossier = request.dossier
    made = copy_entry(found, date=day, by=request.user, piece_ref=request.POST.get("piece", ""))
    undo = reverse("ledger:entry_withdraw", args=[request.dossier.slug, made.id])
    text = f"Copiée au {date_fr(day)} : écriture {made.number}."
    messages.success(request, text, extra_tags=f"undo:{undo}")
    return redirect("ledger:entry", request.dossier.slug, made.id)
