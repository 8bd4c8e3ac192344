"""The API of bank accounts, their transactions and statements."""

from __future__ import annotations

import datetime as dt
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from firm.api import money, page_limit
from firm.errors import NotFound
from firm.idempotency import idempotent
from ledger.actions.bank_accounts import free_number, save_bank_account
from ledger.actions.bank_receive import receive_statement
from ledger.actions.bank_statements import import_statement
from ledger.actions.bank_transactions import create_transaction
from ledger.api import bank_schemas as schemas
from ledger.api.books import CURSOR, LIMIT, SINCE, UNTIL, BooksAPIView, invalid, page
from ledger.bank.amounts import decimal_cents
from ledger.bank.lines import MOST_BYTES
from ledger.models import BankAccount, BankStatement, BankTransaction
from ledger.queries import bank
from ledger.queries.bank import AccountCard, BankFilters


class BankAccounts(BooksAPIView):
    """`GET/POST /api/dossiers/{d}/bank-accounts/`."""

    needs = {"GET": "books.read", "POST": "bank.manage"}

    @extend_schema(summary="Comptes bancaires", responses=schemas.BankAccountPageOut)
    def get(self, request: Request, slug: str) -> Response:
        """Bank accounts by account number, on one page, with balance and link."""
        del request, slug
        return page([account_row(card) for card in bank.account_cards(closed=True)], "")

    @extend_schema(
        summary="Créer un compte bancaire",
        request=schemas.BankAccountIn,
        responses={201: schemas.BankAccountOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Create a bank account; without `account` the next 512… is taken."""
        del slug
        data = schemas.BankAccountIn(data=request.data)
        data.is_valid(raise_exception=True)
        got = dict(data.validated_data)
        number = got.pop("account", "") or free_number()
        made = save_bank_account(self.dossier, None, number=number, by=self.person, **got)
        return Response(account_row(AccountCard(made, 0, 0, None, None, None)), status=201)


class BankTransactions(BooksAPIView):
    """`GET/POST /api/dossiers/{d}/bank-transactions/`."""

    needs = {"GET": "books.read", "POST": "bank.manage"}

    @extend_schema(
        summary="Opérations bancaires",
        parameters=[
            SINCE, UNTIL, CURSOR, LIMIT,
            OpenApiParameter("bank_account", description="Numéro d’un compte bancaire (id)"),
            OpenApiParameter("booking", enum=BankTransaction.Booking.values),
            OpenApiParameter("source", enum=BankTransaction.Source.values),
            OpenApiParameter("missing_receipt", bool, description="Sans document ni dispense"),
            OpenApiParameter("duplicate", bool, description="Répétées par la banque"),
            OpenApiParameter("q", description="Dans le libellé, la référence ou le montant"),
        ],
        responses=schemas.BankTransactionPageOut,
    )  # fmt: skip
    def get(self, request: Request, slug: str) -> Response:
        """Money that moved, latest first."""
        del slug
        rows, after = bank.transaction_page(
            self.dossier, self._filters(request), request.query_params.get("cursor", ""),
            page_limit(request),
        )  # fmt: skip
        return page([transaction_row(row) for row in rows], after)

    def _filters(self, request: Request) -> BankFilters:
        asked = request.query_params
        account = asked.get("bank_account", "")
        booking, source = asked.get("booking", ""), asked.get("source", "")
        if booking and booking not in BankTransaction.Booking.values:
            raise invalid("booking", "Cet état n’existe pas.")
        if source and source not in BankTransaction.Source.values:
            raise invalid("source", "Cette origine n’existe pas.")
        if account and not (account.isdigit() and len(account) < 19):
            raise invalid("bank_account", "Indiquez le numéro (id) d’un compte bancaire.")
        return BankFilters(
            search=" ".join(asked.get("q", "").replace("\0", "").split())[:100],
            since=self.day(request, "since"),
            until=self.day(request, "until"),
            bank_account=int(account) if account else None,
            booking=booking,
            source=source,
            receipt="missing" if asked.get("missing_receipt") == "true" else "",
            is_repeated=asked.get("duplicate") == "true",
        )

    @extend_schema(
        summary="Saisir une opération bancaire",
        request=schemas.BankTransactionIn,
        responses={201: schemas.BankTransactionOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Write a transaction down; the same `external_id` twice on an account is a 409."""
        del slug
        data = schemas.BankTransactionIn(data=request.data)
        data.is_valid(raise_exception=True)
        got = dict(data.validated_data)
        try:
            cents = decimal_cents(got.pop("amount"))
        except ValueError as error:
            raise invalid("amount", "Écrivez le montant «\u00a0-1234.56\u00a0».") from error
        account = find_account(got.pop("bank_account"))
        made = create_transaction(
            self.dossier, account, amount=cents, by=self.person,
            source=BankTransaction.Source.API, **got,
        )  # fmt: skip
        return Response(transaction_row(made), status=201)


class BankStatements(BooksAPIView):
    """`GET/POST /api/dossiers/{d}/bank-statements/`."""

    needs = {"GET": "books.read", "POST": "bank.manage"}

    @extend_schema(
        summary="Relevés bancaires reçus",
        parameters=[CURSOR, LIMIT],
        responses=schemas.BankStatementPageOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        """Statements received, latest first."""
        del slug
        cursor, limit = request.query_params.get("cursor", ""), page_limit(request)
        rows = BankStatement.objects.order_by("-id")
        if cursor.isdigit() and len(cursor) < 19:
            rows = rows.filter(pk__lt=int(cursor))
        found = list(rows[: limit + 1])
        after = str(found[limit - 1].id) if len(found) > limit else ""
        return page([statement_row(row) for row in found[:limit]], after)

    @extend_schema(
        summary="Déposer un relevé bancaire",
        request={"multipart/form-data": schemas.BankStatementIn},
        responses={201: schemas.BankStatementPageOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Send a file; with `confirm` what can be read is imported at once, all or nothing."""
        del slug
        data = schemas.BankStatementIn(data=request.data)
        data.is_valid(raise_exception=True)
        got = data.validated_data
        sent = got["file"]
        account = find_account(got["bank_account"]) if got.get("bank_account") else None
        rows = receive_statement(
            self.dossier, sent.read(MOST_BYTES + 1), name=sent.name, bank_account=account,
            by=self.person, source=BankTransaction.Source.API,
        )  # fmt: skip
        if got.get("confirm"):
            rows = [
                row
                if row.state == BankStatement.State.IMPORTED
                else import_statement(self.dossier, row, by=self.person)
                for row in rows
            ]
        return page([statement_row(row) for row in rows], "")


class BankStatementConfirm(BooksAPIView):
    """`POST …/bank-statements/{id}/confirm/`."""

    needs = {"POST": "bank.manage"}

    @extend_schema(
        summary="Importer un relevé déposé", request=None, responses=schemas.BankStatementOut
    )
    @idempotent
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Import its new lines, all or nothing."""
        del request, slug
        row = BankStatement.objects.filter(pk=pk).first()
        if row is None:
            raise NotFound("Ce relevé n’existe pas dans ce dossier.")
        return Response(statement_row(import_statement(self.dossier, row, by=self.person)))


def find_account(typed: str) -> BankAccount:
    """A bank account of the dossier by its id.

    Raises:
        InvalidRequest: there is none.
    """
    is_id = typed.isdigit() and len(typed) < 19
    found: BankAccount | None = BankAccount.objects.filter(pk=int(typed)).first() if is_id else None
    if found is None:
        raise invalid("bank_account", "Ce compte bancaire n’existe pas dans ce dossier.")
    return found


def account_row(card: AccountCard) -> dict[str, Any]:
    """A bank account as the API shows it."""
    row, link = card.account, card.connection
    return {
        "id": str(row.id),
        "name": row.name,
        "iban": row.iban,
        "bic": row.bic,
        "account": row.account.number,
        "journal": row.journal.code if row.journal else None,
        "closed": row.is_closed,
        "balance": money(card.balance),
        "transactions": card.count,
        "last_statement": _day(card.statement.until if card.statement else None),
        "connection": link.state if link else None,
    }


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def transaction_row(row: BankTransaction) -> dict[str, Any]:
    """A transaction as the API shows it."""
    return {
        "id": str(row.id),
        "bank_account": str(row.bank_account_id),
        "date": row.date,
        "value_date": row.value_date,
        "amount": money(row.amount),
        "label": row.label,
        "reference": row.reference,
        "external_id": row.external_id or None,
        "booking": row.booking,
        "source": row.source,
        "pre_takeover": row.is_pre_takeover,
        "kept": row.is_kept,
        "duplicate": row.repeats > 0,
        "account": row.account.number if row.account else None,
        "third_party": str(row.third_party_id) if row.third_party_id else None,
        "document": str(row.document_id) if row.document_id else None,
        "entry": str(row.entry_id) if row.entry_id else None,
    }


def statement_row(row: BankStatement) -> dict[str, Any]:
    """A statement as the API shows it."""
    return {
        "id": str(row.id),
        "bank_account": str(row.bank_account_id),
        "file_name": row.file_name,
        "sha256": row.sha256,
        "format": row.form,
        "state": row.state,
        "since": row.since,
        "until": row.until,
        "opening": None if row.opening is None else money(row.opening),
        "closing": None if row.closing is None else money(row.closing),
        "lines": row.line_count,
        "added": row.added_count,
        "known": row.known_count,
        "repeated": row.repeated_count,
        "notes": row.notes,
    }
