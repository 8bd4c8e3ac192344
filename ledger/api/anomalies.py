"""The API of the anomalies: what a year breaks, setting aside, bringing back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clients.api import DossierAPIView
from firm.api import money, page_limit
from firm.errors import NotFound
from firm.idempotency import idempotent
from ledger.actions import anomalies as actions
from ledger.api.books import CURSOR, LIMIT, invalid, page
from ledger.queries import anomalies as found
from ledger.queries.anomalies import DISMISSED, OPEN, Hit, RuleCount, Wanted
from ledger.queries.anomaly_sql import Scene
from ledger.queries.years import latest_with_lines, years_of

YEAR_END = OpenApiParameter(
    "year_end", OpenApiTypes.DATE, description="Clôture de l’exercice ; le dernier sans elle"
)
SET_ASIDE = OpenApiParameter(
    "dismissed", bool, description="true : ce qui est écarté, au lieu de ce qui reste à examiner"
)


class RuleOut(serializers.Serializer[Any]):
    """A rule and what it finds; `count` and `amount` leave out what is set aside."""

    rule = serializers.CharField()
    title = serializers.CharField()
    severity = serializers.ChoiceField(["error", "warning", "hint"])
    family = serializers.CharField()
    why = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    todo = serializers.CharField()
    count = serializers.IntegerField()
    amount = serializers.CharField()
    dismissed = serializers.IntegerField()
    dismissed_rule = serializers.CharField(allow_null=True)


class RulesOut(serializers.Serializer[Any]):
    """Every rule, the gravest first."""

    year_end = serializers.DateField()
    results = RuleOut(many=True)
    next = serializers.CharField(allow_null=True)


class HitOut(serializers.Serializer[Any]):
    """One thing found; `key` names it when it is set aside, `dismissal` when it is brought back."""

    key = serializers.CharField()
    entry = serializers.CharField(allow_null=True)
    line = serializers.IntegerField(allow_null=True)
    date = serializers.DateField(allow_null=True)
    journal = serializers.CharField()
    number = serializers.CharField()
    piece_ref = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    account = serializers.CharField()
    third_party = serializers.CharField(allow_null=True)
    amount = serializers.CharField()
    dismissal = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_null=True)


class HitsOut(serializers.Serializer[Any]):
    """A page of hits; `total` and `amount` of the whole list."""

    total = serializers.IntegerField()
    amount = serializers.CharField()
    results = HitOut(many=True)
    next = serializers.CharField(allow_null=True)


class DismissIn(serializers.Serializer[Any]):
    """Why, and what: some `keys`, `all` that are open now, or the `whole` rule for the year."""

    year_end = serializers.DateField(required=False)
    reason = serializers.CharField(max_length=500)
    keys = serializers.ListField(child=serializers.CharField(), required=False)
    all = serializers.BooleanField(required=False)
    whole = serializers.BooleanField(required=False)


class DismissOut(serializers.Serializer[Any]):
    """The act, by which all of it is brought back."""

    act = serializers.UUIDField()
    count = serializers.IntegerField(allow_null=True)


class RestoreIn(serializers.Serializer[Any]):
    """Decisions by `ids`, or all of one `act`."""

    ids = serializers.ListField(child=serializers.CharField(), required=False)
    act = serializers.UUIDField(required=False)


class RestoreOut(serializers.Serializer[Any]):
    """How many decisions were still in force."""

    count = serializers.IntegerField()


class AnomalyView(DossierAPIView):
    """A call about the anomalies of one fiscal year."""

    def scene(self, year_end: dt.date | None) -> Scene:
        """The year that ends on a day, the latest with lines without one.

        Raises:
            NotFound: the dossier has no such year with entries.
        """
        years = [year for year in years_of(self.dossier) if year.lines]
        year = (
            next((one for one in years if one.end == year_end), None)
            if year_end
            else latest_with_lines(years)
        )
        if year is None:
            raise NotFound("Aucun exercice avec des écritures ne se clôt à cette date.")
        return Scene.of(self.dossier, year, years)

    def asked(self, request: Request) -> Scene:
        """The scene that `year_end` of the address names."""
        typed = request.query_params.get("year_end", "")
        try:
            return self.scene(dt.date.fromisoformat(typed) if typed else None)
        except ValueError as error:
            raise invalid(
                "year_end", f"« {typed} » n’est pas une date : écrivez AAAA-MM-JJ."
            ) from error


class Anomalies(AnomalyView):
    """`GET /api/dossiers/{d}/anomalies/?year_end`."""

    needs = {"GET": "books.read"}

    @extend_schema(
        summary="Anomalies d’un exercice, par règle", parameters=[YEAR_END], responses=RulesOut
    )
    def get(self, request: Request, slug: str) -> Response:
        """Every rule with its texts and what it finds."""
        del slug
        scene = self.asked(request)
        rows = [_rule(row) for row in found.counts(scene)]
        return page(rows, "", year_end=scene.year.end.isoformat())


class AnomalyHits(AnomalyView):
    """`GET /api/dossiers/{d}/anomalies/{rule}/?year_end&dismissed`."""

    needs = {"GET": "books.read"}

    @extend_schema(
        summary="Ce qu’une règle trouve dans un exercice",
        parameters=[YEAR_END, SET_ASIDE, CURSOR, LIMIT],
        responses=HitsOut,
    )
    def get(self, request: Request, slug: str, rule: str) -> Response:
        """The hits of a rule, the largest first."""
        del slug
        one, scene = found.rule_named(rule), self.asked(request)
        aside = request.query_params.get("dismissed", "") in {"1", "true"}
        wanted = Wanted(DISMISSED if aside else OPEN, limit=page_limit(request))
        held = found.hit_page(scene, one, wanted, request.query_params.get("cursor", ""))
        rows = [_hit(hit) for hit in held.hits]
        return page(rows, held.after, total=held.total, amount=money(held.amount))


class DismissAnomalies(AnomalyView):
    """`POST /api/dossiers/{d}/anomalies/{rule}/dismiss/`."""

    needs = {"POST": "books.review"}

    @extend_schema(
        summary="Écarter des anomalies, ou une règle entière, avec un motif",
        request=DismissIn,
        responses={201: DismissOut},
    )
    @idempotent
    def post(self, request: Request, slug: str, rule: str) -> Response:
        """Set hits aside; they come back by themselves when their entry or amount changes."""
        del slug
        data = DismissIn(data=request.data)
        data.is_valid(raise_exception=True)
        got, one = data.validated_data, found.rule_named(rule)
        scene = self.scene(got.get("year_end"))
        if got.get("whole"):
            act = actions.dismiss_rule(scene, one, reason=got["reason"], by=self.person)
            return Response({"act": str(act), "count": None}, status=201)
        if not got.get("all") and not got.get("keys"):
            raise invalid("keys", "Donnez keys, ou bien all ou whole à true.")
        act, count = actions.dismiss_hits(
            scene, one, keys=None if got.get("all") else got["keys"], reason=got["reason"],
            by=self.person,
        )  # fmt: skip
        return Response({"act": str(act), "count": count}, status=201)


class RestoreAnomalies(AnomalyView):
    """`POST /api/dossiers/{d}/anomalies/restore/`."""

    needs = {"POST": "books.review"}

    @extend_schema(
        summary="Rétablir des anomalies écartées", request=RestoreIn, responses=RestoreOut
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Bring decisions back; one that is not in force any more counts for nothing."""
        del slug
        data = RestoreIn(data=request.data)
        data.is_valid(raise_exception=True)
        got = data.validated_data
        if got.get("act"):
            count = actions.restore_act(self.dossier, got["act"], by=self.person)
        else:
            ids = [int(pk) for pk in got.get("ids", ()) if pk.isdigit()]
            count = actions.restore(self.dossier, ids, by=self.person)
        return Response({"count": count})


def _rule(row: RuleCount) -> dict[str, Any]:
    texts = ("title", "severity", "family", "why", "source", "todo")
    return {
        "rule": row.rule.code,
        **{name: getattr(row.rule, name) for name in texts},
        "count": row.hits,
        "amount": money(row.amount),
        "dismissed": row.kept,
        "dismissed_rule": row.whole.reason if row.whole else None,
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "key": hit.key,
        "entry": str(hit.entry_id) if hit.entry_id else None,
        "line": hit.line_no or None,
        "date": hit.date.isoformat() if hit.entry_id else None,
        "journal": hit.shown.journal,
        "number": hit.shown.number,
        "piece_ref": hit.shown.piece_ref,
        "label": hit.shown.label if hit.entry_id else hit.shown.account_label,
        "account": hit.shown.line_account or hit.account,
        "third_party": hit.shown.third_label or None,
        "amount": money(hit.amount),
        "dismissal": str(hit.kept_id) if hit.kept_id else None,
        "reason": hit.reason or None,
    }
