"""The API of validation, reversal, locks and closing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clients.api import DossierAPIView
from firm.accounts import require_fresh_sign_in
from firm.api import InvalidRequest, money, require_token_scope
from firm.errors import NotFound
from firm.idempotency import idempotent
from firm.models import ApiToken
from ledger.actions import closing, validation
from ledger.actions.fec_export import year_ending
from ledger.actions.openings import write_openings
from ledger.actions.reversals import reverse_entry
from ledger.actions.validation import Choice
from ledger.api.entries import entry_row
from ledger.models import FiscalYear, Journal
from ledger.queries import entries
from ledger.queries.year_jobs import YearJob, year_job

AMOUNTS = frozenset(("debit", "result", "carried"))


class ValidationIn(serializers.Serializer[Any]):
    """Which drafts of which year; the day is included, no journal means all."""

    year_end = serializers.DateField()
    until = serializers.DateField(required=False, allow_null=True)
    journals = serializers.ListField(child=serializers.CharField(), required=False)


class LockIn(serializers.Serializer[Any]):
    """Locked, or open again."""

    locked = serializers.BooleanField()


class ClosingIn(serializers.Serializer[Any]):
    """The dossier's short name, and why the next year's opening balances are other ones."""

    confirmation = serializers.CharField()
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500)


class ReversalIn(serializers.Serializer[Any]):
    """The day of the reversal; `again` when there is one already."""

    date = serializers.DateField()
    again = serializers.BooleanField(required=False)


def as_json(done: YearJob) -> dict[str, Any]:
    """A job on a year as the API shows it; amounts are strings."""
    result = {name: value for name, value in done.item.result.items() if name != "preview"}
    return {
        "id": str(done.job.pk),
        "operation": "close" if done.is_closing else "validate",
        "year_end": done.year.end.isoformat(),
        "state": done.job.state,
        "progress": {"done": done.job.done, "total": done.job.total, "step": done.job.step},
        "error": done.job.error or None,
        "preview": _priced(done.preview),
        "result": _priced(result),
    }


def _priced(held: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {
        name: money(held[name]) if name in AMOUNTS else held[name] for name in held
    }
    out.pop("mark", None)
    if "journals" in out:
        out["journals"] = [_priced(row) for row in out["journals"]]
    if "differences" in out:
        out["differences"] = [
            {"account": number, "closing": money(closed), "opening": money(opened)}
            for number, closed, opened in out["differences"]
        ]
    return out


class Validations(DossierAPIView):
    """`POST /api/dossiers/{d}/validations/`."""

    needs = {"POST": "books.validate"}

    @extend_schema(summary="Calculer l’aperçu d’une validation", request=ValidationIn)
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Count the drafts that would be validated; none is until the job is confirmed."""
        del slug
        data = ValidationIn(data=request.data)
        data.is_valid(raise_exception=True)
        year = year_ending(data.validated_data["year_end"])
        choice = Choice(
            year.id, until=data.validated_data.get("until"),
            journals=_journals(data.validated_data.get("journals") or []),
        )  # fmt: skip
        job = validation.preview_validation(
            self.dossier, choice, today=timezone.localdate(), by=self.person
        )
        return Response(as_json(year_job(self.dossier, job.pk)), status=201)


class Validation(DossierAPIView):
    """`GET /api/dossiers/{d}/validations/{id}/`, and of a closing."""

    needs = {"GET": "books.read"}

    @extend_schema(summary="Une validation ou une clôture, et son avancement")
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One job on a year."""
        del request, slug
        return Response(as_json(year_job(self.dossier, pk)))


class ValidationConfirm(DossierAPIView):
    """`POST …/validations/{id}/confirm/`."""

    needs = {"POST": "books.validate"}

    @extend_schema(summary="Confirmer une validation", request=None)
    @idempotent
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Run what was previewed; it cannot be taken back."""
        del request, slug
        done = year_job(self.dossier, pk)
        validation.confirm_validation(self.dossier, done.job, by=self.person)
        return Response(as_json(year_job(self.dossier, pk)), status=202)


