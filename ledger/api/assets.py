"""The API of fixed assets: the register, plans, exits, the charges of a year."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from firm.api import money, page_limit
from firm.errors import NotFound
from firm.idempotency import idempotent
from ledger.actions.asset_charges import undo_charges, write_charges
from ledger.actions.asset_exits import dispose_asset, undo_exit
from ledger.actions.assets import remove_assets, save_asset
from ledger.api import asset_schemas as schemas
from ledger.api.books import CURSOR, LIMIT, BooksAPIView, invalid, page
from ledger.assets.days import Span, spans_over
from ledger.bank.amounts import decimal_cents
from ledger.models import FixedAsset
from ledger.queries.asset_accounts import Chart
from ledger.queries.asset_charges import BY_ACCOUNT, BY_ASSET, Drafted, drafted, due_standings, mark
from ledger.queries.asset_detail import detail_of
from ledger.queries.asset_plans import Held, Standing, spans_of, standing, written
from ledger.queries.assets import AssetFilters, after, every_standing, wanted
from ledger.queries.years import Year, latest_with_lines, years_of

YEAR_END = OpenApiParameter(
    "year_end", OpenApiTypes.DATE, description="Clôture de l’exercice\u202f; le dernier par défaut"
)
CENTS = ("cost", "residual", "opening_depreciation", "opening_derogatory", "price", "amount", "vat")


def cents_in(sent: dict[str, Any]) -> dict[str, Any]:
    """The values sent, amounts in cents.

    Raises:
        InvalidRequest: an amount cannot be read.
    """
    found = dict(sent)
    for name in CENTS:
        if name in found:
            try:
                found[name] = decimal_cents(found[name])
            except ValueError as error:
                raise invalid(name, "Écrivez un montant comme 1234.56.") from error
    return found


class YearAPIView(BooksAPIView):
    """A call about a fiscal year."""

    def year(self, typed: Any, years: list[Year]) -> Year:
        """The year that ends on a day, else the latest with lines.

        Raises:
            NotFound: no year of the dossier ends then.
        """
        wanted_end = str(typed or "")
        if not wanted_end:
            found = latest_with_lines(years) or (years[0] if years else None)
        else:
            found = next((year for year in years if year.end.isoformat() == wanted_end), None)
        if found is None:
            raise NotFound("Aucun exercice du dossier ne finit ce jour-là.")
        return found


class Assets(YearAPIView):
    """`GET/POST /api/dossiers/{d}/fixed-assets/`."""

    needs = {"GET": "books.read", "POST": "assets.manage"}

    @extend_schema(
        summary="Immobilisations à la clôture d’un exercice",
        parameters=[YEAR_END, CURSOR, LIMIT, OpenApiParameter("q"), OpenApiParameter("account")],
        responses=schemas.AssetPageOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        """The register by account, with its figures of the year."""
        del slug
        asked, years = request.query_params, years_of(self.dossier)
        if not years:
            return page([], "")
        year = self.year(asked.get("year_end"), years)
        rows = wanted(
            every_standing(self.dossier, Span(year.start, year.end), years),
            AssetFilters(search=asked.get("q", "")[:100], account=asked.get("account", "")[:60]),
        )
        shown, more = after(rows, asked.get("cursor", ""), page_limit(request))
        return page([asset_row(row) for row in shown], more)

    @extend_schema(
        summary="Créer une immobilisation",
        request=schemas.AssetIn,
        responses={201: schemas.AssetOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Write a line of the register; the day of acquisition is that of service if none is."""
        del slug
        data = schemas.AssetIn(data=request.data)
        data.is_valid(raise_exception=True)
        got = cents_in(data.validated_data)
        got.setdefault("in_service_on", got["acquired_on"])
        made = save_asset(self.dossier, None, by=self.person, **got)
        return Response(asset_row(_now(self, made)), status=201)


