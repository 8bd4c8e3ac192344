"""What booking many pieces would do: how many, for how much, what is left out and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from clients.models import Dossier
from ledger.models import BankTransaction, Invoice
from ledger.queries.bank_proposals import BankProposal, propose_transactions
from ledger.queries.proposals import Proposal, propose_invoices

AT_ONCE = 2000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Skip:
    """A piece that is left out, and why."""

    kind: str
    id: int
    name: str
    code: str
    reason: str


@dataclass
class Batch:
    """Proposals that can be written, and what is left out; amounts in cents."""

    invoices: list[Proposal] = field(default_factory=list)
    transactions: list[BankProposal] = field(default_factory=list)
    skipped: list[Skip] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many would be booked."""
        return len(self.invoices) + len(self.transactions)

    @property
    def total(self) -> int:
        """The sum of their amounts, in cents, without sign."""
        moved = sum(abs(each.transaction.amount) for each in self.transactions)
        return moved + sum(each.invoice.gross for each in self.invoices)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Each reason with how many pieces it leaves out, most frequent first."""
        counts: dict[str, int] = {}
        for skip in self.skipped:
            counts[skip.reason] = counts.get(skip.reason, 0) + 1
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def batch_of(
    dossier: Dossier, invoices: Sequence[Invoice], transactions: Sequence[BankTransaction]
) -> Batch:
    """The batch of some pieces; the number of queries grows with blocks of 2 000 only."""
    made = Batch()
    for block in blocks(invoices):
        for each in propose_invoices(dossier, block):
            if each.problem:
                row = each.invoice
                made.skipped.append(
                    Skip("invoice", row.id, row.number, each.problem.code, each.problem.message)
                )
            else:
                made.invoices.append(each)
    for rows in blocks(transactions):
        for one in propose_transactions(dossier, rows):
            if one.problem:
                moved = one.transaction
                made.skipped.append(
                    Skip("transaction", moved.id, moved.label, one.problem.code,
                         one.problem.message)
                )  # fmt: skip
            else:
                made.transactions.append(one)
    return made


def blocks(rows: Sequence[T], size: int = AT_ONCE) -> Iterable[Sequence[T]]:
    """The rows, some at a time."""
    return (rows[at : at + size] for at in range(0, len(rows), size))
