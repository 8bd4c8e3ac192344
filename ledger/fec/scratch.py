"""What does not fit in memory: a spill file for the segments, a scratch SQLite for the sorting.

Both live in one temporary folder that vanishes with the check.
"""

from __future__ import annotations

import marshal
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final

Unpack = Callable[[tuple[Any, ...]], list[tuple[Any, ...]]]

_BLOCK: Final = 1000
_LENGTH: Final = 8
_INSERTED: Final = 5000


class Scratch:
    """The temporary folder of one check, with its database; use it in a `with` block.

    A `folder` that is given belongs to somebody else, and stays.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._own = None if folder else tempfile.TemporaryDirectory(prefix="fec-")
        self.folder = Path(self._own.name) if self._own else folder or Path()
        self._database: sqlite3.Connection | None = None
        self._files: list[Spill | Partitions] = []

    def __enter__(self) -> Scratch:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in self._files:
            file.close()
        if self._database is not None:
            self._database.close()
        if self._own is not None:
            self._own.cleanup()

    @property
    def database(self) -> sqlite3.Connection:
        """The scratch database, opened on first use: nothing in it outlives the check."""
        if self._database is None:
            self._database = sqlite3.connect(self.folder / "scratch.db", isolation_level=None)
            for setting in (
                "journal_mode=OFF",
                "synchronous=OFF",
                "locking_mode=EXCLUSIVE",
                "temp_store=FILE",
                "cache_size=-8192",
            ):
                self._database.execute(f"PRAGMA {setting}")
            self._database.execute("BEGIN")
        return self._database

    def spill(self, name: str, unpack: Unpack | None = None) -> Spill:
        """A new spill file."""
        spill = Spill(self.folder / name, unpack)
        self._files.append(spill)
        return spill

    def partitions(self, name: str, *, parts: int, chunk: int = 128) -> Partitions:
        """A new file of items dealt to a number of parts."""
        partitions = Partitions(self.folder / name, parts=parts, chunk=chunk)
        self._files.append(partitions)
        return partitions


class Spill:
    """A list of plain tuples on disk, written once and read in order as often as need be.

    With `unpack`, they come in packs, each of which it turns into tuples again.
    """

    def __init__(self, path: Path, unpack: Unpack | None = None) -> None:
        self._path = path
        self._unpack = unpack
        self._buffer: list[Any] = []
        self._file = path.open("wb")

    def add(self, item: Any) -> None:
        """Append one item."""
        self._buffer.append(item)
        if len(self._buffer) >= _BLOCK:
            self._write()

    def put(self, pack: tuple[Any, ...]) -> None:
        """Append a pack: tuples, lists, dicts, numbers, text and bytes only."""
        write_block(self._file, pack)

    def __iter__(self) -> Iterator[Any]:
        blocks = self._blocks()
        return chain.from_iterable(map(self._unpack, blocks) if self._unpack else blocks)

    @property
    def path(self) -> Path:
        """The file: blocks of items, or packs, which `read_block` reads."""
        return self._path

    def written(self, *, whole: bool = False) -> int:
        """How many bytes of the file can be read; `whole`: with what is waiting."""
        if whole:
            self._write()
        self._file.flush()
        return self._file.tell()

    def _blocks(self) -> Iterator[Any]:
        self.written(whole=True)
        with self._path.open("rb") as file:
            while block := read_block(file):
                yield block

    def close(self) -> None:
        """Free the file handle; the folder takes the file away."""
        self._file.close()

    def _write(self) -> None:
        if self._buffer:
            write_block(self._file, self._buffer)
            self._buffer = []


def write_block(file: IO[bytes], block: object) -> None:
    """Append plain data to a file, its length before it."""
    data = marshal.dumps(block)  # type: ignore[arg-type]  # plain, says the caller
    file.write(len(data).to_bytes(_LENGTH, "big") + data)


def read_block(file: IO[bytes]) -> Any:
    """The next plain data of a file; None at its end."""
    head = file.read(_LENGTH)
    return marshal.loads(file.read(int.from_bytes(head, "big"))) if head else None  # noqa: S302


class Partitions:
    """Tuples on disk, dealt to a number of parts by an integer key, then read part by part.

    Grouping a part at a time in a dictionary costs a tenth of sorting everything in a database,
    and no more memory than one part.
    """

    def __init__(self, path: Path, *, parts: int, chunk: int = 128) -> None:
        self._file = path.open("w+b")
        self._parts = parts
        self._chunk = chunk
        self._buffers: list[list[tuple[Any, ...]]] = [[] for _ in range(parts)]
        self._places: list[list[tuple[int, int]]] = [[] for _ in range(parts)]

    def add(self, key: int, item: tuple[Any, ...]) -> None:
        """Append one item to the part of its key."""
        part = key % self._parts
        buffer = self._buffers[part]
        buffer.append(item)
        if len(buffer) >= self._chunk:
            self._write(part)

    def each(self) -> Iterator[list[tuple[Any, ...]]]:
        """The items of every part that has some, in order of arrival inside a part."""
        for part, places in enumerate(self._places):
            items: list[tuple[Any, ...]] = []
            for offset, size in places:
                self._file.seek(offset)
                items += marshal.loads(self._file.read(size))  # noqa: S302 (ours)
            items += self._buffers[part]
            self._buffers[part] = []
            if items:
                yield items

    def close(self) -> None:
        """Free the file handle."""
        self._file.close()

    def _write(self, part: int) -> None:
        block = marshal.dumps(self._buffers[part])
        self._places[part].append((self._file.seek(0, 2), len(block)))
        self._file.write(block)
        self._buffers[part] = []


class Rows:
    """Rows on their way into a table of the scratch database, some thousands at a time."""

    def __init__(self, database: sqlite3.Connection, insert: str) -> None:
        self._database = database
        self._insert = insert
        self._rows: list[tuple[Any, ...]] = []

    def add(self, row: tuple[Any, ...]) -> None:
        """One row."""
        self._rows.append(row)
        if len(self._rows) >= _INSERTED:
            self.flush()

    def extend(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Several rows."""
        self._rows.extend(rows)
        if len(self._rows) >= _INSERTED:
            self.flush()

    def flush(self) -> None:
        """Insert what is waiting."""
        if self._rows:
            self._database.executemany(self._insert, self._rows)
            self._rows = []
