"""A spreadsheet of invoices: what its columns mean, and its rows as invoices or as faults.

Rows of the same third party, number, date and nature are the lines of one invoice.  Every fault is
a value of its row; nothing here touches the database.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.text import slugify

from firm.formats import parse_amount_fr, parse_date_fr
from ledger import invoice_amounts as amounts

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 5_000
# Field → how it is called on the screen, and the headings by which it is known.
FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "third_party": ("Tiers", ("tiers", "fournisseur", "client", "nom", "raison-sociale", "name")),
    "number": ("Numéro", ("numero", "n-de-facture", "numero-de-facture", "no", "n", "facture",
                          "piece", "reference", "number")),
    "issue_date": ("Date", ("date", "date-de-facture", "date-facture", "emise-le", "issue-date")),
    "due_date": ("Échéance", ("echeance", "date-decheance", "due-date", "date-echeance")),
    "type": ("Nature", ("nature", "type")),
    "label": ("Libellé", ("libelle", "designation", "objet", "label", "description")),
    "account": ("Compte", ("compte", "compte-de-charge", "compte-de-produit", "account")),
    "net": ("HT", ("ht", "montant-ht", "base", "base-ht", "total-ht", "net")),
    "rate": ("Taux de TVA", ("taux", "taux-de-tva", "taux-tva", "tva-pct", "vat-rate")),
    "vat": ("TVA", ("tva", "montant-tva", "montant-de-tva", "total-tva", "vat")),
    "gross": ("TTC", ("ttc", "montant-ttc", "total-ttc", "total", "montant", "gross")),
    "currency": ("Devise", ("devise", "currency")),
    "fx_rate": ("Cours", ("cours", "taux-de-change", "fx-rate")),
}  # fmt: skip
TYPES = {"": "invoice", "facture": "invoice", "invoice": "invoice", "avoir": "credit_note",
         "credit-note": "credit_note", "note-de-credit": "credit_note"}  # fmt: skip
DAYS = ("issue_date", "due_date")
CENTS = ("net", "vat", "gross")


@dataclass
class SheetRow:
    """One row: its line in the file, what was read of it, and what is wrong with it."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    amounts: amounts.Line | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes it a line of the same invoice as another; without a number it stands alone."""
        names = ("third_party", "number", "issue_date", "type")
        if not self.values.get("number"):
            return (self.line,)
        return tuple(str(self.values.get(name) or "").lower() for name in names)


def guessed(heads: Sequence[str]) -> dict[str, int]:
    """Which column each field comes from, by its heading; each column serves once."""
    slugs = [slugify(head.replace("’", "").replace("'", "")) for head in heads]
    found: dict[str, int] = {}
    for name, (_label, known) in FIELDS.items():
        for alias in known:
            at = slugs.index(alias) if alias in slugs else -1
            if at >= 0 and at not in found.values():
                found[name] = at
                break
    return found


def read_rows(
    rows: Sequence[Sequence[str]], mapping: Mapping[str, int], *, today: dt.date
) -> list[SheetRow]:
    """The rows that hold something, with their faults."""
    found = []
    for line, cells in enumerate(rows, 2):
        if any(cell.strip() for cell in cells):
            found.append(_row(line, cells, mapping, today))
    return found


def _row(line: int, cells: Sequence[str], mapping: Mapping[str, int], today: dt.date) -> SheetRow:
    row = SheetRow(line)
    for name in FIELDS:
        at = mapping.get(name)
        text = " ".join(cells[at].split()) if at is not None and at < len(cells) else ""
        try:
            row.values[name] = _value(name, text, today)
        except ValueError as error:
            row.values[name] = None
            row.faults.append(f"{FIELDS[name][0]}\u00a0: {error}")
    _check(row)
    return row


def _check(row: SheetRow) -> None:
    """What a row needs, and whether its amounts hold together."""
    for name in ("third_party", "issue_date"):
        if not row.values[name] and not any(f.startswith(FIELDS[name][0]) for f in row.faults):
            row.faults.append(f"{FIELDS[name][0]}\u00a0: manque")
    if row.values["currency"] not in ("", "EUR") and row.values["fx_rate"] is None:
        row.faults.append("Cours\u00a0: manque, la facture n’est pas en euros")
    try:
        row.amounts = amounts.typed_line(**{name: row.values[name] for name in (*CENTS, "rate")})
    except amounts.Unreadable as error:
        row.faults.append(str(error))


def _value(name: str, text: str, today: dt.date) -> Any:
    """A cell as it is used.

    Raises:
        ValueError: in French.
    """
    if name in DAYS:
        return _day(text, today)
    if name in CENTS:
        return _cents(text)
    if name in ("rate", "fx_rate"):
        return _number(text, most=Decimal(100) if name == "rate" else Decimal(10**9))
    if name == "type":
        if slugify(text) not in TYPES:
            raise ValueError(
                f"«\u00a0{text}\u00a0» n’est ni «\u00a0Facture\u00a0» ni «\u00a0Avoir\u00a0»"
            )
        return TYPES[slugify(text)]
    if name == "currency":
        if text and not re.fullmatch(r"[A-Za-z]{3}", text):
            raise ValueError(f"«\u00a0{text}\u00a0» n’est pas un code à trois lettres")
        return text.upper()
    return _plain(name, text)


def _plain(name: str, text: str) -> str:
    most = {"account": 60, "number": 200}.get(name, 300)
    if len(text) > most:
        raise ValueError(f"dépasse {most} caractères")
    return text.removesuffix(".0") if name in ("account", "number") else text


def _day(text: str, today: dt.date) -> dt.date | None:
    try:
        iso = re.match(r"\d{4}-\d{2}-\d{2}", text)
        found = parse_date_fr(iso[0] if iso else text, today)
    except ValueError as error:
        raise ValueError(f"«\u00a0{text}\u00a0» n’est pas une date (jj/mm/aaaa)") from error
    if found and not 1900 <= found.year <= 2200:
        raise ValueError(f"«\u00a0{text}\u00a0» n’est pas plausible")
    return found


def _cents(text: str) -> int | None:
    """An amount; a spreadsheet may write a number with the noise of its binary form."""
    noisy = re.fullmatch(r"-?\d+\.\d{3,}", text)
    try:
        if noisy:
            exact = Decimal(text)
            kept = exact.quantize(Decimal("0.01"))
            if abs(exact - kept) < Decimal("0.00001"):
                return int(kept * 100)
        return parse_amount_fr(text)
    except ValueError as error:
        raise ValueError(f"«\u00a0{text}\u00a0» n’est pas un montant") from error


def _number(text: str, *, most: Decimal) -> Decimal | None:
    clean = re.sub(r"[\s%]", "", text).replace(",", ".")
    if not clean:
        return None
    try:
        number = Decimal(clean)
    except InvalidOperation as error:
        raise ValueError(f"«\u00a0{text}\u00a0» n’est pas un nombre") from error
    if not (number.is_finite() and 0 <= number <= most):
        raise ValueError(f"«\u00a0{text}\u00a0» n’est pas plausible")
    return round(number, 2 if most == 100 else 8)


def grouped(rows: Sequence[SheetRow]) -> list[list[SheetRow]]:
    """The rows of each invoice, in the order of the file."""
    groups: dict[tuple[Any, ...], list[SheetRow]] = {}
    for row in rows:
        groups.setdefault(row.key, []).append(row)
    return list(groups.values())