class Asset(YearAPIView):
    """`GET/DELETE /api/dossiers/{d}/fixed-assets/{id}/`."""

    needs = {"GET": "books.read", "DELETE": "assets.manage"}

    @extend_schema(summary="Une immobilisation et son plan", responses=schemas.PlanOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """The plan year by year."""
        del request, slug
        asset = _found(pk)
        found = detail_of(self.dossier, asset, years_of(self.dossier))
        rows = [
            {
                "since": row.span.start, "until": row.span.end, "charge": money(row.cents),
                "accumulated": money(row.charge.accumulated if row.charge else 0),
                "fiscal": money(row.fiscal), "derogatory": money(row.move),
                "written": money(row.written),
            }
            for row in found.rows
        ]  # fmt: skip
        return Response({"id": str(asset.id), "rows": rows, "total": money(found.total)})

    @extend_schema(summary="Retirer une immobilisation du registre", responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Take it out of the register."""
        del request, slug
        remove_assets(self.dossier, [_found(pk).id], by=self.person)
        return Response(status=204)


class AssetExit(YearAPIView):
    """`POST/DELETE /api/dossiers/{d}/fixed-assets/{id}/exit/`."""

    needs = {"POST": "assets.manage", "DELETE": "assets.manage"}

    @extend_schema(
        summary="Sortir une immobilisation", request=schemas.ExitIn,
        responses={201: schemas.AssetOut},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Write its last charge and its exit."""
        del slug
        data = schemas.ExitIn(data=request.data)
        data.is_valid(raise_exception=True)
        got = {"price": None, **cents_in(data.validated_data)}
        gone = dispose_asset(_found(pk), by=self.person, **got)
        return Response(asset_row(_now(self, gone)), status=201)

    @extend_schema(summary="Annuler une sortie", responses=schemas.AssetOut)
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Take the entries of its exit back."""
        del request, slug
        return Response(asset_row(_now(self, undo_exit(_found(pk), by=self.person))))


class AssetCharges(YearAPIView):
    """`GET/POST /api/dossiers/{d}/asset-charges/`."""

    needs = {"GET": "books.read", "POST": "assets.manage"}

    @extend_schema(
        summary="Dotations à écrire\u00a0: aperçu", parameters=[YEAR_END],
        responses=schemas.ChargesOut,
    )  # fmt: skip
    def get(self, request: Request, slug: str) -> Response:
        """The entries that a year lacks."""
        del slug
        years = years_of(self.dossier)
        year = self.year(request.query_params.get("year_end"), years)
        due = due_standings(self.dossier, Span(year.start, year.end), years)
        drafts = drafted(due, Chart(self.dossier), grouping=BY_ACCOUNT, day=year.end)
        return Response({
            "year_end": year.end, "mark": mark(drafts), "entries": [_draft(one) for one in drafts],
            "total": money(sum(draft.total for draft in drafts)),
        })  # fmt: skip

    @extend_schema(
        summary="Écrire les dotations d’un exercice", request=schemas.ChargesIn,
        responses={201: schemas.BatchOut},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Write what the year lacks, as drafts."""
        del slug
        data = schemas.ChargesIn(data=request.data)
        data.is_valid(raise_exception=True)
        got = data.validated_data
        year = self.year(got["year_end"], years_of(self.dossier))
        made = write_charges(
            self.dossier, Span(year.start, year.end), by=self.person, seen=got.get("mark", ""),
            grouping=BY_ASSET if got["by_asset"] else BY_ACCOUNT,
        )  # fmt: skip
        return Response({"id": str(made.id), "entries": made.entries}, status=201)


class AssetChargesUndo(YearAPIView):
    """`POST /api/dossiers/{d}/asset-charges/{id}/undo/`."""

    needs = {"POST": "assets.manage"}

    @extend_schema(summary="Annuler des dotations", request=None, responses=schemas.BatchOut)
    @idempotent
    def post(self, request: Request, slug: str, batch: uuid.UUID) -> Response:
        """Take a batch back."""
        del request, slug
        count = undo_charges(self.dossier, batch, by=self.person)
        return Response({"id": str(batch), "entries": count})


def _found(pk: int) -> FixedAsset:
    row: FixedAsset | None = FixedAsset.objects.select_related("dossier").filter(pk=pk).first()
    if row is None:
        raise NotFound("Cette immobilisation n’existe pas.")
    return row


def _now(view: YearAPIView, asset: FixedAsset) -> Standing:
    """Where an asset stands in the year in which it came, or left."""
    known = spans_of(years_of(view.dossier))
    day = asset.disposed_on or asset.acquired_on
    held = written(view.dossier, asset.id).get(asset.id) or Held()
    return standing(asset, spans_over(known, day, day)[0], known, held)


def asset_row(row: Standing) -> dict[str, Any]:
    """An asset as the API shows it."""
    asset = row.asset
    price = asset.disposal_price
    return {
        "id": str(asset.id), "label": asset.label, "code": asset.code, "account": asset.account,
        "depreciation_account": asset.depreciation_account,
        "charge_account": asset.charge_account, "supplier": asset.supplier,
        "quantity": asset.quantity, "acquired_on": asset.acquired_on,
        "in_service_on": asset.in_service_on, "method": asset.method, "months": asset.months,
        "cost": money(asset.cost), "residual": money(asset.residual), "gross": money(row.gross),
        "before": money(row.before), "charge": money(row.charge),
        "accumulated": money(row.accumulated), "net": money(row.net),
        "derogatory": money(row.derogatory), "due": money(row.due),
        "exit": asset.exit or None, "disposed_on": asset.disposed_on,
        "disposal_price": None if price is None else money(price),
    }  # fmt: skip


def _draft(draft: Drafted) -> dict[str, Any]:
    return {
        "label": draft.label, "date": draft.date,
        "lines": [
            {"account": account.number, "debit": money(debit), "credit": money(credit)}
            for account, debit, credit in draft.rows
        ],
    }  # fmt: skip
