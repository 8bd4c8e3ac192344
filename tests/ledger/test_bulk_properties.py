"""Any sequence of posting, archiving, restoring, deleting, resetting, undoing leaves sound books.

After every step the sums are those of the lines, every entry balances, nothing is an orphan,
the trail has grown, and a default job has not touched what a file brought; what is taken back at
once is back to the id.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clients.demo import Cast
from clients.models import Dossier
from firm.errors import BusinessError
from firm.models import AuditEvent, Job, User
from ledger.actions import bulk
from ledger.models import BankTransaction, FecImport, Invoice
from tests.conftest import open_dossier
from tests.ledger.bulk_books import Maker, balance, check, do, imported, snapshot, take_back
from tests.ledger.import_programs import dossier_beside, run_all

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = st.one_of(
    st.tuples(st.just("buy"), st.integers(1, 12)),
    st.tuples(st.just("pay"), st.integers(1, 12)),
    st.tuples(st.just("letter"), st.just(0)),
    st.tuples(st.just("bin"), st.integers(0, 5)),
    st.tuples(st.just("unbin"), st.integers(0, 5)),
    st.tuples(st.sampled_from(["archive", "restore", "delete"]), st.integers(0, 15)),
    st.tuples(st.just("reset"), st.just(0)),
    st.tuples(st.just("undo"), st.integers(0, 5)),
)  # fmt: skip
KINDS = ("purchases", "sales", "bank", "entries")


class Story:
    """A dossier with an imported file, and what has been done to it."""

    def __init__(self, dossier: Dossier, by: User) -> None:
        self.dossier, self.by = dossier, by
        self.done: list[tuple[Job, dict[str, list[str]], dict[str, list[str]]]] = []
        imported(dossier, by)

    def step(self, act: str, number: int) -> None:
        """One act, refused or done; then everything that must hold."""
        with open_dossier(self.by, self.dossier):
            before, of_file = snapshot(self.dossier), balance(imported=True)
            told = AuditEvent.objects.count()
        try:
            job = self._act(act, number)
        except BusinessError:
            job = None
            with open_dossier(self.by, self.dossier):
                assert snapshot(self.dossier) == before
        run_all()
        with open_dossier(self.by, self.dossier):
            check(self.dossier)
            after = snapshot(self.dossier)
            if job is not None:
                assert job.state in {"done", "undone"}, job.error
                assert AuditEvent.objects.count() > told
                if act != "undo":
                    self.done.append((job, before, after))
            if act in {"bin", "archive", "delete"} and not (number & 8):
                assert balance(imported=True) == of_file

    def _act(self, act: str, number: int) -> Job | None:
        if act in {"archive", "restore", "delete"}:
            more: dict[str, Any] = {
                "kinds": tuple(kind for rank, kind in enumerate(KINDS) if number >> rank % 3 & 1)
                or KINDS,
                "include_fec": bool(number & 8),
            }
            return do(self.dossier, self.by, act, **more)
        if act == "reset":
            return do(self.dossier, self.by, "reset")
        if act == "undo":
            return self._undo(number)
        with open_dossier(self.by, self.dossier):
            return self._small(act, number)

    def _small(self, act: str, number: int) -> Job | None:
        if act in {"bin", "unbin"}:
            wanted = Invoice.objects.order_by("id")[number : number + 2]
            paid = BankTransaction.objects.order_by("id")[number : number + 1]
            work = bulk.archive_items if act == "bin" else bulk.restore_items
            return work(
                self.dossier, invoices=[row.id for row in wanted],
                transactions=[row.id for row in paid], by=self.by,
            )  # fmt: skip
        books = Maker(self.dossier)
        if act == "buy":
            books.purchase(day=dt.date(2025, number, 5))
        elif act == "pay":
            books.payment(day=dt.date(2025, number, 9))
        else:
            bought = Invoice.objects.filter(entry__lines__lettering=None, source="manual").first()
            paid_once = BankTransaction.objects.filter(
                entry__lines__lettering=None, source="file"
            ).first()
            if bought and paid_once and bought.entry and paid_once.entry:
                books.letter(bought.entry, paid_once.entry, code=f"L{bought.id}")
        return None

    def _undo(self, number: int) -> Job | None:
        if not self.done:
            return None
        job, before, after = self.done.pop(-1 - number % len(self.done))
        with open_dossier(self.by, self.dossier):
            is_untouched = snapshot(self.dossier) == after
        undone = take_back(self.dossier, self.by, job)
        run_all()
        if is_untouched:
            with open_dossier(self.by, self.dossier):
                assert snapshot(self.dossier) == before
                assert not FecImport.objects.filter(state="importing").exists()
        return undone


@pytest.mark.row("B21")
@settings(
    max_examples=6, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(steps=st.lists(STEPS, min_size=6, max_size=10))
def test_any_sequence_of_acts_leaves_sound_books(steps: list[tuple[str, int]], cast: Cast) -> None:
    alice = cast.people["alice"]
    count = Job.objects.count()
    story = Story(dossier_beside(cast.firms["martin"], alice, f"Suite {count}"), alice)
    for act, number in steps:
        story.step(act, number)
