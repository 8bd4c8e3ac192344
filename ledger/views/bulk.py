"""« Infos client › Actions »: choose, look, confirm, follow, take back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clients.access import DossierRequest, dossier_view
from firm.accounts import require_fresh_sign_in
from firm.errors import NotFound
from firm.formats import plural
from firm.models import Job
from firm.spreadsheets import AMOUNT, download
from ledger.actions import bulk, sealed
from ledger.actions.bulk_pick import REASONS, Selection, pick
from ledger.forms_bulk import KIND_LABELS, BulkForm
from ledger.queries.bulk import (
    Done,
    Row,
    bulk_job,
    bulk_jobs,
    choices,
    picked_rows,
    rows_of_job,
    undo_of,
)

SHOWN = 50
HEADS = ("Élément", "Libellé", "Tiers", "Date", "Montant", "Sort", "Issu du FEC")


@dossier_view(needs="books.archive_bulk")
def actions(request: DossierRequest) -> HttpResponse:
    """The form, and what was done before."""
    form = BulkForm(initial=_initial(request), choices=choices())
    return render(request, "ledger/bulk/page.html", _context(request, form))


@dossier_view(needs="books.archive_bulk", methods=("POST",))
def preview(request: DossierRequest) -> HttpResponse:
    """« Calculer l’aperçu »: count what would go; nothing is written on."""
    form = BulkForm(request.POST, choices=choices())
    if not form.is_valid():
        return render(request, "ledger/bulk/page.html", _context(request, form), status=422)
    selection = form.selection()
    request.rights.require(bulk.RIGHTS[selection.operation])
    job = bulk.preview_bulk(request.dossier, selection, by=request.user)
    return redirect("ledger:bulk_job", request.dossier.slug, job.pk)


@dossier_view(needs="books.archive")
def job_page(request: DossierRequest, job_id: int) -> HttpResponse:
    """A job: its preview to confirm, its progress, or its report; its part alone for htmx."""
    done = bulk_job(request.dossier, job_id)
    selection = Selection.of(done.item.params)
    context = {"done": done, "selection": selection, "undo": undo_of(done),
               "may": _may(request, done, selection), "reasons": REASONS,
               "preview": _preview_of(done), "verb": _verb(done)}  # fmt: skip
    if request.headers.get("HX-Target") == "bulk-progress":
        if _moving(context):
            return render(request, "ledger/bulk/progress.html", context)
        return HttpResponse(headers={"HX-Refresh": "true"})
    if done.job.state == Job.State.PREVIEWED:
        context["skipped"] = _previewed_rows(request, selection, skipped=True)
        if selection.operation in {"delete", "reset"}:
            require_fresh_sign_in(request)
    else:
        context["skipped"] = rows_of_job(request.dossier, done.job, skipped=True, most=SHOWN)
    context["is_moving"] = _moving(context)
    return render(request, "ledger/bulk/job.html", context)


@dossier_view(needs="books.archive", methods=("POST",))
def confirm(request: DossierRequest, job_id: int) -> HttpResponse:
    """Run what was looked at; what cannot be done by mistake needs a fresh sign-in."""
    done = bulk_job(request.dossier, job_id)
    selection = Selection.of(done.item.params)
    _require(request, selection)
    if selection.operation in {"delete", "reset"}:
        require_fresh_sign_in(request)
    bulk.confirm_bulk(
        request.dossier, done.job, by=request.user,
        confirmation=request.POST.get("confirmation", ""),
    )  # fmt: skip
    return redirect("ledger:bulk_job", request.dossier.slug, job_id)


@dossier_view(needs="books.archive", methods=("POST",))
def give_up(request: DossierRequest, job_id: int) -> HttpResponse:
    """Forget a preview."""
    done = bulk_job(request.dossier, job_id)
    bulk.give_up(request.dossier, done.job, by=request.user)
    return redirect(_home(request))


@dossier_view(needs="books.archive", methods=("POST",))
def undo(request: DossierRequest, job_id: int) -> HttpResponse:
    """« Annuler »: take the job back, from its page, the list or the toast."""
    done = bulk_job(request.dossier, job_id)
    selection = Selection.of(done.item.params)
    _require(request, selection)
    undone = bulk.undo_bulk(request.dossier, done.job, by=request.user)
    if undone.is_over:
        messages.success(request, f"{bulk.NAMES[done.operation]} : annulation faite.")
    page = reverse("ledger:bulk_job", args=[request.dossier.slug, job_id])
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    return redirect(page)


@dossier_view(needs="books.archive")
def rows_file(request: DossierRequest, job_id: int) -> HttpResponse:
    """Every row of a job, or of a preview, as a file."""
    done = bulk_job(request.dossier, job_id)
    if done.job.state == Job.State.PREVIEWED:
        rows = _previewed_rows(request, Selection.of(done.item.params), most=None)
    else:
        rows = rows_of_job(request.dossier, done.job)
    cells = [
        (row.what, row.label, row.party, row.date, row.amount,
         REASONS.get(row.reason, row.reason) or "traité", row.is_fec)
        for row in rows
    ]  # fmt: skip
    kinds = ("", "", "", "", AMOUNT, "", "")
    form = request.GET.get("format", "csv")
    return download(form, f"{done.operation}-{job_id}", HEADS, cells, kinds=kinds)


@dossier_view(needs="books.delete")
def archive_file(request: DossierRequest, job_id: int) -> FileResponse:
    """The sealed archive of a deletion, for an auditor."""
    done = bulk_job(request.dossier, job_id)
    if done.archive is None:
        raise NotFound("Ce travail n’a pas d’archive scellée.")
    name = f"archive-{request.dossier.slug}-{job_id}.zip"
    return FileResponse(sealed.opened(done.archive), as_attachment=True, filename=name)


def _previewed_rows(
    request: DossierRequest,
    selection: Selection,
    *,
    skipped: bool = False,
    most: int | None = SHOWN,
) -> list[Row]:
    pick(request.dossier, selection)
    return picked_rows(request.dossier, skipped=skipped, most=most)


def _require(request: DossierRequest, selection: Selection) -> None:
    """A few rows archived at once need less than a bulk job."""
    if not (selection.by_ids and selection.operation in {"archive", "restore"}):
        request.rights.require(bulk.RIGHTS[selection.operation])


def _may(request: DossierRequest, done: Done, selection: Selection) -> dict[str, bool]:
    right = bulk.RIGHTS[done.operation]
    if selection.by_ids and done.operation in {"archive", "restore"}:
        right = "books.archive"
    return {"act": request.rights.may(right), "read_archive": request.rights.may("books.delete"),
            "see_list": request.rights.may("books.archive_bulk")}  # fmt: skip


def _preview_of(done: Done) -> dict[str, Any]:
    found: dict[str, Any] = done.item.result.get("preview") or {}
    return found


def _verb(done: Done) -> str:
    """« Archiver 426 éléments »: what the button that runs it says."""
    count = plural(done.job.total, "élément")
    return {
        "archive": f"Archiver {count}", "restore": f"Restaurer {count}",
        "delete": f"Supprimer {count}", "reset": "Réinitialiser le dossier",
    }[done.operation]  # fmt: skip


def _moving(context: dict[str, Any]) -> bool:
    undo: Job | None = context["undo"]
    active = {Job.State.CONFIRMED, Job.State.RUNNING}
    return context["done"].job.state in active or bool(undo and undo.state in active)


def _context(request: DossierRequest, form: BulkForm) -> dict[str, Any]:
    return {
        "form": form, "kinds": KIND_LABELS, "jobs": bulk_jobs(request.dossier),
        "chosen": _chosen(form), "may_delete": request.rights.may("books.delete"),
    }  # fmt: skip


def _chosen(form: BulkForm) -> dict[str, set[str]]:
    """What is ticked, as text."""
    names = ("operation", "natures", "sources", "comptes", "journaux", "fec")
    values = {name: form[name].value() for name in names}
    return {
        name: {str(one) for one in value} if isinstance(value, list | tuple) else {str(value)}
        for name, value in values.items()
        if value
    }


def _initial(request: DossierRequest) -> dict[str, Any]:
    """The usual choice, or what a link asks for: everything but what a file brought."""
    found = choices()
    got = request.GET
    kinds = got.getlist("natures") or ["purchases", "sales", "bank"]
    return {
        "operation": got.get("operation", "archive"), "du": got.get("du", ""),
        "au": got.get("au", ""), "natures": kinds,
        "sources": [key for key, _label, _n in found["sources"] if key != "fec"],
        "comptes": [key for key, _label, _n in found["accounts"]],
    }  # fmt: skip


def _home(request: DossierRequest) -> str:
    name = "bulk" if request.rights.may("books.archive_bulk") else "home"
    return reverse(f"ledger:{name}", args=[request.dossier.slug])
