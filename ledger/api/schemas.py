"""What the calls on the books take and answer, for the schema; amounts are strings « 1234.56 »."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from ledger.actions.third_parties import KINDS
from ledger.models import ThirdParty


class Figures(serializers.Serializer[Any]):
    """Figures of an account over a period; opening and closing signed, debit positive."""

    opening = serializers.CharField()
    debit = serializers.CharField()
    credit = serializers.CharField()
    closing = serializers.CharField()
    movement_debit = serializers.CharField()
    movement_credit = serializers.CharField()


class BalanceRow(Figures):
    """An account with lines."""

    account = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class TrialBalanceOut(serializers.Serializer[Any]):
    """The balance générale; both days are null in a dossier without books."""

    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    rows = BalanceRow(many=True)
    totals = Figures()


class LedgerRow(serializers.Serializer[Any]):
    """A line of the grand livre and the balance of its account after it."""

    account = serializers.CharField()
    date = serializers.DateField()
    journal = serializers.CharField()
    entry = serializers.CharField()
    number = serializers.CharField()
    line = serializers.IntegerField()
    piece_ref = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    third_party = serializers.CharField(allow_null=True)
    debit = serializers.CharField()
    credit = serializers.CharField()
    balance = serializers.CharField()
    lettering = serializers.CharField(allow_null=True)
    is_opening = serializers.BooleanField()


class Page(serializers.Serializer[Any]):
    """A page of a list."""

    next = serializers.CharField(allow_null=True)


class LedgerPageOut(Page):
    """Lines of the grand livre; with `account`, its name and the figures of the whole set too."""

    results = LedgerRow(many=True)
    account = serializers.CharField(required=False)
    label = serializers.CharField(required=False)  # type: ignore[assignment]
    totals = Figures(required=False)


class JournalRow(serializers.Serializer[Any]):
    """A journal and what it holds over all years."""

    id = serializers.CharField()
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    nature = serializers.CharField()
    entries = serializers.IntegerField()
    debit = serializers.CharField()
    credit = serializers.CharField()


class JournalPageOut(Page):
    """Journals."""

    results = JournalRow(many=True)


class FiscalYearRow(serializers.Serializer[Any]):
    """A fiscal year, both days included."""

    id = serializers.CharField()
    start = serializers.DateField()
    end = serializers.DateField()
    state = serializers.CharField()
    entries = serializers.IntegerField()
    lines = serializers.IntegerField()
    debit = serializers.CharField()


class FiscalYearIn(serializers.Serializer[Any]):
    """The days of a year to open, both included."""

    start = serializers.DateField()
    end = serializers.DateField()


class FiscalYearPageOut(Page):
    """Fiscal years."""

    results = FiscalYearRow(many=True)


class LineThirdParty(serializers.Serializer[Any]):
    """The third party of a line."""

    id = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()


class LineRow(serializers.Serializer[Any]):
    """A line of an entry; `line` is its place in the file when it was imported."""

    line = serializers.IntegerField()
    account = serializers.CharField()
    third_party = LineThirdParty(allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]
    debit = serializers.CharField()
    credit = serializers.CharField()
    lettering = serializers.CharField(allow_null=True)
    foreign_amount = serializers.CharField(allow_null=True)
    currency = serializers.CharField(allow_null=True)


class EntryOut(serializers.Serializer[Any]):
    """An entry and its lines; `import` is the id of the FEC that brought it.

    `version` follows what the entry says: give it back to change the entry.
    """

    id = serializers.CharField()
    version = serializers.CharField()
    journal = serializers.CharField()
    number = serializers.CharField()
    date = serializers.DateField()
    piece_ref = serializers.CharField()
    piece_date = serializers.DateField(allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]
    state = serializers.CharField()
    is_opening = serializers.BooleanField()
    debit = serializers.CharField()
    credit = serializers.CharField()
    lines = LineRow(many=True)

    def get_fields(self) -> dict[str, Any]:
        """`import` is a word of Python: it cannot be written as a field."""
        return {**super().get_fields(), "import": serializers.CharField(allow_null=True)}


class EntryPageOut(Page):
    """Entries."""

    results = EntryOut(many=True)


class AccountRow(serializers.Serializer[Any]):
    """An account of the dossier's chart."""

    id = serializers.CharField()
    number = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class AccountPageOut(Page):
    """Accounts."""

    results = AccountRow(many=True)


class ThirdPartyIn(serializers.Serializer[Any]):
    """A customer or a supplier to create; `id` is the caller's own code, made up when absent."""

    id = serializers.CharField(max_length=100, required=False)
    name = serializers.CharField(max_length=300)
    role = serializers.ChoiceField(ThirdParty.Role.choices)
    country = serializers.CharField(max_length=2, required=False)
    kind = serializers.ChoiceField(KINDS, required=False)
    siren = serializers.CharField(max_length=20, required=False, allow_blank=True)
    vat_number = serializers.CharField(max_length=30, required=False, allow_blank=True)


class ThirdPartyOut(serializers.Serializer[Any]):
    """A customer or a supplier."""

    id = serializers.CharField()
    role = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    country = serializers.CharField()
    kind = serializers.CharField()
    siren = serializers.CharField(allow_blank=True)
    vat_number = serializers.CharField(allow_blank=True)
    account = serializers.CharField(allow_null=True)


class ThirdPartyPageOut(Page):
    """Customers and suppliers."""

    results = ThirdPartyOut(many=True)
