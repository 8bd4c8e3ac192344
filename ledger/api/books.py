"""The API of the books: trial balance, general ledger, journals, fiscal years."""

from __future__ import annotations

import datetime as dt
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from clients.api import DossierAPIView
from firm.api import InvalidRequest, money, page_limit
from firm.errors import NotFound
from firm.idempotency import idempotent
from ledger.actions.years import open_year
from ledger.api import schemas
from ledger.queries import accounts, general_ledger, years
from ledger.queries.balances import total, trial_balance
from ledger.queries.general_ledger import LedgerFilters, LedgerLine
from ledger.queries.sums import Sums
from ledger.queries.whole_ledger import whole_ledger_page
from ledger.queries.years import Period, Year

SINCE = OpenApiParameter("since", OpenApiTypes.DATE, description="Premier jour, inclus")
UNTIL = OpenApiParameter("until", OpenApiTypes.DATE, description="Dernier jour, inclus")
CURSOR = OpenApiParameter("cursor", description="La valeur de `next` de la page précédente")
LIMIT = OpenApiParameter("limit", int, description="De 1 à 200 ; 50 par défaut")


class BooksAPIView(DossierAPIView):
    """A call that reads the books of one dossier."""

    needs = {"GET": "books.read"}

    def day(self, request: Request, name: str) -> dt.date | None:
        """A day of the query string.

        Raises:
            InvalidRequest: it is not written `AAAA-MM-JJ`.
        """
        typed = request.query_params.get(name, "")
        try:
            return dt.date.fromisoformat(typed) if typed else None
        except ValueError as error:
            raise invalid(name, f"« {typed} » n’est pas une date : écrivez AAAA-MM-JJ.") from error

    def period(self, request: Request, held: list[Year]) -> Period | None:
        """`since` and `until`, else the latest year with lines; None for a dossier without books.

        Raises:
            InvalidRequest: a day cannot be read, or the period ends before it begins.
        """
        since, until = self.day(request, "since"), self.day(request, "until")
        if since and until and since > until:
            raise invalid("until", "La période finit avant de commencer : corrigez since ou until.")
        return years.default_period(held, since, until)


def invalid(field: str, message: str) -> InvalidRequest:
    """A parameter that cannot be read."""
    return InvalidRequest(
        "Corrigez les champs indiqués.", errors=[{"field": field, "message": message}]
    )


def page(results: list[dict[str, Any]], after: str, **more: Any) -> Response:
    """A list as every call answers it."""
    return Response({**more, "results": results, "next": after or None})


