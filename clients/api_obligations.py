"""The API of a dossier’s obligations."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clients.actions import obligations as acts
from clients.api import DossierAPIView
from clients.models import Obligation
from clients.queries.obligations import label_of, period_of
from firm.api import InvalidRequest, page_limit
from firm.errors import NotFound
from firm.idempotency import idempotent


class ObligationOut(serializers.Serializer[Any]):
    """One thing to file or to pay; `final` once a person has decided on it."""

    id = serializers.CharField()
    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    period = serializers.CharField()
    period_label = serializers.CharField()
    due_on = serializers.DateField()
    state = serializers.ChoiceField(Obligation.State.choices)
    final = serializers.BooleanField()
    source = serializers.ChoiceField(Obligation.Source.choices)  # type: ignore[assignment]
    note = serializers.CharField()


class ObligationPageOut(serializers.Serializer[Any]):
    """Obligations by day."""

    results = ObligationOut(many=True)
    next = serializers.CharField(allow_null=True)


class ObligationIn(serializers.Serializer[Any]):
    """One that the calendar does not know of."""

    label = serializers.CharField(max_length=150)  # type: ignore[assignment]
    due_on = serializers.DateField()


class ObligationChange(serializers.Serializer[Any]):
    """What a person decides."""

    state = serializers.ChoiceField(Obligation.State.choices, required=False)
    due_on = serializers.DateField(required=False)
    note = serializers.CharField(required=False, max_length=300, allow_blank=True)


class PlanIn(serializers.Serializer[Any]):
    """What the calendar depends on beside the regimes; fields left out stay as they are."""

    vat_day = serializers.IntegerField(required=False)
    payroll_day = serializers.IntegerField(required=False)
    pays_instalments = serializers.BooleanField(required=False)
    pays_cfe = serializers.BooleanField(required=False)
    pays_cfe_advance = serializers.BooleanField(required=False)
    pays_cvae = serializers.BooleanField(required=False)
    files_das2 = serializers.BooleanField(required=False)
    holds_meeting = serializers.BooleanField(required=False)


class PlanOut(serializers.Serializer[Any]):
    """What planning changed."""

    created = serializers.IntegerField()
    moved = serializers.IntegerField()
    removed = serializers.IntegerField()


class ObligationList(DossierAPIView):
    """`GET/POST /api/dossiers/{d}/obligations/`."""

    needs = {"GET": "books.read", "POST": "dossier.obligations"}

    @extend_schema(
        summary="Obligations du dossier, par échéance",
        parameters=[
            OpenApiParameter("state", enum=Obligation.State.values),
            OpenApiParameter("kind", description="Nature, par exemple vat_monthly"),
            OpenApiParameter("cursor"), OpenApiParameter("limit", int),
        ],
        responses=ObligationPageOut,
    )  # fmt: skip
    def get(self, request: Request, slug: str) -> Response:
        """The obligations by day."""
        del slug
        asked, limit = request.query_params, page_limit(request)
        rows = Obligation.objects.filter(dossier=self.dossier).order_by("due_on", "id")
        if state := asked.get("state", ""):
            if state not in Obligation.State.values:
                raise InvalidRequest("Cet état n’existe pas.")
            rows = rows.filter(state=state)
        if kind := asked.get("kind", ""):
            rows = rows.filter(kind=kind[:24])
        cursor = asked.get("cursor", "")
        start = int(cursor) if cursor.isdigit() and len(cursor) < 10 else 0
        found = list(rows[start : start + limit + 1])
        after = str(start + limit) if len(found) > limit else None
        return Response({"results": [as_json(row) for row in found[:limit]], "next": after})

    @extend_schema(
        summary="Ajouter une obligation", request=ObligationIn, responses={201: ObligationOut}
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Add one by hand; the same name and day twice is one."""
        del slug
        data = ObligationIn(data=request.data)
        data.is_valid(raise_exception=True)
        made = acts.add_obligation(self.dossier, by=self.person, **data.validated_data)
        return Response(as_json(made), status=201)


class ObligationDetail(DossierAPIView):
    """`PATCH /api/dossiers/{d}/obligations/{id}/`."""

    needs = {"PATCH": "dossier.obligations"}

    @extend_schema(
        summary="Décider d’une obligation", request=ObligationChange, responses=ObligationOut
    )
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Done, not applicable, to do again, or another day."""
        del slug
        data = ObligationChange(data=request.data)
        data.is_valid(raise_exception=True)
        row = Obligation.objects.filter(dossier=self.dossier, pk=pk).first()
        if row is None:
            raise NotFound("Cette obligation n’existe pas dans ce dossier.")
        got = data.validated_data
        if "due_on" in got:
            acts.move_obligation(row, due_on=got["due_on"], by=self.person)
        if "state" in got:
            acts.decide(row, state=got["state"], note=got.get("note", ""), by=self.person)
        row.refresh_from_db()
        return Response(as_json(row))


class ObligationPlan(DossierAPIView):
    """`POST /api/dossiers/{d}/obligations/plan/`."""

    needs = {"POST": "dossier.obligations"}

    @extend_schema(summary="Planifier les obligations", request=PlanIn, responses=PlanOut)
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Plan the coming fourteen months; twice the same changes nothing."""
        del slug
        data = PlanIn(data=request.data)
        data.is_valid(raise_exception=True)
        done = acts.save_profile(self.dossier, by=self.person, **data.validated_data)
        return Response({"created": done.created, "moved": done.moved, "removed": done.removed})


def as_json(row: Obligation) -> dict[str, Any]:
    """An obligation as the API shows it."""
    return {
        "id": str(row.pk), "kind": row.kind, "label": label_of(row), "period": row.period,
        "period_label": period_of(row), "due_on": row.due_on, "state": row.state,
        "final": row.is_final, "source": row.source, "note": row.note,
    }  # fmt: skip
