import gzip
import io
import zipfile
from pathlib import Path

import pytest

from tests.ledger.fec.flat_files import HEADER, NAME, read, text, zones


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, text())
    return buffer.getvalue()


FOREIGN = {
    "a ZIP": (zipped(NAME), "archive ZIP"),
    "an empty ZIP": (zipped(), "archive ZIP"),
    "an XLSX": (zipped("[Content_Types].xml", "xl/workbook.xml"), "classeur Excel"),
    "an ODS": (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis", "OpenDocument"),
    "an XLS": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "Office"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"1 0 obj\n" * 100, "PDF"),
    "a GZIP": (gzip.compress(text().encode()), "GZIP"),
    "a 7-Zip": (b"7z\xbc\xaf\x27\x1c" + b"x" * 50, "7-Zip"),
    "a RAR": (b"Rar!\x1a\x07" + b"x" * 50, "RAR"),
    "a web page": (b"<!DOCTYPE html>\n<html><body>Erreur 500</body></html>", "page web"),
    "a web page with a BOM": (b"\xef\xbb\xbf\r\n <HTML><head></head></HTML>", "page web"),
    "an RTF": (b"{\\rtf1\\ansi Bonjour}", "RTF"),
    "a PNG": (b"\x89PNG\r\n\x1a\n" + b"x" * 99, "image"),
    "a program": (b"MZ\x90\0" + b"x" * 99, "programme"),
    "random bytes": (bytes(range(256)) * 40, "pas un texte"),
}


@pytest.mark.parametrize(("content", "what"), FOREIGN.values(), ids=FOREIGN)
def test_another_kind_of_file_is_named_and_refused(
    tmp_path: Path, content: bytes, what: str
) -> None:
    got = read(tmp_path, content)

    found = got.only("FICHIER_NON_FEC")
    assert what in found.message
    assert (got.reading.refusal, got.records) == (found, [])
    assert (got.worst, got.structure) == ("error", "refusé")
    assert (got.reading.size, len(got.reading.sha256)) == (len(content), 64)
    assert (got.reading.separator, got.reading.header) == (None, ())


EMPTY = {
    "nothing": b"",
    "a BOM": b"\xef\xbb\xbf",
    "blank lines": b"\r\n\r\n   \r\n",
    "NUL bytes": b"\0" * 100,
    "a DOS end mark": b"\x1a",
}


@pytest.mark.parametrize("content", EMPTY.values(), ids=EMPTY)
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    got = read(tmp_path, content)

    assert got.only("FICHIER_VIDE").severity == "error"
    assert got.structure == "refusé"


def test_a_million_columns_are_refused_at_the_first_line(tmp_path: Path) -> None:
    got = read(tmp_path, "\t".join(f"Colonne{n}" for n in range(1_000_000)) + "\r\n")

    assert got.only("FICHIER_TROP_LARGE").line == 1
    assert got.structure == "refusé"


def test_some_more_columns_than_the_law_s_are_read_up_to_64(tmp_path: Path) -> None:
    header = [*HEADER, *(f"Axe{n}" for n in range(64 - 18))]

    assert read(tmp_path, text(header=header)).numbers == [2]
    assert read(tmp_path, text(header=[*header, "Axe"])).only("FICHIER_TROP_LARGE")


def test_a_first_line_without_end_is_refused(tmp_path: Path) -> None:
    got = read(tmp_path, "JournalCode " * 10_000)

    assert got.only("FICHIER_NON_FEC").line == 1


@pytest.mark.parametrize("content", ["bonjour", '{"lines": []}', "a;b;c\r\n1;2;3\r\n"])
def test_a_text_that_has_nothing_of_a_fec_is_refused(tmp_path: Path, content: bytes) -> None:
    got = read(tmp_path, content)

    assert got.only("FICHIER_NON_FEC").old is not None
    assert got.structure == "refusé"


def test_a_refused_file_says_what_to_do_without_an_odd_name_hiding_it(tmp_path: Path) -> None:
    got = read(tmp_path, b"", name="fec.txt")

    assert got.codes == {"FICHIER_VIDE": 1, "NOM_FICHIER": 1}


@pytest.mark.parametrize("shift", [-3, -1, 0, 1])
def test_a_very_long_line_is_left_out_whatever_its_place(tmp_path: Path, shift: int) -> None:
    long = zones(EcritureLib="x" * (20_000_000 + shift))

    got = read(tmp_path, text(zones(), long, zones()))

    found = got.only("LIGNE_TROP_LONGUE")
    assert (found.line, got.numbers) == (3, [2, 4])
    assert got.reading.bytes_read == got.reading.size


def test_a_very_long_last_line_without_end_is_left_out(tmp_path: Path) -> None:
    got = read(tmp_path, text(zones()) + "x" * 2_000_000)

    assert (got.codes, got.numbers) == ({"LIGNE_TROP_LONGUE": 1}, [2])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_a_very_long_line_in_utf_16_is_left_out(tmp_path: Path, encoding: str) -> None:
    long = zones(EcritureLib="ਊĀ" * 300_001)
    content = text(zones(), long, zones(), eol="\n").encode(encoding)

    got = read(tmp_path, content)

    assert got.codes == {"ENCODAGE_UTF16": 1, "LIGNE_TROP_LONGUE": 1}
    assert got.numbers == [2, 4]
