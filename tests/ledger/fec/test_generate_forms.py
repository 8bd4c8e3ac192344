"""The same books in every form of file."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from ledger.fec.columns import LEGAL
from ledger.fec.generate import generate
from ledger.fec.write import name_by_law
from tests.ledger.fec.generated import SIREN, YEAR_END, cents, made, rows


def test_the_same_arguments_give_the_same_bytes_and_another_seed_others() -> None:
    assert made() == made()
    assert made()[0] != made(seed=2)[0]
    assert made()[0] != made(siren="987654324")[0]


def test_partial_letterings_can_be_left_out() -> None:
    raw, truth = made(partial_letterings=False)

    assert truth.letterings.partial == 0
    assert all(row["EcritureLet"] == row["EcritureLet"].upper() for row in rows(raw))


def test_the_marker_ends_every_name_and_label() -> None:
    raw, truth = made(marker="ZEBRE-martin-boulangerie")

    for row in rows(raw):
        assert row["EcritureLib"].endswith(" ZEBRE-martin-boulangerie")
        if row["CompAuxLib"]:
            assert row["CompAuxLib"].endswith(" ZEBRE-martin-boulangerie")
    assert truth.lines == 1500


@pytest.mark.parametrize(
    ("options", "encoding", "separator"),
    [
        ({"encoding": "iso8859-15"}, "iso8859-15", "\t"),
        ({"encoding": "cp1252"}, "cp1252", "\t"),
        ({"encoding": "cp850"}, "cp850", "\t"),
        ({"encoding": "utf-8-sig"}, "utf-8-sig", "\t"),
        ({"encoding": "utf-16"}, "utf-16", "\t"),
        ({"separator": "|"}, "utf-8", "|"),
        ({"separator": ";"}, "utf-8", ";"),
    ],
)
def test_the_form_of_the_file_changes_nothing_of_its_sums(
    options: dict[str, object], encoding: str, separator: str
) -> None:
    raw, truth = made(**options)
    found = rows(raw, encoding=encoding, separator=separator)

    assert list(found[0]) == list(LEGAL)
    assert sum(cents(row["Debit"]) for row in found) == truth.debit == made()[1].debit


@pytest.mark.parametrize("eol", ["\n", "\r", "\r\r\n"])
def test_line_ends_are_those_asked_for(eol: str) -> None:
    raw, truth = made(eol=eol)

    assert raw.decode().replace(eol, "\r\n").encode() == made()[0]
    assert raw.count(eol.encode()) == truth.lines + 1


def test_montant_and_sens_hold_the_same_sums() -> None:
    raw, truth = made(montant_sens=True)
    found = rows(raw)

    assert sum(cents(row["Montant"]) for row in found if row["Sens"] == "D") == truth.debit
    assert sum(cents(row["Montant"]) for row in found if row["Sens"] == "C") == truth.credit


@pytest.mark.parametrize("layout", [21, 22])
def test_treasury_layouts_fill_their_zones(layout: int) -> None:
    raw, truth = made(layout=layout)
    found = rows(raw)

    assert len(found) == truth.lines
    assert len(found[0]) == layout
    assert all(row["DateRglt"] and row["ModeRglt"] and row["NatOp"] for row in found)
    assert all(row["IdClient"] == row["CompAuxNum"] for row in found if layout == 22)


def test_the_xml_form_holds_the_same_sums() -> None:
    raw, truth = made(xml=True)
    root = ElementTree.fromstring(raw)

    def total(name: str) -> int:
        return sum(int((one.text or "").replace(".", "")) for one in root.iter(name))

    assert (total("Debit"), total("Credit")) == (truth.debit, truth.credit)
    assert sum(1 for _ in root.iter("ecriture")) == truth.entries
    assert sum(1 for _ in root.iter("ligne")) == truth.lines


def test_a_path_is_written_too(tmp_path: Path) -> None:
    path = tmp_path / name_by_law(SIREN, YEAR_END)
    generate(path, lines=500, year_end=YEAR_END, siren=SIREN)

    assert path.read_bytes() == made(lines=500)[0]
