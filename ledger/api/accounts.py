"""The API of accounts and third parties."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from firm.api import page_limit
from firm.idempotency import idempotent
from ledger.actions.third_parties import create_third_party
from ledger.api import schemas
from ledger.api.books import CURSOR, LIMIT, BooksAPIView, page
from ledger.models import ThirdParty
from ledger.queries import accounts


class Accounts(BooksAPIView):
    """`GET /api/dossiers/{d}/accounts/`."""

    @extend_schema(
        summary="Plan comptable, par numéro",
        parameters=[OpenApiParameter("prefix", description="Début du numéro"), CURSOR, LIMIT],
        responses=schemas.AccountPageOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        """The chart of accounts, by number."""
        del slug
        rows, after = accounts.account_page(
            self.dossier,
            prefix=request.query_params.get("prefix", ""),
            cursor=request.query_params.get("cursor", ""),
            limit=page_limit(request),
        )
        results = [{"id": str(row.id), "number": row.number, "label": row.label} for row in rows]
        return page(results, after)


class ThirdParties(BooksAPIView):
    """`GET/POST /api/dossiers/{d}/third-parties/`."""

    needs = {"GET": "books.read", "POST": "third_parties.manage"}

    @extend_schema(
        summary="Clients et fournisseurs",
        parameters=[
            OpenApiParameter("role", enum=ThirdParty.Role.values), CURSOR, LIMIT,
        ],
        responses=schemas.ThirdPartyPageOut,
    )  # fmt: skip
    def get(self, request: Request, slug: str) -> Response:
        """Customers and suppliers."""
        del slug
        rows, after = accounts.third_party_page(
            self.dossier,
            role=request.query_params.get("role", ""),
            cursor=request.query_params.get("cursor", ""),
            limit=page_limit(request),
        )
        return page([third_party_row(row) for row in rows], after)

    @extend_schema(
        summary="Créer un client ou un fournisseur\u202f; «\u00a0id\u00a0» est votre propre code",
        request=schemas.ThirdPartyIn,
        responses={201: schemas.ThirdPartyOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Create a customer or a supplier; `id` is your own code for it."""
        del slug
        data = schemas.ThirdPartyIn(data=request.data)
        data.is_valid(raise_exception=True)
        got = dict(data.validated_data)
        made = create_third_party(self.dossier, by=self.person, code=got.pop("id", ""), **got)
        return Response(third_party_row(made), status=201)


def third_party_row(row: ThirdParty) -> dict[str, Any]:
    """A customer or a supplier."""
    return {
        "id": str(row.id),
        "role": row.role,
        "code": row.code,
        "name": row.label,
        "country": row.country,
        "kind": row.kind,
        "siren": row.siren,
        "vat_number": row.vat_number,
        "account": row.account.number if row.account else None,
    }
