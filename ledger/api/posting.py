"""The API of the booking of invoices and bank transactions."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clients.api import DossierAPIView
from firm.errors import NotFound
from firm.idempotency import idempotent
from ledger.actions import posting
from ledger.api import schemas
from ledger.api.entries import entry_row
from ledger.forms_posting import account_of
from ledger.models import BankTransaction, Entry, Invoice, ThirdParty
from ledger.queries import entries


class BookIn(serializers.Serializer[Any]):
    """Accounts chosen for the lines of the invoice: `{"1": "606100"}`, by rank."""

    accounts = serializers.DictField(child=serializers.CharField(), required=False)


class BookTransactionIn(serializers.Serializer[Any]):
    """The account or the third party, and the VAT rate in per cent; empty takes the proposal."""

    account = serializers.CharField(required=False)
    third_party = serializers.IntegerField(required=False, min_value=1, max_value=2**62)
    vat_rate = serializers.DecimalField(5, 2, required=False, min_value=0, max_value=100)


class UnbookedOut(serializers.Serializer[Any]):
    """Where the piece stands now, and the codes of the letterings undone with its entry."""

    id = serializers.CharField()
    booking = serializers.CharField()
    letterings = serializers.ListField(child=serializers.CharField())


class BookView(DossierAPIView):
    """What booking answers: the entry."""

    needs = {"POST": "books.write"}

    def entry_answer(self, entry: Entry) -> Response:
        """The entry with its lines."""
        found = entries.find_entry(self.dossier, entry.id)
        assert found is not None
        lines = entries.lines_of(self.dossier, [found])[found.id]
        return Response(entry_row(found, lines), status=201)


class BookInvoice(BookView):
    """`POST /api/dossiers/{d}/invoices/{id}/book/`."""

    @extend_schema(
        summary="Comptabiliser une facture", request=BookIn, responses={201: schemas.EntryOut}
    )
    @idempotent
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Write the invoice's entry, on the accounts given, else on those proposed."""
        del slug
        data = BookIn(data=request.data)
        data.is_valid(raise_exception=True)
        chosen = data.validated_data.get("accounts", {})
        accounts = {
            int(rank): found
            for rank, number in chosen.items()
            if rank.isdecimal() and (found := account_of(self.dossier, number))
        }
        invoice = _found(Invoice, pk, "Cette facture n’existe pas.")
        return self.entry_answer(posting.book_invoice(invoice, by=self.person, accounts=accounts))


class UnbookInvoice(BookView):
    """`POST /api/dossiers/{d}/invoices/{id}/unbook/`."""

    @extend_schema(
        summary="Annuler la comptabilisation d’une facture", request=None, responses=UnbookedOut
    )
    @idempotent
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Take the invoice's entry back."""
        del request, slug
        invoice = _found(Invoice, pk, "Cette facture n’existe pas.")
        return _unbooked(invoice, posting.unbook_invoice(invoice, by=self.person).letterings)


class BookTransaction(BookView):
    """`POST /api/dossiers/{d}/bank-transactions/{id}/book/`."""

    @extend_schema(
        summary="Comptabiliser une opération bancaire",
        request=BookTransactionIn,
        responses={201: schemas.EntryOut},
    )
    @idempotent
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Write the transaction's entry."""
        del slug
        data = BookTransactionIn(data=request.data)
        data.is_valid(raise_exception=True)
        sent = data.validated_data
        third = sent.get("third_party")
        entry = posting.book_transaction(
            _found(BankTransaction, pk, "Cette opération n’existe pas."), by=self.person,
            account=account_of(self.dossier, sent.get("account", "")),
            third_party=_found(ThirdParty, third, "Ce tiers n’existe pas.") if third else None,
            vat_rate=sent.get("vat_rate"),
        )  # fmt: skip
        return self.entry_answer(entry)


class UnbookTransaction(BookView):
    """`POST /api/dossiers/{d}/bank-transactions/{id}/unbook/`."""

    @extend_schema(
        summary="Annuler la comptabilisation d’une opération bancaire",
        request=None,
        responses=UnbookedOut,
    )
    @idempotent
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Take the transaction's entry back."""
        del request, slug
        moved = _found(BankTransaction, pk, "Cette opération n’existe pas.")
        return _unbooked(moved, posting.unbook_transaction(moved, by=self.person).letterings)


def _found(model: Any, pk: int, missing: str) -> Any:
    row = model.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound(missing)
    return row


def _unbooked(piece: Invoice | BankTransaction, letterings: list[str]) -> Response:
    return Response({"id": str(piece.id), "booking": piece.booking, "letterings": letterings})
