"""The API of FEC imports: send, follow, confirm, undo."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clients.api import DossierAPIView
from firm.api import money, page_limit, require_token_scope
from firm.errors import NotFound
from firm.idempotency import idempotent
from firm.models import ApiToken, Job
from ledger.actions import fec_import, fec_review
from ledger.models import FecFinding, FecImport

MOST_FINDINGS = 2000
_CENTS = frozenset(("debit", "credit", "amount"))


class UploadIn(serializers.Serializer[Any]):
    """A FEC."""

    file = serializers.FileField(allow_empty_file=True)


class ConfirmIn(serializers.Serializer[Any]):
    """Answers to the questions; empty accepts every warning."""

    mode = serializers.ChoiceField(FecImport.Mode.choices, required=False)
    accounts = serializers.DictField(required=False)


class UndoIn(serializers.Serializer[Any]):
    """The dossier's short name, asked of people who have no token with the scope `destructive`."""

    confirmation = serializers.CharField(required=False)


def as_json(row: FecImport, *, findings: bool = True) -> dict[str, Any]:
    """One import as the API shows it; amounts are strings."""
    job = Job.objects.filter(pk=row.job_id or 0).first()
    total = job.total if job else row.line_count
    return {
        "id": str(row.id),
        "file_name": row.file_name,
        "sha256": row.sha256,
        "state": row.state,
        "error": row.error or None,
        "progress": {"done": job.done if job else total, "total": total},
        "structure": row.structure or None,
        "accounting": row.accounting or None,
        "year_start": row.year_start,
        "year_end": row.year_end,
        "totals": {
            "lines": row.line_count,
            "entries": row.entry_count,
            "debit": money(row.debit),
            "credit": money(row.credit),
        },
        "finding_counts": row.finding_counts,
        "preview": _preview(row),
        "questions": fec_import.open_questions(row, mode=row.mode),
        "findings": _findings(row) if findings else [],
    }


def _preview(row: FecImport) -> dict[str, Any]:
    summary = row.summary
    return {
        "years": summary.get("years", []),
        "journals": [_priced(one) for one in summary.get("journals", [])],
        "accounts": {"total": summary.get("accounts", 0), "new": summary.get("new_accounts", 0)},
        "third_parties": summary.get("third_parties", {}),
        "invoices": {side: _priced(one) for side, one in summary.get("invoices", {}).items()},
        "bank_transactions": _priced(summary.get("bank_transactions", {})),
        "letterings": summary.get("letterings", {}),
        "overlap": [_priced(one) for one in summary.get("overlap", [])],
    }


def _priced(counted: dict[str, Any]) -> dict[str, Any]:
    """A part of the preview with its cents as the API writes amounts."""
    return {key: money(value) if key in _CENTS else value for key, value in counted.items()}


def _findings(row: FecImport) -> list[dict[str, Any]]:
    kept = FecFinding.objects.filter(fec_import=row).order_by("line", "id")[:MOST_FINDINGS]
    return [
        {
            "code": f.code,
            "severity": f.severity,
            "line": f.line,
            "column": f.column or None,
            "message": f.message,
            "old": f.old,
            "new": f.new,
        }
        for f in kept
    ]


def find(pk: int) -> FecImport:
    """An import of the dossier in scope.

    Raises:
        NotFound: there is none with this number.
    """
    row: FecImport | None = FecImport.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound("Cet import n’existe pas dans ce dossier.")
    return row


class ImportList(DossierAPIView):
    """`GET/POST /api/dossiers/{d}/fec-imports/`."""

    needs = {"GET": "fec.import", "POST": "fec.import"}

    @extend_schema(
        operation_id="dossiers_fec_imports_list",
        summary="Imports du dossier, le dernier d’abord, sans leurs observations",
    )
    def get(self, request: Request, slug: str) -> Response:
        """Imports of the dossier, latest first, without their findings."""
        del slug
        cursor = request.query_params.get("cursor", "")
        rows = FecImport.objects.order_by("-id")
        if cursor.isdigit():
            rows = rows.filter(pk__lt=int(cursor))
        limit = page_limit(request)
        found = list(rows[: limit + 1])
        results = [as_json(row, findings=False) for row in found[:limit]]
        return Response(
            {"results": results, "next": str(found[limit - 1].id) if len(found) > limit else None}
        )

    @extend_schema(
        summary="Envoyer un FEC\u00a0: lu aussitôt, le même fichier rend le même import",
        request={"multipart/form-data": UploadIn},
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Send a file; its reading starts at once.  The same bytes again answer the same import."""
        del slug
        data = UploadIn(data=request.data)
        data.is_valid(raise_exception=True)
        upload = data.validated_data["file"]
        row = fec_import.receive(self.dossier, upload, name=upload.name, by=self.person)
        return Response(as_json(row), status=202)


class ImportDetail(DossierAPIView):
    """`GET /api/dossiers/{d}/fec-imports/{id}/`."""

    needs = {"GET": "fec.import"}

    @extend_schema(summary="Un import, son état et ses observations")
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One import, with its findings."""
        del request, slug
        return Response(as_json(find(pk)))


class ImportCorrect(DossierAPIView):
    """`POST …/fec-imports/{id}/corrections/`: settle a finding; the verdict follows."""

    needs = {"POST": "fec.import"}

    @extend_schema(summary="Corriger une observation\u00a0: le fichier est relu et le verdict suit")
    @idempotent
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Note one correction and read the file again."""
        del slug
        row = find(pk)
        fec_review.correct(self.dossier, row, change=dict(request.data), by=self.person)
        return Response(as_json(find(pk)), status=202)


class ImportConfirm(DossierAPIView):
    """`POST …/fec-imports/{id}/confirm/`."""

    needs = {"POST": "fec.import"}

    @extend_schema(summary="Importer dans les livres, questions répondues", request=ConfirmIn)
    @idempotent
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Start writing the books.

        With `accounts`, the file is read again first: the state is `uploaded`, then `importing` if
        the file is accepted, `to_review` with an `error` if something still stands in the way.
        """
        del slug
        data = ConfirmIn(data=request.data)
        data.is_valid(raise_exception=True)
        row = find(pk)
        fec_import.confirm(
            self.dossier, row, by=self.person, mode=data.validated_data.get("mode", ""),
            accounts=_accounts(data.validated_data.get("accounts", {})),
        )  # fmt: skip
        return Response(as_json(row, findings=False), status=202)


def _accounts(answers: dict[str, Any]) -> dict[str, list[str]]:
    """`{"FMETRO": "401000"}` or `{"FMETRO": {"number": "401000", "label": "Metro"}}`.

    Raises:
        CorrectionInvalid: one of the numbers is no account's.
    """
    kept = {}
    for old, new in answers.items():
        held = new if isinstance(new, dict) else {"number": new}
        kept[str(old)] = fec_review.kept_account(held.get("number"), held.get("label"))
    return kept


class ImportUndo(DossierAPIView):
    """`POST …/fec-imports/{id}/undo/`."""

    needs = {"POST": "fec.import"}

    @extend_schema(
        summary="Annuler un import\u202f; un jeton y met la portée destructive", request=UndoIn
    )
    @idempotent
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Start taking the import back; a token needs the scope `destructive`."""
        del slug
        require_token_scope(request, destructive=True)
        data = UndoIn(data=request.data)
        data.is_valid(raise_exception=True)
        typed = data.validated_data.get("confirmation")
        if typed is None and not isinstance(request.auth, ApiToken):
            typed = ""
        row = find(pk)
        fec_import.start_undo(self.dossier, row, by=self.person, confirmation=typed)
        return Response(as_json(row, findings=False), status=202)
