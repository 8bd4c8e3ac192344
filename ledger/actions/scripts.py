"""Scripts of set-based SQL: one statement a table, in the caller's transaction.

`-- @name` before a statement makes its row count count under that name; a name in brackets is not
counted.  `-- @name 60` says that it takes some 60 % of the script's time, for the progress shown.
`-- @include name` stands for another script, or for the text that `INCLUDED` has under that name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection

from ledger.queries.drift import CURRENT_YEARS

SQL = Path(__file__).parent / "sql"
INCLUDED = {"current_years": CURRENT_YEARS}
_INCLUDE = re.compile(r"^-- @include (\w+)$", re.MULTILINE)
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
    return tuple(_split(_text(script)))


def _text(script: str) -> str:
    """A script with what it includes."""
    if script in INCLUDED:
        return INCLUDED[script]
    text = (SQL / f"{script}.sql").read_text(encoding="utf-8")
    return _INCLUDE.sub(lambda found: _text(found[1]), text)


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
