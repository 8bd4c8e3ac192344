"""Scripts of set-based SQL: one statement a table, in the caller's transaction.

`-- @name` before a statement makes its row count count under that name; a name in brackets is not
counted.  `-- @name 60` says that it takes some 60 % of the script's time, for the progress shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection

SQL = Path(__file__).parent / "sql"
_HEAD = re.compile(r"^-- @(\(?)([^()\n]+?)\)?(?: (\d+))?$", re.MULTILINE)

Share = Callable[[float], None]


class Statement(NamedTuple):
    """One statement; `share` is its part of the script's time, between 0 and 1."""

    name: str
    is_counted: bool
    share: float
    text: str


@cache
def statements(script: str) -> tuple[Statement, ...]:
    """The statements of `sql/<script>.sql`, in order."""
    return tuple(_split((SQL / f"{script}.sql").read_text(encoding="utf-8")))


def _split(text: str) -> Iterator[Statement]:
    heads = list(_HEAD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    for head, end in zip(heads, ends, strict=True):
        bracket, name, percent = head.groups()
        yield Statement(name.strip(), not bracket, int(percent or 0) / 100, text[head.end() : end])


def run_script(
    script: str, values: Mapping[str, Any], *, progress: Share = lambda _done: None
) -> dict[str, int]:
    """Run a script; answers the rows of its counted statements.  `progress` gets 0 to 1."""
    counts: dict[str, int] = {}
    done = 0.0
    with connection.cursor() as cursor:
        for each in statements(script):
            progress(done)
            cursor.execute(each.text, values)
            done += each.share
            if each.is_counted:
                counts[each.name] = counts.get(each.name, 0) + cursor.rowcount
    return counts