class YearLock(DossierAPIView):
    """`POST …/fiscal-years/{year_end}/lock/`."""

    needs = {"POST": "books.validate"}

    @extend_schema(summary="Verrouiller ou déverrouiller un exercice", request=LockIn)
    @idempotent
    def post(self, request: Request, slug: str, year_end: dt.date) -> Response:
        """Lock an open year, or open a locked one again."""
        del slug
        data = LockIn(data=request.data)
        data.is_valid(raise_exception=True)
        year = year_ending(year_end)
        closing.set_locked(self.dossier, year, locked=data.validated_data["locked"], by=self.person)
        return Response(_year(year))


class YearOpenings(DossierAPIView):
    """`POST …/fiscal-years/{year_end}/openings/`."""

    needs = {"POST": "books.validate"}

    @extend_schema(summary="Écrire les à-nouveaux provisoires de l’exercice suivant", request=None)
    @idempotent
    def post(self, request: Request, slug: str, year_end: dt.date) -> Response:
        """Write, or write anew, the opening entry of the year after."""
        del request, slug
        written = write_openings(self.dossier, year_ending(year_end), by=self.person)
        return Response(
            {
                "entry": str(written.entry.id) if written.entry else None, "lines": written.lines,
                "result": money(written.result), "letterings_undone": written.letterings,
            },
            status=201,
        )  # fmt: skip


class YearClose(DossierAPIView):
    """`POST …/fiscal-years/{year_end}/close/`."""

    needs = {"POST": "books.validate"}

    @extend_schema(summary="Clôturer un exercice, définitivement", request=ClosingIn)
    @idempotent
    def post(self, request: Request, slug: str, year_end: dt.date) -> Response:
        """Close a year by a job: it needs the short name and the scope `destructive`."""
        del slug
        data = ClosingIn(data=request.data)
        data.is_valid(raise_exception=True)
        require_token_scope(request, destructive=True)
        if not isinstance(request.auth, ApiToken):
            require_fresh_sign_in(request._request)
        job = closing.preview_closing(
            self.dossier, year_ending(year_end), by=self.person,
            reason=data.validated_data.get("reason", ""),
        )  # fmt: skip
        closing.confirm_closing(
            self.dossier, job, confirmation=data.validated_data["confirmation"], by=self.person
        )
        return Response(as_json(year_job(self.dossier, job.pk)), status=202)


class EntryReverse(DossierAPIView):
    """`POST /api/dossiers/{d}/entries/{id}/reverse/`."""

    needs = {"POST": "books.write"}

    @extend_schema(summary="Contre-passer une écriture", request=ReversalIn)
    @idempotent
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Write the draft that takes an entry back."""
        del slug
        data = ReversalIn(data=request.data)
        data.is_valid(raise_exception=True)
        entry = entries.find_entry(self.dossier, pk)
        if entry is None:
            raise NotFound("Cette écriture n’existe pas ou ne vous est pas ouverte.")
        made = reverse_entry(
            self.dossier, entry, date=data.validated_data["date"], by=self.person,
            again=data.validated_data.get("again", False),
        )  # fmt: skip
        lines = entries.lines_of(self.dossier, [made])[made.id]
        return Response(entry_row(made, lines), status=201)


def _year(year: FiscalYear) -> dict[str, Any]:
    return {"id": str(year.id), "start": year.start.isoformat(), "end": year.end.isoformat(),
            "state": year.state}  # fmt: skip


def _journals(codes: list[str]) -> tuple[int, ...]:
    known = dict(Journal.objects.filter(code__in=codes).values_list("code", "id"))
    strange = [code for code in codes if code not in known]
    if strange:
        raise InvalidRequest(
            "Corrigez les champs indiqués.",
            errors=[{"field": "journals", "message": f"Inconnu ici : {', '.join(strange)}."}],
        )
    return tuple(known.values())
