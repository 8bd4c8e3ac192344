"""« Anomalies »: the rules that a year breaks, the hits of one, what is set aside and why."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from firm.errors import NotFound
from firm.formats import plural
from firm.models import User
from ledger.actions import anomalies as actions
from ledger.anomalies.catalogue import FAMILIES, SEVERITIES, Rule
from ledger.anomalies.thresholds import thresholds
from ledger.forms_anomalies import SHOWN, AnomalyForm
from ledger.models import AnomalyDismissal
from ledger.queries import anomalies as found
from ledger.queries.anomalies import DISMISSED, Hit, HitPage, RuleCount
from ledger.queries.anomaly_sql import Scene
from ledger.queries.years import Year, years_of
from ledger.views.books.cells import books_url

# Lines above which the page shows before its rules have run.
AT_ONCE = 150_000
PILLS = {"error": "danger", "warning": "warn", "hint": "line"}


class ShownHit(NamedTuple):
    """A hit, and the address of what it points to."""

    hit: Hit
    name: str
    url: str


@dossier_view(needs="books.read")
def anomaly_list(request: DossierRequest) -> HttpResponse:
    """The rules by severity with what they find in a year, and the one in `regle` beside them."""
    form = AnomalyForm(request.GET, years=years_of(request.dossier))
    context: dict[str, Any] = {
        "form": form,
        "year": form.year,
        "severities": list(SEVERITIES.items()),
        "families": list(FAMILIES.items()),
        "table": "anomalies",
    }
    if form.year and form.year.lines > AT_ONCE and not request.GET.get("calcul"):
        query = request.GET.copy()
        query["calcul"] = "1"
        context["later"] = f"?{query.urlencode()}"
    elif form.year:
        scene = Scene.of(request.dossier, form.year, form.years)
        context |= _listed(request, form, found.counts(scene, form.codes))
        if form.rule:
            context["detail"] = _detail(request, form, scene, found.rule_named(form.rule))
    return render(request, "ledger/anomalies.html", context)


@dossier_view(needs="books.read")
def anomaly(request: DossierRequest, rule: str) -> HttpResponse:
    """One rule: why it matters, what to do, and what it finds."""
    one, form, scene = _asked(request, rule)
    return render(request, "ledger/anomaly.html", _detail(request, form, scene, one))


@dossier_view(needs="books.review", methods=("POST",))
def dismiss_hits(request: DossierRequest, rule: str) -> HttpResponse:
    """« Écarter » the hits ticked, or all that are open."""
    one, form, scene = _asked(request, rule)
    keys = None if request.POST.get("tout") else request.POST.getlist("ids")
    act, count = actions.dismiss_hits(
        scene, one, keys=keys, reason=request.POST.get("motif", ""), by=request.user
    )
    _tell(request, act, f"{plural(count, 'anomalie')} {'écartée' if count < 2 else 'écartées'}.")
    return _back(request, form, one)


@dossier_view(needs="books.review", methods=("POST",))
def dismiss_rule(request: DossierRequest, rule: str) -> HttpResponse:
    """« Écarter la règle » for the whole year."""
    one, form, scene = _asked(request, rule)
    act = actions.dismiss_rule(scene, one, reason=request.POST.get("motif", ""), by=request.user)
    _tell(request, act, f"Règle écartée pour l’exercice : {one.title}.")
    return _back(request, form, one)


@dossier_view(needs="books.review", methods=("POST",))
def restore_hits(request: DossierRequest) -> HttpResponse:
    """« Rétablir » the decisions ticked."""
    ids = [int(pk) for pk in request.POST.getlist("ids") if pk.isdigit()]
    count = actions.restore(request.dossier, ids, by=request.user)
    text = f"{plural(count, 'anomalie')} de nouveau à examiner."
    messages.success(request, text if count else "Rien n’était à rétablir.")
    form = AnomalyForm(request.GET, years=years_of(request.dossier))
    return redirect(_address(request, form, form.rule))


@dossier_view(needs="books.review", methods=("POST",))
def undo_dismissal(request: DossierRequest, act: uuid.UUID) -> HttpResponse:
    """« Annuler » of one act."""
    count = actions.restore_act(request.dossier, act, by=request.user)
    if not count:
        raise NotFound("Cette décision n’est plus en vigueur : actualisez la page.")
    form = AnomalyForm(request.GET, years=years_of(request.dossier))
    return redirect(_address(request, form, form.rule))


def _asked(request: DossierRequest, code: str) -> tuple[Rule, AnomalyForm, Scene]:
    rule = found.rule_named(code)
    form = AnomalyForm(request.GET, years=years_of(request.dossier))
    if form.year is None:
        raise NotFound("Ce dossier n’a pas encore d’écriture.")
    return rule, form, Scene.of(request.dossier, form.year, form.years)


def _listed(
    request: DossierRequest, form: AnomalyForm, rows: Sequence[RuleCount]
) -> dict[str, Any]:
    kept = form.shown == DISMISSED
    count, amount = ("kept", "kept_amount") if kept else ("hits", "amount")
    sections = []
    for severity, label in SEVERITIES.items():
        mine = [row for row in rows if row.rule.severity == severity]
        shown = [row for row in mine if getattr(row, count) or form.read("vides")]
        if shown:
            sections.append({
                "label": f"{label}s",
                "count": sum(getattr(row, count) for row in mine),
                "amount": sum(getattr(row, amount) for row in mine),
                "rows": [
                    (row, getattr(row, count), getattr(row, amount),
                     _address(request, form, row.rule.code))
                    for row in shown
                ],
            })  # fmt: skip
    return {
        "sections": sections,
        "total": sum(section["count"] for section in sections),
        "total_amount": sum(section["amount"] for section in sections),
        "rules": len(rows),
        "clean": sum(row.is_clean for row in rows),
        "kept": sum(row.kept for row in rows),
        "shown": form.shown,
        "current": form.rule,
    }


def _detail(request: DossierRequest, form: AnomalyForm, scene: Scene, rule: Rule) -> dict[str, Any]:
    page = found.hit_page(scene, rule, form.wanted(), request.GET.get("apres", ""))
    whole = found.whole_rules(scene).get(rule.code)
    held = thresholds(scene.year.end)
    sort = form.wanted().sort

    def address(**more: str) -> str:
        return _address(request, form, rule.code, **{"tri": sort, **more})

    return {
        "rule": rule,
        "pill": PILLS[rule.severity],
        "page": page,
        "rows": _shown(request, scene.year, page),
        "whole": whole,
        "whole_by": _person(whole),
        "uses": [held[code] for code in rule.uses],
        "shown": form.shown,
        "views": [
            (label, address(vue=view), view == form.shown)
            for view, label in SHOWN
        ],
        "query": f"?exercice={scene.year.end.isoformat()}&regle={rule.code}",
        "more": address(apres=page.after) if page.after else "",
        "sorts": {
            name: (address(tri=f"-{name}" if sort == name else name), _arrow(sort, name))
            for name in found.SORTS
        },
        "may_review": request.rights.may("books.review"),
    }  # fmt: skip


def _arrow(sort: str, name: str) -> str:
    """The `aria-sort` of a column."""
    return {name: "ascending", f"-{name}": "descending"}.get(sort, "none")


def _person(whole: AnomalyDismissal | None) -> User | None:
    return User.objects.filter(pk=whole.created_by or 0).first() if whole else None


def _shown(request: DossierRequest, year: Year, page: HitPage) -> list[ShownHit]:
    rows = []
    for hit in page.hits:
        if hit.entry_id:
            url = reverse("ledger:entry", args=[request.dossier.slug, hit.entry_id])
            rows.append(ShownHit(hit, f"{hit.shown.journal} {hit.shown.number}".strip(), url))
        elif hit.account:
            said = {"exercice": year.end.isoformat(), "compte": hit.account}
            url = books_url(request.dossier, "general_ledger", **said)
            rows.append(ShownHit(hit, hit.account, url))
        else:
            rows.append(ShownHit(hit, "Exercice entier", ""))
    return rows


def _address(request: DossierRequest, form: AnomalyForm, rule: str, **more: str) -> str:
    """The page with the filters of the moment and a rule."""
    said: dict[str, str] = {
        name: form.read(name) for name in ("gravite", "famille", "vides", "vue")
    }
    said["exercice"] = form.year.end.isoformat() if form.year else ""
    return books_url(request.dossier, "anomalies", **{**said, "regle": rule, **more})


def _tell(request: DossierRequest, act: uuid.UUID, text: str) -> None:
    undo = reverse("ledger:undo_dismissal", args=[request.dossier.slug, act])
    messages.success(request, text, extra_tags=f"undo:{undo}")


def _back(request: DossierRequest, form: AnomalyForm, rule: Rule) -> HttpResponse:
    return redirect(_address(request, form, rule.code))
