"""Thousands of small wounds to two real files: never an exception, always a sound verdict."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from tests.ledger.fec.checked import Checked, check
from tests.ledger.fec.compta_demat import LEGAL, structure

DATA = Path(__file__).parents[2] / "data" / "fec"
SOURCES = {
    "0000000001FEC20220831.txt": ("utf-8-sig", "\t"),
    "111111111FEC20221231.TXT": ("cp850", "|"),
}
COLUMNS = {*LEGAL, "Montant", "Sens", None}
LINE_END = re.compile(rb"\r{0,3}\n|\r")
VALUES = (
    "", "0", "0,00", "-5,00", "5,00-", "1.5", "1.234", "1 234,56", "1\u00a0234,56", "12,345",
    "1E5", "4,11E+05", "abc", "99999999999999999999", "20220230", "20221301", "00000000", "-",
    "2022-01-05", "05/01/2022", "20220105 10:00:00", "18000101", "20991231", "FMETRO", "401F1",
    "70", "D", "x" * 300, "é", "=1+1", "<b>", '"', "EUR", "USD", "XYZ", " ", "\u00a0", "1,000",
)  # fmt: skip
HEADERS = ("", "X", "Débit", "Montant", "Sens", "JournalLibelle", "MONTANTDEVISE", "écritureNum")

Rows = list[list[str]]


def pieces_of(name: str, rnd: random.Random) -> Rows:
    """The header and the lines of some entries of a real file."""
    encoding, sign = SOURCES[name]
    text = (DATA / name).read_bytes().decode(encoding)
    header, *rows = [row.split(sign) for row in re.split("\r\n|\n", text) if row]
    at = rnd.randrange(len(rows) - 20)
    keys = {(row[0], row[2]) for row in rows[at : at + rnd.choice((3, 10, 20))]}
    return [header, *[row for row in rows if (row[0], row[2]) in keys][:200]]


def hurt(rows: Rows, rnd: random.Random) -> None:
    """One wound, to a cell, a line, a column or a name."""
    where = rnd.randrange(12)
    if where < 5:
        _hurt_lines(rows, rnd, where)
    elif where < 7:
        at = rnd.randrange(len(rows[0]))
        for one in rows if where == 5 else ():
            del one[at : at + 1]
        rows[0][at:at] = rnd.choices(HEADERS, k=where - 5)
    else:
        row = rnd.choice(rows[1:])
        at = rnd.randrange(len(row) + 1)
        row[at : at + rnd.choice((0, 1, 1, 1, 1))] = rnd.choices(VALUES)


def _hurt_lines(rows: Rows, rnd: random.Random, how: int) -> None:
    at = rnd.randrange(1, len(rows))
    match how:
        case 0 if len(rows) > 2:
            del rows[at]
        case 1:
            rows.insert(at, [*rnd.choice(rows[1:])])
        case 2:
            rows.insert(at, [""])
        case 3:
            rows[at] = rows[at][:-1]
        case _:
            rows[1:] = rnd.sample(rows[1:], len(rows) - 1)


def mutant(seed: int) -> tuple[str, bytes, str]:
    """The name, bytes and alphabet of a file, the same for the same seed."""
    rnd = random.Random(seed)
    name = list(SOURCES)[seed % 2]
    rows = pieces_of(name, rnd)
    for _ in range(rnd.choice((0, 1, 1, 2, 4))):
        hurt(rows, rnd)
    sign = rnd.choice((SOURCES[name][1],) * 4 + ("\t", "|", ";"))
    end = rnd.choice(("\r\n", "\r\n", "\n", "\r", "\r\r\n"))
    encoding = rnd.choice(("utf-8", "utf-8", "utf-8-sig", "iso8859-15", "cp1252", "utf-16"))
    text = end.join(sign.join(row) for row in rows) + end
    return name, text.encode(encoding, "replace"), encoding


def faults(got: Checked, raw: bytes) -> list[str]:
    """What no verdict may ever be."""
    last = len(LINE_END.findall(raw)) + 1
    severities = {one.severity for one in got.findings}
    expected = (
        "reject" if "error" in severities
        else "accept_with_warnings" if "warning" in severities else "accept"
    )  # fmt: skip
    found = [] if got.report.accounting == expected else [got.report.accounting]
    found += [f"{one.code}: line {one.line}" for one in got.findings if not _is_in(one.line, last)]
    found += [f"{one.code}: {one.column}" for one in got.findings if one.column not in COLUMNS]
    sums: dict[str, int] = {}
    for row in got.tables.get("lines", []):
        sums[row[0]] = sums.get(row[0], 0) + int(row[5]) - int(row[6])
    if expected != "reject" and any(sums.values()):
        found.append("unbalanced")
    return found


def _is_in(line: int | None, last: int) -> bool:
    return line is None or 1 <= line <= last


@pytest.mark.parametrize("block", range(8))
def test_no_wound_makes_the_check_fail_or_lie(tmp_path: Path, block: int) -> None:
    told: list[tuple[int, str]] = []
    for seed in range(60 * block, 60 * block + 60):
        name, data, encoding = mutant(seed)
        got = check(tmp_path, data, name=name)
        raw = data.decode(encoding).encode() if encoding == "utf-16" else data
        told += [(seed, fault) for fault in faults(got, raw)]
        # The tool knows nothing of UTF-16; in XML and alphabets to be chosen there is no verdict.
        if encoding != "utf-16" and got.report.structure != structure(name, data):
            told.append((seed, f"{got.report.structure}, the tool: {structure(name, data)}"))

    assert told == []
