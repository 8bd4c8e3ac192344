"""« Lettrage »: third parties with open lines at the left, the lines of one at the right."""

from __future__ import annotations

import json
import re
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from clients.access import DossierRequest, dossier_view
from firm.formats import amount, plural
from ledger.actions.lettering_lines import (
    Lettered,
    letter_lines,
    letterings_of,
    unletter,
)
from ledger.actions.write_offs import MOST
from ledger.forms_lettering import LetterForm, OpenItemsForm, ProposeForm, place_of
from ledger.models import Account, ThirdParty
from ledger.queries import open_items
from ledger.queries.lettering_batches import batches
from ledger.views.books.cells import books_url, next_url
from ledger.views.books.paging import cut

PARTIES = 200
UNDOABLE = 60  # lines that an address still names
_VIEWS = (("ouvertes", "Ouvertes"), ("toutes", "Toutes"), ("lettrees", "Lettrées"))
_PLACE = re.compile(r"[0-9]{1,18}-[0-9]{1,9}")


@dossier_view(needs="books.read")
def letterings(request: DossierRequest) -> HttpResponse:
    """The page; its pane alone for htmx."""
    form = OpenItemsForm(request.GET)
    spans = open_items.spans(request.dossier)
    span = next((one for one in spans if one.key == form.read("exercice")), spans[0])
    party = open_items.find_party(request.dossier, form.read("tiers"))
    pane = _pane(request, form, span, party) if party else {}
    if request.headers.get("HX-Target") == "detail":
        return render(request, "ledger/lettering/pane.html", pane)
    found = open_items.open_parties(
        request.dossier, span, every=bool(form.read("autres")), root=form.read("collectif"),
        text=form.read("q"), with_pairs=bool(form.read("paires")),
    )  # fmt: skip
    page = cut([row.key for row in found], request.GET.get("apres", ""), PARTIES)
    context = pane | {
        "form": form, "span": span,
        "spans": [(one.key, one.label) for one in spans[1:]], "current": spans[0].label,
        "roots": [(root, f"{root}…") for root in open_items.LETTERED],
        "rows": [(row, _url(form, request, row.key)) for row in found[page.start : page.end]],
        "count": len(found), "more": next_url(request, page.after), "chosen": form.read("tiers"),
        "totals": _sums(found), "propose": ProposeForm(initial=_asked(form, bool(party))),
        "batches": batches(request.dossier, limit=5),
        "is_narrow": any(form.read(name) for name in ("q", "collectif", "paires")),
        "may_letter": request.rights.may("books.letter"),
    }  # fmt: skip
    return render(request, "ledger/lettering/page.html", context)


def _asked(form: OpenItemsForm, has_party: bool) -> dict[str, Any]:
    return {
        "portee": "tiers" if has_party else "dossier", "tolerance": "0,05",
        "tiers": form.read("tiers"), "exercice": form.read("exercice"),
    }  # fmt: skip


def _sums(found: list[open_items.OpenParty]) -> dict[str, int]:
    return {
        "lines": sum(row.count for row in found), "debit": sum(row.debit for row in found),
        "credit": sum(row.credit for row in found), "balance": sum(row.balance for row in found),
    }  # fmt: skip


def _url(form: OpenItemsForm, request: DossierRequest, party: str, **more: object) -> str:
    """The page with one third party opened, its filters kept."""
    names = ("q", "collectif", "exercice", "paires", "autres", "vue")
    asked: dict[str, object] = {name: _said(form.read(name)) for name in names}
    return books_url(request.dossier, "letterings", **asked | {"tiers": party} | more)


def _said(value: str) -> str:
    return "1" if value == "True" else value


def _pane(
    request: DossierRequest,
    form: OpenItemsForm,
    span: open_items.Span,
    party: tuple[Account, ThirdParty | None],
) -> dict[str, Any]:
    account, third = party
    ids = (account.id, third.id if third else None)
    view = form.read("vue") or "ouvertes"
    cursor = request.GET.get("lignes", "")
    page = open_items.party_lines(request.dossier, ids, span, view=view, cursor=cursor)
    key = f"{account.id}-{third.id if third else 0}"
    return {
        "account": account, "third": third, "view": view, "page": page, "chosen": key,
        "sum": open_items.party_totals(request.dossier, ids, span, view=view),
        "views": [(value, label, _url(form, request, key, vue=value)) for value, label in _VIEWS],
        "here": _url(form, request, key),
        "more_lines": _url(form, request, key, lignes=page.after) if page.after else "",
        "most": MOST, "may_letter": request.rights.may("books.letter"),
    }  # fmt: skip


