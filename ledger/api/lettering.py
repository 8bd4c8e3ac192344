"""The API of lettering: open lines, letter, unletter, and automatic letterings."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clients.api import DossierAPIView
from firm.api import money, page_limit
from firm.errors import NotFound
from firm.idempotency import idempotent
from firm.models import Job
from ledger.actions import lettering_batches as batches
from ledger.actions.lettering_batches import Wanted
from ledger.actions.lettering_lines import Lettered, letter_lines, unletter
from ledger.actions.write_offs import MOST
from ledger.api.books import CURSOR, LIMIT, BooksAPIView, invalid, page
from ledger.models import Account, ThirdParty
from ledger.queries import lettering_batches as queries
from ledger.queries import open_items

_MOST_ID = 2**62


class PlaceIn(serializers.Serializer[Any]):
    """A line: its entry and its rank in it."""

    entry = serializers.IntegerField(min_value=1, max_value=_MOST_ID)
    line = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class LetterIn(serializers.Serializer[Any]):
    """The lines, and what becomes of a difference: refused, left open, or written off (10 €)."""

    lines = PlaceIn(many=True, allow_empty=False)
    remainder = serializers.ChoiceField(["partial", "write_off"], required=False)


class LetteringOut(serializers.Serializer[Any]):
    """A lettering; `write_off` is the entry of its difference."""

    id = serializers.CharField()
    code = serializers.CharField()
    is_balanced = serializers.BooleanField()
    lettered_on = serializers.DateField()
    debit = serializers.CharField()
    credit = serializers.CharField()
    lines = serializers.IntegerField()
    write_off = serializers.CharField(allow_null=True)


class OpenLineOut(serializers.Serializer[Any]):
    """One line that is not lettered, or in a partial lettering (`code` in lower case)."""

    entry = serializers.CharField()
    line = serializers.IntegerField()
    date = serializers.DateField()
    journal = serializers.CharField()
    number = serializers.CharField()
    piece_ref = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    debit = serializers.CharField()
    credit = serializers.CharField()
    lettering = serializers.CharField(allow_null=True)
    code = serializers.CharField()


class OpenLinePageOut(serializers.Serializer[Any]):
    """A page of them."""

    results = OpenLineOut(many=True)
    next = serializers.CharField(allow_null=True)


class UnletteredOut(serializers.Serializer[Any]):
    """What was undone, and the lines that are open again."""

    codes = serializers.ListField(child=serializers.CharField())
    lines = serializers.IntegerField()
    write_offs = serializers.IntegerField()


class BatchIn(serializers.Serializer[Any]):
    """An account, perhaps a third party of it, else the whole dossier; the tolerance in euros."""

    account = serializers.CharField(required=False, max_length=60)
    third_party = serializers.IntegerField(required=False, min_value=1, max_value=_MOST_ID)
    tolerance = serializers.DecimalField(4, 2, required=False, min_value=0, max_value=MOST // 100)


class BatchOut(serializers.Serializer[Any]):
    """An automatic lettering: `previewed` until it is confirmed."""

    id = serializers.CharField()
    state = serializers.CharField()
    progress = serializers.DictField()
    preview = serializers.DictField()
    groups = serializers.ListField(child=serializers.DictField())
    next = serializers.CharField(allow_null=True)
    error = serializers.CharField(allow_null=True)


class OpenLines(BooksAPIView):
    """`GET /api/dossiers/{d}/open-lines/?account=411000&third_party=12`."""

    needs = {"GET": "books.read"}

    @extend_schema(
        summary="Lignes à lettrer d’un compte ou d’un tiers",
        parameters=[
            OpenApiParameter("account", required=True, description="Numéro du compte"),
            OpenApiParameter("third_party", int, description="Identifiant du tiers"),
            CURSOR, LIMIT,
        ],
        responses=OpenLinePageOut,
    )  # fmt: skip
    def get(self, request: Request, slug: str) -> Response:
        """Lines that are open or in a partial lettering, of the current years, by date."""
        del slug
        asked = request.query_params
        account = _account(self.dossier.id, asked.get("account", ""))
        third = asked.get("third_party", "")
        if third and not (third.isdecimal() and len(third) < 19):
            raise invalid("third_party", "Indiquez l’identifiant d’un tiers.")
        found = open_items.party_lines(
            self.dossier, (account.id, int(third) if third else None),
            open_items.spans(self.dossier)[0], cursor=asked.get("cursor", ""),
            most=page_limit(request),
        )  # fmt: skip
        return page([_line(row) for row in found.lines], found.after)


class Letterings(DossierAPIView):
    """`POST /api/dossiers/{d}/letterings/`."""

    needs = {"POST": "books.letter"}

    @extend_schema(summary="Lettrer des lignes", request=LetterIn, responses={201: LetteringOut})
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Letter lines of one account and third party together."""
        del slug
        data = LetterIn(data=request.data)
        data.is_valid(raise_exception=True)
        got = data.validated_data
        made = letter_lines(
            self.dossier, [(one["entry"], one["line"]) for one in got["lines"]], by=self.person,
            remainder=got.get("remainder", ""),
        )  # fmt: skip
        return Response(_lettering(made), status=201)


