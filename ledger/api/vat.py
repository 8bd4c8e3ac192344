"""The API of VAT: the boxes of a period, the returns and their states."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clients.api import DossierAPIView
from firm.api import money
from firm.errors import NotFound
from firm.idempotency import idempotent
from ledger.actions import vat_returns, vat_steps
from ledger.api.books import SINCE, UNTIL, BooksAPIView, invalid, page
from ledger.models import VatReturn
from ledger.queries import vat
from ledger.queries.vat_accounts import preview
from ledger.queries.vat_notes import notes_of
from ledger.vat.form import form_at

State = VatReturn.State
LONGEST = 366


class BoxOut(serializers.Serializer[Any]):
    """One box of the form: whole euros, null where the form has no such column."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    base = serializers.IntegerField(allow_null=True)
    tax = serializers.IntegerField(allow_null=True)
    zones = serializers.ListField(child=serializers.CharField())


class NoteOut(serializers.Serializer[Any]):
    """Something to look at; `danger` keeps the return from being prepared."""

    code = serializers.CharField()
    kind = serializers.ChoiceField(["danger", "warn", "info"])
    text = serializers.CharField()
    account = serializers.CharField()


class SettlementLineOut(serializers.Serializer[Any]):
    """One line of the settlement entry."""

    account = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    debit = serializers.CharField()
    credit = serializers.CharField()


class VatFiguresOut(serializers.Serializer[Any]):
    """A period worked out from the entries."""

    since = serializers.DateField()
    until = serializers.DateField()
    boxes = BoxOut(many=True)
    notes = NoteOut(many=True)
    settlement = SettlementLineOut(many=True)


class VatReturnOut(serializers.Serializer[Any]):
    """A return; `moved` says that the entries have changed since its boxes were worked out."""

    id = serializers.CharField()
    since = serializers.DateField()
    until = serializers.DateField()
    state = serializers.ChoiceField(State.choices)
    moved = serializers.BooleanField()
    credit_brought = serializers.IntegerField()
    refund = serializers.IntegerField()
    due = serializers.IntegerField()
    credit_carried = serializers.IntegerField()
    reference = serializers.CharField()
    reason = serializers.CharField()
    settlement_entry = serializers.CharField(allow_null=True)
    boxes = BoxOut(many=True)


class VatReturnPageOut(serializers.Serializer[Any]):
    """The returns, latest first, on one page."""

    results = VatReturnOut(many=True)
    next = serializers.CharField(allow_null=True)


class VatReturnIn(serializers.Serializer[Any]):
    """Any day of the month, or of the quarter by the dossier’s regime."""

    period = serializers.DateField()


class VatAmountsIn(serializers.Serializer[Any]):
    """Lines 22 and 26, in whole euros."""

    credit_brought = serializers.IntegerField(required=False, min_value=0)
    refund = serializers.IntegerField(required=False, min_value=0)


class VatStateIn(serializers.Serializer[Any]):
    """The state to reach; a rejection has a `reason`; `settlement: false` writes no entry."""

    state = serializers.ChoiceField(State.choices)
    reference = serializers.CharField(required=False, max_length=100, allow_blank=True)
    reason = serializers.CharField(required=False, max_length=500, allow_blank=True)
    settlement = serializers.BooleanField(required=False, default=True)


