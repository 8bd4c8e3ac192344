"""« Régularisations »: charges and income of another year, their entries and reversals."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from firm.errors import BusinessError, NotFound
from firm.formats import plural
from ledger.actions.cutoffs import (
    remove_cutoff,
    reverse_due,
    save_cutoff,
    undo_cutoffs,
    write_cutoffs,
)
from ledger.forms_assets import said_in
from ledger.forms_cutoffs import CutOffForm, CutOffListForm
from ledger.models import CutOff
from ledger.queries.asset_accounts import Chart
from ledger.queries.cutoffs import (
    STATES,
    AtClosing,
    Spreadable,
    at_closing,
    lines_of,
    mark,
    reversals_due,
    reversible_days,
    spreadable_lines,
)
from ledger.queries.years import Year, years_of
from ledger.views.assets.shared import gone_to
from ledger.views.books.cells import books_url


def _found(pk: int) -> CutOff:
    row: CutOff | None = CutOff.objects.select_related("dossier").filter(pk=pk).first()
    if row is None:
        raise NotFound("Cette régularisation n’existe pas dans ce dossier.")
    return row


@dossier_view(needs="books.read")
def cutoffs(request: DossierRequest) -> HttpResponse:
    """The cut-offs of a closing, and what remains to be written."""
    form = CutOffListForm(request.GET, years=years_of(request.dossier))
    waiting = reversals_due(request.dossier)
    ready = reversible_days(request.dossier, {one.closing for one in waiting})
    context: dict[str, Any] = {
        "form": form, "may_manage": request.rights.may("assets.manage"),
        "kinds": CutOff.Kind.choices, "table": "regularisations",
        "states": [(key, label) for key, (label, _tone) in STATES.items()],
        "waiting": len(waiting), "ready": sum(one.closing in ready for one in waiting),
    }  # fmt: skip
    if form.year:
        rows = at_closing(request.dossier, form.year.end)
        kept = [row for row in rows if form.lets_through(row)]
        context |= {
            "rows": [(row, *STATES[row.state]) for row in kept], "is_empty": not rows,
            "due": sum(row.state == "due" for row in rows),
            "total": sum(row.cents for row in kept), "vat": sum(row.vat for row in kept),
            "batches": _batches(rows), "year": form.year,
        }  # fmt: skip
    return render(request, "ledger/cutoffs/list.html", context)


def _batches(rows: list[AtClosing]) -> list[tuple[uuid.UUID, int]]:
    """What was written together at this closing, to be taken back: (number, entries)."""
    found: dict[uuid.UUID, int] = {}
    for row in rows:
        if row.written:
            found[row.written.batch] = found.get(row.written.batch, 0) + 1
    return list(found.items())


@dossier_view(needs="assets.manage")
def lines(request: DossierRequest) -> HttpResponse:
    """Lines of charges and income to spread, by their words."""
    form = CutOffListForm(request.GET, years=years_of(request.dossier))
    words = form.read("q")
    rows = (
        spreadable_lines(request.dossier, form.year.start, form.year.end, words)
        if form.year else []
    )  # fmt: skip
    return render(request, "ledger/cutoffs/lines.html", {"form": form, "rows": rows})


@dossier_view(needs="assets.manage", methods=("GET", "POST"))
def new(request: DossierRequest) -> HttpResponse:
    """A new cut-off: by hand, or from a line of the books (`ligne`)."""
    years = years_of(request.dossier)
    chosen = CutOffListForm(request.GET, years=years)
    line = _line(request, chosen.year)
    if request.method == "POST":
        source = {"source_entry_id": line.entry_id, "source_line_no": line.line_no} if line else {}
        return _form(request, None, CutOffForm(request.POST, years=years), source)
    if chosen.year is None:
        return _form(request, None, CutOffForm(years=years), {})
    kind = request.GET.get("nature", "")
    row = CutOff(
        kind=kind if kind in CutOff.Kind.values else CutOff.Kind.PREPAID,
        year_end=chosen.year.end, amount=0, vat=0,
    )  # fmt: skip
    if line:
        is_income = line.account.startswith("7")
        row.kind = CutOff.Kind.DEFERRED if is_income else CutOff.Kind.PREPAID
        row.label, row.account, row.amount = line.label, line.account, abs(line.cents)
        row.since = line.date
    return _form(request, None, CutOffForm.of(row, years), {})


def _line(request: DossierRequest, year: Year | None) -> Spreadable | None:
    wanted = request.GET.get("ligne", "")
    if not wanted or year is None:
        return None
    rows = spreadable_lines(request.dossier, year.start, year.end, request.GET.get("q", ""))
    found = next((row for row in rows if f"{row.entry_id}-{row.line_no}" == wanted), None)
    if found is None:
        raise NotFound("Cette ligne est déjà étalée, ou n’est plus dans les livres.")
    return found


@dossier_view(needs="assets.manage", methods=("GET", "POST"))
def edit(request: DossierRequest, pk: int) -> HttpResponse:
    """Change a cut-off that is not written."""
    row, years = _found(pk), years_of(request.dossier)
    form = (
        CutOffForm(request.POST, years=years)
        if request.method == "POST"
        else CutOffForm.of(row, years)
    )
    return _form(request, row, form, {})


def _form(
    request: DossierRequest, row: CutOff | None, form: CutOffForm, more: dict[str, Any]
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            made = save_cutoff(request.dossier, row, by=request.user, **form.cleaned_data, **more)
            messages.success(request, "Régularisation enregistrée\u00a0: écrivez-la à la clôture.")
            end = made.year_end.isoformat()
            return redirect(books_url(request.dossier, "cutoffs", exercice=end))
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "row": row}
    return render(request, "ledger/cutoffs/form.html", context, status=status)


@dossier_view(needs="assets.manage", methods=("POST",))
def remove(request: DossierRequest, pk: int) -> HttpResponse:
    """Take a cut-off away."""
    row = _found(pk)
    remove_cutoff(row, by=request.user)
    messages.success(request, f"«\u00a0{row.label}\u00a0» est retirée.")
    return redirect(books_url(request.dossier, "cutoffs", exercice=row.year_end.isoformat()))


@dossier_view(needs="books.read")
def preview(request: DossierRequest) -> HttpResponse:
    """The entries that a closing still lacks, with their reversals."""
    form = CutOffListForm(request.GET, years=years_of(request.dossier))
    context: dict[str, Any] = {"form": form, "may_manage": request.rights.may("assets.manage")}
    if form.year:
        due = [row for row in at_closing(request.dossier, form.year.end) if row.state == "due"]
        chart = Chart(request.dossier)
        context |= {
            "year": form.year, "mark": mark(due),
            "drafts": [(row, _rows(lines_of(row, chart))) for row in due],
            "is_reversible": bool(reversible_days(request.dossier, [form.year.end])),
        }  # fmt: skip
    return render(request, "ledger/cutoffs/preview.html", context)


def _rows(lines: Any) -> list[tuple[Any, int, int]]:
    return [(account, max(cents, 0), max(-cents, 0)) for account, cents in lines]


@dossier_view(needs="assets.manage", methods=("POST",))
def write(request: DossierRequest) -> HttpResponse:
    """Write what the preview showed."""
    form = CutOffListForm(request.POST, years=years_of(request.dossier))
    url = books_url(request.dossier, "cutoffs", exercice=form.chosen)
    if form.year is None:
        messages.error(request, "Ouvrez un exercice d’abord (menu «\u00a0Exercices\u00a0»).")
        return redirect(url)
    try:
        made = write_cutoffs(
            request.dossier, form.year, by=request.user, seen=request.POST.get("vu", "")
        )
    except BusinessError as error:
        messages.error(request, error.message)
        return redirect(url)
    said = plural(made.entries, "écriture de régularisation", "écritures de régularisation")
    after = "contre-passées le lendemain" if made.reversals else "à contre-passer ensuite"
    undo = reverse("ledger:cutoffs_undo", args=[request.dossier.slug, made.id])
    undo += f"?ex={form.chosen}"
    messages.success(request, f"{said}, {after}.", extra_tags=f"undo:{undo}")
    return redirect(url)


@dossier_view(needs="assets.manage", methods=("POST",))
def write_reversals(request: DossierRequest) -> HttpResponse:
    """Write the reversals due whose year is open now."""
    try:
        count = reverse_due(request.dossier, by=request.user)
    except BusinessError as error:
        messages.error(request, error.message)
    else:
        said = plural(count, "contre-passation écrite", "contre-passations écrites")
        messages.success(request, f"{said}.")
    return redirect(books_url(request.dossier, "cutoffs", exercice=request.POST.get("exercice")))


@dossier_view(needs="assets.manage", methods=("POST",))
def undo(request: DossierRequest, batch: uuid.UUID) -> HttpResponse:
    """Take a batch back, reversals included."""
    count = undo_cutoffs(request.dossier, batch, by=request.user)
    said = plural(count, "écriture retirée", "écritures retirées")
    messages.success(request, f"Régularisations annulées\u00a0: {said}.")
    url = books_url(request.dossier, "cutoffs", exercice=request.GET.get("ex"))
    return gone_to(request, url)
