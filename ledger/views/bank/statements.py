"""Statements: the drop zone, the columns, the preview, importing, taking back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from firm.formats import period_fr, plural
from firm.models import Job
from ledger.actions.bank_receive import receive_statement
from ledger.actions.bank_statements import (
    drop_statement,
    import_statement,
    map_columns,
    parsed,
)
from ledger.actions.bank_undo import undo_statement
from ledger.bank import store
from ledger.bank.lines import MOST_BYTES, UnreadableStatement
from ledger.bank.mapping import Mapping
from ledger.bank.reading import FORMS, TABLES
from ledger.bank.tables import read_table
from ledger.forms_mapping import MappingForm
from ledger.models import BankAccount, BankStatement
from ledger.queries import statements
from ledger.views.bank.shared import bank_url, find, gone_to

SHOWN = 200
RAW = 12
States = BankStatement.State


def _found(pk: int) -> BankStatement:
    row: BankStatement = find(BankStatement, pk, "Ce relevé", "bank_account__account")
    return row


@dossier_view(needs="bank.manage", methods=("GET", "POST"))
def statement_list(request: DossierRequest) -> HttpResponse:
    """The drop zone and the statements so far; posting a file answers where its preview is."""
    if request.method == "POST":
        return _receive(request)
    rows = BankAccount.objects.filter(is_closed=False).select_related("account").order_by("name")
    chosen = request.GET.get("compte", "")
    context = {
        "rows": statements.statements_of_dossier(int(chosen) if chosen.isdigit() else None),
        "accounts": [(account.pk, account.name) for account in rows],
        "chosen": chosen, "max_bytes": MOST_BYTES, "forms": FORMS,
    }  # fmt: skip
    return render(request, "ledger/bank/statements.html", context)


def _receive(request: DossierRequest) -> HttpResponse:
    sent, typed = request.FILES.get("file"), request.GET.get("compte", "")
    if sent is None:
        raise UnreadableStatement("Aucun fichier n’est arrivé. Déposez-le de nouveau.")
    account = find(BankAccount, int(typed), "Ce compte bancaire") if typed.isdigit() else None
    received = receive_statement(
        request.dossier, sent.read(MOST_BYTES + 1), name=sent.name or "", bank_account=account,
        by=request.user,
    )  # fmt: skip
    if all(row.state == States.IMPORTED for row in received):
        messages.info(request, "Ce fichier est déjà importé\u00a0: rien n’a été ajouté.")
    elif len(received) > 1:
        others = len(received) - 1
        messages.info(
            request,
            f"Ce fichier contient aussi {plural(others, 'autre compte', 'autres comptes')}\u00a0: "
            "retrouvez-les dans la liste des relevés.",
        )
    return gone_to(request, bank_url(request, "bank_statement", received[0].pk))


@dossier_view(needs="bank.manage")
def one(request: DossierRequest, pk: int) -> HttpResponse:
    """The columns of a table, then the lines that would be added, then what became of it."""
    row = _found(pk)
    is_asked = row.state == States.PREVIEWED and "colonnes" in request.GET
    if row.form in TABLES and (row.state == States.TO_MAP or is_asked):
        return _columns(request, row)
    context = {
        "row": row, "form_label": FORMS[row.form], "is_table": row.form in TABLES,
        "period_said": period_fr(row.since, row.until),
        "job": Job.objects.filter(pk=row.job_id or 0).first(),
    }  # fmt: skip
    if row.state == States.PREVIEWED:
        context |= _preview(row)
    return render(request, "ledger/bank/statement.html", context)


def _preview(row: BankStatement) -> dict[str, Any]:
    part = parsed(row)
    planned = statements.plan_for(row.bank_account, part)
    lines = list(zip(part.lines, planned.states, strict=True))
    return {
        "part": part,
        "faults": part.faults,
        "lines": lines[:SHOWN],
        "left_out": max(len(lines) - SHOWN, 0),
        "added": len(planned.fresh),
        "known": planned.states.count("known"),
        "repeated": planned.states.count("repeated"),
        "remarks": statements.remarks(row.bank_account, part, planned),
    }


def _columns(
    request: DossierRequest, row: BankStatement, form: MappingForm | None = None
) -> HttpResponse:
    table = read_table(store.content_of(row.dossier_id, row.sha256))
    mapping = Mapping.of(row.mapping)
    context = {
        "row": row, "form_label": FORMS[row.form], "mapping": mapping,
        "form": form or MappingForm.of(mapping, table),
        "raw": table.rows[: mapping.skip + RAW], "width": range(table.width),
        "header_line": table.rows[mapping.skip].line if len(table.rows) > mapping.skip else 0,
    }  # fmt: skip
    status = 422 if form else 200
    return render(request, "ledger/bank/columns.html", context, status=status)


@dossier_view(needs="bank.manage", methods=("POST",))
def columns(request: DossierRequest, pk: int) -> HttpResponse:
    """Choose the columns; « Relire » shows the table anew under other lines to skip."""
    row = _found(pk)
    table = read_table(store.content_of(row.dossier_id, row.sha256))
    form = MappingForm(request.POST, table=table)
    if not form.is_valid():
        return _columns(request, row, form)
    map_columns(row, mapping=form.mapping(), by=request.user)
    return redirect(bank_url(request, "bank_statement", row.pk))


@dossier_view(needs="bank.manage", methods=("POST",))
def confirm(request: DossierRequest, pk: int) -> HttpResponse:
    """« Importer »."""
    row = import_statement(request.dossier, _found(pk), by=request.user)
    undo = bank_url(request, "bank_statement_undo", row.pk)
    messages.success(
        request, f"{plural(row.added_count, 'opération importée', 'opérations importées')}.",
        extra_tags=f"undo:{undo}",
    )  # fmt: skip
    return redirect(bank_url(request) + f"?compte={row.bank_account_id}&releve={row.pk}")


@dossier_view(needs="bank.manage", methods=("POST",))
def drop(request: DossierRequest, pk: int) -> HttpResponse:
    """« Écarter »."""
    drop_statement(_found(pk), by=request.user)
    messages.success(request, "Relevé écarté\u00a0: rien n’a été écrit.")
    return redirect(bank_url(request, "bank_statements"))


@dossier_view(needs="bank.manage", methods=("GET", "POST"))
def undo(request: DossierRequest, pk: int) -> HttpResponse:
    """« Annuler l’import »: what would go, then taking it back."""
    row = _found(pk)
    if request.method == "GET":
        context = {"row": row, "found": statements.undoing(row)}
        return render(request, "ledger/bank/undo.html", context)
    job = undo_statement(request.dossier, row, by=request.user)
    messages.success(
        request, "Annulation lancée\u00a0: suivez-la dans les travaux." if job
        else "Import annulé\u00a0: ses opérations sont retirées.",
    )  # fmt: skip
    return gone_to(request, bank_url(request, "bank_statement", row.pk))