class OneLettering(DossierAPIView):
    """`DELETE /api/dossiers/{d}/letterings/{id}/`."""

    needs = {"DELETE": "books.letter"}

    @extend_schema(summary="Délettrer", request=None, responses=UnletteredOut)
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Undo a lettering whole; the entry of its difference goes with it."""
        del request, slug
        done = unletter(self.dossier, [pk], by=self.person)
        return Response(
            {"codes": done.codes, "lines": len(done.places), "write_offs": done.write_offs}
        )


class LetteringBatches(DossierAPIView):
    """`GET/POST /api/dossiers/{d}/lettering-batches/`."""

    needs = {"GET": "books.read", "POST": "books.letter"}

    @extend_schema(summary="Lettrages automatiques", responses=BatchOut(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The latest automatic letterings."""
        del slug
        found = queries.batches(self.dossier, limit=page_limit(request))
        return Response({"results": [_batch(one) for one in found], "next": None})

    @extend_schema(
        summary="Proposer un lettrage automatique", request=BatchIn, responses={201: BatchOut}
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Look for groups; nothing is lettered until the batch is confirmed, within 24 hours."""
        del slug
        data = BatchIn(data=request.data)
        data.is_valid(raise_exception=True)
        got = data.validated_data
        tolerance = int(got.get("tolerance", 0) * 100)
        wanted = Wanted(tolerance=tolerance, label="Tout le dossier")
        if number := got.get("account"):
            account = _account(self.dossier.id, number)
            wanted = Wanted(account.id, None, "", tolerance, f"Compte {number}")
            if third := got.get("third_party"):
                wanted = Wanted(account.id, third, "", tolerance, _name(third))
        job = batches.preview_letterings(self.dossier, wanted, by=self.person)
        return Response(_whole(self, job.pk, ""), status=201)


class LetteringBatch(DossierAPIView):
    """`GET /api/dossiers/{d}/lettering-batches/{id}/`."""

    needs = {"GET": "books.read"}

    @extend_schema(
        summary="Suivre un lettrage automatique", parameters=[CURSOR], responses=BatchOut
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Its state and its groups, a page at a time."""
        del slug
        return Response(_whole(self, pk, request.query_params.get("cursor", "")))


class LetteringConfirm(DossierAPIView):
    """`POST /api/dossiers/{d}/lettering-batches/{id}/confirm/`."""

    needs = {"POST": "books.letter"}

    @extend_schema(
        summary="Confirmer un lettrage automatique", request=None, responses={202: BatchOut}
    )
    @idempotent
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Have the groups that are kept lettered."""
        del request, slug
        job = queries.batch(self.dossier, pk).job
        batches.confirm_letterings(self.dossier, job, by=self.person)
        return Response(_whole(self, pk, ""), status=202)


class LetteringUndo(DossierAPIView):
    """`POST /api/dossiers/{d}/lettering-batches/{id}/undo/`."""

    needs = {"POST": "books.letter"}

    @extend_schema(
        summary="Annuler un lettrage automatique", request=None, responses={202: BatchOut}
    )
    @idempotent
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Take it back whole, with the entries of differences."""
        del request, slug
        job: Job = queries.batch(self.dossier, pk).job
        batches.undo_batch(self.dossier, job, by=self.person)
        return Response(_whole(self, pk, ""), status=202)


def _account(dossier_id: int, number: str) -> Account:
    found: Account | None = Account.objects.filter(dossier=dossier_id, number=number).first()
    if found is None:
        raise NotFound("Ce compte n’existe pas dans ce dossier.")
    return found


def _name(third_party: int) -> str:
    found = ThirdParty.objects.filter(pk=third_party).first()
    if found is None:
        raise NotFound("Ce tiers n’existe pas dans ce dossier.")
    return str(found)


def _line(row: open_items.OpenLine) -> dict[str, Any]:
    return {
        "entry": str(row.entry_id), "line": row.line_no, "date": row.date, "journal": row.journal,
        "number": row.number, "piece_ref": row.piece_ref, "label": row.label,
        "debit": money(row.debit), "credit": money(row.credit),
        "lettering": str(row.lettering_id) if row.lettering_id else None, "code": row.code,
    }  # fmt: skip


def _lettering(made: Lettered) -> dict[str, Any]:
    row = made.lettering
    return {
        "id": str(row.id), "code": row.code, "is_balanced": row.is_balanced,
        "lettered_on": row.lettered_on, "debit": money(row.debit), "credit": money(row.credit),
        "lines": made.lines, "write_off": str(made.write_off.id) if made.write_off else None,
    }  # fmt: skip


def _whole(view: DossierAPIView, pk: int, cursor: str) -> dict[str, Any]:
    """A batch with a page of its groups, ambiguous ones in the preview's count alone."""
    found = queries.batch(view.dossier, pk)
    rows, after = queries.proposal_page(view.dossier, pk, tab="proposes", reason="", cursor=cursor)
    return _batch(found) | {"groups": [_group(one) for one in rows], "next": after or None}


def _batch(found: queries.Batch) -> dict[str, Any]:
    job, undo = found.job, found.undo
    is_undoing = bool(undo and undo.state in Job.ACTIVE)
    preview = {name: value for name, value in found.preview.items() if name != "mark"}
    return {
        "id": str(job.pk), "state": "undoing" if is_undoing else job.state,
        "progress": {"done": job.done, "total": job.total, "step": job.step}, "preview": preview,
        "groups": [], "next": None,
        "error": job.error or (undo.error if undo and not is_undoing else "") or None,
    }  # fmt: skip


def _group(one: queries.Shown) -> dict[str, Any]:
    return {
        "id": str(one.row.id), "reason": one.row.reason, "why": one.row.why,
        "is_chosen": one.row.is_chosen, "account": one.number, "party": one.party,
        "debit": money(one.row.debit), "credit": money(one.row.credit), "gap": money(one.gap),
        "lines": [{"entry": str(line.entry_id), "line": line.line_no} for line in one.lines],
    }  # fmt: skip
