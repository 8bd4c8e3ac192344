import datetime as dt
import hashlib
import json
import shutil
from pathlib import Path

import pytest

from ledger.fec import columns
from ledger.fec.findings import FindingSink
from ledger.fec.reading import Choices, open_reading, raw_lines
from tests.ledger.fec.flat_files import HEADER, NAME, TREASURY, read, text, zones

DATA = Path(__file__).parents[2] / "data" / "fec"


@pytest.mark.parametrize("sep", ["\t", "|"])
@pytest.mark.parametrize("eol", ["\r\n", "\n"])
def test_a_regular_file_gives_its_zones_as_they_are_and_no_finding(
    tmp_path: Path, sep: str, eol: str
) -> None:
    lines = [zones(), zones(Debit="0,00", Credit="100,00", CompteNum="401000")]

    got = read(tmp_path, text(*lines, sep=sep, eol=eol))

    assert got.records == [(2, lines[0]), (3, lines[1])]
    assert (got.codes, got.structure, got.worst) == ({}, "conforme", None)
    assert (got.reading.separator, got.reading.eol) == (sep, eol)


def test_a_reading_tells_what_the_file_is(tmp_path: Path) -> None:
    content = text().encode()

    reading = read(tmp_path, content).reading

    assert reading.size == len(content) == reading.bytes_read
    assert reading.sha256 == hashlib.sha256(content).hexdigest()
    assert (reading.encoding, reading.layout, reading.signed) == ("ascii", "BIC", False)
    assert (reading.siren_in_name, reading.year_end_in_name) == (
        "552100554",
        dt.date(2025, 12, 31),
    )
    assert (reading.header, reading.extra, reading.absent) == (HEADER, (), frozenset())
    assert (reading.is_xml, reading.refusal) == (False, None)


@pytest.mark.parametrize(("size", "layout"), [(18, "BIC"), (21, "BAT"), (22, "BNCT")])
def test_the_layout_comes_from_the_columns(tmp_path: Path, size: int, layout: str) -> None:
    header = TREASURY[:size]

    got = read(tmp_path, text(header=header))

    assert (got.reading.layout, got.codes, got.structure) == (layout, {}, "conforme")
    assert got.records == [(2, zones(header))]


def test_amount_and_side_stand_in_the_places_of_debit_and_credit(tmp_path: Path) -> None:
    header = [{"Debit": "Montant", "Credit": "Sens"}.get(name, name) for name in HEADER]

    got = read(tmp_path, text(header=header))

    assert (got.reading.signed, got.codes) == (True, {})
    assert (got.column(columns.MONTANT), got.column(columns.SENS)) == (["100,00"], ["D"])


def test_the_last_line_may_lack_its_end(tmp_path: Path) -> None:
    got = read(tmp_path, text(zones(), zones()).removesuffix("\r\n"))

    assert (got.numbers, got.codes) == ([2, 3], {})


def test_a_second_reading_gives_the_same_records_and_tells_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text(text(zones(), [""] * 18, zones()))
    sink = FindingSink()
    reading = open_reading(path, name=NAME, sink=sink)

    first, second = list(reading.batches()), list(reading.batches())

    assert first == second
    assert sink.counts == {"LIGNE_VIDE": 1}


def test_many_lines_come_in_many_batches_in_order(tmp_path: Path) -> None:
    lines = [zones(PieceRef=str(number)) for number in range(5000)]
    lines[2500] = ["oups"]

    got = read(tmp_path, text(*lines))

    assert got.numbers == [number for number in range(2, 5002) if number != 2502]
    assert got.column(columns.PIECE_REF) == [str(n) for n in range(5000) if n != 2500]
    assert got.only("ZONES_NOMBRE").line == 2502


@pytest.mark.parametrize(
    ("name", "lines", "encoding", "separator"),
    [
        ("0000000001FEC20220831.txt", 5422, "utf-8", "\t"),
        ("111111111FEC20221231.TXT", 934, "cp850", "|"),
    ],
)
def test_real_files_are_read_whole_and_their_structure_is_right(
    name: str, lines: int, encoding: str, separator: str
) -> None:
    truth = json.loads((DATA / f"{name}.truth.json").read_text())
    sink = FindingSink()

    reading = open_reading(DATA / name, name=name, sink=sink)
    records = [zones for batch in reading.batches() for _, zones in batch]

    assert (len(records), reading.encoding, reading.separator) == (lines, encoding, separator)
    assert lines == truth["lines"]
    assert (sink.worst, sink.structure) == ("warning", "conforme")
    for index, total in ((columns.DEBIT, "total_debit"), (columns.CREDIT, "total_credit")):
        cents = sum(int(zones[index].strip().replace(",", "")) for zones in records)
        assert cents == truth[total]


def test_the_real_dos_file_has_its_degree_signs_and_tells_padding_once() -> None:
    name = "111111111FEC20221231.TXT"
    sink = FindingSink()

    records = [r for b in open_reading(DATA / name, name=name, sink=sink).batches() for r in b]

    assert sum("CREAT° MAQUETTE" in zones[columns.ECRITURE_LIB] for _, zones in records) > 0
    assert sink.counts == {
        "NOM_FICHIER_SIREN": 1,
        "ENCODAGE_CP850": 1,
        "ZONE_FINALE_VIDE": 1,
        "ZONES_COMPLETEES": 1,
    }


@pytest.mark.parametrize("eol", ["\n", "\r\n", "\r"])
def test_raw_lines_show_the_file_around_a_line(tmp_path: Path, eol: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(text(*(zones(PieceRef=str(n)) for n in range(2, 3000)), eol=eol).encode())
    reading = open_reading(path, name=NAME, sink=FindingSink())

    shown = raw_lines(path, reading, 2500, 2)

    assert [number for number, _ in shown] == [2498, 2499, 2500, 2501, 2502]
    assert shown[2][1] == "\t".join(zones(PieceRef="2500"))
    assert raw_lines(path, reading, 1, 0) == [(1, "\t".join(HEADER))]
    assert raw_lines(path, reading, 2999, 5)[-1][0] == 2999


def test_raw_lines_are_decoded_and_cut(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(text(zones(EcritureLib="é" * 10_000)).encode("cp850"))
    reading = open_reading(path, name=NAME, sink=FindingSink(), choices=Choices(encoding="cp850"))

    ((_, line),) = raw_lines(path, reading, 2, 0)

    assert len(line) == 4096
    assert "éé" in line


def test_an_unknown_encoding_is_a_caller_s_mistake(tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        read(tmp_path, text(), choices=Choices(encoding="klingon"))


def test_raw_lines_survive_the_removal_of_the_first_copy(tmp_path: Path) -> None:
    first, second = tmp_path / "upload", tmp_path / "stored"
    first.write_text(text())
    reading = open_reading(first, name=NAME, sink=FindingSink())
    shutil.move(first, second)

    assert raw_lines(second, reading, 1, 0)[0][1] == "\t".join(HEADER)
