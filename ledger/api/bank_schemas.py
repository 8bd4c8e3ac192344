"""What the calls on the bank take and answer, for the schema; amounts are strings « 1234.56 »."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from ledger.api.schemas import Page
from ledger.models import BankStatement, BankTransaction


class BankAccountIn(serializers.Serializer[Any]):
    """A bank account to create; `account` is its number in the books (512…)."""

    name = serializers.CharField(max_length=300)
    account = serializers.CharField(max_length=31, required=False)
    iban = serializers.CharField(max_length=60, required=False, allow_blank=True)
    bic = serializers.CharField(max_length=20, required=False, allow_blank=True)


class BankAccountOut(serializers.Serializer[Any]):
    """A bank account; `connection` is ok, expired, error, or null without one."""

    id = serializers.CharField()
    name = serializers.CharField()
    iban = serializers.CharField(allow_blank=True)
    bic = serializers.CharField(allow_blank=True)
    account = serializers.CharField()
    journal = serializers.CharField(allow_null=True)
    closed = serializers.BooleanField()
    balance = serializers.CharField()
    transactions = serializers.IntegerField()
    last_statement = serializers.DateField(allow_null=True)
    connection = serializers.CharField(allow_null=True)


class BankAccountPageOut(Page):
    """Bank accounts."""

    results = BankAccountOut(many=True)


class BankTransactionIn(serializers.Serializer[Any]):
    """A transaction to write down; `amount` « -45.90 » is money out."""

    bank_account = serializers.CharField()
    date = serializers.DateField()
    value_date = serializers.DateField(required=False, allow_null=True)
    amount = serializers.CharField(max_length=20)
    label = serializers.CharField(max_length=500)  # type: ignore[assignment]
    reference = serializers.CharField(max_length=200, required=False, allow_blank=True)
    external_id = serializers.CharField(max_length=120, required=False, allow_blank=True)


class BankTransactionOut(serializers.Serializer[Any]):
    """A transaction; `duplicate` says that the bank gave it several times."""

    id = serializers.CharField()
    bank_account = serializers.CharField()
    date = serializers.DateField()
    value_date = serializers.DateField(allow_null=True)
    amount = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    reference = serializers.CharField(allow_blank=True)
    external_id = serializers.CharField(allow_null=True)
    booking = serializers.ChoiceField(BankTransaction.Booking.choices)
    source = serializers.ChoiceField(BankTransaction.Source.choices)  # type: ignore[assignment]
    pre_takeover = serializers.BooleanField()
    kept = serializers.BooleanField()
    duplicate = serializers.BooleanField()
    account = serializers.CharField(allow_null=True)
    third_party = serializers.CharField(allow_null=True)
    document = serializers.CharField(allow_null=True)
    entry = serializers.CharField(allow_null=True)


class BankTransactionPageOut(Page):
    """Transactions."""

    results = BankTransactionOut(many=True)


class BankStatementIn(serializers.Serializer[Any]):
    """A file; `bank_account` where it does not say so itself; `confirm` imports it at once."""

    file = serializers.FileField(allow_empty_file=True)
    bank_account = serializers.CharField(required=False)
    confirm = serializers.BooleanField(required=False, default=False)


class BankStatementOut(serializers.Serializer[Any]):
    """A statement: what it holds, and what it adds or has added."""

    id = serializers.CharField()
    bank_account = serializers.CharField()
    file_name = serializers.CharField()
    sha256 = serializers.CharField()
    format = serializers.CharField()
    state = serializers.ChoiceField(BankStatement.State.choices)
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    opening = serializers.CharField(allow_null=True)
    closing = serializers.CharField(allow_null=True)
    lines = serializers.IntegerField()
    added = serializers.IntegerField()
    known = serializers.IntegerField()
    repeated = serializers.IntegerField()
    notes = serializers.ListField(child=serializers.CharField())


class BankStatementPageOut(Page):
    """Statements."""

    results = BankStatementOut(many=True)
