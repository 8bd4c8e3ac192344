"""What is known of a generated file without reading it: the answer sheet of tests and benchmarks.

Amounts are integer cents; balances and `closing` are signed, debit positive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Role = Literal["customer", "supplier"]


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An invoice, or what is left of it, that nobody has paid at the closing."""

    account: str
    third: str
    third_label: str
    ref: str
    date: date
    cents: int


class Closing(dict[str, int]):
    """The balance sheet of a closed year, by account, the result carried to 120 or 129.

    Given as `opening` of the next year it makes the two files continuous; `open_items` details the
    accounts of third parties.
    """

    def __init__(self, accounts: Mapping[str, int], items: tuple[OpenItem, ...] = ()) -> None:
        super().__init__(accounts)
        self.open_items = items


@dataclass(frozen=True, slots=True)
class AccountTruth:
    """The movements of one account, opening included."""

    label: str
    lines: int
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class ThirdTruth:
    """One third party of the file; `balance` is signed, debit positive."""

    role: Role
    account: str
    label: str
    lines: int
    balance: int


@dataclass(frozen=True, slots=True)
class JournalTruth:
    """One journal: `debit` equals `credit`."""

    label: str
    entries: int
    lines: int
    debit: int
    credit: int


@dataclass(slots=True)
class InvoiceTruth:
    """The invoices of one direction; amounts are signed: credit notes count negatively."""

    invoices: int = 0
    credit_notes: int = 0
    net: int = 0
    gross: int = 0

    @property
    def count(self) -> int:
        """Invoices and credit notes together."""
        return self.invoices + self.credit_notes

    @property
    def vat(self) -> int:
        """Zero where the customer accounts for the VAT himself (autoliquidation)."""
        return self.gross - self.net

    def add(self, net: int, gross: int) -> None:
        """Count one invoice, or one credit note when the amounts are negative."""
        if gross < 0:
            self.credit_notes += 1
        else:
            self.invoices += 1
        self.net += net
        self.gross += gross


@dataclass(frozen=True, slots=True)
class BankTruth:
    """The lines of one bank account outside the opening."""

    count: int
    debit: int
    credit: int


@dataclass(slots=True)
class LetteringTruth:
    """Groups of lettered lines: balanced (upper case) and partial (lower case)."""

    full: int = 0
    partial: int = 0


@dataclass(frozen=True, slots=True)
class IncomeSteps:
    """The intermediate balances (SIG), in cents, as the PCG chains them; a profit is positive."""

    margin: int
    production: int
    value_added: int
    gross_operating: int
    operating: int
    before_tax: int
    exceptional: int
    net: int


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything that a reader of the file must find again."""

    siren: str
    year_start: date
    year_end: date
    lines: int
    entries: int
    debit: int
    credit: int
    result: int
    accounts: dict[str, AccountTruth]
    third_parties: dict[str, ThirdTruth]
    journals: dict[str, JournalTruth]
    sales: InvoiceTruth
    purchases: InvoiceTruth
    bank: dict[str, BankTruth]
    letterings: LetteringTruth
    closing: Closing
    steps: IncomeSteps = field(repr=False)

    def balance(self, account: str) -> int:
        """Cents, debit positive; zero for an account that the file does not have."""
        found = self.accounts.get(account)
        return found.debit - found.credit if found else 0


def closing_of(balances: Mapping[str, int], items: tuple[OpenItem, ...]) -> Closing:
    """The balances of classes 1 to 5, and the result of classes 6 and 7 in 120000 or 129000."""
    sheet = {number: cents for number, cents in balances.items() if number[0] in "12345"}
    result = _profit(balances)
    if result:
        carried = "120000" if result > 0 else "129000"
        sheet[carried] = sheet.get(carried, 0) - result
    kept = {number: cents for number, cents in sorted(sheet.items()) if cents}
    return Closing(kept, items)


def _profit(balances: Mapping[str, int]) -> int:
    return -sum(cents for number, cents in balances.items() if number[0] in "67")


def income_steps(balances: Mapping[str, int]) -> IncomeSteps:
    """The SIG of fec.md 5.4, from signed balances by account."""

    def total(*roots: str) -> int:
        return -sum(cents for number, cents in balances.items() if number.startswith(roots))

    margin = total("707", "7097", "607", "6037", "6097")
    production = total("70", "71", "72") - total("707", "7097")
    bought = total("60", "61", "62") - total("607", "6037", "6097")
    value_added = margin + production + bought
    gross_operating = value_added + total("74", "63", "64")
    operating = gross_operating + total("75", "781", "791", "65", "681") - total("755", "655")
    financial = total("76", "786", "796", "66", "686") + total("755", "655")
    before_tax = operating + financial
    exceptional = total("77", "787", "797", "67", "687")
    return IncomeSteps(
        margin=margin,
        production=production,
        value_added=value_added,
        gross_operating=gross_operating,
        operating=operating,
        before_tax=before_tax,
        exceptional=exceptional,
        net=before_tax + exceptional + total("69"),
    )
