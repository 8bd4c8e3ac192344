"""A spreadsheet of entries: what its columns mean, its rows as entries typed with their faults.

Rows are one entry by its number, else by journal, date and piece; without either, rows of one
journal and day that follow each other, up to the one that balances them.  Every fault is a value of
its row; nothing here touches the database.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.text import slugify

from firm.formats import parse_amount_fr
from ledger.entry_rows import CELLS, HEAD, TypedEntry, read_entry, squeezed

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
# Field → how it is called on the screen, and the headings by which it is known.
FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "journal": ("Journal", ("journal", "code-journal", "journalcode", "jal", "jnl")),
    "date": ("Date", ("date", "ecrituredate", "date-decriture", "date-ecriture", "jour")),
    "number": ("N° d’écriture", ("ecriturenum", "numero-decriture", "no-ecriture", "n-ecriture",
                                 "ecriture", "numero")),
    "piece": ("Pièce", ("piece", "pieceref", "n-piece", "numero-de-piece", "n-de-piece",
                        "reference", "ref")),
    "account": ("Compte", ("compte", "comptenum", "compte-general", "n-compte", "account")),
    "third": ("Tiers", ("tiers", "compauxnum", "compte-auxiliaire", "auxiliaire", "compte-tiers")),
    "label": ("Libellé", ("libelle", "ecriturelib", "intitule", "designation", "label")),
    "debit": ("Débit", ("debit",)),
    "credit": ("Crédit", ("credit",)),
    "amount": ("Montant", ("montant", "amount")),
    "sense": ("Sens", ("sens", "d-c", "dc", "sense")),
}  # fmt: skip
NAMES = {name: label for name, (label, _known) in FIELDS.items()}
SENSES = {"d": 1, "debit": 1, "1": 1, "c": -1, "credit": -1, "-1": -1}


@dataclass
class SheetLine:
    """One row: its line in the file, its texts by field, and its faults, each with its column."""

    line: int
    texts: dict[str, str]
    faults: list[str] = field(default_factory=list)

    def fault(self, name: str, message: str) -> None:
        """Write down what is wrong with a column of the row."""
        self.faults.append(f"{NAMES.get(name, name)}\u00a0: {message}")


@dataclass
class SheetEntry:
    """The rows of one entry and what was read of them."""

    rows: list[SheetLine]
    typed: TypedEntry

    def tell(self) -> None:
        """Give each fault of the entry to the row that it is about."""
        for one in self.typed.faults:
            at = min(max(one.row, 0), len(self.rows) - 1) if one.row != HEAD else 0
            self.rows[at].fault(one.cell, one.message)


def guessed(heads: Sequence[str]) -> dict[str, int]:
    """Which column each field comes from, by its heading; each column serves once."""
    slugs = [slugify(head.replace("’", "").replace("'", "").replace("°", "")) for head in heads]
    found: dict[str, int] = {}
    for name, (_label, known) in FIELDS.items():
        at = next((slugs.index(alias) for alias in known if alias in slugs), -1)
        if at >= 0 and at not in found.values():
            found[name] = at
    return found


def read_lines(rows: Sequence[Sequence[str]], mapping: Mapping[str, int]) -> list[SheetLine]:
    """The rows that hold something, amounts brought to debit or credit."""
    found = []
    for line, cells in enumerate(rows, 2):
        if not any(cell.strip() for cell in cells):
            continue
        texts = {
            name: squeezed(cells[at]) if (at := mapping.get(name)) is not None
            and at < len(cells) else "" for name in FIELDS
        }  # fmt: skip
        row = SheetLine(line, texts)
        _plain(row)
        found.append(row)
    return found


def _plain(row: SheetLine) -> None:
    """Take away what a spreadsheet adds: hours, « .0 », the noise of binary numbers."""
    texts = row.texts
    if iso := re.match(r"\d{4}-\d{2}-\d{2}", texts["date"]):
        texts["date"] = iso[0]
    for name in ("account", "number", "piece", "third"):
        texts[name] = texts[name].removesuffix(".0")
    for name in ("debit", "credit", "amount"):
        texts[name] = _exact(texts[name])
    _place(row)


def _exact(text: str) -> str:
    if not re.fullmatch(r"-?\d+\.\d{3,}", text):
        return text
    exact = Decimal(text)
    kept = exact.quantize(Decimal("0.01"))
    return str(kept) if abs(exact - kept) < Decimal("0.00001") else text


def _place(row: SheetLine) -> None:
    """« Montant » goes to the debit or the credit by « Sens », else by its sign."""
    texts = row.texts
    for name in ("debit", "credit"):  # a zero is an empty cell
        if re.fullmatch(r"0+([.,]0*)?", texts[name]):
            texts[name] = ""
    if not texts["amount"] or texts["debit"] or texts["credit"]:
        return
    try:
        cents = parse_amount_fr(texts["amount"]) or 0
    except ValueError:
        row.fault("amount", f"« {texts['amount']} » n’est pas un montant.")
        return
    sense = SENSES.get(slugify(texts["sense"]) if texts["sense"] != "-1" else "-1")
    if texts["sense"] and sense is None:
        row.fault("sense", f"« {texts['sense']} » n’est ni D ni C.")
        return
    signed = cents * (sense or 1)
    texts["debit" if signed > 0 else "credit"] = f"{abs(signed) // 100}.{abs(signed) % 100:02d}"


def entries_of(lines: Sequence[SheetLine], *, today: dt.date) -> list[SheetEntry]:
    """The entries of a sheet in its order, each read with its faults told."""
    out = []
    for group in _grouped(lines):
        first = group[0].texts
        cells = [{name: row.texts[name] for name in CELLS} for row in group]
        typed = read_entry(first["journal"], first["date"], first["piece"], cells, today=today)
        out.append(SheetEntry(group, typed))
    return out


def _grouped(lines: Sequence[SheetLine]) -> list[list[SheetLine]]:
    groups: dict[tuple[str, ...], list[SheetLine]] = {}
    open_sum, rank = 0, 0
    last: tuple[str, str] | None = None
    for row in lines:
        texts = row.texts
        place = (texts["journal"], texts["date"])
        if texts["number"]:
            key: tuple[str, ...] = ("n", texts["journal"], texts["number"])
        elif texts["piece"]:
            key = ("p", *place, texts["piece"])
        else:
            if place != last or not open_sum:
                rank, open_sum = rank + 1, 0
            open_sum += _cents(texts["debit"]) - _cents(texts["credit"])
            key = ("f", str(rank))
            last = place
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def _cents(text: str) -> int:
    try:
        return parse_amount_fr(text) or 0
    except ValueError:
        return 0
