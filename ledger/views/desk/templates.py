"""« Modèles d’écriture »: their list, making and changing one, what it gives in the grid."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from clients.access import DossierRequest, dossier_view
from firm.errors import BusinessError, NotFound, refusals_in
from firm.formats import date_fr, parse_amount_fr
from ledger import forms_templates as forms
from ledger.actions import entry_templates as actions
from ledger.entry_formulas import HOWS, SIDES, cells, dated
from ledger.forms_entries import month_of
from ledger.models import EntryTemplate
from ledger.queries import entries, entry_desk
from ledger.views.desk.grid import NEEDS, find


def found(pk: int) -> EntryTemplate:
    """A template of the dossier in scope.

    Raises:
        NotFound: there is none with this number.
    """
    row: EntryTemplate | None = EntryTemplate.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound("Ce modèle n’existe pas ou ne vous est pas ouvert.")
    return row


@dossier_view(needs="books.read")
def template_list(request: DossierRequest) -> HttpResponse:
    """The templates by name."""
    rows = EntryTemplate.objects.order_by("name")
    context = {"rows": rows, "may_write": request.rights.may(NEEDS)}
    return render(request, "ledger/desk/templates.html", context)


@dossier_view(needs=NEEDS, methods=("GET", "POST"))
def new(request: DossierRequest) -> HttpResponse:
    """« Nouveau modèle »; `ecriture` begins it from an entry."""
    return _form(request, None)


@dossier_view(needs=NEEDS, methods=("GET", "POST"))
def edit(request: DossierRequest, pk: int) -> HttpResponse:
    """Change a template; what was written from it stays."""
    return _form(request, found(pk))


def _form(request: DossierRequest, row: EntryTemplate | None) -> HttpResponse:
    journals = entry_desk.journals_to_type(request.dossier)
    if request.method == "POST":
        form = forms.TemplateForm(journals, request.POST)
        lines, shown, faults = forms.sent_lines(request.POST)
        for fault in faults:
            form.add_error(None, fault)
        if form.is_valid():
            with refusals_in(form):
                actions.save_template(
                    request.dossier, row, lines=lines, by=request.user, **form.cleaned_data
                )
                messages.success(request, "Modèle enregistré.")
                return redirect("ledger:entry_templates", request.dossier.slug)
    elif row:
        form, shown = forms.TemplateForm.of(journals, row), forms.lines_of_template(row)
    else:
        form, shown = _begun(request, journals)
    context: dict[str, Any] = {
        "form": form, "row": row, "lines": shown, "hows": HOWS.items(), "sides": SIDES.items(),
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "ledger/desk/template.html", context, status=status)


def _begun(request: DossierRequest, journals: Any) -> tuple[forms.TemplateForm, Any]:
    """An empty form, or one that an entry fills."""
    asked = request.GET.get("ecriture", "")
    if not (asked.isdigit() and len(asked) < 19):
        return forms.TemplateForm(journals), forms.lines_of_template(None)
    entry = find(request, int(asked))
    lines = entries.lines_of(request.dossier, [entry])[entry.id]
    initial = {"name": entry.label[:120], "journal": entry.journal.code, "label": entry.label[:200]}
    return forms.TemplateForm(journals, initial=initial), forms.lines_of_entry(lines)


@dossier_view(needs=NEEDS, methods=("POST",))
def delete(request: DossierRequest, pk: int) -> HttpResponse:
    """Remove a template."""
    actions.delete_template(found(pk), by=request.user)
    messages.success(request, "Modèle supprimé. Les écritures faites avec lui restent.")
    return redirect("ledger:entry_templates", request.dossier.slug)


class AmountInvalid(BusinessError):
    """What was typed is no amount."""

    code = "template_amount_invalid"
    title = "Montant inexact"


@dossier_view(needs=NEEDS)
def lines(request: DossierRequest, pk: int) -> HttpResponse:
    """What the template gives in the grid for a month, and an amount if one is given."""
    row = found(pk)
    today = timezone.localdate()
    month = month_of(request.GET.get("mois", "")) or today
    day = today if (month.year, month.month) == (today.year, today.month) else month
    typed = request.GET.get("montant", "")
    try:
        amount = parse_amount_fr(typed)
    except ValueError as error:
        raise AmountInvalid(f"« {typed} » n’est pas un montant.") from error
    rows = cells(row.lines, label=row.label, day=day, amount=amount)
    return JsonResponse({
        "journal": row.journal, "date": date_fr(day), "piece": dated(row.piece_ref, day),
        "lines": rows,
    })  # fmt: skip
