"""Generated books for tests, and a reader of them: naive, whole-file, of its own."""

import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from ledger.fec.generate import SectorName, Truth, generate

SIREN = "123456782"
YEAR_END = date(2024, 12, 31)
SECTORS: tuple[SectorName, ...] = ("negoce", "services", "batiment", "boulangerie")

Row = dict[str, str]


def made(**options: object) -> tuple[bytes, Truth]:
    stream = io.BytesIO()
    wanted = {"lines": 1500, "year_end": YEAR_END, "siren": SIREN} | options
    truth = generate(stream, **wanted)  # type: ignore[arg-type]
    return stream.getvalue(), truth


def rows(raw: bytes, *, encoding: str = "utf-8", separator: str = "\t") -> list[Row]:
    header, *lines, last = raw.decode(encoding).split("\r\n")
    assert last == ""
    names = header.split(separator)
    return [dict(zip(names, line.split(separator), strict=True)) for line in lines]


def cents(text: str) -> int:
    return int(text.replace(",", ""))


def signed(row: Row) -> int:
    return cents(row["Debit"]) - cents(row["Credit"])


def day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007


@dataclass(frozen=True)
class Book:
    rows: list[Row]
    truth: Truth

    def entries(self) -> dict[tuple[str, str], list[Row]]:
        found = defaultdict(list)
        for row in self.rows:
            found[row["JournalCode"], row["EcritureNum"]].append(row)
        return found

    def sums(self, column: str, root: str = "") -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        for row in self.rows:
            if row["CompteNum"].startswith(root) and row[column]:
                found[row[column]] += signed(row)
        return found


def shape(lines: list[Row], party: tuple[str, ...], roots: tuple[str, ...]) -> Row | None:
    """The line of the third party when the entry is an invoice by its shape (fec.md 4)."""
    parties = [row for row in lines if row["CompteNum"].startswith(party)]
    others = [row for row in lines if not row["CompteNum"].startswith((*party, "445"))]
    is_invoice = len(parties) == 1 and all(row["CompteNum"].startswith(roots) for row in others)
    return parties[0] if is_invoice and lines[0]["JournalCode"] != "AN" else None
