"""Whatever the values and the form of a file, what was written is what is read."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.fec import columns
from ledger.fec.findings import FindingSink
from ledger.fec.reading import Choices, open_reading
from tests.ledger.fec.flat_files import HEADER, NAME, Read, read, text, zones

# Texts without what cuts lines and zones; control characters become spaces, tested elsewhere.
CUTTING = '\t|;,"\x85\u2028\u2029\ufeff'
LABELS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters=CUTTING), max_size=20
)
FRENCH = st.text("abcdeéèàçùôîûêïABCDEÉ '0123456789-.°", max_size=20)
CENTS = st.integers(0, 10**12).map(lambda cents: f"{cents // 100},{cents % 100:02d}")


@st.composite
def records(draw: st.DrawFn, labels: st.SearchStrategy[str] = LABELS) -> list[str]:
    return zones(
        JournalCode=draw(st.sampled_from(["AC", "VE", "BQ"])),
        EcritureDate="20250131",
        CompteLib="Compte " + draw(labels),
        PieceRef=draw(labels),
        EcritureLib="x" + draw(labels),
        Debit=draw(CENTS),
        Credit=draw(CENTS),
    )


def read_once(content: bytes | str, choices: Choices | None = None) -> Read:
    with tempfile.TemporaryDirectory() as folder:
        return read(Path(folder), content, choices=choices)


@settings(max_examples=120, deadline=None)
@given(
    lines=st.lists(records(), min_size=1, max_size=12),
    sep=st.sampled_from("\t|"),
    eol=st.sampled_from(["\r\n", "\n"]),
    is_ended=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
)
def test_any_text_comes_back_in_any_unicode_form(
    lines: list[list[str]], sep: str, eol: str, is_ended: bool, encoding: str
) -> None:
    content = text(*lines, sep=sep, eol=eol)
    content = content if is_ended else content.removesuffix(eol)

    got = read_once(content.encode(encoding))

    assert got.records == list(enumerate(lines, 2))
    assert set(got.codes) <= {"BOM", "ENCODAGE_UTF16", "ZONES_COMPLETEES"}


@settings(max_examples=80, deadline=None)
@given(
    lines=st.lists(records(FRENCH), min_size=1, max_size=8),
    encoding=st.sampled_from(["iso8859-15", "cp1252", "cp850"]),
)
def test_any_french_comes_back_under_the_chosen_alphabet(
    lines: list[list[str]], encoding: str
) -> None:
    got = read_once(text(*lines).encode(encoding), Choices(encoding=encoding))

    assert [line for _, line in got.records] == lines


@settings(max_examples=80, deadline=None)
@given(order=st.permutations(range(18)), line=records())
def test_any_order_of_columns_gives_the_same_record(order: list[int], line: list[str]) -> None:
    got = read_once(text([line[at] for at in order], header=[HEADER[at] for at in order]))

    assert got.records == [(2, line)]


@settings(max_examples=150, deadline=None)
@given(
    before=st.lists(records(), max_size=3),
    label=st.lists(LABELS, min_size=2, max_size=4),
    line=records(),
    after=st.lists(records(), max_size=3),
    cut=st.sampled_from(["\n", "|"]),
)
def test_a_cut_label_is_put_together_or_refused_and_harms_no_other_line(
    before: list[list[str]], label: list[str], line: list[str], after: list[list[str]], cut: str
) -> None:
    index = columns.ECRITURE_LIB
    broken = [*line[:index], cut.join(label), *line[index + 1 :]]

    got = read_once(text(*before, broken, *after, sep="|", eol="\n"))

    found = dict(got.records)
    first = len(before) + 2
    rest = first + 1 + (len(label) - 1 if cut == "\n" else 0)
    assert [found[2 + rank] for rank in range(len(before))] == before
    assert [found[rest + rank] for rank in range(len(after))] == after
    if first in found:
        joined = (" " if cut == "\n" else "|").join(label)
        assert found[first] == [*line[:index], joined, *line[index + 1 :]]
        assert got.worst == "warning"
    else:
        assert got.worst == "error"


@settings(max_examples=300, deadline=None)
@given(content=st.binary(max_size=600))
def test_no_bytes_make_the_reader_fail(content: bytes) -> None:
    got = read_once(content)

    assert got.worst is not None
    assert got.structure in {"conforme", "non conforme", "refusé"}


@settings(max_examples=300, deadline=None)
@given(noise=st.binary(max_size=80), at=st.integers(0, 400), cut=st.integers(0, 40))
@example(noise=b"\n", at=163, cut=0)
def test_no_damage_to_a_file_makes_the_reader_fail_or_lose_the_count(
    noise: bytes, at: int, cut: int
) -> None:
    content = text(zones(), zones(EcritureLib="été"), zones()).encode()

    got = read_once(content[:at] + noise + content[at + cut :])

    numbers = got.numbers
    assert numbers == sorted(set(numbers))
    # A header that was cut names fewer columns, and each that it lacks is told.
    told = sum(finding.code == "COLONNE_ABSENTE" for finding in got.findings)
    for _, line in got.records:
        assert len(line) >= 18 - told
        assert not any(sign in zone for zone in line for sign in "\t\r\n\0\x01")


@settings(max_examples=150, deadline=None)
@given(content=st.text("<>/aligneécritures&;=\"'?! x\n", max_size=200))
def test_no_document_makes_the_xml_reader_fail(content: str) -> None:
    got = read_once(f"<?xml version='1.0'?><comptabilite>{content}")

    assert got.worst == "error"


@pytest.mark.parametrize("lines", [2_000, 8_000])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, lines: int) -> None:
    import tracemalloc

    path = tmp_path / "upload"
    line = "\t".join(zones(EcritureLib="FARINE été " * 4)) + "\r\n"
    path.write_text(text() + line * lines + "oups\r\n" * lines, newline="")
    sink = FindingSink()

    tracemalloc.start()
    reading = open_reading(path, name=NAME, sink=sink)
    count = sum(len(batch) for batch in reading.batches())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (count, sink.counts) == (lines + 1, {"ZONES_NOMBRE": lines})
    assert peak < 9_000_000
