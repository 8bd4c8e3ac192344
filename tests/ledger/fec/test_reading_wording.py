"""What the reader says is good French typography, and tells a person what to do."""

import re
from pathlib import Path

import pytest

from tests.ledger.fec.flat_files import HEADER, read, text, zones

FAULTY = {
    "a page": b"<html></html>",
    "nothing": b"",
    "no header": text(zones(), header=zones()).encode(),
    "a doubtful alphabet": text(zones(EcritureLib="HÔTEL")).encode("iso8859-15"),
    "DOS": text(zones(EcritureLib="réglé")).encode("cp850"),
    "UTF-16": text().encode("utf-16"),
    "CR": text(eol="\r").encode(),
    "CR CR LF": text(eol="\r\r\n").encode(),
    "a bar in a label": text(zones(EcritureLib="A|B"), sep="|").encode(),
    "a cut label": text(zones(EcritureLib="A\nB"), eol="\n").encode(),
    "a data line feed": text(zones(EcritureLib="A\nB")).encode(),
    "short": text(zones()[:5], zones()).encode(),
    "cut": text(zones(), zones()).encode()[:-60],
    "long": text(zones(EcritureLib="x" * 70_000)).encode(),
    "odd signs": text(zones(EcritureLib="a\0b\x01c")).encode() + b"\x1a",
    "semicolons": text([*zones(), ""], header=[*HEADER, "Axe", "Compte Num"], sep=";").encode(),
    "no dates": text(header=HEADER[:3] + HEADER[4:]).encode(),
    "twice": text(header=[*HEADER, "Debit"]).encode(),
    "reversed": text(header=HEADER[::-1]).encode(),
    "headers": text(HEADER, [""] * 18, zones(), [*zones(), ""]).encode(),
    "another document": b"<?xml version='1.0'?><a/>",
    "a bad document": b"<?xml version='1.0'?><comptabilite><EcritureDate>",
}
LOOSE = re.compile(r" [:;?!»%€]|« |\.\.\.|[a-zA-Zé]'[a-zé]")


@pytest.mark.parametrize("content", FAULTY.values(), ids=FAULTY)
@pytest.mark.parametrize("name", ["fec.txt", "1FEC20250231 (1).txt"])
def test_messages_are_whole_sentences_in_french_typography(
    tmp_path: Path, content: bytes, name: str
) -> None:
    got = read(tmp_path, content, name=name)

    assert got.findings
    for found in got.findings:
        assert not LOOSE.search(found.message), found.message
        assert found.message[0].isupper()
        assert found.message[-1] in ".?)", found.message
