"""Writing an archive: every member streamed, hashed on the way, and named in the manifest."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection

from ledger.portable import FILES, FORMAT, MANIFEST, ROWS, STORED, VERSION
from ledger.portable.tables import Table, portable_tables

BLOCK = 1 << 20
_ROWS = (
    "COPY (SELECT to_jsonb(t)::text FROM {table} t WHERE dossier_id = {dossier}{order})"
    " TO STDOUT WITH (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01')"
)


class Archive:
    """A zip being written; `close` writes the manifest and answers its SHA-256."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self.files: list[dict[str, Any]] = []

    def add(self, name: str, chunks: Iterable[bytes], *, packed: bool = True) -> None:
        """Write one member; `packed=False` for what is compressed already."""
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        digest, size = hashlib.sha256(), 0
        with self._zip.open(info, "w", force_zip64=True) as target:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
        self.files.append({"path": name, "size": size, "sha256": digest.hexdigest()})

    def add_json(self, name: str, value: Any) -> None:
        """Write a small structure, readable."""
        self.add(name, [json.dumps(value, ensure_ascii=False, indent=1, default=str).encode()])

    def close(self, head: dict[str, Any]) -> str:
        """Write the manifest last."""
        manifest = {"format": FORMAT, "version": VERSION, **head, "files": self.files}
        content = json.dumps(manifest, ensure_ascii=False, indent=1, default=str).encode()
        self._zip.writestr(MANIFEST, content)
        self._zip.close()
        return hashlib.sha256(content).hexdigest()


def read_blocks(source: Any) -> Iterator[bytes]:
    """An open file, block by block."""
    while block := source.read(BLOCK):
        yield block


def add_rows(archive: Archive, dossier_id: int) -> dict[str, int]:
    """Write every portable table of the dossier in scope; answers the rows of each."""
    counts = {}
    for table in portable_tables():
        counted = _Counted(_rows(table, dossier_id))
        archive.add(f"{ROWS}/{table.path}", counted)
        counts[table.label] = counted.lines
    return counts


class _Counted:
    """Chunks passed on, their lines counted."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.chunks, self.lines = chunks, 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            self.lines += chunk.count(b"\n")
            yield chunk


def _rows(table: Table, dossier_id: int) -> Iterator[bytes]:
    order = " ORDER BY id" if table.has_id else ""
    statement = _ROWS.format(table=table.name, dossier=int(dossier_id), order=order)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        held: list[bytes] = []
        size = 0
        for part in copy:
            held.append(bytes(part))
            size += len(held[-1])
            if size >= BLOCK:
                yield b"".join(held)
                held, size = [], 0
        yield b"".join(held)


def add_files(archive: Archive, dossier_id: int) -> int:
    """Write the bytes that the dossier keeps in the storage; answers how many files."""
    count = 0
    for folder in STORED:
        for name in stored_names(f"{folder}/{dossier_id}"):
            with default_storage.open(f"{folder}/{dossier_id}/{name}") as source:
                archive.add(f"{FILES}/{folder}/{name}", read_blocks(source), packed=folder == "fec")
            count += 1
    return count


def stored_names(folder: str) -> list[str]:
    """Names of the files of one folder of the storage, in order; none when it does not exist."""
    try:
        return sorted(default_storage.listdir(folder)[1])
    except FileNotFoundError:
        return []
