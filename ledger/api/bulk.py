"""The API of bulk jobs: preview, confirm, follow, take back."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clients.api import DossierAPIView
from firm.accounts import require_fresh_sign_in
from firm.api import InvalidRequest, money, page_limit, require_token_scope
from firm.idempotency import idempotent
from firm.models import ApiToken, Job
from ledger.actions import bulk
from ledger.actions.bulk_pick import KINDS, OPERATIONS, Selection
from ledger.models import BankAccount, Invoice, Journal
from ledger.queries.bulk import Done, bulk_job, bulk_jobs, undo_of

FINAL = frozenset(("delete", "reset"))


class BulkIn(serializers.Serializer[Any]):
    """What to do and to what; empty lists mean all, both days are included."""

    operation = serializers.ChoiceField(OPERATIONS)
    since = serializers.DateField(required=False, allow_null=True)
    until = serializers.DateField(required=False, allow_null=True)
    kinds = serializers.ListField(child=serializers.ChoiceField(KINDS), required=False)
    sources = serializers.ListField(
        child=serializers.ChoiceField(Invoice.Source.choices), required=False
    )
    bank_accounts = serializers.ListField(child=serializers.CharField(), required=False)
    journals = serializers.ListField(child=serializers.CharField(), required=False)
    include_fec = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A period runs forward."""
        if attrs.get("since") and attrs.get("until") and attrs["since"] > attrs["until"]:
            raise serializers.ValidationError(
                {"until": "La période se termine avant de commencer."}
            )
        return attrs


class ConfirmIn(serializers.Serializer[Any]):
    """The dossier's short name, for delete, reset and what came with a file."""

    confirmation = serializers.CharField(required=False, allow_blank=True)


def as_json(done: Done) -> dict[str, Any]:
    """A bulk job as the API shows it; amounts are strings."""
    job, undo = done.job, undo_of(done)
    result = done.item.result
    preview = result.get("preview", {})
    is_undoing = bool(undo and undo.state in Job.ACTIVE)
    shown = undo if undo and is_undoing else job
    items = {
        name: result[name]
        for name in ("invoices", "transactions", "entries", "lines", "skipped")
        if name in result
    }
    return {
        "id": str(job.pk),
        "operation": done.operation,
        "state": "undoing" if is_undoing else job.state,
        "progress": {"done": shown.done, "total": shown.total, "step": shown.step},
        "error": job.error or (undo.error if undo and not is_undoing else "") or None,
        "preview": {
            "counts": preview.get("counts", {}),
            "amounts": {key: money(value) for key, value in preview.get("amounts", {}).items()},
            "groups": [_priced(one) for one in preview.get("groups", [])],
            "effect": [_priced(one) for one in preview.get("effect", [])],
            "warnings": preview.get("warnings", []),
            "skipped": preview.get("skipped", []),
            "fec": [_priced(one) for one in preview.get("fec", [])],
        },
        "items": items,
        "undo_until": job.undo_until if job.state == Job.State.DONE else None,
        "archive_sha256": done.archive.sha256 if done.archive else None,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
    }


def _priced(one: dict[str, Any]) -> dict[str, Any]:
    return {
        key: money(value) if key in {"amount", "amount_left"} else value
        for key, value in one.items()
    }


class BulkJobs(DossierAPIView):
    """`GET/POST /api/dossiers/{d}/bulk-jobs/`."""

    needs = {"GET": "books.archive", "POST": "books.archive_bulk"}

    @extend_schema(summary="Travaux en masse du dossier")
    def get(self, request: Request, slug: str) -> Response:
        """The latest bulk jobs of the dossier."""
        del slug
        rows = bulk_jobs(self.dossier, limit=page_limit(request))
        return Response({"results": [as_json(row) for row in rows], "next": None})

    @extend_schema(summary="Calculer l’aperçu d’un travail en masse", request=BulkIn)
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Count what would be done; nothing is until the job is confirmed, within 24 hours."""
        del slug
        data = BulkIn(data=request.data)
        data.is_valid(raise_exception=True)
        selection = _selection(data.validated_data)
        self.rights.require(bulk.RIGHTS[selection.operation])
        job = bulk.preview_bulk(self.dossier, selection, by=self.person)
        return Response(as_json(bulk_job(self.dossier, job.pk)), status=201)


class BulkJob(DossierAPIView):
    """`GET /api/dossiers/{d}/bulk-jobs/{id}/`."""

    needs = {"GET": "books.archive"}

    @extend_schema(summary="Un travail en masse et son avancement")
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One bulk job."""
        del request, slug
        return Response(as_json(bulk_job(self.dossier, pk)))


class BulkConfirm(DossierAPIView):
    """`POST …/bulk-jobs/{id}/confirm/`."""

    needs = {"POST": "books.archive_bulk"}

    @extend_schema(summary="Confirmer un travail en masse", request=ConfirmIn)
    @idempotent
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Run what was previewed; deletions, resets and files need the scope `destructive`."""
        del slug
        data = ConfirmIn(data=request.data)
        data.is_valid(raise_exception=True)
        done = bulk_job(self.dossier, pk)
        selection = Selection.of(done.item.params)
        self.rights.require(bulk.RIGHTS[done.operation])
        if selection.needs_word:
            require_token_scope(request, destructive=True)
        if done.operation in FINAL and not isinstance(request.auth, ApiToken):
            require_fresh_sign_in(request._request)
        bulk.confirm_bulk(
            self.dossier, done.job, by=self.person,
            confirmation=data.validated_data.get("confirmation", ""),
        )  # fmt: skip
        return Response(as_json(bulk_job(self.dossier, pk)), status=202)


class BulkUndo(DossierAPIView):
    """`POST …/bulk-jobs/{id}/undo/`."""

    needs = {"POST": "books.archive_bulk"}

    @extend_schema(summary="Annuler un travail en masse", request=None)
    @idempotent
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Take a done job back."""
        del request, slug
        done = bulk_job(self.dossier, pk)
        self.rights.require(bulk.RIGHTS[done.operation])
        bulk.undo_bulk(self.dossier, done.job, by=self.person)
        return Response(as_json(bulk_job(self.dossier, pk)), status=202)


def _selection(data: dict[str, Any]) -> Selection:
    accounts = {
        **{str(row.pk): row.pk for row in BankAccount.objects.all()},
        **{row.account.number: row.pk for row in BankAccount.objects.select_related("account")},
    }
    journals: dict[str, int] = {str(row.pk): row.pk for row in Journal.objects.all()}
    journals |= {row.code: row.pk for row in Journal.objects.all()}
    return Selection(
        data["operation"], since=data.get("since"), until=data.get("until"),
        kinds=tuple(data.get("kinds") or ()), sources=tuple(data.get("sources") or ()),
        bank_accounts=_known("bank_accounts", data.get("bank_accounts"), accounts),
        journals=_known("journals", data.get("journals"), journals),
        include_fec=bool(data.get("include_fec")),
    )  # fmt: skip


def _known(field: str, asked: list[str] | None, known: dict[str, int]) -> tuple[int, ...]:
    """Ids of accounts or journals, named by id, number or code.

    Raises:
        InvalidRequest: one of them is nobody's.
    """
    strange = [name for name in asked or () if name not in known]
    if strange:
        raise InvalidRequest(
            "Corrigez les champs indiqués.",
            errors=[{"field": field, "message": f"Inconnu ici : {', '.join(strange)}."}],
        )
    return tuple(known[name] for name in asked or ())
