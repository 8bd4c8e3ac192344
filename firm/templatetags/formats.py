"""Filters that write amounts, numbers and dates in French; the rules live in `firm.formats`.

A missing template variable arrives as "" and is written as nothing, like None.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django import template
from django.utils.safestring import SafeString, mark_safe

from firm import formats

register = template.Library()

Cents = int | None | str
EURO = f'<span class="eur">{formats.EURO}</span></span>'


@register.filter(is_safe=True)
def amount(cents: Cents) -> SafeString:
    """`{{ cents|amount }}`: « 1 234,56 € » for a cell; the sign € can be hidden by the table."""
    if isinstance(cents, str) or cents is None:
        return SafeString("")
    opening = '<span class="amt">' if cents else '<span class="amt zero">'
    return SafeString(opening + formats.amount(cents, EURO))


@register.filter(is_safe=True)
def balance(cents: Cents) -> SafeString:
    """`{{ cents|balance }}`: the amount without sign, then D or C (positive cents = debit)."""
    if isinstance(cents, str) or cents is None:
        return SafeString("")
    return mark_safe(f'{amount(abs(cents))}<span class="dc">{formats.sense(cents)}</span>')  # noqa: S308


@register.filter
def amount_text(cents: Cents) -> str:
    """`{{ cents|amount_text }}`: « 1 234,56 € » inside a sentence or an attribute."""
    return "" if isinstance(cents, str) else formats.amount(cents)


@register.filter
def amount_plain(cents: Cents) -> str:
    """`{{ cents|amount_plain }}`: « 1 234,56 », for inputs and grids whose header says euros."""
    return "" if isinstance(cents, str) else formats.amount_plain(cents)


@register.filter
def sense(cents: Cents) -> str:
    """`{{ cents|sense }}`: « D », « C » or nothing."""
    return "" if isinstance(cents, str) else formats.sense(cents)


@register.filter
def integer(number: int | str | None) -> str:
    """`{{ n|integer }}`: « 1 847 »."""
    return "" if isinstance(number, str) else formats.integer(number)


@register.filter
def decimal(number: Decimal | float | str | None, places: int = 2) -> str:
    """`{{ quantity|decimal:3 }}`: « 1,500 »."""
    return "" if isinstance(number, str) else formats.decimal_fr(number, places)


@register.filter
def percent(ratio: Decimal | float | str | None, places: int = 1) -> str:
    """`{{ 0.26|percent }}`: « 26,0 % »; `{{ 0.64|percent:0 }}`: « 64 % »."""
    return "" if isinstance(ratio, str) else formats.percent(ratio, places)


@register.filter
def growth(ratio: Decimal | float | str | None, places: int = 1) -> str:
    """`{{ 0.26|growth }}`: « +26,0 % », the sign always shown."""
    return "" if isinstance(ratio, str) else formats.percent(ratio, places, signed=True)


@register.filter
def file_size(size: int | str | None) -> str:
    """`{{ bytes|file_size }}`: « 3,2 Mo »."""
    return "" if isinstance(size, str) else formats.file_size(size)


@register.filter
def siren(number: str | None) -> str:
    """`{{ dossier.siren|siren }}`: « 552 100 554 »; also a SIRET."""
    return formats.siren(number)


@register.filter
def plural(number: int | str | None, words: str) -> str:
    """`{{ n|plural:"ligne" }}`, `{{ n|plural:"journal,journaux" }}`: « 2 lignes »."""
    one, _, many = words.partition(",")
    count = 0 if isinstance(number, str) or number is None else number
    return formats.plural(count, one, many or None)


@register.filter(expects_localtime=True)
def date_fr(day: dt.date | str | None) -> str:
    """`{{ day|date_fr }}`: « 20/11/2026 »."""
    return "" if isinstance(day, str) else formats.date_fr(day)


@register.filter(expects_localtime=True)
def date_long(day: dt.date | str | None) -> str:
    """`{{ day|date_long }}`: « vendredi 20 novembre 2026 »."""
    return "" if isinstance(day, str) else formats.date_long(day)


@register.filter(expects_localtime=True)
def date_short(day: dt.date | str | None) -> str:
    """`{{ day|date_short }}`: « 20 nov. »."""
    return "" if isinstance(day, str) else formats.date_short(day)


@register.filter(expects_localtime=True)
def time_fr(moment: dt.datetime | dt.time | str | None) -> str:
    """`{{ moment|time_fr }}`: « 14 h 32 »."""
    return "" if isinstance(moment, str) else formats.time_fr(moment)


@register.filter(expects_localtime=True)
def datetime_fr(moment: dt.datetime | str | None) -> str:
    """`{{ moment|datetime_fr }}`: « 20/11/2026 à 14 h 32 »."""
    return "" if isinstance(moment, str) else formats.datetime_fr(moment)


@register.simple_tag
def period(since: dt.date | None, until: dt.date | None) -> str:
    """`{% period since until %}`: « du 01/01/2026 au 31/12/2026 », both days included."""
    return formats.period_fr(since, until)
