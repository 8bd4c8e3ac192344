"""Which column of a bank's table is what: guessed by its headings, corrected by a person, kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.text import slugify

from ledger.bank.amounts import cents, decimal_mark
from ledger.bank.days import ORDERS, day_of
from ledger.bank.lines import REFERENCE, Line, Statement, squeezed
from ledger.bank.tables import Row, Table, header_mark

FIELDS = ("date", "value_date", "label", "reference", "amount", "debit", "credit")
# Headings of French banks, in the order in which a column is taken.
WORDS = {
    "value_date": r"(date.*valeur|valeur|value.*date)",
    "date": r"(date.*(ope|compta|transac|mouv)|date|jour|.*\bdate)",
    "debit": r"debits?\b|.*\bdebit|sorties?|depenses?",
    "credit": r"credits?\b|.*\bcredit|entrees?|recettes?",
    "amount": r"montant|amount|somme",
    "label": r"(libelle|intitule|description|operation|nature|detail|motif|label|communication)",
    "reference": r"(reference|ref\b|n.*piece|numero.*(ope|piece|cheque)|n.*cheque)",
}
LOOKED_AT = 40
_TOTALS = re.compile(r"\b(total|totaux|solde|ancien|nouveau)\b", re.IGNORECASE)


@dataclass
class Mapping:
    """How a table is read.

    `skip` rows (blank ones aside) stand before the headings, or before the first operation when
    there are none.  `columns` holds the position of each field, the label may have several.
    `decimal` is the decimal mark, `days` one of `ORDERS`.  `is_inverted`: a positive amount is
    money out.
    """

    skip: int = 0
    has_header: bool = True
    columns: dict[str, list[int]] = field(default_factory=dict)
    decimal: str = ","
    days: str = "dmy"
    is_inverted: bool = False

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Mapping:
        """A mapping as it was kept; what is not one of its fields is left out."""
        names = set(cls.__dataclass_fields__)
        return cls(**{name: value for name, value in kept.items() if name in names})

    def as_dict(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    def header(self, table: Table) -> list[str]:
        """The headings, or « Colonne 1 »… where there are none."""
        if self.has_header and len(table.rows) > self.skip:
            return table.rows[self.skip].cells
        return [f"Colonne {number}" for number in range(1, table.width + 1)]

    def mark(self, table: Table) -> str:
        """What the mapping is remembered by."""
        return header_mark(self.header(table) if self.has_header else [str(table.width)])

    def problem(self, table: Table) -> str:
        """What keeps it from being used, in French; nothing when it can be."""
        if len(table.rows) <= self.skip + self.has_header:
            return "Aucune opération ne suit les lignes à ignorer."
        if not self.columns.get("date"):
            return "Choisissez la colonne de la date."
        if not self.columns.get("label"):
            return "Choisissez la colonne du libellé."
        has_sides = self.columns.get("debit") and self.columns.get("credit")
        if not self.columns.get("amount") and not has_sides:
            return "Choisissez la colonne du montant, ou celles du débit et du crédit."
        if self.days not in ORDERS or self.decimal not in (",", "."):
            return "Choisissez l’ordre des dates et le séparateur décimal."
        return ""

    def operations(self, table: Table) -> Iterator[Row]:
        """The rows below the headings."""
        yield from table.rows[self.skip + self.has_header :]


def guess(table: Table) -> Mapping:
    """The mapping that the headings suggest; the first row with three known ones is the header."""
    for at, row in enumerate(table.rows[:LOOKED_AT]):
        columns = _known(row.cells)
        if "date" in columns and len(columns) > 2:
            return _signs(Mapping(skip=at, columns=columns), table)
    for at, row in enumerate(table.rows[:LOOKED_AT]):
        if any(_is_day(cell) for cell in row.cells) and len(row.cells) > 2:
            return _signs(Mapping(skip=at, has_header=False, columns=_by_content(row)), table)
    return Mapping()


def _known(cells: list[str]) -> dict[str, list[int]]:
    """The columns whose headings are known; each is taken once, each field but the label once."""
    said = [slugify(cell.replace("’", " ").replace("'", " ")).replace("-", " ") for cell in cells]
    found: dict[str, list[int]] = {}
    taken: set[int] = set()
    for name, words in WORDS.items():
        for at, heading in enumerate(said):
            if at in taken or not re.match(words, heading):
                continue
            if name in found and name != "label":
                break
            found.setdefault(name, []).append(at)
            taken.add(at)
            if name != "label":
                break
    if "amount" in found:
        found.pop("debit", None)
        found.pop("credit", None)
    return found


def _by_content(row: Row) -> dict[str, list[int]]:
    """Of a table without headings: the first day, the last amount, the longest text."""
    days = [at for at, cell in enumerate(row.cells) if _is_day(cell)]
    money = [at for at, cell in enumerate(row.cells) if at not in days and _is_amount(cell)]
    texts = [at for at in range(len(row.cells)) if at not in days and at not in money]
    found = {"date": days[:1]}
    if money:
        found["amount"] = money[-1:]
    if texts:
        found["label"] = [max(texts, key=lambda at: len(row.cells[at]))]
    return found


def _signs(mapping: Mapping, table: Table) -> Mapping:
    """With the decimal mark of its amounts and the order of its days."""
    rows = list(mapping.operations(table))[:200]
    money = [at for name in ("amount", "debit", "credit") for at in mapping.columns.get(name, [])]
    texts = [row.cells[at] for row in rows for at in money if at < len(row.cells)]
    mapping.decimal = "." if table.is_sheet else decimal_mark(texts)
    at = mapping.columns["date"][0]
    days = [row.cells[at] for row in rows if at < len(row.cells) and row.cells[at]]
    orders = ("dmy", "mdy", "ymd")
    mapping.days = max(orders, key=lambda order: sum(_is_day(day, order) for day in days))
    return mapping


def _is_day(text: str, order: str = "dmy") -> bool:
    try:
        day_of(text, order)
    except ValueError:
        return False
    return True


def _is_amount(text: str) -> bool:
    try:
        return cents(text, decimal_mark([text])) is not None
    except ValueError:
        return False


def apply(table: Table, mapping: Mapping) -> Statement:
    """The table's operations; faults say what keeps a line from being read.

    Raises:
        StatementTooLong: too many lines.
    """
    statement = Statement()
    for row in mapping.operations(table):
        _read(statement, row, mapping)
    return statement.close()


def _read(statement: Statement, row: Row, mapping: Mapping) -> None:
    cells = _Cells(row, mapping)
    said = cells.text("date")
    if not said:
        if not _TOTALS.search(" ".join(row.cells)) and cells.money():
            statement.fault(row.line, "la date manque")
        return
    try:
        day = day_of(said, mapping.days)
    except ValueError:
        if not _TOTALS.search(said):
            wanted = ORDERS[mapping.days]
            statement.fault(
                row.line, f"«\u00a0{said[:40]}\u00a0» n’est pas une date au format {wanted}"
            )
        return
    try:
        amount = cells.amount()
    except ValueError as error:
        statement.fault(row.line, f"«\u00a0{str(error)[:40]}\u00a0» n’est pas un montant")
        return
    if amount is None:
        statement.fault(row.line, "le montant manque")
        return
    value_date = cells.text("value_date")
    statement.add(
        Line(
            date=day,
            amount=amount,
            label=squeezed(" ".join(cells.texts("label"))),
            value_date=day_of(value_date, mapping.days) if _is_day(value_date, mapping.days)
            else None,
            reference=squeezed(cells.text("reference"), REFERENCE),
            at=row.line,
        )
    )  # fmt: skip


class _Cells:
    """The cells of a row by field."""

    def __init__(self, row: Row, mapping: Mapping) -> None:
        self.cells, self.mapping = row.cells, mapping

    def texts(self, name: str) -> list[str]:
        """What stands in the columns of a field."""
        return [self.cells[at] for at in self.mapping.columns.get(name, []) if at < len(self.cells)]

    def text(self, name: str) -> str:
        """What stands in the column of a field."""
        return next(iter(self.texts(name)), "")

    def money(self) -> bool:
        """Whether one of the columns of amounts holds something."""
        return any(self.text(name) for name in ("amount", "debit", "credit"))

    def amount(self) -> int | None:
        """Signed cents; None when nothing is written.

        Raises:
            ValueError: it is no amount; its text is the error's.
        """
        if self.mapping.columns.get("amount"):
            value = cents(self.text("amount"), self.mapping.decimal)
            return -value if value is not None and self.mapping.is_inverted else value
        debit = cents(self.text("debit"), self.mapping.decimal)
        credit = cents(self.text("credit"), self.mapping.decimal)
        if debit is None and credit is None:
            return None
        return abs(credit or 0) - abs(debit or 0)
