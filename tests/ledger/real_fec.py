"""The entries of a real FEC, as `make_books` takes them; read without the product's own reader."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.ledger.books import Line, Piece, Span

REAL_FEC = Path(__file__).parents[1] / "data" / "fec" / "0000000001FEC20220831.txt"
REAL_YEAR: Span = {"start": dt.date(2021, 9, 1), "end": dt.date(2022, 8, 31)}


def read_fec(path: Path = REAL_FEC) -> list[Piece]:
    """The entries of a clean, tab-separated file, in its order; amounts become cents."""
    with path.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE))
    for number, row in enumerate(rows, 2):
        row["line"] = str(number)
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["JournalCode"], row["EcritureNum"]), []).append(row)
    return [_piece(group) for group in groups.values()]


def _piece(rows: list[dict[str, Any]]) -> Piece:
    head = rows[0]
    return Piece(
        journal=head["JournalCode"],
        journal_label=head["JournalLib"],
        number=head["EcritureNum"],
        date=dt.date.fromisoformat(head["EcritureDate"]),
        label=head["EcritureLib"].strip(),
        ref=head["PieceRef"],
        is_opening=head["JournalCode"] == "ANO",
        validated_on=dt.date.fromisoformat(head["ValidDate"]),
        lines=[
            Line(
                account=row["CompteNum"],
                account_label=row["CompteLib"].strip(),
                debit=_cents(row["Debit"]),
                credit=_cents(row["Credit"]),
                third=row["CompAuxNum"],
                third_label=row["CompAuxLib"].strip(),
                label=row["EcritureLib"].strip(),
                letter=row["EcritureLet"],
                line_no=int(row["line"]),
            )
            for row in rows
        ],
    )


def _cents(text: str) -> int:
    return int(Decimal(text.replace(",", ".") or "0") * 100)
