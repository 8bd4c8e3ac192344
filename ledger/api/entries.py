"""The API of entries."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from firm.api import money, page_limit
from firm.errors import NotFound
from firm.formats import parse_amount_fr
from ledger.api import schemas
from ledger.api.books import CURSOR, LIMIT, SINCE, UNTIL, BooksAPIView, invalid, page
from ledger.models import Entry, EntryLine
from ledger.queries import accounts, entries, years


class Entries(BooksAPIView):
    """`GET /api/dossiers/{d}/entries/`."""

    @extend_schema(
        summary="Écritures par date, avec leurs lignes",
        operation_id="dossiers_entries_list",
        parameters=[
            SINCE, UNTIL,
            OpenApiParameter("journal", description="Code du journal"),
            OpenApiParameter("q", description="Mots du libellé, de la pièce ou du numéro"),
            OpenApiParameter("amount", description="Montant au débit ou au crédit, « 1234.56 »"),
            CURSOR, LIMIT,
        ],
        responses=schemas.EntryPageOut,
    )  # fmt: skip
    def get(self, request: Request, slug: str) -> Response:
        """Entries by date with their lines; every year unless `since` or `until` says less."""
        del slug
        filters = self._filters(request)
        if filters is None:
            return page([], "")
        found = entries.entry_page(
            self.dossier, filters, request.query_params.get("cursor", ""), page_limit(request)
        )
        lines = entries.lines_of(self.dossier, found.entries)
        return page([entry_row(row, lines[row.id]) for row in found.entries], found.after)

    def _filters(self, request: Request) -> entries.EntryFilters | None:
        held = [year for year in years.years_of(self.dossier) if year.lines]
        asked = self.period(request, held)
        if asked is None or not held:
            return None
        got = request.query_params
        since = self.day(request, "since") or min(year.start for year in held)
        until = self.day(request, "until") or max(year.end for year in held)
        journal_id = None
        if got.get("journal"):
            journal_id = accounts.journal_id_of(self.dossier, got["journal"])
        return entries.EntryFilters(
            years.period(held, since, until), journal_id=journal_id, text=got.get("q", "")[:100],
            amount=self._cents(got.get("amount", "")), newest_first=False,
        )  # fmt: skip

    def _cents(self, typed: str) -> int | None:
        try:
            return parse_amount_fr(typed)
        except ValueError as error:
            raise invalid(
                "amount", f"« {typed} » n’est pas un montant : écrivez 1234.56."
            ) from error


class EntryDetail(BooksAPIView):
    """`GET /api/dossiers/{d}/entries/{id}/`."""

    @extend_schema(summary="Une écriture et ses lignes", responses=schemas.EntryOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One entry with its lines."""
        del request, slug
        found = entries.find_entry(self.dossier, pk)
        if found is None:
            raise NotFound("Cette écriture n’existe pas ou ne vous est pas ouverte.")
        return Response(entry_row(found, entries.lines_of(self.dossier, [found])[found.id]))


def entry_row(entry: Entry, lines: list[EntryLine]) -> dict[str, Any]:
    """An entry and its lines."""
    return {
        "id": str(entry.id),
        "journal": entry.journal.code,
        "number": entry.number,
        "date": entry.date.isoformat(),
        "piece_ref": entry.piece_ref,
        "piece_date": entry.piece_date.isoformat() if entry.piece_date else None,
        "label": entry.label,
        "state": entry.state,
        "is_opening": entry.is_opening,
        "debit": money(sum(line.debit for line in lines)),
        "credit": money(sum(line.credit for line in lines)),
        "import": str(entry.fec_import_id) if entry.fec_import_id else None,
        "lines": [_line_row(line) for line in lines],
    }


def _line_row(line: EntryLine) -> dict[str, Any]:
    third = line.third_party
    return {
        "line": line.line_no,
        "account": line.account.number,
        "third_party": {"id": str(third.id), "code": third.code, "name": third.label}
        if third
        else None,
        "label": line.label,
        "debit": money(line.debit),
        "credit": money(line.credit),
        "lettering": line.lettering_code,
        "foreign_amount": line.foreign_amount,
        "currency": line.currency,
    }