@dossier_view(needs="books.letter", methods=("POST",))
def letter(request: DossierRequest) -> HttpResponse:
    """Letter the lines ticked."""
    form = LetterForm(request.POST)
    made = letter_lines(
        request.dossier, form.places, by=request.user,
        remainder=form.remainder,  # type: ignore[arg-type]
    )  # fmt: skip
    undo = reverse("ledger:unletter", args=[request.dossier.slug, made.lettering.id])
    messages.success(request, said(made), extra_tags=f"undo:{undo}")
    return _back(request)


def said(made: Lettered) -> str:
    """« 3 lignes lettrées AB. Écart de 0,02 € passé en écriture BR-12. »"""
    lines = plural(made.lines, "ligne lettrée", "lignes lettrées")
    part = "" if made.lettering.is_balanced else ", en partiel"
    off = made.write_off
    more = f" Écart de {amount(off.debit)} passé par l’écriture {off.number}." if off else ""
    return f"{lines} {made.lettering.code}{part}.{more}"


@dossier_view(needs="books.letter", methods=("POST",))
def unletter_lines(request: DossierRequest) -> HttpResponse:
    """Undo the letterings of the lines ticked."""
    found = letterings_of(request.dossier, LetterForm(request.POST).places)
    return _unletter(request, found)


@dossier_view(needs="books.letter", methods=("POST",))
def unletter_one(request: DossierRequest, lettering_id: int) -> HttpResponse:
    """Undo one lettering: « Annuler » of the toast."""
    return _unletter(request, [lettering_id])


def _unletter(request: DossierRequest, ids: list[int]) -> HttpResponse:
    done = unletter(request.dossier, ids, by=request.user)
    codes = ", ".join(done.codes[:5])
    words = f"Lettrage {codes} défait." if len(done.codes) == 1 else f"Lettrages {codes} défaits."
    if done.write_offs:
        words += " L’écriture de l’écart est retirée."
    if done.kept:
        words += f" L’écriture {', '.join(done.kept)} reste\u00a0: sa période est close."
    undo = ""
    if len(done.codes) == 1 and len(done.places) <= UNDOABLE:
        again = reverse("ledger:letter_again", args=[request.dossier.slug])
        kept = ",".join(f"{entry}-{line}" for entry, line in done.places)
        reste = "ecart" if done.write_offs else "partiel"
        undo = f"undo:{again}?lignes={kept}&reste={reste}"
    messages.success(request, words, extra_tags=undo)
    return _back(request)


@dossier_view(needs="books.letter", methods=("POST",))
def letter_again(request: DossierRequest) -> HttpResponse:
    """« Annuler » after an unlettering: the lines that the address names are lettered again."""
    named = _PLACE.findall(request.GET.get("lignes", ""))
    places = [place for text in named if (place := place_of(text))]
    reste = "write_off" if request.GET.get("reste") == "ecart" else "partial"
    made = letter_lines(
        request.dossier,
        places,
        by=request.user,
        remainder=reste,  # type: ignore[arg-type]
    )
    messages.success(request, said(made))
    return _back(request)


def _back(request: DossierRequest) -> HttpResponse:
    """To the page that was left, on the line that follows; htmx loads it whole."""
    wanted = request.POST.get("next", "")
    page = reverse("ledger:letterings", args=[request.dossier.slug])
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    url = wanted if is_ours and wanted.startswith(page) else ""
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        if not url:
            answer["HX-Refresh"] = "true"
            return answer
        answer["HX-Trigger"] = json.dumps({"letterings-changed": _follow(request, url)})
        return answer
    return redirect(_follow(request, url or page))


def _follow(request: DossierRequest, url: str) -> str:
    after = request.POST.get("suite", "")
    return f"{url}#l-{after}" if _PLACE.fullmatch(after) else url
