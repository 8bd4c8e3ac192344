"""Reading an archive that somebody sends: nothing in it is believed before its hash is checked.

Nothing is ever unpacked under a name of the archive's; names that try to leave are refused all the
same, as is what grows beyond reason, is changed, missing or added, or comes from another version.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firm.errors import BusinessError
from ledger.portable import FILES, FORMAT, MANIFEST, ROWS, STORED, VERSION

BLOCK = 1 << 20
MOST_MANIFEST = 64 << 20
MOST_MEMBERS = 1_000_000
MOST_GROWTH = 200  # what is packed 200 times smaller was made for that
FREE_GROWTH = 16 << 20
MOST_BYTES = 64 << 30
_PATH = re.compile(r"[A-Za-z0-9][\w .()+@,;=’'&àâäçéèêëîïôöùûüÀÂÄÇÉÈÊËÎÏÔÖÙÛÜ/-]*")


class ArchiveUnreadable(BusinessError):
    """It is no archive of a dossier."""

    code = "archive_unreadable"
    title = "Archive illisible"


class ArchiveUnsafe(BusinessError):
    """A name in it tries to leave, or it would grow beyond reason."""

    code = "archive_unsafe"
    title = "Archive refusée"


class ArchiveTampered(BusinessError):
    """What it holds is not what its manifest says."""

    code = "archive_tampered"
    title = "Archive modifiée"


class ArchiveVersion(BusinessError):
    """It was made by a version that this one does not read."""

    code = "archive_version"
    title = "Version d’archive inconnue"


@dataclass
class Opened:
    """A checked archive; `manifest_sha256` is its identity."""

    path: Path
    manifest: dict[str, Any]
    manifest_sha256: str

    def member(self, name: str) -> Iterator[bytes]:
        """The bytes of one member, as its manifest declared them."""
        with zipfile.ZipFile(self.path) as held, held.open(name) as source:
            while block := source.read(BLOCK):
                yield block

    def rows(self, path: str) -> Iterator[bytes]:
        """The rows of a table, nothing when the archive has none."""
        name = f"{ROWS}/{path}"
        return self.member(name) if name in self.paths() else iter(())

    def files(self) -> list[tuple[str, str, str]]:
        """(member, folder of the storage, name) of each stored file."""
        out = []
        for name in sorted(self.paths()):
            top, _, rest = name.partition("/")
            folder, _, kept = rest.partition("/")
            if top == FILES and folder in STORED and kept:
                out.append((name, folder, kept))
        return out

    def paths(self) -> set[str]:
        """Every member that the manifest names."""
        return {each["path"] for each in self.manifest["files"]}


def open_archive(path: Path, *, progress: Callable[[int, int], None] | None = None) -> Opened:
    """Check an archive whole: names, sizes, version, then the hash of every member.

    Raises:
        ArchiveUnreadable, ArchiveUnsafe, ArchiveTampered, ArchiveVersion: why it is refused.
    """
    try:
        with zipfile.ZipFile(path) as held:
            infos = _checked_names(held, path.stat().st_size)
            manifest, digest = _manifest(held, infos)
            _check_members(held, infos, manifest, progress)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise ArchiveUnreadable(
            "Ce fichier n’est pas une archive de dossier, ou il est abîmé. Téléchargez-la de"
            " nouveau depuis le dossier d’origine."
        ) from error
    return Opened(path, manifest, digest)


def _checked_names(held: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    infos: dict[str, zipfile.ZipInfo] = {}
    for info in held.infolist():
        name = info.filename
        parts = name.split("/")
        if not _PATH.fullmatch(name) or ".." in parts or "" in parts or info.flag_bits & 1:
            raise ArchiveUnsafe(
                f"Un nom de l’archive n’est pas admis : « {name[:80]} ». Elle n’a pas été produite"
                " par « Exporter le dossier »."
            )
        if name in infos or len(infos) > MOST_MEMBERS:
            raise ArchiveUnsafe(
                "L’archive contient deux fois le même nom, ou bien trop de fichiers."
            )
        infos[name] = info
    swollen = any(
        info.file_size > info.compress_size * MOST_GROWTH + FREE_GROWTH for info in infos.values()
    )
    grown = sum(info.file_size for info in infos.values())
    if swollen or grown > min(MOST_BYTES, size * MOST_GROWTH + FREE_GROWTH):
        raise ArchiveUnsafe(
            "L’archive annonce un contenu démesuré pour sa taille : elle n’est pas ouverte."
        )
    return infos


def _manifest(
    held: zipfile.ZipFile, infos: dict[str, zipfile.ZipInfo]
) -> tuple[dict[str, Any], str]:
    info = infos.get(MANIFEST)
    if info is None or info.file_size > MOST_MANIFEST:
        raise ArchiveUnreadable(
            "Ce fichier n’est pas une archive de dossier : son manifeste manque."
        )
    content = held.read(MANIFEST)
    try:
        manifest = json.loads(content)
        kind, version = manifest["format"], manifest["version"]
        for each in manifest["files"]:
            _ = (str(each["path"]), int(each["size"]), str(each["sha256"]))
        _ = (manifest["dossier"]["name"], dict(manifest["columns"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveUnreadable(
            "Le manifeste de l’archive est illisible : demandez une nouvelle archive."
        ) from error
    if kind != FORMAT or version != VERSION:
        raise ArchiveVersion(
            f"Cette archive est de la version {version}, et cette installation lit la version "
            f"{VERSION}. Mettez à jour la plus ancienne des deux, puis exportez de nouveau."
        )
    return manifest, hashlib.sha256(content).hexdigest()


def _check_members(
    held: zipfile.ZipFile,
    infos: dict[str, zipfile.ZipInfo],
    manifest: dict[str, Any],
    progress: Callable[[int, int], None] | None,
) -> None:
    declared = {each["path"]: each for each in manifest["files"]}
    if set(declared) != set(infos) - {MANIFEST}:
        odd = min(set(declared) ^ (set(infos) - {MANIFEST}))
        raise ArchiveTampered(
            f"L’archive ne contient pas ce que son manifeste annonce : « {odd} ». Elle a été"
            " modifiée, ou n’est pas complète."
        )
    total, done = sum(each["size"] for each in declared.values()), 0
    for name, each in declared.items():
        digest, size = hashlib.sha256(), 0
        with held.open(infos[name]) as source:
            while size <= each["size"] and (block := source.read(BLOCK)):
                digest.update(block)
                size += len(block)
        if size != each["size"] or digest.hexdigest() != each["sha256"]:
            raise ArchiveTampered(
                f"« {name} » n’est plus ce qu’il était à l’export : son empreinte diffère. Rien n’a"
                " été repris. Téléchargez de nouveau l’archive."
            )
        done += size
        if progress:
            progress(done, total)
