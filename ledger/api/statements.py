"""The API of the statements: bilan, résultat, SIG, flux, and the balance âgée."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from firm.api import money
from firm.errors import NotFound
from ledger.api.books import SINCE, UNTIL, BooksAPIView, invalid
from ledger.financials.fill import Line
from ledger.forms_financials import (
    BALANCE_SHEET,
    FLOWS,
    INCOME,
    MARGINS,
    PRESENTATIONS,
    StatementForm,
)
from ledger.models import ThirdParty
from ledger.queries import years
from ledger.queries.aged import (
    Aged,
    AgedAccount,
    aged_balance,
    aged_period,
    in_accounts,
    sums_of,
)
from ledger.queries.financials import Statement, statement
from ledger.queries.years import Period, same_period_before

NAMES = {
    "balance-sheet": BALANCE_SHEET,
    "income-statement": INCOME,
    "margins": MARGINS,
    "cash-flow": FLOWS,
}
BUCKETS = ("not_due", "days_0_30", "days_31_60", "days_61_90", "over_90")


class StatementLine(serializers.Serializer[Any]):
    """A box: `gross` less `less` is `net`; `before` is that of the year before, null without it."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    section = serializers.CharField()
    gross = serializers.CharField()
    less = serializers.CharField()
    net = serializers.CharField()
    before = serializers.CharField(allow_null=True)
    is_total = serializers.BooleanField()


class Unmapped(serializers.Serializer[Any]):
    """An account that no box takes."""

    account = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    debit = serializers.CharField()
    credit = serializers.CharField()


class StatementOut(serializers.Serializer[Any]):
    """A statement; `gap` is what does not foot, of the accounts in `unmapped`."""

    form = serializers.CharField()
    title = serializers.CharField()
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    lines = StatementLine(many=True)
    gap = serializers.CharField()
    unmapped = Unmapped(many=True)


class Statements(BooksAPIView):
    """`GET /api/dossiers/{d}/statements/{name}/?since&until&presentation`."""

    @extend_schema(
        summary="Un état financier\u00a0: balance-sheet, income-statement, margins ou cash-flow",
        parameters=[
            SINCE, UNTIL,
            OpenApiParameter(
                "presentation", enum=list(PRESENTATIONS),
                description="celle du régime du dossier sans elle",
            ),
        ],
        responses=StatementOut,
    )  # fmt: skip
    def get(self, request: Request, slug: str, name: str) -> Response:
        """The boxes of a statement, in order, beside the year before where the books have it."""
        del slug
        if name not in NAMES:
            raise NotFound(f"Cet état n’existe pas : choisissez parmi {', '.join(NAMES)}.")
        held = years.years_of(self.dossier)
        period = self.period(request, held)
        asked = {"etat": NAMES[name], "presentation": request.query_params.get("presentation", "")}
        code = StatementForm(asked, years=held).code_for(self.dossier)
        return Response(_statement(self.dossier, code, period, held))


class CashFlow(BooksAPIView):
    """`GET /api/dossiers/{d}/cash-flow/?since&until`."""

    @extend_schema(
        summary="Tableau de flux de trésorerie, méthode indirecte",
        parameters=[SINCE, UNTIL],
        responses=StatementOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        """The cash flow statement: its lines foot with what moved on 51, 53 and 54."""
        del slug
        held = years.years_of(self.dossier)
        return Response(_statement(self.dossier, "FLUX", self.period(request, held), held))


def _statement(dossier: Any, code: str, period: Period | None, held: Any) -> dict[str, Any]:
    if period is None:
        empty = {"form": code, "title": "", "since": None, "until": None}
        return {**empty, "lines": [], "gap": money(0), "unmapped": []}
    found = statement(dossier, code, period, same_period_before(held, period))
    return {
        "form": found.form.code,
        "title": found.form.title,
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "lines": _lines(found),
        "gap": money(found.gap),
        "unmapped": [
            {
                "account": one.account, "label": one.label, "debit": money(one.debit),
                "credit": money(one.credit),
            }
            for one in found.now.unmapped
        ],
    }  # fmt: skip


def _lines(found: Statement) -> list[dict[str, Any]]:
    return [
        {
            "code": row.box.code, "label": row.box.label, "section": one.section.title,
            "gross": money(row.value), "less": money(row.less), "net": money(row.net),
            "before": None if row.before is None else money(row.before),
            "is_total": row.box.is_total,
        }
        for one in found.sections
        for row in one.rows
        if isinstance(row, Line)
    ]  # fmt: skip


class AgedRow(serializers.Serializer[Any]):
    """A third party on a collective account; debit positive, as everywhere."""

    account = serializers.CharField()
    third_party = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    name = serializers.CharField()
    not_due = serializers.CharField()
    days_0_30 = serializers.CharField()
    days_31_60 = serializers.CharField()
    days_61_90 = serializers.CharField()
    over_90 = serializers.CharField()
    total = serializers.CharField()
    items = serializers.IntegerField()
    oldest_due = serializers.DateField()


class AgedTie(serializers.Serializer[Any]):
    """A collective account: its balance, and that less its open items (always 0.00)."""

    account = serializers.CharField()
    balance = serializers.CharField()
    difference = serializers.CharField()


class AgedOut(serializers.Serializer[Any]):
    """The balance âgée of a day."""

    as_of = serializers.DateField()
    rows = AgedRow(many=True)
    totals = serializers.DictField(child=serializers.CharField())
    accounts = AgedTie(many=True)


class AgedBalance(BooksAPIView):
    """`GET /api/dossiers/{d}/aged-balance/?as_of&role`."""

    @extend_schema(
        summary="Balance âgée des clients ou des fournisseurs\u00a0: postes ouverts par ancienneté",
        parameters=[
            OpenApiParameter(
                "as_of", OpenApiTypes.DATE, description="Jour ; sans lui, la fin des livres"
            ),
            OpenApiParameter("role", enum=["customer", "supplier"], description="customer"),
        ],
        responses=AgedOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        """What is open on a day, by how long it has been due; a lettering counts from its date."""
        del slug
        role = request.query_params.get("role", "customer") or "customer"
        if role not in ThirdParty.Role.values:
            raise invalid("role", "Choisissez customer ou supplier.")
        held = years.years_of(self.dossier)
        latest = years.latest_with_lines(held)
        day = self.day(request, "as_of") or (latest.end if latest else None)
        period = aged_period(self.dossier, held, day) if day else None
        rows = aged_balance(self.dossier, period, role=role) if period else []
        ties = in_accounts(self.dossier, period, rows) if period else []
        sums, total = sums_of(rows)
        return Response({
            "as_of": day.isoformat() if day else None,
            "rows": [_aged(row) for row in rows],
            "totals": _buckets(sums) | {"total": money(total)},
            "accounts": [_tie(one) for one in ties],
        })  # fmt: skip


def _aged(row: Aged) -> dict[str, Any]:
    return {
        "account": row.account,
        "third_party": str(row.third_party_id) if row.third_party_id else None,
        "code": row.code,
        "name": row.name,
        **_buckets(row.buckets),
        "total": money(row.total),
        "items": row.items,
        "oldest_due": row.oldest.isoformat(),
    }


def _buckets(sums: Any) -> dict[str, str]:
    return {name: money(cents) for name, cents in zip(BUCKETS, sums, strict=True)}


def _tie(one: AgedAccount) -> dict[str, str]:
    return {
        "account": one.account, "balance": money(one.closing), "difference": money(one.difference),
    }  # fmt: skip
