"""The API of cut-offs: those of a closing, their entries, and taking them back."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from firm.api import money
from firm.idempotency import idempotent
from ledger.actions.cutoffs import save_cutoff, undo_cutoffs, write_cutoffs
from ledger.api import asset_schemas as schemas
from ledger.api.assets import YEAR_END, YearAPIView, cents_in
from ledger.api.books import page
from ledger.queries.cutoffs import AtClosing, at_closing, cents_at
from ledger.queries.years import years_of


class CutOffs(YearAPIView):
    """`GET/POST /api/dossiers/{d}/cutoffs/`."""

    needs = {"GET": "books.read", "POST": "assets.manage"}

    @extend_schema(
        summary="Régularisations d’une clôture", parameters=[YEAR_END],
        responses=schemas.CutOffPageOut,
    )  # fmt: skip
    def get(self, request: Request, slug: str) -> Response:
        """The cut-offs that meet a closing, on one page."""
        del slug
        years = years_of(self.dossier)
        if not years:
            return page([], "")
        year = self.year(request.query_params.get("year_end"), years)
        return page([_row(row) for row in at_closing(self.dossier, year.end)], "")

    @extend_schema(
        summary="Créer une régularisation", request=schemas.CutOffIn,
        responses={201: schemas.CutOffOut},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Write a cut-off down; its entry comes with the closing's."""
        del slug
        data = schemas.CutOffIn(data=request.data)
        data.is_valid(raise_exception=True)
        made = save_cutoff(self.dossier, None, by=self.person, **cents_in(data.validated_data))
        row = AtClosing(made, made.year_end, cents_at(made, made.year_end), None)
        return Response(_row(row), status=201)


class WriteCutOffs(YearAPIView):
    """`POST /api/dossiers/{d}/cutoffs/write/`."""

    needs = {"POST": "assets.manage"}

    @extend_schema(
        summary="Écrire les régularisations d’une clôture", request=schemas.ChargesIn,
        responses={201: schemas.BatchOut},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Write what the closing lacks, with reversals where the next year is open."""
        del slug
        data = schemas.ChargesIn(data=request.data)
        data.is_valid(raise_exception=True)
        year = self.year(data.validated_data["year_end"], years_of(self.dossier))
        made = write_cutoffs(
            self.dossier, year, by=self.person, seen=data.validated_data.get("mark", "")
        )
        return Response({"id": str(made.id), "entries": made.entries}, status=201)


class UndoCutOffs(YearAPIView):
    """`POST /api/dossiers/{d}/cutoffs/{id}/undo/`."""

    needs = {"POST": "assets.manage"}

    @extend_schema(summary="Annuler des régularisations", request=None, responses=schemas.BatchOut)
    @idempotent
    def post(self, request: Request, slug: str, batch: uuid.UUID) -> Response:
        """Take a batch back, reversals included."""
        del request, slug
        count = undo_cutoffs(self.dossier, batch, by=self.person)
        return Response({"id": str(batch), "entries": count})


def _row(row: AtClosing) -> dict[str, Any]:
    one = row.cutoff
    return {
        "id": str(one.id), "kind": one.kind, "label": one.label, "account": one.account,
        "amount": money(one.amount), "vat": money(one.vat), "since": one.since,
        "until": one.until, "year_end": one.year_end, "at_closing": money(row.cents),
        "state": row.state,
    }  # fmt: skip
