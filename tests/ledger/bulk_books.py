"""Books to archive, delete and reset: a small FEC of 2024, and a year 2025 made here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from clients.models import Dossier
from firm import job_previews, jobs
from firm.models import Job, User
from ledger.actions import bulk
from ledger.actions.bulk_pick import Selection
from ledger.bench import portraits
from ledger.models import (
    Account,
    BankAccount,
    BankTransaction,
    Entry,
    EntryLine,
    FecImport,
    FiscalYear,
    Invoice,
    InvoiceLine,
    Journal,
    Lettering,
    ThirdParty,
)
from ledger.queries.drift import drifts, stale_counters
from tests.conftest import open_dossier
from tests.ledger.books import sum_up
from tests.ledger.import_programs import run_all
from tests.ledger.small_fec import content, name, ordinary
from tests.ledger.test_fec_flow import confirm, send


def snapshot(dossier: Dossier) -> dict[str, list[str]]:
    """Every row of the books, whole, table by table: equal ones are the same books to the id."""
    return portraits.snapshot(dossier.id)


def balance(*, imported: bool | None = None) -> dict[str, int]:
    """Debit minus credit of each account by its lines; of a file's entries alone, or the others."""
    lines = EntryLine.objects.select_related("account")
    if imported is not None:
        lines = lines.filter(entry__fec_import__isnull=not imported)
    sums: dict[str, int] = {}
    for line in lines:
        number = line.account.number
        sums[number] = sums.get(number, 0) + line.debit - line.credit
    return sums


def check(dossier: Dossier) -> None:
    """The sums are those of the lines, every entry balances, nothing is an orphan."""
    assert list(drifts(dossier.id)) == []
    stale = stale_counters(dossier.id)
    assert stale == [], stale
    assert orphans(dossier) == []


_ORPHANS = {
    "line without entry": "SELECT 1 FROM ledger_entryline l WHERE dossier_id = %(d)s AND NOT EXISTS"
    " (SELECT 1 FROM ledger_entry e WHERE e.dossier_id = l.dossier_id AND e.id = l.entry_id)",
    "unbalanced entry": "SELECT entry_id FROM ledger_entryline WHERE dossier_id = %(d)s"
    " GROUP BY 1 HAVING sum(debit) <> sum(credit)",
    "booked without entry": "SELECT 1 FROM ledger_invoice WHERE dossier_id = %(d)s"
    " AND (booking = 'booked') <> (entry_id IS NOT NULL)",
    "booked transaction without entry": "SELECT 1 FROM ledger_banktransaction"
    " WHERE dossier_id = %(d)s AND (booking = 'booked') <> (entry_id IS NOT NULL)",
    "archived and not": "SELECT 1 FROM ledger_invoice WHERE dossier_id = %(d)s"
    " AND (booking = 'archived') <> (archived_at IS NOT NULL)",
    "lettering without lines": "SELECT 1 FROM ledger_lettering g WHERE dossier_id = %(d)s AND NOT"
    " EXISTS (SELECT 1 FROM ledger_entryline l WHERE l.dossier_id = g.dossier_id"
    " AND l.lettering_id = g.id)",
    "lettering that does not add up": "SELECT 1 FROM ledger_lettering g JOIN (SELECT dossier_id,"
    " lettering_id, sum(debit) AS d, sum(credit) AS c FROM ledger_entryline GROUP BY 1, 2) l"
    " ON l.dossier_id = g.dossier_id AND l.lettering_id = g.id WHERE g.dossier_id = %(d)s"
    " AND (l.d, l.c) <> (g.debit, g.credit)",
    "row both in its table and its bin": "SELECT id FROM ledger_entry WHERE dossier_id = %(d)s"
    " INTERSECT SELECT id FROM ledger_binnedentry WHERE dossier_id = %(d)s",
    "binned line without entry": "SELECT 1 FROM ledger_binnedentryline l WHERE dossier_id = %(d)s"
    " AND NOT EXISTS (SELECT 1 FROM ledger_binnedentry e WHERE e.dossier_id = l.dossier_id"
    " AND e.id = l.entry_id)",
}


def orphans(dossier: Dossier) -> list[str]:
    """What should not be, by name."""
    found = []
    with connection.cursor() as cursor:
        for name, statement in _ORPHANS.items():
            cursor.execute(f"SELECT count(*) FROM ({statement}) t", {"d": dossier.id})
            if cursor.fetchone()[0]:
                found.append(name)
    return found


def imported(dossier: Dossier, by: User) -> FecImport:
    """The small FEC of 2024, in the books, and what followed of it."""
    row = confirm(dossier, by, send(dossier, by, content(ordinary()), name()))
    run_all()
    return row


def do(dossier: Dossier, by: User, operation: str, **more: Any) -> Job:
    """Preview, confirm and run a bulk job to its end, as the screen and a worker do."""
    with open_dossier(by, dossier):
        job = bulk.preview_bulk(dossier, Selection(operation, **more), by=by)
        bulk.confirm_bulk(dossier, job, by=by, confirmation=dossier.slug)
    return run(job)


def run(job: Job) -> Job:
    """What a worker does with it."""
    jobs.run(job.id)
    job.refresh_from_db()
    return job


