"""Words and marks of purchases and sales in templates."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from firm.formats import amount_plain, decimal_fr
from ledger.models import Invoice, InvoiceLine
from ledger.queries.posting_parts import Posted

register = template.Library()

TAB_LABELS = {
    "to_process": "À comptabiliser",
    "booked": "Comptabilisées",
    "archived": "Archivées",
}
KINDS = {"to_process": "accent", "booked": "ok", "archived": ""}
TITLES = {"archived": "Supprimée des livres ; elle peut être restaurée"}


@register.filter
def booking_pill(invoice: Invoice) -> SafeString:
    """`{{ invoice|booking_pill }}`: where it stands in the books."""
    css = f"pill {KINDS[invoice.booking]}".strip()
    title = TITLES.get(invoice.booking, "")
    return format_html(
        '<span class="{}" title="{}">{}</span>', css, title, invoice.get_booking_display()
    )


@register.filter
def rate(number: Decimal | None) -> str:
    """`{{ line.vat_rate|rate }}`: « 5,5 % »; « mixte » where an imported line has several."""
    if number is None:
        return "mixte"
    return f"{normal(number)}\u00a0%"


@register.filter
def normal(number: Decimal | None) -> str:
    """`{{ invoice.fx_rate|normal }}`: « 0,92 », without zeros at the end."""
    if number is None:
        return ""
    return decimal_fr(number, max(-int(number.normalize().as_tuple().exponent), 0))


@register.filter
def line_gross(line: InvoiceLine) -> str:
    """`{{ line|line_gross }}`: its TTC, without the euro sign."""
    return amount_plain(line.net + line.vat)


@register.filter
def lower_first(text: str) -> str:
    """`{{ "Documents"|lower_first }}`: « documents »; a word in capitals stays."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


@register.filter
def debit_side(line: Posted) -> str:
    """`{{ line|debit_side }}`: the debit of a proposed line, or nothing."""
    return amount_plain(line.cents) if line.cents > 0 else ""


@register.filter
def credit_side(line: Posted) -> str:
    """`{{ line|credit_side }}`: its credit, or nothing."""
    return amount_plain(-line.cents) if line.cents < 0 else ""