class VatFiguresCall(BooksAPIView):
    """`GET /api/dossiers/{d}/vat-figures/?since&until`."""

    @extend_schema(
        summary="TVA d’une période\u00a0: cases de la CA3 d’après les écritures, en euros entiers",
        parameters=[SINCE, UNTIL],
        responses=VatFiguresOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        """The boxes, what to look at and the settlement entry; nothing is written."""
        del slug
        since, until = self.day(request, "since"), self.day(request, "until")
        if since is None or until is None or since > until:
            raise invalid("until", "Donnez since et until, dans l’ordre.")
        if (until - since).days > LONGEST:
            raise invalid("until", "Demandez douze mois au plus.")
        found = vat.vat_figures(self.dossier, since, until)
        return Response({
            "since": since, "until": until,
            "boxes": boxes_of(found.end, vat.as_json(found.declared)),
            "notes": [
                {"code": one.code, "kind": one.kind, "text": one.text, "account": one.account}
                for one in notes_of(self.dossier, found)
            ],
            "settlement": [
                {"account": account.number, "label": what, "debit": money(max(cents, 0)),
                 "credit": money(max(-cents, 0))}
                for account, what, cents in preview(self.dossier, found)
            ],
        })  # fmt: skip


class VatReturns(DossierAPIView):
    """`GET/POST /api/dossiers/{d}/vat-returns/`."""

    needs = {"GET": "books.read", "POST": "vat.manage"}

    @extend_schema(summary="Déclarations de TVA", responses=VatReturnPageOut)
    def get(self, request: Request, slug: str) -> Response:
        """The returns, latest first, on one page."""
        del request, slug
        rows = vat.listed_returns(self.dossier)
        return page([return_row(one.row, moved=one.has_moved) for one in rows], "")

    @extend_schema(
        summary="Commencer une déclaration de TVA", request=VatReturnIn,
        responses={201: VatReturnOut},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Draft the return of a period that is over."""
        del slug
        data = VatReturnIn(data=request.data)
        data.is_valid(raise_exception=True)
        made = vat_returns.start_return(
            self.dossier, start=data.validated_data["period"], by=self.person
        )
        return Response(return_row(made, moved=False), status=201)


class VatReturnCall(DossierAPIView):
    """`GET/PATCH /api/dossiers/{d}/vat-returns/{id}/`."""

    needs = {"GET": "books.read", "PATCH": "vat.manage"}

    @extend_schema(summary="Une déclaration de TVA", responses=VatReturnOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One return with its boxes."""
        del request, slug
        return Response(shown(found(pk)))

    @extend_schema(
        summary="Saisir les lignes 22 et 26, et recalculer", request=VatAmountsIn,
        responses=VatReturnOut,
    )  # fmt: skip
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Change the credit brought or the refund; without a field, work the boxes out anew."""
        del slug
        data = VatAmountsIn(data=request.data)
        data.is_valid(raise_exception=True)
        vat_returns.set_amounts(found(pk), by=self.person, **data.validated_data)
        return Response(shown(found(pk)))


class VatReturnState(DossierAPIView):
    """`POST /api/dossiers/{d}/vat-returns/{id}/state/`."""

    needs = {"POST": "vat.manage"}

    @extend_schema(
        summary="Faire avancer une déclaration de TVA", request=VatStateIn, responses=VatReturnOut
    )
    @idempotent
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """prepared, handed_over, accepted, rejected, or draft to take it back."""
        del slug
        data = VatStateIn(data=request.data)
        data.is_valid(raise_exception=True)
        got, row = data.validated_data, found(pk)
        state = got["state"]
        if state == State.PREPARED:
            vat_steps.prepare(row, by=self.person, settles=got["settlement"])
        elif state == State.HANDED_OVER:
            vat_steps.hand_over(row, by=self.person)
        elif state == State.DRAFT:
            vat_steps.take_back(row, by=self.person)
        else:
            vat_steps.answer(
                row, accepted=state == State.ACCEPTED, by=self.person,
                reference=got.get("reference", ""), reason=got.get("reason", ""),
            )  # fmt: skip
        return Response(shown(found(pk)))


def found(pk: int) -> VatReturn:
    """A return of the dossier in scope.

    Raises:
        NotFound: there is none with this number.
    """
    row: VatReturn | None = VatReturn.objects.select_related("dossier").filter(pk=pk).first()
    if row is None:
        raise NotFound("Cette déclaration n’existe pas dans ce dossier.")
    return row


def shown(row: VatReturn) -> dict[str, Any]:
    """A return with what its sums say now."""
    return return_row(row, moved=vat.has_moved(row, vat.marks(row.dossier, row.pk)))


def return_row(row: VatReturn, *, moved: bool) -> dict[str, Any]:
    """A return as the API shows it."""
    return {
        "id": str(row.pk),
        "since": row.start,
        "until": row.end,
        "state": row.state,
        "moved": moved,
        "credit_brought": row.credit_brought,
        "refund": row.refund,
        "due": row.due,
        "credit_carried": row.credit_carried,
        "reference": row.reference,
        "reason": row.reason,
        "settlement_entry": str(row.settlement_id) if row.settlement_id else None,
        "boxes": boxes_of(row.end, {"base": row.base, "tax": row.tax}),
    }


def boxes_of(end: Any, values: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """The boxes that hold something, in the order of the form."""
    return [
        {
            "code": box.code, "label": box.label,
            "base": values["base"].get(box.code, 0) if box.base else None,
            "tax": values["tax"].get(box.code, 0) if box.tax else None,
            "zones": [zone for zone in (box.base, box.tax) if zone],
        }
        for box in form_at(end).boxes()
        if box.code in values["base"] or box.code in values["tax"]
    ]  # fmt: skip
