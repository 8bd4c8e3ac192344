"""The API of entries."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from clients.models import Dossier
from firm.api import money, page_limit
from firm.errors import NotFound
from firm.formats import parse_amount_fr
from firm.idempotency import idempotent
from ledger.actions.entry_changes import copy_entry, version_of
from ledger.actions.entry_removal import withdraw_entry
from ledger.actions.entry_typing import write_typed
from ledger.api import schemas
from ledger.api.books import CURSOR, LIMIT, SINCE, UNTIL, BooksAPIView, invalid, page
from ledger.api.entry_schemas import EntryChangeIn, EntryCopyIn, EntryIn, typed_entry
from ledger.models import Entry, EntryLine
from ledger.queries import accounts, entries, years


class Entries(BooksAPIView):
    """`GET/POST /api/dossiers/{d}/entries/`."""

    needs = {"GET": "books.read", "POST": "books.write"}

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

    @extend_schema(
        summary="Écrire une écriture en brouillard",
        operation_id="dossiers_entries_create",
        request=EntryIn,
        responses={201: schemas.EntryOut},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Write a balanced draft; what is wrong is told by field: `lines.0.account`."""
        del slug
        data = EntryIn(data=request.data)
        data.is_valid(raise_exception=True)
        made = write_typed(self.dossier, typed_entry(data.validated_data), by=self.person)
        return Response(whole_entry(self.dossier, made.id), status=201)

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
    """`GET/PUT/DELETE /api/dossiers/{d}/entries/{id}/`."""

    needs = {"GET": "books.read", "PUT": "books.write", "DELETE": "books.write"}

    @extend_schema(summary="Une écriture et ses lignes", responses=schemas.EntryOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One entry with its lines."""
        del request, slug
        return Response(whole_entry(self.dossier, pk))

    @extend_schema(
        summary="Modifier un brouillard saisi ici", request=EntryChangeIn,
        responses=schemas.EntryOut,
    )  # fmt: skip
    def put(self, request: Request, slug: str, pk: int) -> Response:
        """Replace the head and the lines of a draft; `version` is that of the entry as read."""
        del slug
        data = EntryChangeIn(data=request.data)
        data.is_valid(raise_exception=True)
        found_entry(self.dossier, pk)
        got = data.validated_data
        write_typed(
            self.dossier, typed_entry(got), by=self.person, change=pk, version=got["version"],
            unletter=got.get("unletter", False),
        )  # fmt: skip
        return Response(whole_entry(self.dossier, pk))

    @extend_schema(summary="Retirer un brouillard saisi ici", responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Take a draft out of the books, into the bin."""
        del request, slug
        withdraw_entry(self.dossier, found_entry(self.dossier, pk), by=self.person)
        return Response(status=204)


class EntryCopy(BooksAPIView):
    """`POST /api/dossiers/{d}/entries/{id}/copy/`."""

    needs = {"POST": "books.write"}

    @extend_schema(
        summary="Copier une écriture à une autre date", request=EntryCopyIn,
        responses={201: schemas.EntryOut},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """The same lines as a new draft; letterings are not copied."""
        del slug
        data = EntryCopyIn(data=request.data)
        data.is_valid(raise_exception=True)
        entry = found_entry(self.dossier, pk)
        entry.dossier = self.dossier
        made = copy_entry(entry, by=self.person, **data.validated_data)
        return Response(whole_entry(self.dossier, made.id), status=201)


def found_entry(dossier: Dossier, pk: int) -> Entry:
    """An entry of the dossier.

    Raises:
        NotFound: there is none with this number.
    """
    found = entries.find_entry(dossier, pk)
    if found is None:
        raise NotFound("Cette écriture n’existe pas ou ne vous est pas ouverte.")
    return found


def whole_entry(dossier: Dossier, pk: int) -> dict[str, Any]:
    """An entry and its lines."""
    found = found_entry(dossier, pk)
    return entry_row(found, entries.lines_of(dossier, [found])[found.id])


def entry_row(entry: Entry, lines: list[EntryLine]) -> dict[str, Any]:
    """An entry and its lines."""
    return {
        "id": str(entry.id),
        "version": version_of(entry, lines),
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
