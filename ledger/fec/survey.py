"""One reading of all the bytes of a file, in flat memory: its hash and the evidence about it.

Nothing is decided here; `encodings` and `reading` draw the conclusions.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

BLOCK: Final = 1 << 20
HEAD: Final = 1 << 16

_BOMS: Final[tuple[tuple[bytes, str], ...]] = (
    (codecs.BOM_UTF8, ""),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The sequences that French text in UTF-8 is made of; no word of a single-byte alphabet holds them.
_UTF8_FRENCH: Final = re.compile(
    rb"[\xc2\xc3][\x80-\xbf]|\xc5[\x92\x93\xb8]|\xe2\x80[\x80-\xbf]|\xe2\x82\xac"
)
# The same, each with a fixed first byte: looking for nothing is then quick.
_UTF8_LEADS: Final = tuple(
    (lead, re.compile(lead + rest))
    for lead, rest in (
        (b"\xc3", rb"[\x80-\xbf]"),
        (b"\xc2", rb"[\x80-\xbf]"),
        (b"\xc5", rb"[\x92\x93\xb8]"),
        (b"\xe2\x80", rb"[\x80-\xbf]"),
        (b"\xe2\x82", rb"\xac"),
    )
)
_C1: Final = tuple(bytes((code,)) for code in range(0x80, 0xA0))
_CONTROLS: Final = tuple(bytes((code,)) for code in range(32) if code not in (9, 10, 13))
_ODD_SIGNS: Final = tuple((sign, sign.encode()) for sign in ("\x85", "\u2028", "\u2029"))
_ALL_SIGNS: Final = {control.decode() for control in _CONTROLS} | {sign for sign, _ in _ODD_SIGNS}
_SAMPLES: Final = 20_000
_TAGS: Final = re.compile(rb"<([A-Za-z_][\w.:-]{0,60})[\s/>]")
_TAG_LENGTH: Final = 64
_TAGS_MAX: Final = 200


class Survey:
    """What the bytes of one file say.

    `contexts` counts (byte before, byte above 0x7F, byte after), the first 20 000 of those that
    are not UTF-8; `controls` are the signs below 0x20 (other than TAB, CR, LF) and the odd line
    ends of Unicode that the file holds somewhere; `tags` the XML element names in order.
    """

    def __init__(self, path: Path) -> None:
        self.size = 0
        self.head = b""
        self.bom = b""
        self.utf16: str | None = None
        self.is_ascii = True
        self.is_utf8 = True
        self.has_utf8 = False
        self.has_c1 = False
        self.excerpt = b""
        self.contexts: Counter[tuple[int, int, int]] = Counter()
        self.controls: set[str] = set()
        self.tags: dict[str, None] = {}
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        digest = hashlib.sha256()
        with path.open("rb") as file:
            self._start(file)
            last = b""
            while block := file.read(BLOCK):
                digest.update(block)
                self.size += len(block)
                # A sequence cut between two blocks is seen whole with the end of the last one.
                self._look(block, last)
                last = block[-3:]
        self._finish()
        self.sha256 = digest.hexdigest()

    @property
    def is_xml(self) -> bool:
        """True when the file starts like an XML document."""
        start = self.head[len(self.bom) :].lstrip()
        if self.utf16:
            start = start.decode(self.utf16, "replace").lstrip().encode()
        return start.startswith((b"<?xml", b"<comptabilite"))

    def _start(self, file: BinaryIO) -> None:
        self.head = file.read(HEAD)
        file.seek(0)
        for bom, utf16 in _BOMS:
            if self.head.startswith(bom):
                self.bom, self.utf16 = bom, utf16 or None
                break
        else:
            self.utf16 = _utf16_without_bom(self.head)
        self._reads_tags = self.is_xml
        self._tail = b""

    def _look(self, block: bytes, last: bytes) -> None:
        if self.utf16:
            self.controls = _ALL_SIGNS  # not worth a decoding: its lines will be searched
            return
        self._look_for_controls(block)
        if self._reads_tags and len(self.tags) < _TAGS_MAX:
            tags = _TAGS.findall(self._tail + block)
            self.tags.update(dict.fromkeys(tag.rpartition(b":")[2].decode() for tag in tags))
            self._tail = block[-_TAG_LENGTH:]
        pending = self._utf8.getstate()[0]
        if block.isascii() and not pending:
            return
        self.is_ascii = False
        self.has_utf8 = self.has_utf8 or _holds_utf8(last + block)
        if self.is_utf8:
            try:
                text = self._utf8.decode(block)
            except UnicodeDecodeError:
                self.is_utf8 = False
            else:  # signs are found faster than their bytes
                self.controls.update(sign for sign, _ in _ODD_SIGNS if sign in text)
        if not self.is_utf8:
            self.controls.update(_odd_signs(last + block))
            self.has_c1 = self.has_c1 or any(byte in block for byte in _C1)
            if self.contexts.total() < _SAMPLES:
                self._sample(last + block)

    def _look_for_controls(self, block: bytes) -> None:
        for control in _CONTROLS:
            if control in block:
                self.controls.add(control.decode())

    def _sample(self, block: bytes) -> None:
        """Count the high bytes that are not part of a UTF-8 sequence."""
        masked = _UTF8_FRENCH.sub(b"ee", block)
        room = _SAMPLES - self.contexts.total()
        for found in _HIGH.finditer(masked):
            for at in range(found.start(), found.end()):
                before = masked[at - 1] if at else 32
                after = masked[at + 1] if at + 1 < len(masked) else 32
                self.contexts[before, masked[at], after] += 1
                room -= 1
            if not self.excerpt:
                self.excerpt = _excerpt(masked, found.start())
            if room <= 0:
                return

    def _finish(self) -> None:
        if self.is_utf8 and self._utf8.getstate()[0]:
            self.is_utf8 = False
            self._sample(self._utf8.getstate()[0])
        del self._utf8


_HIGH: Final = re.compile(rb"[\x80-\xff]+")
_ZONE_END: Final = re.compile(rb"[\t\r\n|]")


def _excerpt(block: bytes, at: int) -> bytes:
    """The zone around a byte, 24 bytes either side at most."""
    before = _ZONE_END.split(block[max(0, at - 24) : at])[-1]
    after = _ZONE_END.split(block[at : at + 24])[0]
    return before + after


def _odd_signs(block: bytes) -> Iterator[str]:
    for sign, code in _ODD_SIGNS:
        # One byte is looked for many times faster than several.
        if all(code[at : at + 1] in block for at in range(len(code))) and code in block:
            yield sign


def _holds_utf8(block: bytes) -> bool:
    return any(lead in block and pattern.search(block) for lead, pattern in _UTF8_LEADS)


def _utf16_without_bom(head: bytes) -> str | None:
    """The names of a header in UTF-16 have a NUL in every other byte."""
    sample = head[:256]
    if len(sample) < 4:
        return None
    half = len(sample) // 2
    if sample[1::2].count(0) > half * 0.7 and sample[0::2].count(0) < half * 0.1:
        return "utf-16-le"
    if sample[0::2].count(0) > half * 0.7 and sample[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return None
