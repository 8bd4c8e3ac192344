"""The reasons of a pair in French, with the values that were compared."""

from __future__ import annotations

import datetime as dt
from typing import Any

from firm.formats import amount, date_fr
from ledger.models import DuplicateFlag, Invoice

SOURCES = {
    "fec": "FEC", "csv": "relevé CSV", "camt": "relevé CAMT", "ofx": "relevé OFX", "api": "API",
    "bank": "connexion bancaire",
}  # fmt: skip


def sentences(flag: DuplicateFlag) -> list[str]:
    """One sentence a reason, the strongest first."""
    held = flag.reasons
    wording = _of_invoices if flag.kind == DuplicateFlag.Kind.INVOICE else _of_transactions
    return [text for text in wording(held) if text]


def _of_invoices(held: dict[str, Any]) -> list[str]:
    return [
        f"Même fichier (empreinte {held['file']})." if "file" in held else "",
        _two("Même numéro", held.get("number")),
        f"Même montant : {amount(held['gross'])} TTC." if "gross" in held else "",
        _days(held.get("days")),
        f"Même tiers : {held['party']}." if held.get("party") else "",
        _two("Noms proches", held.get("names")),
        f"Même SIREN : {held['siren']}." if "siren" in held else "",
    ]


def _of_transactions(held: dict[str, Any]) -> list[str]:
    one, other = held["sources"]
    where = (
        f"Deux fois dans la même source : {source_label(one)}."
        if one == other
        else f"Deux sources : {source_label(one)} et {source_label(other)}."
    )
    same = "Même libellé" if len(set(held["labels"])) == 1 else "Libellés proches"
    return [
        f"Même compte ({held['account']}) et même montant : {amount(held['amount'])}.",
        _days(held.get("days")),
        _two(same, held["labels"]),
        where,
    ]


def source_label(source: str) -> str:
    """The French name of where an item came from."""
    names: dict[str, str] = dict(Invoice.Source.choices)
    return SOURCES.get(source) or names.get(source, source)


def _two(what: str, values: list[str] | None) -> str:
    if not values:
        return ""
    one, other = values
    if one == other:
        return f"{what} : « {one} »."
    return f"{what} : « {one} » et « {other} »."


def _days(days: list[str] | None) -> str:
    if not days:
        return ""
    one, other = (dt.date.fromisoformat(day) for day in days)
    if one == other:
        return f"Même date : {date_fr(one)}."
    apart = abs((one - other).days)
    return (
        f"Dates à {apart} {'jour' if apart == 1 else 'jours'} l’une de l’autre : "
        f"{date_fr(one)} et {date_fr(other)}."
    )
