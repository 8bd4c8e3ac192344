"""Sealed archives: what a deletion is about to take away, written and read back before it does.

One zip: the FEC of what goes, every row as a line of JSON, the list of documents, counts, and a
manifest with the SHA-256 of each member.  The archive's own SHA-256 goes into the audit trail.
Kept ten years (C. com. L123-22) through Django's storage.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from clients.models import Dossier
from firm.errors import NotFound
from ledger.fec.write import name_by_law, text_chunks
from ledger.models import FiscalYear, SealedArchive
from ledger.queries.fec_records import extra_columns, records

YEARS = 10
BLOCK = 1 << 20
NO_SIREN = "000000000"
_ITEMS = "(SELECT id FROM b_items WHERE what = '{}' AND reason IS NULL)"
# Member, table, the rows that go.
MEMBERS = (
    ("ecritures", "ledger_entry", "r.id IN (SELECT id FROM b_entries)"),
    ("lignes", "ledger_entryline", "r.entry_id IN (SELECT id FROM b_entries)"),
    ("lettrages", "ledger_lettering", "r.id IN (SELECT l.lettering_id FROM ledger_entryline l JOIN"
     " b_entries e ON l.dossier_id = {dossier} AND l.entry_id = e.id)"),
    ("factures", "ledger_invoice", f"r.id IN {_ITEMS.format('i')}"),
    ("lignes-de-factures", "ledger_invoiceline", f"r.invoice_id IN {_ITEMS.format('i')}"),
    ("operations-bancaires", "ledger_banktransaction", f"r.id IN {_ITEMS.format('t')}"),
    ("ecritures-archivees", "ledger_binnedentry", "r.id IN (SELECT entry_id FROM b_items"
     " WHERE was_binned AND reason IS NULL)"),
    ("lignes-archivees", "ledger_binnedentryline", "r.entry_id IN (SELECT entry_id FROM b_items"
     " WHERE was_binned AND reason IS NULL)"),
    ("exercices", "ledger_fiscalyear", "true"),
    ("journaux", "ledger_journal", "true"),
    ("comptes", "ledger_account", "true"),
    ("tiers", "ledger_thirdparty", "true"),
    ("comptes-bancaires", "ledger_bankaccount", "true"),
    ("documents", "clients_document", "r.id IN (SELECT document_id FROM"  # noqa: S608 (ours)
     " ledger_invoice"
     f" WHERE dossier_id = {{dossier}} AND id IN {_ITEMS.format('i')} UNION SELECT document_id FROM"
     f" ledger_banktransaction WHERE dossier_id = {{dossier}} AND id IN {_ITEMS.format('t')})"),
)  # fmt: skip
MOVED = MEMBERS[:6]


class ArchiveBroken(Exception):
    """What was read back is not what was written: nothing may be deleted."""


@dataclass(frozen=True)
class Sealed:
    """An archive that was written and read back; `digest` tells the rows that it holds."""

    name: str
    sha256: str
    size: int
    counts: dict[str, int]
    digest: str


def stored_name(dossier_id: int, job_id: int) -> str:
    """Its name in the storage."""
    return f"sealed/{dossier_id}/{job_id}.zip"


def seal(dossier: Dossier, job_id: int, *, about: dict[str, Any]) -> Sealed:
    """Write the archive of what was picked, store it, read it back; `about` goes into its manifest.

    Raises:
        ArchiveBroken: the storage gives other bytes back.
    """
    name = stored_name(dossier.id, job_id)
    folder = Path(settings.WORK_DIR) / "sealed"
    folder.mkdir(parents=True, exist_ok=True)
    digest = rows_digest(dossier.id)
    with tempfile.NamedTemporaryFile(dir=folder) as made:
        counts, members = _write(dossier, Path(made.name), about, digest)
        size, sha256 = Path(made.name).stat().st_size, _sha256(made)
        default_storage.delete(name)
        made.seek(0)
        default_storage.save(name, File(made))
    verify(name, sha256, members)
    return Sealed(name, sha256, size, counts, digest)


def verify(name: str, sha256: str, members: dict[str, str]) -> None:
    """Read an archive from the storage, whole and member by member.

    Raises:
        ArchiveBroken: a digest differs.
    """
    with default_storage.open(name) as stored:
        if _sha256(stored) != sha256:
            raise ArchiveBroken(f"{name}: the archive is not what was written")
        with zipfile.ZipFile(stored) as source:
            for member, due in members.items():
                with source.open(member) as part:
                    if _sha256(part) != due:
                        raise ArchiveBroken(f"{name}: {member} is not what was written")


def rows_digest(dossier_id: int) -> str:
    """A digest of the very contents of the rows that go, in one statement."""
    parts = " UNION ALL ".join(
        f"SELECT '{member}' AS m, count(*) AS n,"  # noqa: S608 (of constants)
        f" sum(hashtextextended(r::text, 0)::numeric) AS h FROM {table} r"
        f" WHERE r.dossier_id = {dossier_id} AND {which.format(dossier=dossier_id)}"
        for member, table, which in MOVED
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT md5(string_agg(concat_ws(':', m, n, h), ',' ORDER BY m))"  # noqa: S608 (ours)
            f" FROM ({parts}) p"
        )
        found: str = cursor.fetchone()[0]
    return found


def _write(
    dossier: Dossier, path: Path, about: dict[str, Any], digest: str
) -> tuple[dict[str, int], dict[str, str]]:
    counts: dict[str, int] = {}
    shas: dict[str, str] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for year in FiscalYear.objects.order_by("start"):
            name = f"fec/{name_by_law(dossier.siren or NO_SIREN, year.end)}"
            shas[name], _lines = _member(target, name, _fec(year))
        for member, table, which in MEMBERS:
            name = f"lignes/{member}.jsonl"
            rows = _json_lines(dossier.id, table, which.format(dossier=dossier.id))
            shas[name], counts[member] = _member(target, name, rows)
        manifest = {
            "format": 1,
            "dossier": {"slug": dossier.slug, "name": dossier.name, "siren": dossier.siren},
            "at": timezone.now().isoformat(),
            **about,
            "counts": counts,
            "rows": digest,
            "sha256": shas,
        }
        target.writestr("manifeste.json", json.dumps(manifest, ensure_ascii=False, indent=1))
    return counts, shas


def _member(target: zipfile.ZipFile, name: str, blocks: Iterable[bytes]) -> tuple[str, int]:
    """Write one member; answers its SHA-256 and how many lines it has."""
    digest, lines = hashlib.sha256(), 0
    with target.open(name, "w", force_zip64=True) as part:
        for block in blocks:
            digest.update(block)
            lines += block.count(b"\n")
            part.write(block)
    return digest.hexdigest(), lines


def _fec(year: FiscalYear) -> Iterator[bytes]:
    layout, extra = extra_columns(year)
    stream = records(year, layout=layout, extra=extra, only="b_entries")
    return text_chunks(stream, layout=layout, extra_columns=extra)


def _json_lines(dossier_id: int, table: str, which: str) -> Iterator[bytes]:
    """Rows as lines of JSON, written by the database (its CSV without quotes or separators)."""
    query = (
        f"COPY (SELECT row_to_json(r) FROM {table} r"  # noqa: S608 (of constants and an id)
        f" WHERE r.dossier_id = {dossier_id} AND {which})"
        " TO STDOUT WITH (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01')"
    )
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        held = bytearray()
        for block in copy:
            held += block
            if len(held) > BLOCK:
                yield bytes(held)
                held.clear()
        yield bytes(held)


def _sha256(source: IO[bytes]) -> str:
    source.seek(0)
    digest = hashlib.sha256()
    while block := source.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()


def keep(dossier: Dossier, job_id: int, sealed: Sealed, *, by_id: int) -> None:
    """Write down that the archive exists; in the transaction of the deletion."""
    today = timezone.localdate()
    SealedArchive.objects.create(
        dossier=dossier, job_id=job_id, name=sealed.name, sha256=sealed.sha256, size=sealed.size,
        counts=sealed.counts, created_by=by_id, kept_until=_years_on(today),
    )  # fmt: skip


def _years_on(day: dt.date) -> dt.date:
    try:
        return day.replace(year=day.year + YEARS)
    except ValueError:
        return day.replace(year=day.year + YEARS, day=28)


def drop(dossier_id: int, job_id: int) -> None:
    """Forget the archive of a deletion that did not happen."""
    default_storage.delete(stored_name(dossier_id, job_id))


def opened(archive: SealedArchive) -> IO[bytes]:
    """The archive, to be read.

    Raises:
        NotFound: the storage has lost it.
    """
    if not default_storage.exists(archive.name):
        raise NotFound("Cette archive n’est plus dans le stockage : prévenez l’exploitant.")
    stored: IO[bytes] = default_storage.open(archive.name)
    return stored
