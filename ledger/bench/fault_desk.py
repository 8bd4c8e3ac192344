"""The dossier that the fault drills work on, and how each kind of job is begun and looked at."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from clients.actions.dossiers import create_dossier
from clients.demo import create_cast
from clients.models import Dossier
from firm import scope
from firm.models import AuditEvent, Firm, Job, User
from ledger.actions import booking_batches as batches
from ledger.actions import bulk, duplicates, fec_import
from ledger.actions.bulk_pick import Selection
from ledger.actions.summaries import refresh_duplicates, refresh_stats
from ledger.bench import portraits
from ledger.bench.fec import GENERATE, SIREN, YEAR_END
from ledger.bench.killing import finish, run_due
from ledger.fec.write import name_by_law
from ledger.models import (
    Account,
    DuplicateFlag,
    FecFinding,
    FecImport,
    FiscalYear,
    Invoice,
    InvoiceLine,
    ThirdParty,
)
from ledger.queries.drift import drifts, stale_counters

LINES, PIECES = 20_000, 1_000
# What says when, or which job: it differs from one run to the next.
PASSING = ("archived_at", "job_id")
# What a new entry is given, and what names it.
NEW = ("id", "entry_id", "number", "created_at")


@dataclass(frozen=True)
class Drill:
    """A kind of job: `start` makes one ready and answers its id, `look` says what there is,
    `told` how many events the trail has, `is_sound` whether sums and counters are right.
    """

    name: str
    start: Callable[[], int]
    look: Callable[[], str]
    told: Callable[[], int]
    is_sound: Callable[[], bool]


class Desk:
    """Alice's firm, a dossier with the books of a year and invoices to book, and an empty one."""

    def __init__(self, fec: Path) -> None:
        cast = create_cast()
        self.by: User = cast.people["alice"]
        self.firm: Firm = cast.firms["martin"]
        self.fec = fec
        self.books, self.empty = self.new("Exercice d’incident"), self.new("Import d’incident")
        self.done: dict[str, Job] = {}

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator[Desk]:
        """With a file of its own, which goes at the end."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name_by_law(SIREN, YEAR_END)
            subprocess.run([sys.executable, "-c", GENERATE, str(path), str(LINES)], check=True)
            desk = cls(path)
            desk.fill()
            yield desk

    def new(self, name: str) -> Dossier:
        """A dossier of the firm without books."""
        with scope.open_scope(scope.Scope(user=self.by.id, firm=self.firm.id, firm_write=True)):
            return create_dossier(self.firm, name=name, by=self.by)

    def inside(self, dossier: Dossier) -> Any:
        """Alice's scope on a dossier; on one that is deleted, her firm's."""
        only = frozenset({dossier.id})
        return scope.open_scope(
            scope.Scope(user=self.by.id, firm=self.firm.id, read=only, write=only)
        )

    def receive(self, dossier: Dossier) -> FecImport:
        """The file, sent; its check waits."""
        with self.inside(dossier), self.fec.open("rb") as source:
            return fec_import.receive(dossier, source, name=self.fec.name, by=self.by)

    def fill(self) -> None:
        """The books of the file, a year after it, and invoices of that year to be booked."""
        row = self.receive(self.books)
        run_due()
        with self.inside(self.books):
            finish_with = fec_import.confirm(
                self.books, FecImport.objects.get(pk=row.pk), by=self.by
            )
        finish(finish_with.pk)
        run_due()
        with self.inside(self.books):
            year = YEAR_END.year + 1
            FiscalYear.objects.create(
                dossier=self.books, start=dt.date(year, 1, 1), end=dt.date(year, 12, 31)
            )
            self._pieces(dt.date(year, 2, 1))
            refresh_stats(self.books.id)

    def _pieces(self, day: dt.date) -> None:
        """Invoices to be booked, a third of which look like those of the file."""
        charge = Account.objects.filter(number__startswith="6").order_by("number").first()
        third = ThirdParty.objects.filter(role="supplier").order_by("id").first()
        of_file = Invoice.objects.filter(direction="purchase", type="invoice").order_by("id")
        like = [(row.number, row.issue_date, row.third_party_id, row.gross)
                for row in of_file[: PIECES // 3]]  # fmt: skip
        assert third is not None
        rest = [(f"F-{rank}", day, third.id, 120_00 + rank) for rank in range(PIECES - len(like))]
        made = Invoice.objects.bulk_create(
            Invoice(
                dossier=self.books, direction="purchase", type="invoice", number=number,
                issue_date=on, third_party_id=party, net=gross, gross=gross,
            )
            for number, on, party, gross in [*like, *rest]
        )  # fmt: skip
        InvoiceLine.objects.bulk_create(
            InvoiceLine(
                dossier=self.books, invoice=row, rank=1, vat_rate=Decimal(0), net=row.gross,
                account=charge,
            )
            for row in made
        )  # fmt: skip
        self.pieces = [row.id for row in made if row.issue_date == day]

    # What there is.

    def told(self, dossier: Dossier) -> int:
        """How many events the dossier's trail has."""
        with self.inside(dossier):
            return int(AuditEvent.objects.filter(dossier_id=dossier.id).count())

    def is_sound(self, dossier: Dossier) -> bool:
        """The sums are those of the lines, the counters those of the sums."""
        with self.inside(dossier):
            return next(drifts(dossier.id), None) is None and not stale_counters(dossier.id)

    def to_the_id(self) -> str:
        """The books and their bins, every row whole."""
        with self.inside(self.books):
            return portraits.digest(
                portraits.snapshot(
                    self.books.id, (*portraits.TABLES, *portraits.BINS), without=PASSING
                )
            )

    def by_name(self, dossier: Dossier) -> str:
        """The books whatever their ids, their imports aside."""
        with self.inside(dossier):
            found = portraits.portrait(dossier.id)
        return portraits.digest({name: found[name] for name in found if name != "imports"})

    def booked(self) -> str:
        """What booking made, whatever its ids: pieces, lines, sums."""
        tables = ("invoice", "invoiceline", "entry", "entryline", "accountmonth",
                  "thirdpartymonth", "journalmonth")  # fmt: skip
        with self.inside(self.books):
            return portraits.digest(portraits.snapshot(self.books.id, tables, without=NEW))

    # Jobs.

    def drill(self, name: str, start: Callable[[], int], look: Callable[[], str] | None = None,
              dossier: Dossier | None = None) -> Drill:  # fmt: skip
        """A drill on the filled dossier, or another."""
        on = dossier or self.books
        return Drill(
            name, start, look or self.to_the_id, lambda: self.told(on), lambda: self.is_sound(on)
        )

    def bulk(self, operation: str, **more: Any) -> int:
        """A bulk job, previewed and confirmed."""
        with self.inside(self.books):
            job = bulk.preview_bulk(self.books, Selection(operation, **more), by=self.by)
            bulk.confirm_bulk(self.books, job, by=self.by, confirmation=self.books.slug)
        self.done[operation] = job
        return job.pk

    def undo_bulk(self, operation: str) -> int:
        """The job that takes the last one of an operation back."""
        job = Job.objects.get(pk=self.done[operation].pk)
        with self.inside(self.books):
            return bulk.undo_bulk(self.books, job, by=self.by).pk

    def book(self) -> int:
        """Booking every piece that waits."""
        with self.inside(self.books):
            job = batches.start_booking(
                self.books, invoices=self.pieces, transactions=[], by=self.by
            )
        self.done["book"] = job
        return job.pk

    def unbook(self) -> int:
        """Taking that back."""
        with self.inside(self.books):
            done = Job.objects.get(pk=self.done["book"].pk)
            return batches.start_unbooking(self.books, done, by=self.by).pk

    def compare(self) -> int:
        """Looking for duplicates, of which none is known."""
        with self.inside(self.books):
            DuplicateFlag.objects.filter(dossier=self.books).delete()
            refresh_duplicates(self.books.id)
            row = FecImport.objects.get(state="imported")
            return duplicates.start(self.books, fec_import=row.id).pk

    def flags(self) -> str:
        """The pairs that are known."""
        with self.inside(self.books):
            kept = portraits.snapshot(
                self.books.id, ("duplicateflag",), without=("id", "created_at")
            )
            return portraits.digest(kept)

    def check(self) -> int:
        """Reading and judging the file."""
        return self.receive(self.empty).job_id or 0

    def load(self) -> int:
        """Writing its books."""
        with self.inside(self.empty):
            row = FecImport.objects.get(state="to_review")
            return fec_import.confirm(self.empty, row, by=self.by).pk

    def unload(self) -> int:
        """Taking them back."""
        with self.inside(self.empty):
            row = FecImport.objects.get(state="imported")
            return fec_import.start_undo(self.empty, row, by=self.by).pk

    def of_file(self) -> str:
        """The books by name, the verdicts and the findings of the file."""
        with self.inside(self.empty):
            row = FecImport.objects.order_by("-id").values(
                "state", "structure", "accounting", "line_count", "debit", "finding_counts"
            )[0]
            said = FecFinding.objects.filter(
                fec_import=FecImport.objects.order_by("-id").values("id")[:1]
            )
            told = sorted(said.values_list("code", "line", "column", "message"), key=repr)
        return portraits.digest({"row": row, "findings": told, "books": self.by_name(self.empty)})
