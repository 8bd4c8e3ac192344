"""Taking in a dossier that was exported: check the archive, make the dossier, have it filled."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from clients.actions.dossiers import create_dossier
from clients.actions.obligations import refresh_next_due
from clients.models import Dossier
from firm import audit, jobs, scope
from firm.errors import BusinessError
from firm.models import Firm, Job, User
from ledger import archive_store
from ledger.actions import search_texts, summaries
from ledger.portable.loading import load_rows
from ledger.portable.reading import Opened, open_archive
from ledger.queries.dossiers import balance_digest
from ledger.queries.drift import drifts

KIND = "ledger.dossier_import"
BLOCK = 1 << 20
GIVEN = ("siret", "legal_form", "tax_regime", "vat_regime", "year_end")
AT_THE_END = ("takeover_date", "lock_date", "lock_mode")


class ArchiveDiffers(BusinessError):
    """What was written does not balance as the archive says."""

    code = "archive_differs"
    title = "Reprise abandonnée"


@contextmanager
def local_copy(source: IO[bytes]) -> Iterator[Path]:
    """A stream as a file of this machine, for the time of the block."""
    folder = Path(settings.WORK_DIR) / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".zip") as copy:
        while block := source.read(BLOCK):
            copy.write(block)
        copy.flush()
        yield Path(copy.name)


def receive_archive(
    firm: Firm, path: Path, *, by: User, name: str = "", slug: str = ""
) -> tuple[Dossier, Job]:
    """Check an archive whole, make an empty dossier of the firm for it, have a job fill it.

    The SIREN goes with it unless the firm follows it already.

    Raises:
        BusinessError: why the archive (`ledger.portable.reading`) or its dossier is refused.
    """
    archive = open_archive(path)
    held = archive.manifest["dossier"]
    with transaction.atomic():
        dossier = create_dossier(
            firm, name=name or str(held["name"]), slug=slug or str(held.get("slug", "")),
            siren=str(held.get("siren") or ""), by=by,
        )  # fmt: skip
    only = frozenset({dossier.id})
    with scope.extended(firm=firm.id, read=only, write=only):
        kept = {key: held[key] for key in GIVEN if isinstance(held.get(key), str)}
        Dossier.objects.filter(pk=dossier.pk).update(**kept, status=Dossier.Status.ONBOARDING)
        job = jobs.start(
            KIND, by=by, dossier_id=dossier.id, firm_id=firm.id, is_destructive=True,
            params={"manifest_sha256": archive.manifest_sha256},
            label=f"Reprise de {dossier.name}"[:200],
        )  # fmt: skip
        archive_store.keep(dossier.id, job.id, path, root=archive_store.RECEIVED)
        audit.record(
            "ledger.dossier_received", by=by, dossier_id=dossier.id,
            manifest_sha256=archive.manifest_sha256,
        )  # fmt: skip
    dossier.refresh_from_db()
    return dossier, job


def store_files(archive: Opened, dossier_id: int) -> int:
    """Keep the archive's documents and FEC originals; by content, so twice is once."""
    files = archive.files()
    for member, folder, name in files:
        target = f"{folder}/{dossier_id}/{name}"
        if default_storage.exists(target):
            continue
        with tempfile.TemporaryFile() as copy:
            for block in archive.member(member):
                copy.write(block)
            copy.seek(0)
            default_storage.save(target, File(copy))
    return len(files)


def fill_dossier(dossier: Dossier, archive: Opened, *, progress: Any, by: User) -> dict[str, int]:
    """Write the archive's rows into the empty dossier, and prove that it balances as it did.

    Raises:
        ArchiveDiffers: the balance, or a sum kept beside the lines, is not that of the archive.
    """
    counts = load_rows(archive, dossier.id, progress=progress)
    if balance_digest(dossier.id) != archive.manifest["balance_sha256"] or next(
        drifts(dossier.id), None
    ):
        raise ArchiveDiffers(
            "La balance reprise n’est pas celle de l’archive : rien n’a été gardé. Exportez de"
            " nouveau le dossier d’origine."
        )
    held = archive.manifest["dossier"]
    last = {name: held[name] for name in AT_THE_END if held.get(name)}
    Dossier.objects.filter(pk=dossier.pk).update(**last, status=Dossier.Status.ACTIVE)
    summaries.refresh_stats(dossier.id)
    refresh_next_due(dossier.id)
    search_texts.start(dossier)
    audit.record(
        "ledger.dossier_imported", by=by, dossier_id=dossier.id,
        manifest_sha256=archive.manifest_sha256, counts=counts,
    )  # fmt: skip
    return counts
