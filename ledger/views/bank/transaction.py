"""One bank transaction, full screen: its document beside its fields."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clients.access import DossierRequest, dossier_view
from clients.actions.documents import keep_document
from clients.document_kinds import preview_of
from clients.models import Document
from clients.queries.documents import visible
from firm.errors import NotFound
from ledger.actions.bank_transactions import attach, describe
from ledger.actions.keeping import keep_items
from ledger.forms_bank import BankListForm, DescribeForm
from ledger.models import BankTransaction
from ledger.queries import bank
from ledger.queries.duplicates import mark
from ledger.views.bank.shared import back, bank_url, find, gone_to, kept_query

RELATED = (
    "bank_account__account", "account", "third_party", "rule", "entry", "document", "statement",
)  # fmt: skip
LATEST = 12


def _found(pk: int) -> BankTransaction:
    row: BankTransaction = find(BankTransaction, pk, "Cette opération", *RELATED)
    return row


@dossier_view(needs="books.read")
def page(request: DossierRequest, pk: int) -> HttpResponse:
    """The transaction, with the one before and the one behind in the list it was opened from."""
    return _page(request, _found(pk))


def _page(
    request: DossierRequest, row: BankTransaction, form: DescribeForm | None = None
) -> HttpResponse:
    mark([row])
    before, behind = bank.neighbours(request.dossier, BankListForm(request.GET).filters(), row)
    context = {
        "row": row,
        "form": form or DescribeForm.of(row),
        "preview": preview_of(row.document.content_type) if row.document else "",
        "is_hidden": _is_hidden(request, row),
        "party_side": "sale" if row.amount > 0 else "purchase",
        "documents": [] if row.document else _offered(request),
        "before_url": _url(request, before),
        "behind_url": _url(request, behind),
        "list_url": bank_url(request) + kept_query(request),
        "kept_query": kept_query(request),
        "is_open": row.booking in ("to_process", "pending_client", "justified"),
        "max_bytes": settings.DOCUMENT_MAX_BYTES,
        "may_manage": request.rights.may("bank.manage"),
        "may_justify": request.rights.may("bank.justify"),
    }
    status = 422 if form and form.errors else 200
    return render(request, "ledger/bank/transaction.html", context, status=status)


def _is_hidden(request: DossierRequest, row: BankTransaction) -> bool:
    """Whether its document is somebody else's, and the role shows one's own alone."""
    if row.document is None or request.rights.may("documents.read"):
        return False
    return bool(row.document.created_by != request.user.id)


def _url(request: DossierRequest, pk: int | None) -> str:
    if pk is None:
        return ""
    return bank_url(request, "bank_transaction", pk) + kept_query(request)


def _offered(request: DossierRequest) -> list[Document]:
    """The latest documents that a person may see and join, in one query."""
    rows = visible(request.dossier, request.user, request.rights)
    return list(rows.exclude(state=Document.State.TRASHED).order_by("-id")[:LATEST])


@dossier_view(needs="bank.manage", methods=("POST",))
def save(request: DossierRequest, pk: int) -> HttpResponse:
    """Say what it will be booked on; « Enregistrer et suivant » goes on."""
    row, form = _found(pk), DescribeForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    describe(row, by=request.user, **form.cleaned_data)
    if "suivante" in request.POST:
        filters = BankListForm(request.GET).filters()
        _before, behind = bank.neighbours(request.dossier, filters, row)
        if behind:
            return redirect(_url(request, behind))
    messages.success(request, "Opération enregistrée.")
    return redirect(_url(request, row.pk))


@dossier_view(needs="bank.justify", methods=("POST",))
def document(request: DossierRequest, pk: int) -> HttpResponse:
    """Join the file that was dropped, or a document there is; `retirer` parts it."""
    row = _found(pk)
    if request.POST.get("retirer"):
        attach(row, None, by=request.user)
        messages.success(request, "Document retiré de l’opération\u00a0: il reste dans le dossier.")
        return back(request, _url(request, row.pk))
    sent = request.FILES.get("file")
    if sent is not None:
        joined = keep_document(
            request.dossier, sent, name=sent.name or "", by=request.user,
            state=Document.State.FILED,
        )  # fmt: skip
    else:
        joined = _chosen(request)
    attach(row, joined, by=request.user)
    messages.success(request, "Document joint à l’opération.")
    return gone_to(request, _url(request, row.pk))


def _chosen(request: DossierRequest) -> Document:
    typed = request.POST.get("document", "")
    found = visible(request.dossier, request.user, request.rights)
    row = found.filter(pk=int(typed)).first() if typed.isdigit() and len(typed) < 19 else None
    if row is None:
        raise NotFound("Choisissez un document de ce dossier.")
    return row


@dossier_view(needs="bank.manage", methods=("POST",))
def keep_one(request: DossierRequest, pk: int) -> HttpResponse:
    """« Garder »: process it although it is dated before the takeover; `garder=0` takes it back."""
    row, is_kept = _found(pk), request.POST.get("garder") != "0"
    keep_items(request.dossier, transactions=[row.pk], is_kept=is_kept, by=request.user)
    messages.success(
        request, "Opération gardée\u00a0: elle est à comptabiliser." if is_kept
        else "Opération de nouveau retenue par la date de reprise.",
    )  # fmt: skip
    return back(request, _url(request, row.pk))
