"""Checks 1 to 18 of Test Compta Demat, written again from its description and nothing else.

It judges bytes as the tool does: no alphabet, lines and zones cut by plain splitting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

LEGAL: Final = [
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib"),
    *("CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit"),
    *("EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise"),
    *("DateRglt", "ModeRglt", "NatOp", "IdClient"),
]
NAMES: Final = {name.upper(): name for name in (*LEGAL, "Montant", "Sens")}
MANDATORY: Final = ["EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "EcritureLib"]
DATES: Final = ["EcritureDate", "PieceDate", "DateLet", "ValidDate", "DateRglt"]
WANTED: Final = {
    True: ["PieceRef", "PieceDate"],
    False: [
        *("JournalCode", "JournalLib", "CompteLib", "PieceRef", "PieceDate"),
        *("EcritureLib", "ValidDate"),
    ],
}
NUMBER: Final = re.compile(r"[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?[+-]?")
TIME: Final = r"([T ]\d\d?:\d\d?(:\d\d?)?)?"
DAYS: Final = (
    re.compile(r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)" + TIME),
    re.compile(r"(?P<d>\d\d)(?P<m>\d\d)(?P<y>\d{4})" + TIME),
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?)" + TIME),
    re.compile(r"(?P<d>\d\d?)[-/.](?P<m>\d\d?)[-/.](?P<y>\d{4})" + TIME),
)


def structure(name: str, data: bytes) -> str:
    """The verdict of the tool on a file of this name."""
    named = re.match(r".+FEC(20\d\d)[01]\d[0-3]\d", name, re.IGNORECASE)
    head = data[:4096]
    end = b"\r\n" if b"\r\n" in head else b"\r" if b"\r" in head else b"\n"
    spaced = data.removeprefix(b"\xef\xbb\xbf").replace(b"\xc2\xa0", b" ").replace(b"\xa0", b" ")
    header, *lines = spaced.decode("latin-1").split(end.decode())
    signs = "\t|;," if named and int(named[1]) < 2013 else "\t|"
    sign = next((sign for sign in signs if header.count(sign) >= 8), None)
    if named is None or sign is None:
        return "refusé"
    if lines and not lines[-1]:
        lines.pop()
    columns = [_name(zone) for zone in header.split(sign)]
    faults = {*_header_faults(columns), *_line_faults(columns, lines, sign)}
    return "refusé" if 4 in faults else "non conforme" if faults else "conforme"


def _name(zone: str) -> str:
    plain = re.sub("Ã©|Ã¨|é|è", "e", zone.strip(" "))
    return NAMES.get(re.sub(r"[^A-Za-z0-9]", "_", plain).upper(), "")


def _is_signed(columns: list[str]) -> bool:
    return {"Montant", "Sens"} <= {*columns} and not {"Debit", "Credit"} & {*columns}


def _layout(columns: list[str]) -> int:
    if {"DateRglt", "IdClient"} <= {*columns}:
        return 22
    return 21 if {"DateRglt", "ModeRglt"} <= {*columns} else 18


def _header_faults(columns: list[str]) -> Iterator[int]:
    amounts = ["Montant", "Sens"] if _is_signed(columns) else ["Debit", "Credit"]
    if not {*MANDATORY, *amounts} <= {*columns}:
        yield 6
    if not {*LEGAL[: _layout(columns)]} - {"Debit", "Credit"} <= {*columns}:
        yield 7


def _line_faults(columns: list[str], lines: list[str], sign: str) -> Iterator[int]:
    if not lines:
        yield 9
    for line in lines:
        zones = line.split(sign)
        if not line.strip():
            yield 10
        elif len(zones) != len(columns):
            yield 11
        else:
            pairs = reversed([*zip(columns, zones, strict=True)])  # the first of two counts
            yield from _value_faults({name: zone.strip() for name, zone in pairs}, columns)


def _value_faults(values: dict[str, str], columns: list[str]) -> Iterator[int]:
    signed = _is_signed(columns)
    empty = {name for name, value in values.items() if not value}
    empty |= {name for name in DATES if name in values and not values[name].strip("0")}
    if empty & {*MANDATORY}:
        yield 12
    if empty & {*WANTED[_layout(columns) > 18]}:
        yield 13
    numbers = ["Montant"] if signed else ["Debit", "Credit"]
    if not all(map(NUMBER.fullmatch, filter(None, _of(values, *numbers, "Montantdevise")))):
        yield 15
    if not all(_is_day(one) for one in _of(values, *DATES) if one.strip("0")):
        yield 16
    if signed and values["Sens"].upper() not in {"D", "C", "+1", "-1"}:
        yield 4


def _of(values: dict[str, str], *names: str) -> list[str]:
    return [values.get(name, "") for name in names]


def _is_day(value: str) -> bool:
    found = filter(None, (day.fullmatch(value) for day in DAYS))
    return any(1 <= int(one["m"]) <= 12 and 1 <= int(one["d"]) <= 31 for one in found)
