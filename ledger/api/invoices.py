"""The API of invoices: list, create, one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from clients.models import Document
from clients.queries.documents import visible
from firm.api import money, page_limit
from firm.errors import NotFound
from firm.idempotency import idempotent
from ledger import invoice_amounts as amounts
from ledger.actions.invoice_documents import attach_document
from ledger.actions.invoices import InvoiceDraft, LineDraft, create_invoice, update_invoice
from ledger.api.books import CURSOR, LIMIT, SINCE, UNTIL, BooksAPIView, invalid, page
from ledger.api.invoice_schemas import InvoiceIn, InvoiceOut, InvoicePageOut
from ledger.models import Account, Invoice, InvoiceLine, ThirdParty
from ledger.queries import invoices
from ledger.queries.invoice_versions import version_of
from ledger.queries.invoices import InvoiceFilters, role_of
from ledger.queries.parties import accounts_by_number

CHOICES = {
    "direction": Invoice.Direction.values, "state": Invoice.State.values,
    "booking": Invoice.Booking.values, "source": Invoice.Source.values,
}  # fmt: skip


class Invoices(BooksAPIView):
    """`GET/POST /api/dossiers/{d}/invoices/`."""

    needs = {"GET": "books.read", "POST": "invoices.manage"}

    @extend_schema(
        summary="Factures d’achat et de vente",
        operation_id="dossiers_invoices_list",
        parameters=[
            *(OpenApiParameter(name, enum=values) for name, values in CHOICES.items()),
            OpenApiParameter("third_party", description="Identifiant du tiers"),
            OpenApiParameter("duplicate", bool, description="`true` : doublons possibles"),
            OpenApiParameter("q", description="Une partie du numéro ou du nom du tiers"),
            SINCE, UNTIL, CURSOR, LIMIT,
        ],
        responses=InvoicePageOut,
    )  # fmt: skip
    def get(self, request: Request, slug: str) -> Response:
        """Invoices with their lines, latest first; those without a date come before."""
        del slug
        rows, after = invoices.invoice_page(
            self.dossier, self._filters(request), request.query_params.get("cursor", ""),
            page_limit(request),
        )  # fmt: skip
        lines = invoices.lines_of_invoices(self.dossier, rows)
        return page([invoice_row(row, lines[row.id]) for row in rows], after)

    def _filters(self, request: Request) -> InvoiceFilters:
        got = request.query_params
        for name, values in CHOICES.items():
            if got.get(name) and got[name] not in values:
                raise invalid(name, f"Choisissez parmi : {', '.join(values)}.")
        party = got.get("third_party", "")
        if party and not party.isdigit():
            raise invalid("third_party", "Donnez l’identifiant du tiers : un nombre.")
        return InvoiceFilters(
            direction=got.get("direction", ""), booking=got.get("booking", ""),
            state=got.get("state", ""), source=got.get("source", ""), text=got.get("q", "")[:100],
            since=self.day(request, "since"), until=self.day(request, "until"),
            third_party_id=int(party) if party else None,
            is_duplicate=got.get("duplicate", "").lower() in ("true", "1"),
        )  # fmt: skip

    @extend_schema(summary="Saisir une facture", request=InvoiceIn, responses={201: InvoiceOut})
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Create an invoice to be booked; its net and its VAT are worked out from its lines."""
        del slug
        data = InvoiceIn(data=request.data)
        data.is_valid(raise_exception=True)
        got = dict(data.validated_data)
        direction, document = got.pop("direction"), self._document(got.pop("document"))
        got.pop("version")
        draft = self._draft(direction, got)
        made = create_invoice(
            self.dossier, draft, direction=direction, by=self.person, source=Invoice.Source.API
        )
        if document:
            attach_document(made, document, by=self.person)
        return Response(self.one(made.id), status=201)

    def _draft(self, direction: str, got: dict[str, Any]) -> InvoiceDraft:
        got.pop("payments")
        numbers = {line["account"] for line in got["lines"] if line.get("account")}
        known = accounts_by_number(self.dossier, numbers)
        unknown = ", ".join(sorted(numbers - set(known)))
        if unknown:
            raise invalid("lines", f"Ces comptes ne sont pas au plan du dossier : {unknown}.")
        got["third_party"] = self._party(direction, got["third_party"])
        got["corrects"] = self._corrected(direction, got["corrects"])
        got["currency"] = got["currency"].upper()
        got["lines"] = [_line(line, known) for line in got["lines"]]
        return InvoiceDraft(**got)

    def _party(self, direction: str, named: str | None) -> ThirdParty | None:
        """The third party of this code, or of this id.

        Raises:
            InvalidRequest: there is none on this side.
        """
        if not named:
            return None
        same = ThirdParty.objects.filter(dossier=self.dossier, role=role_of(direction))
        found: ThirdParty | None = same.filter(code=named).first()
        if found is None and named.isdigit():
            found = same.filter(id=int(named)).first()
        if found is None:
            raise invalid("third_party", f"« {named} » n’existe pas : créez d’abord ce tiers.")
        return found

    def _corrected(self, direction: str, named: str | None) -> Invoice | None:
        if not named:
            return None
        same = Invoice.objects.filter(dossier=self.dossier, direction=direction)
        found: Invoice | None = same.filter(number=named).order_by("-id").first()
        if found is None and named.isdigit():
            found = same.filter(id=int(named)).first()
        if found is None:
            raise invalid("corrects", f"« {named} » n’existe pas dans ce dossier.")
        return found

    def _document(self, named: str | None) -> Document | None:
        if not named:
            return None
        mine = visible(self.dossier, self.person, self.rights)
        found = mine.filter(id=int(named)).first() if named.isdigit() else None
        if found is None:
            raise invalid("document", f"« {named} » n’existe pas : déposez d’abord ce document.")
        return found

    def one(self, pk: int) -> dict[str, Any]:
        """An invoice of the dossier as the API shows it.

        Raises:
            NotFound: there is none with this number.
        """
        row = self.found(pk)
        return invoice_row(row, invoices.lines_of_invoice(row))

    def found(self, pk: int) -> Invoice:
        """An invoice of the dossier.

        Raises:
            NotFound: there is none with this number.
        """
        row: Invoice | None = Invoice.objects.filter(dossier=self.dossier, id=pk).first()
        if row is None:
            raise NotFound("Cette facture n’existe pas ou ne vous est pas ouverte.")
        return row


