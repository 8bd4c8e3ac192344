"""What the calls on invoices take and answer; amounts and figures are strings « 1234.56 »."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from ledger.api.schemas import Page
from ledger.invoice_amounts import REGIMES
from ledger.models import Invoice

KINDS = (("G", "Bien"), ("V", "Service"))


class InvoiceLineIn(serializers.Serializer[Any]):
    """A line: its net is quantity × price less the discount, in the currency of the invoice."""

    label = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")  # type: ignore[assignment]
    qty = serializers.DecimalField(18, 6, default=Decimal(1))
    unit_price = serializers.DecimalField(18, 6)
    discount_pct = serializers.DecimalField(7, 4, default=Decimal(0), min_value=0, max_value=100)
    vat_rate = serializers.DecimalField(5, 2, default=Decimal(0), min_value=0, max_value=100)
    kind = serializers.ChoiceField(KINDS, default="G")
    deductible_pct = serializers.DecimalField(
        5, 2, default=Decimal(100), min_value=0, max_value=100
    )
    account = serializers.CharField(max_length=60, required=False, allow_null=True)


class InvoiceIn(serializers.Serializer[Any]):
    """An invoice to book.  `third_party` and `corrects` are ids of ours, or a code and a number."""

    direction = serializers.ChoiceField(Invoice.Direction.choices)
    type = serializers.ChoiceField(Invoice.Type.choices, default="invoice")
    number = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    state = serializers.ChoiceField(Invoice.State.choices, default="issued")
    issue_date = serializers.DateField(required=False, allow_null=True, default=None)
    sale_date = serializers.DateField(required=False, allow_null=True, default=None)
    due_date = serializers.DateField(required=False, allow_null=True, default=None)
    third_party = serializers.CharField(required=False, allow_null=True, default=None)
    currency = serializers.CharField(max_length=3, default="EUR")
    fx_rate = serializers.DecimalField(18, 8, required=False, allow_null=True, default=None)
    regime = serializers.ChoiceField(list(REGIMES.items()), default="domestic")
    corrects = serializers.CharField(required=False, allow_null=True, default=None)
    document = serializers.CharField(required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    lines = InvoiceLineIn(many=True, required=False, default=list)
    version = serializers.CharField(
        max_length=20, required=False, allow_blank=True, default="",
        help_text="Pour modifier : la version que vous avez lue ; une autre est refusée (409).",
    )  # fmt: skip
    payments = serializers.ListField(required=False, default=list)

    def validate_payments(self, value: list[Any]) -> list[Any]:
        """Payments come by the bank; to take some here and forget them would be worse."""
        if value:
            raise serializers.ValidationError(
                "Les règlements ne se déposent pas avec la facture : laissez cette liste vide."
            )
        return value


class InvoiceLineOut(serializers.Serializer[Any]):
    """A line as it is kept; `net` and `vat` are euros, a null rate is « mixte »."""

    label = serializers.CharField()  # type: ignore[assignment]
    qty = serializers.CharField(allow_null=True)
    unit_price = serializers.CharField(allow_null=True)
    discount_pct = serializers.CharField(allow_null=True)
    vat_rate = serializers.CharField(allow_null=True)
    kind = serializers.CharField(allow_null=True)
    deductible_pct = serializers.CharField(allow_null=True)
    account = serializers.CharField(allow_null=True)
    net = serializers.CharField()
    vat = serializers.CharField()


class InvoiceOut(serializers.Serializer[Any]):
    """An invoice; amounts are positive euros, `type` gives the sense."""

    id = serializers.CharField()
    direction = serializers.ChoiceField(Invoice.Direction.choices)
    type = serializers.ChoiceField(Invoice.Type.choices)
    number = serializers.CharField()
    state = serializers.ChoiceField(Invoice.State.choices)
    booking = serializers.ChoiceField(Invoice.Booking.choices)
    origin = serializers.ChoiceField(Invoice.Source.choices)
    issue_date = serializers.DateField(allow_null=True)
    sale_date = serializers.DateField(allow_null=True)
    due_date = serializers.DateField(allow_null=True)
    third_party = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    fx_rate = serializers.CharField(allow_null=True)
    regime = serializers.CharField()
    corrects = serializers.CharField(allow_null=True)
    net = serializers.CharField()
    vat = serializers.CharField()
    gross = serializers.CharField()
    is_pre_takeover = serializers.BooleanField()
    is_kept = serializers.BooleanField()
    document = serializers.CharField(allow_null=True)
    entry = serializers.CharField(allow_null=True)
    version = serializers.CharField()
    lines = InvoiceLineOut(many=True)
    payments = serializers.ListField()

    def get_fields(self) -> dict[str, Any]:
        """`source` is an argument of DRF's own fields: it cannot be written as one."""
        fields = super().get_fields()
        fields["source"] = fields.pop("origin")
        return fields


class InvoicePageOut(Page):
    """Invoices."""

    results = InvoiceOut(many=True)
