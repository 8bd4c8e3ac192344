"""The rules about values and books: what `check` can find."""

from __future__ import annotations

from typing import Final

from ledger.fec.rules import Rule, catalogue

ACCOUNTING: Final[dict[str, Rule]] = catalogue(())
