"""Fault drills on whole dossiers: exported, taken in again, deleted."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from django.utils import timezone

from clients.models import Dossier, DossierDeletion
from firm import scope
from firm.models import Job
from ledger import archive_store
from ledger.actions.dossier_deletion import ask_deletion
from ledger.actions.dossier_export import start_dossier_export
from ledger.actions.dossier_load import receive_archive
from ledger.bench import portraits
from ledger.bench.fault_desk import Desk, Drill
from ledger.bench.killing import run_due
from ledger.portable import ROWS
from ledger.portable.tables import business_models


class Whole:
    """A dossier that goes out, comes in beside itself and goes for good."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.archive = desk, folder / "dossier.zip"
        self.made: Job | None = None
        self.taken: Dossier = desk.empty

    def export(self) -> int:
        """The archive of the filled dossier."""
        with self.desk.inside(self.desk.books):
            self.made = start_dossier_export(self.desk.books, by=self.desk.by)
        return self.made.pk

    def archived(self) -> str:
        """What the archive holds, once its job is done; it is kept for the next drill."""
        assert self.made is not None
        if Job.objects.get(pk=self.made.pk).state != Job.State.DONE:
            return "nothing"
        with archive_store.opened(self.desk.books.id, self.made.pk) as source:
            with self.archive.open("wb") as copy:
                shutil.copyfileobj(source, copy)
            return _members(source)

    def take_in(self) -> int:
        """A new dossier, to be filled from the archive."""
        firm, by = self.desk.firm, self.desk.by
        with scope.open_scope(scope.Scope(user=by.id, firm=firm.id, firm_write=True)):
            self.taken, job = receive_archive(firm, self.archive, by=by)
        return job.pk

    def books(self) -> str:
        """The books of the dossier taken in."""
        return self.desk.by_name(self.taken)

    def delete(self) -> int:
        """The end of its thirty days."""
        with self.desk.inside(self.taken):
            self.taken.refresh_from_db()
            deletion = ask_deletion(self.taken, by=self.desk.by)
        run_due()
        past = timezone.now() - dt.timedelta(seconds=1)
        with self.desk.inside(self.taken):
            DossierDeletion.objects.filter(pk=deletion.pk).update(due_at=past)
            Dossier.objects.filter(pk=self.taken.pk).update(deletion_due_at=past)
        Job.objects.filter(pk=deletion.job_id or 0).update(next_try_at=past)
        return deletion.job_id or 0

    def rows(self) -> str:
        """How many rows each table has of the dossier, and whether it is the firm's."""
        with self.desk.inside(self.taken):
            counts = {
                model._meta.db_table: model._base_manager.filter(dossier_id=self.taken.pk).count()
                for model in business_models()
            }
            kept = Dossier.objects.filter(pk=self.taken.id).exclude(firm=None).count()
        return portraits.digest({"rows": counts, "is kept": kept, "books": self.books()})


def whole_dossiers(desk: Desk) -> Iterator[Sequence[Drill]]:
    """Export; then import and deletion of the dossier that the import made."""
    with tempfile.TemporaryDirectory() as folder:
        whole = Whole(desk, Path(folder))
        yield [desk.drill("dossier export", whole.export, whole.archived)]

        def drill(name: str, start: str, look: str) -> Drill:
            return Drill(
                name, getattr(whole, start), getattr(whole, look),
                lambda: desk.told(whole.taken), lambda: desk.is_sound(whole.taken),
            )  # fmt: skip

        yield [
            drill("dossier import", "take_in", "books"),
            drill("dossier deletion", "delete", "rows"),
        ]


def _members(source: IO[bytes]) -> str:
    """The rows of an archive, in any order; its manifest bears the hour."""
    source.seek(0)
    with zipfile.ZipFile(source) as held:
        rows = [name for name in held.namelist() if name.startswith(f"{ROWS}/")]
        return portraits.digest({name: sorted(held.read(name).splitlines()) for name in rows})
