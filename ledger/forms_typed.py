"""Fields that read what an accountant types: days, amounts, rates.  Each says what it could not."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone

from firm.formats import MINUS, parse_amount_fr, parse_date_fr

DECIMAL = re.compile(r"\d{1,12}([.,]\d{1,8})?")


class Expected(forms.Field):
    """A field that may be left empty: `required` says no more than that it is not optional."""

    def validate(self, value: Any) -> None:
        """An empty one is judged where the whole is."""


class TypedDay(Expected):
    """A day: `jj/mm/aaaa`, `jj/mm`, `jjmm`, `j`; what is missing is this month's, this year's."""

    def to_python(self, value: Any) -> dt.date | None:
        """The day, or None for nothing."""
        try:
            return parse_date_fr(str(value or ""), timezone.localdate())
        except ValueError as error:
            raise forms.ValidationError(
                f"« {value} » n’est pas une date : écrivez-la jj/mm/aaaa."
            ) from error


class TypedCents(forms.Field):
    """An amount: `1234,5`, `1 234.50`, `12+3`; in cents."""

    def to_python(self, value: Any) -> int | None:
        """The cents, or None for nothing."""
        try:
            cents = parse_amount_fr(str(value or ""))
        except ValueError as error:
            raise forms.ValidationError(
                f"« {value} » n’est pas un montant : écrivez par exemple 1 234,56."
            ) from error
        if cents is not None and abs(cents) > 10**14:
            raise forms.ValidationError("Ce montant est trop grand : vérifiez-le.")
        return cents


class TypedDecimal(forms.Field):
    """A positive number with decimals, such as a rate of exchange; « % » may follow."""

    def __init__(self, *, most: int, places: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most, self.places = most, places

    def to_python(self, value: Any) -> Decimal | None:
        """The number, or None for nothing."""
        clean = re.sub(r"[\s%]", "", str(value or "")).replace(MINUS, "-")
        if not clean:
            return None
        try:
            if not DECIMAL.fullmatch(clean):
                raise InvalidOperation
            number = Decimal(clean.replace(",", "."))
        except InvalidOperation as error:
            raise forms.ValidationError(
                f"« {value} » n’est pas un nombre : écrivez par exemple 5,5."
            ) from error
        if number > self.most or -number.normalize().as_tuple().exponent > self.places:  # type: ignore[operator]
            raise forms.ValidationError(
                f"« {value} » n’est pas plausible : {self.most} au plus, {self.places} décimales."
            )
        return number


class Words(Expected, forms.CharField):
    """One line of text; spaces are squeezed."""

    def to_python(self, value: Any) -> str:
        """The words."""
        return " ".join(str(value or "").replace("\0", "").split())