class TrialBalance(BooksAPIView):
    """`GET /api/dossiers/{d}/trial-balance/?since&until`."""

    @extend_schema(
        summary="Balance générale\u00a0: soldes signés, débit positif",
        parameters=[SINCE, UNTIL],
        responses=schemas.TrialBalanceOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        """The balance générale; `opening` and `closing` are signed, debit positive."""
        del slug
        period = self.period(request, years.years_of(self.dossier))
        return Response(balance_answer(self.dossier, period))


def balance_answer(dossier: Any, period: Period | None) -> dict[str, Any]:
    """What the call and `manage trial_balance --json` answer."""
    rows = trial_balance(dossier, period) if period else []
    return {
        "since": period.since.isoformat() if period else None,
        "until": period.until.isoformat() if period else None,
        "rows": [{"account": r.account, "label": r.label, **_figures(r.sums)} for r in rows],
        "totals": _figures(total(row.sums for row in rows)),
    }


def _figures(sums: Sums) -> dict[str, str]:
    names = ("opening", "debit", "credit", "closing", "movement_debit", "movement_credit")
    return {name: money(getattr(sums, name)) for name in names}


class GeneralLedger(BooksAPIView):
    """`GET /api/dossiers/{d}/general-ledger/?account&since&until`."""

    @extend_schema(
        summary="Grand livre, avec le solde progressif de chaque compte",
        parameters=[
            OpenApiParameter("account", description="Numéro du compte ; tous les comptes sans lui"),
            SINCE, UNTIL,
            OpenApiParameter("open", bool, description="Seulement ce qu’aucun lettrage ne solde"),
            CURSOR, LIMIT,
        ],
        responses=schemas.LedgerPageOut,
    )  # fmt: skip
    def get(self, request: Request, slug: str) -> Response:
        """Lines in order with the running balance of their account, from its opening balance."""
        del slug
        period = self.period(request, years.years_of(self.dossier))
        number = request.query_params.get("account", "")
        if period is None:
            return page([], "")
        if number:
            return self._of_account(request, period, number)
        rows, after = whole_ledger_page(
            self.dossier,
            period,
            cursor=request.query_params.get("cursor", ""),
            limit=page_limit(request),
        )
        return page([ledger_row(row.account, row.line, row.balance) for row in rows], after)

    def _of_account(self, request: Request, period: Period, number: str) -> Response:
        account = accounts.find_account(self.dossier, number)
        if account is None:
            raise NotFound(f"Aucun compte ne porte le numéro {number} dans ce dossier.")
        is_open = request.query_params.get("open", "") in {"1", "true"}
        filters = LedgerFilters(period, is_open=is_open)
        totals = general_ledger.ledger_totals(self.dossier, account.id, filters)
        cursor, limit = request.query_params.get("cursor", ""), page_limit(request)
        found = general_ledger.page_at(
            self.dossier, account.id, filters, cursor, limit=limit
        ) or general_ledger.first_page(self.dossier, account.id, filters, totals, limit)
        rows = [ledger_row(number, line, line.balance) for line in found.lines]
        return page(rows, found.after, account=number, label=account.label, totals=_figures(totals))


def ledger_row(account: str, line: LedgerLine, balance: int) -> dict[str, Any]:
    """A line of the grand livre."""
    return {
        "account": account,
        "date": line.date.isoformat(),
        "journal": line.journal,
        "entry": str(line.entry_id),
        "number": line.number,
        "line": line.line_no,
        "piece_ref": line.piece_ref,
        "label": line.label,
        "third_party": line.third_party or None,
        "debit": money(line.debit),
        "credit": money(line.credit),
        "balance": money(balance),
        "lettering": line.lettering or None,
        "is_opening": line.is_opening,
    }


class Journals(BooksAPIView):
    """`GET /api/dossiers/{d}/journals/`."""

    @extend_schema(
        summary="Journaux, tous exercices confondus",
        parameters=[CURSOR, LIMIT],
        responses=schemas.JournalPageOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        """Journals with what they hold over all years."""
        del slug
        rows, after = accounts.journal_page(
            self.dossier, cursor=request.query_params.get("cursor", ""), limit=page_limit(request)
        )
        results = [
            {
                "id": str(row.journal.id), "code": row.journal.code, "label": row.journal.label,
                "nature": row.journal.nature, "entries": row.entries,
                "debit": money(row.debit), "credit": money(row.credit),
            }
            for row in rows
        ]  # fmt: skip
        return page(results, after)


class FiscalYears(BooksAPIView):
    """`GET/POST /api/dossiers/{d}/fiscal-years/`."""

    needs = {"GET": "books.read", "POST": "books.write"}

    @extend_schema(
        summary="Exercices, du plus récent au plus ancien", responses=schemas.FiscalYearPageOut
    )
    def get(self, request: Request, slug: str) -> Response:
        """Fiscal years, latest first; a dossier has a few, so they come in one page."""
        del request, slug
        results = [
            {
                "id": str(year.id), "start": year.start.isoformat(), "end": year.end.isoformat(),
                "state": year.state, "entries": year.entries, "lines": year.lines,
                "debit": money(year.debit),
            }
            for year in years.years_of(self.dossier)
        ]  # fmt: skip
        return page(results, "")

    @extend_schema(
        summary="Ouvrir un exercice", request=schemas.FiscalYearIn, responses=schemas.FiscalYearRow
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Open a fiscal year, both ends included."""
        del slug
        data = schemas.FiscalYearIn(data=request.data)
        data.is_valid(raise_exception=True)
        made = open_year(self.dossier, by=self.person, **data.validated_data)
        answer = {
            "id": str(made.id), "start": made.start.isoformat(), "end": made.end.isoformat(),
            "state": made.state, "entries": 0, "lines": 0, "debit": money(0),
        }  # fmt: skip
        return Response(answer, status=201)
