"""« Reçus manquants »: whatever is done, by how many at once, the counter says what there is."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clients.actions.documents import keep_document
from clients.actions.dossiers import update_dossier
from clients.demo import Cast
from clients.models import Document, Dossier, DossierStats
from firm.errors import BusinessError
from firm.models import Job, User
from ledger.actions import bulk, fec_import
from ledger.actions.auto_invoices import save_rule, switch_rule
from ledger.actions.bank_moves import MOVES, move
from ledger.actions.bank_transactions import attach, create_transaction
from ledger.actions.bank_undo import undo_statement
from ledger.actions.bulk_pick import Selection
from ledger.actions.invoice_documents import attach_document, detach_document
from ledger.actions.keeping import keep_items
from ledger.actions.posting import book_invoice, unbook_invoice
from ledger.models import (
    BankAccount,
    BankStatement,
    BankTransaction,
    FecImport,
    Invoice,
    ThirdParty,
)
from ledger.queries.bank_receipts import missing_receipts
from ledger.queries.drift import stale_counters
from tests.conftest import open_dossier
from tests.ledger.bank.bank_rows import account, imported
from tests.ledger.bank.writing import Moved, as_camt
from tests.ledger.import_programs import dossier_beside, run_all
from tests.ledger.invoice_desk import bought, party
from tests.ledger.small_fec import content, name, ordinary
from tests.ledger.test_fec_flow import confirm, send
from tests.ledger.test_posting_races import together

pytestmark = pytest.mark.django_db(transaction=True)
D = dt.date
TAKEOVERS = (None, D(2024, 1, 1), D(2024, 5, 1), D(2025, 4, 3))
SMALL = ("buy", "pay", "statement", "join", "part", "move", "bin", "unbin", "keep", "book", "rule",
         "takeover", "undo statement")  # fmt: skip
JOBS = ("archive", "restore", "delete", "reset", "undo", "import", "undo import")
STEPS = st.tuples(st.sampled_from(SMALL + JOBS), st.integers(0, 11))


def kept(dossier: Dossier) -> int:
    return DossierStats.objects.get(dossier_id=dossier.id).missing_receipts


class Story:
    """A dossier, and what people do to it through the actions of the screens."""

    def __init__(self, dossier: Dossier, by: User) -> None:
        self.dossier, self.by = dossier, by
        self.done: list[Job] = []
        with open_dossier(by, dossier):
            self.paper: Document = keep_document(
                dossier, io.BytesIO(b"%PDF-1.4"), name="recu.pdf", by=by
            )

    @property
    def on(self) -> BankAccount:
        """The bank account; a reset takes it away, and somebody makes it again."""
        found = BankAccount.objects.filter(account__number="512000").first()
        return found or account(self.dossier, self.by)

    @property
    def third(self) -> ThirdParty:
        found = ThirdParty.objects.filter(role="supplier").first()
        return found or party(self.dossier, self.by)

    def step(self, act: str, number: int) -> str:
        """One act, refused or done, then the jobs it asked for; the counter must hold."""
        outcome = "done"
        try:
            if act in SMALL:
                with open_dossier(self.by, self.dossier):
                    self.dossier.refresh_from_db()
                    getattr(self, f"_{act.replace(' ', '_')}")(number)
            else:
                self._job(act, number)
        except BusinessError as refused:
            outcome = refused.code
        run_all()
        with open_dossier(self.by, self.dossier):
            self.dossier.refresh_from_db()
            assert kept(self.dossier) == missing_receipts(self.dossier).total, act
            assert stale_counters(self.dossier.id) == [], act
        return outcome

    def _invoice(self, number: int) -> Invoice:
        rows = list(Invoice.objects.order_by("id"))
        if not rows:
            raise BusinessError("Rien.")
        return rows[number % len(rows)]

    def _paid(self, number: int) -> BankTransaction:
        rows = list(BankTransaction.objects.order_by("id"))
        if not rows:
            raise BusinessError("Rien.")
        return rows[number % len(rows)]

    def _buy(self, number: int) -> None:
        kind = ("invoice", "credit_note", "quote")[number % 5 % 3]
        day = D(2025, number, 5) if number else None
        bought(
            self.dossier, self.by, f"F-{Invoice.objects.count()}", day=day, type=kind,
            third_party=self.third, state="cancelled" if number == 11 else "issued",
        )  # fmt: skip

    def _pay(self, number: int) -> None:
        create_transaction(
            self.dossier, self.on, date=D(2025, 1 + number, 9), by=self.by, label="PRLV EDF",
            amount=(number - 3) * 1000 + 1,
        )  # fmt: skip

    def _statement(self, number: int) -> None:
        rows = [Moved(D(2025, 1 + number, n), -n * 100, f"CB {n}", f"{number}-{n}") for n in (1, 2)]
        imported(self.dossier, as_camt(rows), self.by, self.on)

    def _undo_statement(self, number: int) -> None:
        for row in BankStatement.objects.filter(state="imported").order_by("id")[:1]:
            undo_statement(self.dossier, row, by=self.by)

    def _join(self, number: int) -> None:
        if number % 2:
            attach(self._paid(number), self.paper, by=self.by)
        else:
            attach_document(self._invoice(number), self.paper, by=self.by)

    def _part(self, number: int) -> None:
        if number % 2:
            attach(self._paid(number), None, by=self.by)
        else:
            detach_document(self._invoice(number), by=self.by)

    def _move(self, number: int) -> None:
        chosen = BankTransaction.objects.filter(pk=self._paid(number).pk)
        move(self.dossier, chosen, what=list(MOVES)[number % 3], by=self.by)

    def _bin(self, number: int, act: Callable[..., Job] = bulk.archive_items) -> None:
        self.done.append(
            act(self.dossier, invoices=[self._invoice(number).pk],
                transactions=[self._paid(number).pk], by=self.by)
        )  # fmt: skip

    def _unbin(self, number: int) -> None:
        self._bin(number, bulk.restore_items)

    def _keep(self, number: int) -> None:
        keep_items(
            self.dossier, invoices=[self._invoice(number).pk], is_kept=bool(number % 2), by=self.by
        )

    def _book(self, number: int) -> None:
        invoice = self._invoice(number)
        (unbook_invoice if invoice.booking == "booked" else book_invoice)(invoice, by=self.by)

    def _rule(self, number: int) -> None:
        rule = save_rule(self.third, words="EDF", by=self.by)
        switch_rule(rule, is_active=bool(number % 3), by=self.by)

    def _takeover(self, number: int) -> None:
        update_dossier(self.dossier, by=self.by, takeover_date=TAKEOVERS[number % len(TAKEOVERS)])

    def _job(self, act: str, number: int) -> None:
        if act == "import":
            confirm(self.dossier, self.by, send(self.dossier, self.by, content(ordinary()), name()))
            return
        with open_dossier(self.by, self.dossier):
            if act == "undo import":
                for row in FecImport.objects.filter(state="imported"):
                    fec_import.start_undo(
                        self.dossier, row, by=self.by, confirmation=self.dossier.slug
                    )
            elif act == "undo" and self.done:
                done = Job.objects.get(pk=self.done.pop().pk)
                bulk.undo_bulk(self.dossier, done, by=self.by)
            elif act != "undo":
                more: dict[str, Any] = {} if act == "reset" else {"include_fec": number > 5}
                job = bulk.preview_bulk(self.dossier, Selection(act, **more), by=self.by)
                bulk.confirm_bulk(self.dossier, job, by=self.by, confirmation=self.dossier.slug)
                self.done.append(job)


@pytest.mark.row("S4.11", "S4.13")
@settings(
    max_examples=12, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(steps=st.lists(STEPS, min_size=10, max_size=25))
def test_after_any_acts_the_counter_is_what_the_query_says(
    steps: list[tuple[str, int]], cast: Cast
) -> None:
    alice = cast.people["alice"]
    story = Story(
        dossier_beside(cast.firms["martin"], alice, f"Suite {Job.objects.count()}"), alice
    )
    for act, number in steps:
        story.step(act, number)


# What is done, with which item, and how many receipts are missing then.
TOLD = (
    ("import", 0, 0), ("buy", 4, 1), ("pay", 1, 2), ("statement", 3, 4), ("join", 3, 3),
    ("join", 2, 2), ("buy", 5, 3), ("part", 3, 4), ("move", 7, 3), ("bin", 8, 2), ("unbin", 8, 3),
    ("archive", 0, 0), ("undo", 0, 3), ("takeover", 1, 4), ("takeover", 3, 1), ("takeover", 0, 3),
    ("undo statement", 0, 1), ("delete", 9, 0), ("undo", 0, 1), ("reset", 0, 0), ("undo", 0, 1),
    ("undo import", 0, 1),
)  # fmt: skip


@pytest.mark.row("S4.11")
def test_each_act_moves_the_counter(boulangerie: Dossier, alice: User) -> None:
    story, found = Story(boulangerie, alice), []
    for act, number, _missing in TOLD:
        assert story.step(act, number) == "done", act
        with open_dossier(alice, boulangerie):
            found.append((act, number, kept(boulangerie)))
    assert tuple(found) == TOLD


@pytest.mark.row("S4.11")
def test_two_people_who_write_at_once_are_both_counted(
    boulangerie: Dossier, alice: User, bruno: User
) -> None:
    with open_dossier(alice, boulangerie):
        on, third = account(boulangerie, alice), party(boulangerie, alice)

    def pay(by: User, at: int) -> Callable[[], object]:
        return lambda: create_transaction(
            boulangerie, on, date=D(2025, 1, 1 + at), amount=-100 - at, label=f"CB {at}", by=by
        )

    def buy(by: User, at: int) -> Callable[[], object]:
        return lambda: bought(boulangerie, by, f"F-{at}", third_party=third)

    for turn in range(5):
        acts = [(alice, boulangerie, buy(alice, 2 * turn)), (bruno, boulangerie, pay(bruno, turn)),
                (bruno, boulangerie, buy(bruno, 2 * turn + 1))]  # fmt: skip
        assert together(acts) == ["done"] * 3
        with open_dossier(alice, boulangerie):
            assert kept(boulangerie) == 3 * (turn + 1)
            assert stale_counters(boulangerie.id) == []