def take_back(dossier: Dossier, by: User, job: Job) -> Job:
    """Undo a job to its end; answers the job undone."""
    job.refresh_from_db()
    with open_dossier(by, dossier):
        undo = bulk.undo_bulk(dossier, job, by=by)
    if not undo.is_over:
        run(undo)
    job.refresh_from_db()
    return job


class Maker:
    """Makes books of 2025 by hand in the dossier in scope."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.year, _made = FiscalYear.objects.get_or_create(
            dossier=dossier, end=dt.date(2025, 12, 31), defaults={"start": dt.date(2025, 1, 1)}
        )
        self.count = Invoice.objects.count()
        refresh(dossier)

    def account(self, number: str) -> Account:
        made, _new = Account.objects.get_or_create(
            dossier=self.dossier, number=number, defaults={"label": f"Compte {number}"}
        )
        return made

    def journal(self, code: str, nature: str) -> Journal:
        made, _new = Journal.objects.get_or_create(
            dossier=self.dossier, code=code, defaults={"label": code, "nature": nature}
        )
        return made

    def supplier(self, code: str = "METRO") -> ThirdParty:
        made, _new = ThirdParty.objects.get_or_create(
            dossier=self.dossier,
            role="supplier",
            code=code,
            defaults={"label": code.title(), "account": self.account("401000")},
        )
        return made

    def entry(
        self, journal: Journal, day: dt.date, lines: Iterable[tuple[str, int]], **more: Any
    ) -> Entry:
        """A draft; `lines` are (account, signed cents)."""
        pairs = list(lines)
        made: Entry = Entry.objects.create(
            dossier=self.dossier,
            fiscal_year=self.year,
            journal=journal,
            date=day,
            number=f"BR-{day:%m%d}-{Entry.objects.count()}",
            label="Essai",
            debit=sum(cents for _n, cents in pairs if cents > 0),
            line_count=len(pairs),
            **more,
        )
        EntryLine.objects.bulk_create(
            EntryLine(
                dossier=self.dossier,
                entry=made,
                line_no=rank,
                account=self.account(number),
                third_party=self.supplier() if number == "401000" else None,
                date=day,
                label="Essai",
                debit=max(cents, 0),
                credit=max(-cents, 0),
            )
            for rank, (number, cents) in enumerate(pairs, 1)
        )
        sum_up(self.dossier)
        refresh(self.dossier)
        return made

    def purchase(self, gross: int = 12_000, *, day: dt.date | None = None, booked: bool = True,
                 source: str = "manual", **more: Any) -> Invoice:  # fmt: skip
        """A purchase of 20 % VAT, booked unless said otherwise."""
        day = day or dt.date(2025, 3, 10)
        self.count += 1
        net = gross * 5 // 6
        entry = None
        if booked:
            entry = self.entry(
                self.journal("ACH", "purchases"),
                day,
                [("607000", net), ("445660", gross - net), ("401000", -gross)],
                shape="purchase",
            )
        made: Invoice = Invoice.objects.create(
            dossier=self.dossier, direction="purchase", type="invoice", number=f"F-{self.count}",
            issue_date=day, third_party=self.supplier(), net=net, vat=gross - net, gross=gross,
            booking="booked" if booked else "to_process", source=source, entry=entry, **more,
        )  # fmt: skip
        InvoiceLine.objects.create(
            dossier=self.dossier, invoice=made, rank=1, vat_rate=20, net=net, vat=gross - net
        )
        refresh(self.dossier)
        return made

    def payment(
        self, gross: int = 12_000, *, day: dt.date | None = None, booked: bool = True
    ) -> BankTransaction:
        """Money that leaves the bank."""
        day = day or dt.date(2025, 4, 2)
        bank, _new = BankAccount.objects.get_or_create(
            dossier=self.dossier,
            account=self.account("512100"),
            defaults={"name": "Crédit Agricole"},
        )
        entry = None
        if booked:
            entry = self.entry(
                self.journal("BQ2", "bank"), day, [("401000", gross), ("512100", -gross)]
            )
        made: BankTransaction = BankTransaction.objects.create(
            dossier=self.dossier, bank_account=bank, date=day, amount=-gross, label="Virement",
            booking="booked" if booked else "to_process", source="file", entry=entry,
            line_no=2 if booked else None,
        )  # fmt: skip
        refresh(self.dossier)
        return made

    def letter(self, *entries: Entry, code: str = "AA") -> Lettering:
        """Letter the supplier's lines of these entries together."""
        lines = list(EntryLine.objects.filter(entry__in=entries, account__number="401000"))
        made: Lettering = Lettering.objects.create(
            dossier=self.dossier, account=self.account("401000"), third_party=self.supplier(),
            code=code, lettered_on=dt.date(2025, 5, 1), debit=sum(line.debit for line in lines),
            credit=sum(line.credit for line in lines), is_balanced=True,
        )  # fmt: skip
        EntryLine.objects.filter(entry__in=entries, account__number="401000").update(
            lettering=made, lettering_code=code, lettered_on=dt.date(2025, 5, 1)
        )
        refresh(self.dossier)
        return made


def refresh(dossier: Dossier) -> None:
    from ledger.actions.summaries import refresh_stats

    refresh_stats(dossier.id)


def made_by(act: Callable[[], Job]) -> Job:
    """The job that an act made."""
    return act()


__all__ = ["Maker", "balance", "check", "do", "imported", "job_previews", "orphans", "run",
           "snapshot", "take_back"]  # fmt: skip
