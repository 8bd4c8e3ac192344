"""A dossier with real books, a document, letterings, and its archive: for the tests of both."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from clients.models import Document, Dossier
from firm import jobs, scope
from firm.models import Firm, Job, User
from ledger import archive_store
from ledger.actions.dossier_export import start_dossier_export
from ledger.actions.dossier_load import receive_archive
from ledger.bench import portraits
from ledger.models import Entry, Invoice
from tests.conftest import open_dossier

PDF = b"%PDF-1.7 une facture\n"


def run_all() -> None:
    """What the worker does."""
    while due := jobs.due():
        for job in due:
            jobs.run(job)


def with_document(dossier: Dossier, by: User) -> Document:
    """A document joined to the latest invoice, its bytes where documents are kept."""
    sha256 = hashlib.sha256(PDF).hexdigest()
    default_storage.save(f"documents/{dossier.id}/{sha256}", ContentFile(PDF))
    with open_dossier(by, dossier):
        made: Document = Document.objects.create(
            dossier=dossier, name="facture.pdf", sha256=sha256, size=len(PDF),
            content_type="application/pdf", created_by=by.id,
        )  # fmt: skip
        Invoice.objects.filter(pk=Invoice.objects.order_by("-id").values("id")[:1]).update(
            document=made
        )
    return made


def validate_some(dossier: Dossier, by: User) -> None:
    """The first entries of the dossier become frozen."""
    with open_dossier(by, dossier):
        first = list(Entry.objects.order_by("id").values_list("id", flat=True)[:5])
        Entry.objects.filter(pk__in=first).update(state="validated")


def exported(dossier: Dossier, by: User) -> tuple[Job, bytes]:
    """The dossier's archive, made by its job."""
    with open_dossier(by, dossier):
        job = start_dossier_export(dossier, by=by)
    run_all()
    job.refresh_from_db()
    assert job.state == "done", job.error
    with archive_store.opened(dossier.id, job.id) as source:
        return job, source.read()


def taken_in(firm: Firm, by: User, content: bytes, folder: Path) -> tuple[Dossier, Job]:
    """A new dossier of the firm, filled from an archive."""
    path = folder / "recue.zip"
    path.write_bytes(content)
    with scope.open_scope(scope.Scope(user=by.id, firm=firm.id, firm_write=True)):
        dossier, job = receive_archive(firm, path, by=by)
    run_all()
    job.refresh_from_db()
    return dossier, job


def rewritten(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The archive with its members changed, its manifest as `change` leaves it."""
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        members = {name: held.read(name) for name in held.namelist()}
    change(members)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members.items():
            target.writestr(name, data)
    return out.getvalue()


def manifest_of(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        found: dict[str, Any] = json.loads(held.read("manifest.json"))
    return found


_PORTRAIT = {
    "balance": "SELECT a.number, sum(l.debit)::text, sum(l.credit)::text FROM ledger_entryline l"
    " JOIN ledger_account a ON a.id = l.account_id WHERE l.dossier_id = %(d)s GROUP BY 1",
    "letterings": "SELECT a.number, t.code, g.code, g.debit, g.credit, g.is_balanced,"
    " (SELECT count(*) FROM ledger_entryline l WHERE l.lettering_id = g.id) FROM ledger_lettering g"
    " JOIN ledger_account a ON a.id = g.account_id LEFT JOIN ledger_thirdparty t"
    " ON t.id = g.third_party_id WHERE g.dossier_id = %(d)s",
    "invoices": "SELECT i.direction, i.type, i.number, i.issue_date, t.code, i.net, i.vat, i.gross,"
    " i.state, i.booking, e.number, d.sha256, (SELECT sum(net) FROM ledger_invoiceline n"
    " WHERE n.dossier_id = i.dossier_id AND n.invoice_id = i.id) FROM ledger_invoice i"
    " LEFT JOIN ledger_thirdparty t"
    " ON t.id = i.third_party_id "
    " LEFT JOIN ledger_entry e ON e.dossier_id = i.dossier_id AND e.id = i.entry_id"
    " LEFT JOIN clients_document d ON d.id = i.document_id WHERE i.dossier_id = %(d)s",
    "bank": "SELECT b.name, t.date, t.amount, t.label, e.number FROM ledger_banktransaction t"
    " JOIN ledger_bankaccount b ON b.id = t.bank_account_id LEFT JOIN ledger_entry e"
    " ON e.dossier_id = t.dossier_id AND e.id = t.entry_id WHERE t.dossier_id = %(d)s",
    "entries": "SELECT j.code, e.number, e.date, e.state, e.label, e.debit, e.line_count,"
    " (SELECT count(*) FROM ledger_entryline l"
    " WHERE l.dossier_id = e.dossier_id AND l.entry_id = e.id) FROM ledger_entry e"
    " JOIN ledger_journal j ON j.id = e.journal_id WHERE e.dossier_id = %(d)s",
    "documents": "SELECT name, sha256, size FROM clients_document WHERE dossier_id = %(d)s",
    "flags": "SELECT kind, state, reasons FROM ledger_duplicateflag WHERE dossier_id = %(d)s",
    "set aside": "SELECT d.rule, d.reason, e.number, d.line_no FROM ledger_anomalydismissal d"
    " LEFT JOIN ledger_entry e ON e.dossier_id = d.dossier_id AND e.id = d.entry_id"
    " WHERE d.dossier_id = %(d)s",
    "imports": "SELECT file_name, sha256, state FROM ledger_fecimport WHERE dossier_id = %(d)s",
}


def portrait(dossier: Dossier, by: User) -> dict[str, list[tuple[Any, ...]]]:
    """What two dossiers must share to be the same books, whatever their ids."""
    with open_dossier(by, dossier):
        return portraits.portrait(dossier.id)
