"""Puts the records of a file together again from its artefacts, as the export of the books does."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ledger.fec.columns import ALL
from tests.ledger.fec.checked import Checked

Record = dict[str, str]


def records(got: Checked) -> Iterator[Record]:
    """The lines in the order of the file: dates ISO, amounts in cents, empty zones left out."""
    tables = got.tables
    journals = {row[0]: row for row in tables["journals"]}
    accounts = {row[0]: row for row in tables["accounts"]}
    thirds = {row[0]: row for row in tables["thirds"]}
    entries = {row[0]: row for row in tables["entries"]}
    for row in tables["lines"]:
        entry, third = entries[row[0]], thirds.get(row[3])
        named = third is not None and third[5] == "f"
        said: Record = {
            "JournalCode": journals[entry[1]][1],
            "JournalLib": journals[entry[1]][2],
            "EcritureNum": entry[2],
            "EcritureDate": entry[3],
            "CompteNum": accounts[row[2]][1],
            "CompteLib": accounts[row[2]][2],
            "CompAuxNum": third[2] if third and named else "",
            "CompAuxLib": third[3] if third and named else "",
            "PieceRef": entry[4],
            "PieceDate": entry[5],
            "EcritureLib": row[4],
            "Debit": row[5],
            "Credit": row[6],
            "EcritureLet": row[8],
            "DateLet": row[9],
            "ValidDate": entry[7],
            "Montantdevise": row[10],
            "Idevise": row[11],
        }
        said |= json.loads(row[12]) if row[12] else {}
        yield {name: value for name, value in said.items() if value}


def normalised(record: Record) -> Record:
    """A record of a file as `records` gives it."""
    found: Record = {}
    for name, zone in record.items():
        value = zone.strip()
        if name in {"Debit", "Credit"}:
            value = str(int(value.replace(",", "") or "0"))
        elif name in {"EcritureDate", "PieceDate", "DateLet", "ValidDate", "DateRglt"} and value:
            value = f"{value[:4]}-{value[4:6]}-{value[6:]}"
        elif name == "Montantdevise":
            value = value.replace(",", ".")
        if value:
            found[name] = value
    return found


def of_text(content: str, sep: str = "\t") -> list[Record]:
    """The records of a regular file, normalised."""
    rows = [row.split(sep) for row in content.replace("\r\n", "\n").split("\n") if row]
    names = [{"MontantDevise": "Montantdevise"}.get(name, name) for name in rows[0]]
    assert set(ALL) >= set(names) - {"", "DateEcheance"}
    return [normalised(dict(zip(names, row, strict=True))) for row in rows[1:]]
