"""What the calls that write entries take."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from ledger.entry_rows import LONGEST, MOST_LINES, TypedEntry, read_entry


class EntryLineIn(serializers.Serializer[Any]):
    """One line: an account by its number, an amount « 1234.56 » on one side.

    `third_party` is an auxiliary code or a name; a line without a label bears that above it.
    """

    account = serializers.CharField(max_length=LONGEST["account"])
    third_party = serializers.CharField(
        max_length=LONGEST["third"], required=False, allow_blank=True, allow_null=True
    )
    label = serializers.CharField(  # type: ignore[assignment]
        max_length=LONGEST["label"], required=False, allow_blank=True
    )
    debit = serializers.CharField(max_length=30, required=False, allow_blank=True)
    credit = serializers.CharField(max_length=30, required=False, allow_blank=True)


class EntryIn(serializers.Serializer[Any]):
    """A balanced entry; `label` stands for that of the first line."""

    journal = serializers.CharField(max_length=60)
    date = serializers.DateField()
    piece_ref = serializers.CharField(max_length=LONGEST["piece"], required=False, allow_blank=True)
    label = serializers.CharField(  # type: ignore[assignment]
        max_length=LONGEST["label"], required=False, allow_blank=True
    )
    lines = EntryLineIn(many=True, allow_empty=False, max_length=MOST_LINES)  # type: ignore[call-arg]


class EntryChangeIn(EntryIn):
    """The same, with the version of the entry as it was read.

    `unletter` says that letterings of lines that change may be undone.
    """

    version = serializers.CharField(max_length=16)
    unletter = serializers.BooleanField(required=False)


class EntryCopyIn(serializers.Serializer[Any]):
    """The day of the copy, and its piece."""

    date = serializers.DateField()
    piece_ref = serializers.CharField(max_length=LONGEST["piece"], required=False, allow_blank=True)


def typed_entry(got: dict[str, Any]) -> TypedEntry:
    """The entry that a program sends (validated), read as the grid's."""
    rows = [
        {
            "account": line["account"], "third": line.get("third_party") or "",
            "label": line.get("label") or "", "debit": _amount(line.get("debit")),
            "credit": _amount(line.get("credit")),
        }
        for line in got["lines"]
    ]  # fmt: skip
    if rows and not rows[0]["label"]:
        rows[0]["label"] = got.get("label", "")
    day = got["date"].isoformat()
    return read_entry(
        got["journal"], day, got.get("piece_ref", ""), rows, today=timezone.localdate()
    )


def _amount(text: str | None) -> str:
    """« 0.00 », as the other calls answer it, is no amount."""
    return "" if not text or not text.strip("0.,") else text
