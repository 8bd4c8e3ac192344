"""The SQL of the rules: `sql/base.sql` for what they read, one file a family for what they find.

`-- @rule code` before a SELECT names its rule.  Each answers entry, line, account, third party and
amount in cents; what a subject does not need is 0 or empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from ledger.anomalies.catalogue import FAMILIES

SQL: Final = Path(__file__).parent / "sql"
_HEAD: Final = re.compile(r"^-- @rule (\w+)$", re.MULTILINE)
_ONE: Final = "SELECT '{code}', x.* FROM (\n{select}\n) x"
_HITS: Final = "hit (rule, entry_id, line_no, account, third, amount) AS (\n{parts}\n)"


@cache
def selects() -> dict[str, str]:
    """The SELECT of each rule."""
    found: dict[str, str] = {}
    for family in FAMILIES:
        _intro, *parts = _HEAD.split((SQL / f"{family}.sql").read_text(encoding="utf-8"))
        found |= dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True))
    return found


@cache
def base() -> str:
    """The common tables, without what follows them."""
    return (SQL / "base.sql").read_text(encoding="utf-8").rstrip()


def hits(codes: Iterable[str]) -> str:
    """`WITH … hit (rule, entry_id, line_no, account, third, amount)` of these rules.

    Codes are those of the catalogue, never of a request.
    """
    parts = "\nUNION ALL\n".join(_ONE.format(code=code, select=selects()[code]) for code in codes)
    return f"{base()},\n{_HITS.format(parts=parts)}"
