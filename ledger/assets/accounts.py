"""Usual lives and accounts by root of the asset's account, read from `data/accounts.yaml`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Usual:
    """What is proposed for an asset of an account; without roots nothing is depreciated."""

    root: str
    label: str
    months: int
    method: str
    depreciation: str = ""
    charge: str = ""


@cache
def read() -> dict[str, Any]:
    """The content of the file."""
    loaded: dict[str, Any] = yaml.safe_load((DATA / "accounts.yaml").read_text(encoding="utf-8"))
    return loaded


@cache
def usuals() -> dict[str, Usual]:
    """The proposals by root."""
    return {row["root"]: Usual(**row) for row in read()["assets"]}


def usual(account: str) -> Usual | None:
    """The proposal of the longest root; None for an account of no asset."""
    roots = usuals()
    return next(
        (roots[account[:size]] for size in range(len(account), 1, -1) if account[:size] in roots),
        None,
    )


def version(start: dt.date) -> dict[str, Any]:
    """The accounts of the PCG for a fiscal year that opens on `start`."""
    fitting = [one for one in read()["versions"] if one["since"] <= start]
    found: dict[str, Any] = (fitting or read()["versions"])[-1 if fitting else 0]
    return found


def exit_account(account: str, start: dt.date, kind: str) -> str:
    """The root of what an asset that leaves is written on; `kind` sold, scrapped or proceeds."""
    return str(version(start)[kind].get(account[:2], version(start)[kind]["21"]))


def label_of(root: str) -> str:
    """The label of an account that is made, by its root."""
    labels = read()["labels"]
    sizes = range(len(root), 2, -1)
    return str(next((labels[root[:size]] for size in sizes if root[:size] in labels), ""))


def depreciation_account(account: str, chart: Collection[str]) -> str:
    """28… of an account 2…: that of the chart which answers it, else one of the same length."""
    wanted = f"28{account[1:]}"
    stem = wanted.rstrip("0")
    for number in sorted(chart):
        if number.startswith("28") and number.rstrip("0") == stem:
            return number
    found = usual(account)
    root = found.depreciation if found else ""
    near = [number for number in sorted(chart) if root and number.startswith(root)]
    if near:
        return near[0]
    return wanted[: max(len(account), len(stem))]


def from_root(root: str, length: int, chart: Collection[str]) -> str:
    """An account of the chart with this root, the shortest stem first, else the root and zeros."""
    if not root:
        return ""
    same = sorted(
        (number for number in chart if number.startswith(root)),
        key=lambda number: (len(number.rstrip("0")), number),
    )
    return same[0] if same else root.ljust(length, "0")
