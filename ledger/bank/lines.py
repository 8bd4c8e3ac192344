"""What a statement says, whatever its form."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

from firm.errors import BusinessError, TooLarge

MOST_BYTES = 20 * 1024 * 1024
MOST_LINES = 20_000
MOST_FAULTS = 100
LABEL, REFERENCE, NAME = 500, 200, 120


class UnreadableStatement(BusinessError):
    """The file is no bank statement, or is cut short."""

    code = "unreadable_statement"
    title = "Relevé illisible"


class StatementTooLong(TooLarge):
    """More bytes or lines than a statement has."""

    code = "statement_too_long"


class Fault(NamedTuple):
    """What is wrong with a line of the file; `line` is physical, the first is 1."""

    line: int
    message: str


@dataclass(frozen=True)
class Line:
    """Money that moved: signed cents, positive is money in; `at` is its line in the file."""

    date: dt.date
    amount: int
    label: str
    value_date: dt.date | None = None
    reference: str = ""
    external_id: str = ""
    at: int = 0


@dataclass
class Statement:
    """One bank account's part of a file.

    `account` is the IBAN, or bank, branch and number run together (a RIB without its key), or "".
    Balances are signed cents, None when the bank does not declare them.  `notes` are what a reader
    should know and nothing forbids.
    """

    account: str = ""
    currency: str = "EUR"
    since: dt.date | None = None
    until: dt.date | None = None
    opening: int | None = None
    closing: int | None = None
    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """Take a line.

        Raises:
            StatementTooLong: there are more than MOST_LINES.
        """
        if len(self.lines) >= MOST_LINES:
            raise too_long()
        self.lines.append(line)

    def fault(self, line: int, message: str) -> None:
        """Note what is wrong; the first hundred are enough to know."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(line, message))

    def close(self) -> Statement:
        """Give it the period of its lines where the file declares none."""
        days = [line.date for line in self.lines]
        if days:
            self.since = min(days) if self.since is None else self.since
            self.until = max(days) if self.until is None else self.until
        return self


def too_long() -> StatementTooLong:
    """The refusal of a file of too many lines."""
    return StatementTooLong(
        f"Ce fichier compte plus de {MOST_LINES // 1000}\u00a0000 opérations\u00a0: demandez à la "
        "banque des relevés par mois ou par trimestre."
    )


def squeezed(text: str, most: int = LABEL) -> str:
    """One line of printable text, spaces squeezed."""
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(text.split())[:most]
