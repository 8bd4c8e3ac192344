"""The state that all writers of the invented books share, and the promises that they make.

A lettered invoice carries the date of a payment that comes weeks later, in a file that is never
held in memory: the payment is decided with the invoice and kept as five integers until its day.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from random import Random
from typing import Final

from ledger.fec.generate.books import Books, Journal
from ledger.fec.generate.dates import Calendar
from ledger.fec.generate.parties import Parties, Party
from ledger.fec.generate.plan import Plan
from ledger.fec.generate.truth import InvoiceTruth
from ledger.fec.write import Record

RECEIPT: Final = 0  # a customer pays an invoice
PARTIAL: Final = 1  # a customer pays a part of it
STATEMENT: Final = 2  # a customer pays all invoices of a month
CREDIT_NOTE: Final = 3  # we grant one
PAYMENT: Final = 4  # we pay a supplier
PAYMENT_USD: Final = 5  # the same, in dollars of another day
CARDS: Final = 6  # the bank credits yesterday's cards

# kind, position of the party, cents, rank of the lettering code, number of the invoice
Event = tuple[int, int, int, int, int]
_FIELDS: Final = 5

Task = Callable[[], Iterator[list[Record]]]


class Desk:
    """Books, calendar, parties, chance, and the events to come."""

    def __init__(
        self, plan: Plan, calendar: Calendar, parties: Parties, books: Books, identity: str
    ) -> None:
        self.plan = plan
        self.calendar = calendar
        self.parties = parties
        self.books = books
        rng = Random(f"{identity} {calendar.end}")  # noqa: S311 (invented books, no secret)
        self.random: Callable[[], float] = rng.random
        self.year = f"{calendar.end:%y}"
        self.offset = 0
        self.pending = 0  # lines promised by events
        self.sales = InvoiceTruth()
        self.purchases = InvoiceTruth()
        self._events: list[array[int] | None] = [None] * len(calendar.days)
        self._old_refs: list[str] = []
        self._bank_refs = 0

    def pay_day(self, delay: int) -> int:
        """The bank day that many days from now, or 0 when it falls after the year end."""
        wanted = self.offset + delay
        return self.calendar.next_bank[wanted] if wanted < len(self._events) else 0

    def promise(self, offset: int, event: Event, lines: int) -> None:
        """Keep an event for a later day; `lines` is how many it will write at most."""
        bucket = self._events[offset]
        if bucket is None:
            bucket = self._events[offset] = array("q")
        bucket.extend(event)
        self.pending += lines

    def due(self) -> Iterator[Event]:
        """The events of the day, forgotten once given."""
        bucket = self._events[self.offset]
        self._events[self.offset] = None
        if bucket is None:
            return
        fields = iter(bucket)
        yield from zip(*[fields] * _FIELDS, strict=True)

    def remember_ref(self, ref: str) -> int:
        """A negative number that stands for the reference of an opening item."""
        self._old_refs.append(ref)
        return -len(self._old_refs)

    def ref_of(self, party: Party, number: int) -> str:
        """The reference of a bill by its number: ours for a customer, the supplier's else."""
        if number < 0:
            return self._old_refs[-number - 1]
        if party.role == "customer":
            return self.sale_ref(number)
        return f"{party.prefix}{number}"

    def sale_ref(self, number: int) -> str:
        """The reference of one of our invoices: gapless in a year."""
        return f"FA{self.year}-{number:06d}"

    def bank_ref(self, kind: str) -> str:
        """A reference that no other bank entry has: VI for transfers, RC for cheques…"""
        self._bank_refs += 1
        return f"{kind}{self._bank_refs:06d}"

    def bank_of(self, party: Party) -> tuple[Journal, str]:
        """The bank journal and account through which we deal with a party."""
        if party.uses_second_bank and self.plan.has("second bank"):
            return self.books.second_bank, "512100"
        return self.books.bank, "512000"

    def move_to(self, offset: int) -> None:
        """Start a day: its date and validation hold for all that is entered."""
        self.offset = offset
        self.books.date = self.calendar.days[offset]
        self.books.valid = self.calendar.validated_on(self.books.date)
