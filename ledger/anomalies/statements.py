"""The SQL of the rules: `sql/base.sql` for what they read, one file a family for what they find.

`#name` stands for a bit of the masks `k` by which accounts, lines and entries are told apart: an
integer costs a fraction of what as many booleans or joins do.  `-- @rule code` before a SELECT
names its rule.  Each answers entry, line, account, third party and amount in cents; what a subject
does not need is 0 or empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from ledger.anomalies.catalogue import FAMILIES

SQL: Final = Path(__file__).parent / "sql"
# What an account is (PCG roots), what the line's journal is, whether it has a third party.
BITS: Final = (
    "vat_in", "vat_out", "vat_other", "bought", "sold", "result", "cost", "waiting", "exempt",
    "taxable", "asset", "supplier", "customer", "till", "cash", "rare",
    "purchases", "sales", "bank", "misc", "opening", "third",
)  # fmt: skip
_BIT: Final = re.compile(r"#(\w+)")
_HEAD: Final = re.compile(r"^-- @rule (\w+)$", re.MULTILINE)
_ONE: Final = "SELECT '{code}', x.* FROM (\n{select}\n) x"
_HITS: Final = "hit (rule, entry_id, line_no, account, third, amount) AS (\n{parts}\n)"


@cache
def selects() -> dict[str, str]:
    """The SELECT of each rule."""
    found: dict[str, str] = {}
    for family in FAMILIES:
        _intro, *parts = _HEAD.split(_text(family))
        found |= dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True))
    return found


@cache
def base() -> str:
    """The common tables, without what follows them."""
    return _text("base").rstrip()


def hits(codes: Iterable[str]) -> str:
    """`WITH … hit (rule, entry_id, line_no, account, third, amount)` of these rules.

    Codes are those of the catalogue, never of a request.
    """
    parts = "\nUNION ALL\n".join(_ONE.format(code=code, select=selects()[code]) for code in codes)
    return f"{base()},\n{_HITS.format(parts=parts)}"


def _text(name: str) -> str:
    """A file with its bits as numbers."""
    held = (SQL / f"{name}.sql").read_text(encoding="utf-8")
    return _BIT.sub(lambda found: str(1 << BITS.index(found[1])), held)
