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


def portrait(dossier: Dossier, by: User) -> dict[str, list[tuple[Any, ...]]]:
    """What two dossiers must share to be the same books, whatever their ids."""
    with open_dossier(by, dossier):
        return portraits.portrait(dossier.id)
