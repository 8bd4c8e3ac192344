"""The API of the review: the sheets of a year, and what is signed or noted on one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clients.api import DossierAPIView
from firm.api import money
from firm.errors import NotFound
from firm.formats import parse_amount_fr
from ledger.actions import review as acts
from ledger.api.books import invalid
from ledger.queries.accounts import find_account
from ledger.queries.review import REVISED, STALE, SUPERVISED, TO_REVISE, Review, Sheet, review_of
from ledger.queries.years import latest_with_lines, years_of

STATES = {TO_REVISE: "to_revise", REVISED: "revised", SUPERVISED: "supervised", STALE: "stale"}
YEAR = OpenApiParameter(
    "year_end", OpenApiTypes.DATE, description="Clôture de l’exercice ; le dernier sans elle"
)


class SheetOut(serializers.Serializer[Any]):
    """An account of a year under review; balances signed, debit positive.

    `signed` is the balance that the reviser saw: the state is `stale` while it is not `closing`.
    """

    account = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    cycle = serializers.CharField()
    closing = serializers.CharField()
    before = serializers.CharField(allow_null=True)
    is_over = serializers.BooleanField()
    state = serializers.ChoiceField(choices=list(STATES.values()))
    note = serializers.CharField()
    materiality = serializers.CharField(allow_null=True)
    signed = serializers.CharField(allow_null=True)
    revised_by = serializers.CharField(allow_null=True)
    revised_at = serializers.DateTimeField(allow_null=True)
    supervised_by = serializers.CharField(allow_null=True)
    supervised_at = serializers.DateTimeField(allow_null=True)


class ReviewOut(serializers.Serializer[Any]):
    """The sheets of a year, in one page, and how far it is."""

    year_end = serializers.DateField(allow_null=True)
    results = SheetOut(many=True)
    next = serializers.CharField(allow_null=True)
    progress = serializers.DictField(child=serializers.IntegerField())


class SheetIn(serializers.Serializer[Any]):
    """What changes on a sheet; `state` signs (`revised`, `supervised`) or takes back (`to_revise`).

    `closing` is the balance that is signed, as it was read: another one is refused.
    """

    note = serializers.CharField(required=False, allow_blank=True, max_length=5000)
    materiality = serializers.CharField(required=False, allow_null=True)
    state = serializers.ChoiceField(choices=["revised", "supervised", "to_revise"], required=False)
    closing = serializers.CharField(required=False)


class ReviewAPIView(DossierAPIView):
    """A call on the review of one year."""

    def review(self, request: Request) -> Review | None:
        """The review of the year asked for, else of the latest with lines.

        Raises:
            NotFound: no year ends on that day.
            InvalidRequest: the day cannot be read.
        """
        held = years_of(self.dossier)
        typed = request.query_params.get("year_end", "")
        try:
            end = dt.date.fromisoformat(typed) if typed else None
        except ValueError as error:
            message = f"« {typed} » n’est pas une date : écrivez AAAA-MM-JJ."
            raise invalid("year_end", message) from error
        year = latest_with_lines(held)
        if end:
            year = next((one for one in held if one.end == end), None)
            if year is None:
                raise NotFound("Aucun exercice ne se clôt ce jour-là dans ce dossier.")
        return review_of(self.dossier, held, year) if year else None


class ReviewSheets(ReviewAPIView):
    """`GET /api/dossiers/{d}/review-sheets/?year_end`."""

    needs = {"GET": "books.review"}

    @extend_schema(
        summary="Révision d’un exercice, compte par compte", parameters=[YEAR], responses=ReviewOut
    )
    def get(self, request: Request, slug: str) -> Response:
        """Every account of the year beside N-1, with its state, in one page."""
        del slug
        review = self.review(request)
        if review is None:
            return Response({"year_end": None, "results": [], "next": None, "progress": {}})
        whole = review.whole
        return Response({
            "year_end": review.year.end.isoformat(),
            "results": [_sheet(review, one) for one in review.sheets],
            "next": None,
            "progress": {
                "accounts": whole.accounts, "revised": whole.done, "supervised": whole.supervised,
                "stale": whole.stale, "over": whole.over, "steps": whole.steps,
                "answered": whole.answered,
            },
        })  # fmt: skip


class ReviewSheet(ReviewAPIView):
    """`PATCH /api/dossiers/{d}/review-sheets/{account}/?year_end`."""

    needs = {"PATCH": "books.review"}

    @extend_schema(
        summary="Noter, réviser ou superviser un compte",
        parameters=[YEAR],
        request=SheetIn,
        responses=SheetOut,
    )
    def patch(self, request: Request, slug: str, account: str) -> Response:
        """Note, then sign; two people sign, and `supervised` asks for « books.supervise »."""
        del slug
        data = SheetIn(data=request.data)
        data.is_valid(raise_exception=True)
        asked = data.validated_data
        if asked.get("state") == "supervised":
            self.rights.require("books.supervise")
        review = self.review(request)
        found = find_account(self.dossier, account)
        one = review.sheet(found.id) if review and found else None
        if review is None or one is None:
            raise NotFound(f"Le compte {account} n’a rien à réviser dans cet exercice.")
        self._write(review, one, asked)
        fresh = self.review(request)
        assert fresh is not None
        changed = fresh.sheet(one.account_id)
        return Response(_sheet(fresh, changed or one))

    def _write(self, review: Review, one: Sheet, asked: dict[str, Any]) -> None:
        year, account = review.year.id, one.account_id
        if "note" in asked or "materiality" in asked:
            acts.write_note(
                self.dossier, year, account, by=self.person,
                note=asked.get("note", one.note),
                materiality=_cents("materiality", asked["materiality"])
                if "materiality" in asked else one.own_materiality,
            )  # fmt: skip
        state = asked.get("state")
        if state == "to_revise":
            if one.supervised_at is not None:
                self.rights.require("books.supervise")
            acts.withdraw(self.dossier, year, account, by=self.person)
        elif state:
            act = acts.SUPERVISE if state == "supervised" else acts.REVISE
            typed = _cents("closing", asked.get("closing"))
            seen = {account: one.now if typed is None else typed}
            acts.sign(self.dossier, year, act=act, seen=seen, by=self.person)


def _cents(field: str, typed: str | None) -> int | None:
    try:
        cents = parse_amount_fr(typed or "")
    except ValueError as error:
        raise invalid(field, f"« {typed} » n’est pas un montant : écrivez 1234.56.") from error
    if field == "materiality" and cents is not None and cents < 0:
        raise invalid(field, "Un seuil n’est pas négatif.")
    return cents


def _sheet(review: Review, one: Sheet) -> dict[str, Any]:
    return {
        "account": one.account,
        "label": one.label,
        "cycle": one.cycle,
        "closing": money(one.now),
        "before": None if one.before is None else money(one.before),
        "is_over": one.is_over,
        "state": STATES[one.state],
        "note": one.note,
        "materiality": None if one.own_materiality is None else money(one.own_materiality),
        "signed": None if one.signed is None else money(one.signed),
        "revised_by": review.names.get(one.revised_by or 0),
        "revised_at": one.revised_at.isoformat() if one.revised_at else None,
        "supervised_by": review.names.get(one.supervised_by or 0),
        "supervised_at": one.supervised_at.isoformat() if one.supervised_at else None,
    }