class InvoiceDetail(Invoices):
    """`GET/PUT /api/dossiers/{d}/invoices/{id}/`."""

    needs = {"GET": "books.read", "PUT": "invoices.manage"}
    http_method_names = ["get", "put", "head", "options"]

    @extend_schema(
        summary="Une facture et ses lignes",
        operation_id="dossiers_invoices_retrieve",
        parameters=[],
        responses=InvoiceOut,
    )
    def get(self, request: Request, slug: str, pk: int = 0) -> Response:
        """One invoice with its lines."""
        del request, slug
        return Response(self.one(pk))

    @extend_schema(
        summary="Modifier une facture à comptabiliser",
        operation_id="dossiers_invoices_update",
        request=InvoiceIn,
        responses=InvoiceOut,
    )
    def put(self, request: Request, slug: str, pk: int = 0) -> Response:
        """Write an invoice anew while it is to be booked; `version` guards against other hands."""
        del slug
        data = InvoiceIn(data=request.data)
        data.is_valid(raise_exception=True)
        got, row = dict(data.validated_data), self.found(pk)
        if got.pop("direction") != row.direction:
            raise invalid(
                "direction", "Une facture ne change pas de côté : saisissez-en une autre."
            )
        document, version = self._document(got.pop("document")), got.pop("version")
        row.dossier = self.dossier
        update_invoice(row, self._draft(row.direction, got), by=self.person, version=version)
        if document and document.pk != row.document_id:
            attach_document(row, document, by=self.person)
        return Response(self.one(pk))


def _line(got: dict[str, Any], known: dict[str, Account]) -> LineDraft:
    net = amounts.line_net(got["qty"], got["unit_price"], got["discount_pct"])
    return LineDraft(
        amounts.Line(net, None, got["vat_rate"], got["kind"]), got["label"],
        known.get(got.get("account") or ""), got["qty"], got["unit_price"], got["discount_pct"],
        got["deductible_pct"],
    )  # fmt: skip


def invoice_row(row: Invoice, lines: list[InvoiceLine]) -> dict[str, Any]:
    """An invoice and its lines."""
    return {
        "id": str(row.id),
        "direction": row.direction,
        "type": row.type,
        "number": row.number,
        "state": row.state,
        "booking": row.booking,
        "source": row.source,
        "issue_date": row.issue_date,
        "sale_date": row.sale_date,
        "due_date": row.due_date,
        "third_party": _id(row.third_party_id),
        "currency": row.currency,
        "fx_rate": _figure(row.fx_rate),
        "regime": row.regime,
        "corrects": _id(row.corrects_id),
        "net": money(row.net),
        "vat": money(row.vat),
        "gross": money(row.gross),
        "is_pre_takeover": row.is_pre_takeover,
        "is_kept": row.is_kept,
        "document": _id(row.document_id),
        "entry": _id(row.entry_id),
        "version": version_of(row, lines),
        "lines": [_line_row(line) for line in lines],
        "payments": [],
    }


def _line_row(line: InvoiceLine) -> dict[str, Any]:
    return {
        "label": line.label,
        "qty": _figure(line.qty),
        "unit_price": _figure(line.unit_price),
        "discount_pct": _figure(line.discount_pct),
        "vat_rate": _figure(line.vat_rate),
        "kind": line.kind,
        "deductible_pct": _figure(line.deductible_pct),
        "account": line.account.number if line.account else None,
        "net": money(line.net),
        "vat": money(line.vat),
    }


def _id(key: int | None) -> str | None:
    return str(key) if key else None


def _figure(number: Decimal | None) -> str | None:
    """A number without zeros at its end."""
    if number is None:
        return None
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
