"""Open lines of customers and suppliers for the tests of lettering."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable
from typing import Any

from django.db import connection

from clients.models import Dossier
from firm import jobs
from firm.models import Job, User
from ledger.actions.entries import Line, create_entry
from ledger.actions.lettering_batches import (
    Wanted,
    confirm_letterings,
    preview_letterings,
    undo_batch,
)
from ledger.models import Account, Entry, EntryLine, FiscalYear, Invoice, Journal, ThirdParty
from tests.conftest import open_dossier

D = dt.date(2025, 3, 1)
_ROWS = ("entry", "entryline", "lettering", "invoice")


class Desk:
    """Writes sales and payments of one dossier's customers, in the dossier in scope."""

    def __init__(self, dossier: Dossier, by: User) -> None:
        self.dossier, self.by = dossier, by
        FiscalYear.objects.get_or_create(
            dossier=dossier, end=dt.date(2025, 12, 31), defaults={"start": dt.date(2025, 1, 1)}
        )
        self.receivable = self.account("411000", "Clients")

    def account(self, number: str, label: str = "") -> Account:
        made, _new = Account.objects.get_or_create(
            dossier=self.dossier, number=number, defaults={"label": label or f"Compte {number}"}
        )
        return made

    def journal(self, code: str, nature: str = "misc") -> Journal:
        made, _new = Journal.objects.get_or_create(
            dossier=self.dossier, code=code, defaults={"label": code, "nature": nature}
        )
        return made

    def customer(self, code: str = "DUPONT") -> ThirdParty:
        made, _new = ThirdParty.objects.get_or_create(
            dossier=self.dossier, role="customer", code=code,
            defaults={"label": code.title(), "account": self.receivable},
        )  # fmt: skip
        return made

    def line(
        self, cents: int, *, day: int = 0, piece: str = "", label: str = "Essai",
        customer: str = "DUPONT", currency: str | None = None,
    ) -> EntryLine:  # fmt: skip
        """An entry whose first line stands on the customer: positive cents are owed to us."""
        other = self.account("707000" if cents > 0 else "512000")
        foreign = {"currency": currency, "foreign_amount": "1.00"} if currency else {}
        third = self.customer(customer).id
        entry = create_entry(
            dossier=self.dossier,
            journal=self.journal("VE", "sales") if cents > 0 else self.journal("BQ", "bank"),
            date=D + dt.timedelta(days=day),
            lines=[
                Line.of(self.receivable.id, cents, third_party_id=third, **foreign),
                Line.of(other.id, -cents),
            ],
            by=self.by, piece_ref=piece, label=label,
        )  # fmt: skip
        return line_of(entry)

    def invoice(self, cents: int, *, state: str = "issued", **more: Any) -> Invoice:
        """A booked sale with its entry."""
        line = self.line(cents, **more)
        made: Invoice = Invoice.objects.create(
            dossier=self.dossier, direction="sale", type="invoice", number=f"F{line.entry_id}",
            third_party_id=line.third_party_id, issue_date=line.date, gross=cents, net=cents,
            state=state, booking="booked", entry_id=line.entry_id, source="manual",
        )  # fmt: skip
        return made

    def propose(self, tolerance: int = 0, **more: Any) -> Job:
        """Proposals over the whole dossier."""
        return preview_letterings(self.dossier, Wanted(tolerance=tolerance, **more), by=self.by)


def line_of(entry: Entry | int, line_no: int = 1) -> EntryLine:
    pk = entry if isinstance(entry, int) else entry.pk
    found: EntryLine = EntryLine.objects.get(entry=pk, line_no=line_no)
    return found


def places(*lines: EntryLine) -> list[tuple[int, int]]:
    return [(line.entry_id, line.line_no) for line in lines]


def letters(*lines: EntryLine) -> list[str | None]:
    """The codes that these lines bear now."""
    return [line_of(line.entry_id, line.line_no).lettering_code for line in lines]


def run(dossier: Dossier, by: User, job: Job) -> Job:
    """Confirm a previewed job and run it as a worker does."""
    with open_dossier(by, dossier):
        confirm_letterings(dossier, job, by=by)
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def take_back(dossier: Dossier, by: User, job: Job) -> Job:
    with open_dossier(by, dossier):
        undo = undo_batch(dossier, job, by=by)
    if not undo.is_over:
        jobs.run(undo.pk)
    job.refresh_from_db()
    return job


def books(dossier: Dossier) -> dict[str, list[str]]:
    """Every row that a lettering touches, whole."""
    out = {}
    with connection.cursor() as cursor:
        for table in _ROWS:
            cursor.execute(
                f"SELECT to_jsonb(r)::text FROM ledger_{table} r WHERE dossier_id = %s ORDER BY 1",
                [dossier.id],
            )
            out[table] = [text for (text,) in cursor.fetchall()]
        cursor.execute(
            "SELECT entries, lines, cash, suspense, unlettered FROM clients_dossierstats"
            " WHERE dossier_id = %s", [dossier.id],
        )  # fmt: skip
        out["counters"] = [str(row) for row in cursor.fetchall()]
    return out


def whole(lines: Iterable[EntryLine]) -> int:
    return sum(line.debit - line.credit for line in lines)


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
