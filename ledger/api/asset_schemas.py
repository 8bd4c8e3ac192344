"""What the calls on fixed assets and cut-offs take and answer; amounts are strings « 1234.56 »."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from ledger.api.schemas import Page
from ledger.models import CutOff, FixedAsset

ACCOUNT = r"^[1-8][0-9]{2}[0-9A-Za-z]{0,57}$"


class AssetIn(serializers.Serializer[Any]):
    """A line of the register; accounts left out are the usual ones, `months` is its life."""

    label = serializers.CharField(max_length=300)  # type: ignore[assignment]
    account = serializers.RegexField(ACCOUNT)
    acquired_on = serializers.DateField()
    in_service_on = serializers.DateField(required=False, allow_null=True)
    cost = serializers.CharField(max_length=20)
    residual = serializers.CharField(max_length=20, required=False)
    method = serializers.ChoiceField(FixedAsset.Method.choices, default="linear")
    months = serializers.IntegerField(required=False, min_value=0, max_value=1200)
    fiscal_method = serializers.ChoiceField(FixedAsset.Method.choices[:2], required=False)
    fiscal_months = serializers.IntegerField(required=False, min_value=0, max_value=1200)
    opening_on = serializers.DateField(required=False, allow_null=True)
    opening_depreciation = serializers.CharField(max_length=20, required=False)
    opening_derogatory = serializers.CharField(max_length=20, required=False)
    supplier = serializers.CharField(max_length=300, required=False, allow_blank=True)
    code = serializers.CharField(max_length=40, required=False, allow_blank=True)
    quantity = serializers.IntegerField(required=False, min_value=1, max_value=10**6)
    depreciation_account = serializers.RegexField(ACCOUNT, required=False)
    charge_account = serializers.RegexField(ACCOUNT, required=False)


class AssetOut(serializers.Serializer[Any]):
    """An asset at the end of the year; amounts follow its plan, `due` is not written yet."""

    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    code = serializers.CharField(allow_blank=True)
    account = serializers.CharField()
    depreciation_account = serializers.CharField(allow_blank=True)
    charge_account = serializers.CharField(allow_blank=True)
    supplier = serializers.CharField(allow_blank=True)
    quantity = serializers.IntegerField()
    acquired_on = serializers.DateField()
    in_service_on = serializers.DateField(allow_null=True)
    method = serializers.ChoiceField(FixedAsset.Method.choices)
    months = serializers.IntegerField()
    cost = serializers.CharField()
    residual = serializers.CharField()
    gross = serializers.CharField()
    before = serializers.CharField()
    charge = serializers.CharField()
    accumulated = serializers.CharField()
    net = serializers.CharField()
    derogatory = serializers.CharField()
    due = serializers.CharField()
    exit = serializers.CharField(allow_null=True)
    disposed_on = serializers.DateField(allow_null=True)
    disposal_price = serializers.CharField(allow_null=True)


class AssetPageOut(Page):
    """Assets."""

    results = AssetOut(many=True)


class PlanRowOut(serializers.Serializer[Any]):
    """A year of the plan; `written` is what entries say of it."""

    since = serializers.DateField()
    until = serializers.DateField()
    charge = serializers.CharField()
    accumulated = serializers.CharField()
    fiscal = serializers.CharField()
    derogatory = serializers.CharField()
    written = serializers.CharField()


class PlanOut(serializers.Serializer[Any]):
    """The plan of an asset, year by year."""

    id = serializers.CharField()
    rows = PlanRowOut(many=True)
    total = serializers.CharField()


class ExitIn(serializers.Serializer[Any]):
    """An exit; `price` without VAT, for a sale."""

    kind = serializers.ChoiceField(FixedAsset.Exit.choices)
    on = serializers.DateField()
    price = serializers.CharField(max_length=20, required=False)


class DraftLineOut(serializers.Serializer[Any]):
    """A line that would be written."""

    account = serializers.CharField()
    debit = serializers.CharField()
    credit = serializers.CharField()


class DraftOut(serializers.Serializer[Any]):
    """An entry that would be written."""

    label = serializers.CharField()  # type: ignore[assignment]
    date = serializers.DateField()
    lines = DraftLineOut(many=True)


class ChargesOut(serializers.Serializer[Any]):
    """What a year lacks; `mark` given back on confirmation refuses an overtaken preview."""

    year_end = serializers.DateField()
    mark = serializers.CharField()
    entries = DraftOut(many=True)
    total = serializers.CharField()


class ChargesIn(serializers.Serializer[Any]):
    """Which year to write, and the mark of its preview."""

    year_end = serializers.DateField()
    mark = serializers.CharField(required=False, max_length=64)
    by_asset = serializers.BooleanField(required=False, default=False)


class BatchOut(serializers.Serializer[Any]):
    """What was written together; `id` takes it back."""

    id = serializers.CharField()
    entries = serializers.IntegerField()


class CutOffIn(serializers.Serializer[Any]):
    """A cut-off; `since` and `until` for what is spread, `vat` for invoices to come."""

    kind = serializers.ChoiceField(CutOff.Kind.choices)
    label = serializers.CharField(max_length=300)  # type: ignore[assignment]
    account = serializers.RegexField(ACCOUNT)
    amount = serializers.CharField(max_length=20)
    vat = serializers.CharField(max_length=20, required=False)
    since = serializers.DateField(required=False, allow_null=True)
    until = serializers.DateField(required=False, allow_null=True)
    year_end = serializers.DateField()


class CutOffOut(CutOffIn):
    """A cut-off at a closing; `state` is due, written, reversal_due or nothing."""

    id = serializers.CharField()
    at_closing = serializers.CharField()
    state = serializers.CharField()


class CutOffPageOut(Page):
    """Cut-offs of a closing."""

    results = CutOffOut(many=True)
