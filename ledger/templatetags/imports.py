"""Words of the import pages, and the banner that offers to undo the last import."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template

from firm.formats import plural
from ledger.models import FecImport
from ledger.queries.imports import undoable_import

register = template.Library()

ACCOUNTING = {
    "accept": "Accepté",
    "accept_with_warnings": "Avec avertissements",
    "reject": "Refusé en l’état",
}
NATURES = {
    "sales": "Ventes", "purchases": "Achats", "bank": "Banque", "misc": "Opérations diverses",
    "opening": "À-nouveaux", "cash": "Caisse", "payroll": "Paie",
}  # fmt: skip
SEPARATORS = {
    "\t": "tabulations",
    "|": "barres verticales",
    ";": "points-virgules",
    ",": "virgules",
}
EOLS = {"\r\n": "CRLF", "\n": "LF", "\r": "CR"}


@register.inclusion_tag("ledger/import_banner.html", takes_context=True)
def import_banner(context: dict[str, Any]) -> dict[str, Any]:
    """`{% import_banner %}`: the last import of the dossier that can still be undone."""
    may = context["request"].rights.may("fec.import")
    return {"undoable": undoable_import() if may else None, "shell": context["shell"]}


@register.simple_tag(takes_context=True)
def may_import(context: dict[str, Any]) -> bool:
    """`{% may_import as may %}`: whether the person may bring a FEC into the dossier."""
    return bool(context["request"].rights.may("fec.import"))


@register.filter
def accounting_word(verdict: str) -> str:
    """The accounting verdict in French."""
    return ACCOUNTING.get(verdict, "")


@register.filter
def nature_word(nature: str) -> str:
    """A journal's nature in French."""
    return NATURES.get(nature, nature)


@register.filter
def format_words(summary: dict[str, Any]) -> str:
    """« UTF-8, tabulations, CRLF »."""
    eol = str(summary.get("eol") or "")
    separator = str(summary.get("separator") or "")
    parts = (
        str(summary.get("encoding") or "").upper(),
        SEPARATORS.get(separator, separator),
        EOLS.get(eol, eol),
    )
    return ", ".join(part for part in parts if part)


@register.filter
def new_words(new: Any) -> str:
    """« 12 nouveaux », or that there is none."""
    count = len(new) if isinstance(new, list) else int(new or 0)
    return plural(count, "nouveau", "nouveaux") if count else "tous connus"


@register.filter
def third_words(thirds: dict[str, int] | None) -> str:
    """« 31 clients, 55 fournisseurs »."""
    held = thirds or {}
    customers = plural(held.get("customers", 0), "client")
    return f"{customers}, {plural(held.get('suppliers', 0), 'fourn.', 'fourn.')}"


@register.filter
def imbalance(row: FecImport) -> int:
    """Cents between a file's debits and credits, whichever is larger."""
    return abs(row.debit - row.credit)


@register.filter
def noun(count: int | None, words: str) -> str:
    """`{{ n|noun:"journal,journaux" }}`: the word alone, below its figure."""
    one, _, many = words.partition(",")
    return one if abs(count or 0) < 2 else many


@register.filter
def sum_values(held: dict[str, int] | None) -> int:
    """The sum of a dictionary's values."""
    return sum((held or {}).values())


@register.filter
def account_words(accounts: list[Any] | int | None) -> str:
    """« 2 comptes »."""
    return plural(accounts if isinstance(accounts, int) else len(accounts or ()), "compte")


@register.filter
def year_words(end: dt.date | None) -> str:
    """« clos le 31/12/2025 »."""
    return f"clos le {end:%d/%m/%Y}" if end else ""


@register.filter
def iso_date(text: str) -> dt.date | None:
    """A date kept as text."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


@register.filter
def fec_date(text: str | None) -> str:
    """A FEC's date, `20210917`, in French: « 17/09/2021 »; nothing when it is not one."""
    try:
        return f"{dt.datetime.strptime(text or '', '%Y%m%d'):%d/%m/%Y}"  # noqa: DTZ007 (a day, no instant)
    except ValueError:
        return ""
