from pathlib import Path

import pytest

from ledger.fec import columns
from ledger.fec.reading import Choices
from tests.ledger.fec.flat_files import HEADER, TREASURY, read, text, zones

LAWFUL_SPELLINGS = {
    "capitals": [name.upper() for name in HEADER],
    "small letters": [name.lower() for name in HEADER],
    "MontantDevise": [{"Montantdevise": "MontantDevise"}.get(name, name) for name in HEADER],
    "Crédit": [{"Credit": "Crédit", "Debit": "Débit"}.get(name, name) for name in HEADER],
    "spaces after names": [name + "  " for name in HEADER],
}


@pytest.mark.parametrize("header", LAWFUL_SPELLINGS.values(), ids=LAWFUL_SPELLINGS)
def test_legal_names_may_be_spelled_their_own_way_in_silence(
    tmp_path: Path, header: list[str]
) -> None:
    got = read(tmp_path, text(zones(), header=header))

    assert (got.records, got.codes) == ([(2, zones())], {})


@pytest.mark.parametrize(
    ("alias", "legal"),
    [
        ("JournalLibelle", "JournalLib"),
        ("CompteAuxNum", "CompAuxNum"),
        ("CompteAuxLib", "CompAuxLib"),
        ("Journal Code", "JournalCode"),
        ("Écriture_Num", "EcritureNum"),
        ("DateValidation", "ValidDate"),
        ("Devise", "Idevise"),
    ],
)
def test_a_plain_alias_is_understood_with_a_warning(tmp_path: Path, alias: str, legal: str) -> None:
    header = [{legal: alias}.get(name, name) for name in HEADER]

    got = read(tmp_path, text(zones(), header=header))

    found = got.only("ENTETE_ALIAS")
    assert (found.line, found.column, found.old, found.new) == (1, legal, alias, legal)
    assert (got.records, got.worst, got.structure) == ([(2, zones())], "warning", "non conforme")


def test_an_alias_beside_its_legal_name_is_another_column(tmp_path: Path) -> None:
    header = [*HEADER, "JournalLibelle"]

    got = read(tmp_path, text(header=header))

    assert got.only("COLONNE_INCONNUE").old == "JournalLibelle"
    assert got.reading.extra == ("JournalLibelle",)


def test_columns_are_found_by_name_whatever_their_order(tmp_path: Path) -> None:
    header = list(reversed(HEADER))

    got = read(tmp_path, text(header=header))

    assert got.records == [(2, zones())]
    assert (got.only("ENTETE_ORDRE").severity, got.structure) == ("info", "conforme")


def test_unknown_columns_follow_the_22_legal_ones_in_the_order_of_the_file(tmp_path: Path) -> None:
    header = ["Axe2", *HEADER, "Axe1"]

    got = read(tmp_path, text(zones(header, Axe2="paris", Axe1="lyon"), header=header))

    assert got.reading.extra == ("Axe2", "Axe1")
    assert got.records == [(2, [*zones(), "", "", "", "", "paris", "lyon"])]
    assert (got.codes, got.worst, got.structure) == ({"COLONNE_INCONNUE": 2}, "info", "conforme")


@pytest.mark.parametrize(
    "name",
    ["EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "EcritureLib", "Debit", "Credit"],
)
def test_a_file_without_a_column_that_books_cannot_spare_is_not_read(
    tmp_path: Path, name: str
) -> None:
    header = [other for other in HEADER if other != name]

    got = read(tmp_path, text(header=header))

    assert got.only("COLONNE_OBLIGATOIRE_ABSENTE").column == name
    assert got.reading.refusal == got.findings[0]
    assert (got.records, got.structure) == ([], "non conforme")


@pytest.mark.parametrize("name", ["JournalLib", "PieceRef", "ValidDate", "Idevise"])
def test_another_absent_column_is_read_empty(tmp_path: Path, name: str) -> None:
    header = [other for other in HEADER if other != name]

    got = read(tmp_path, text(header=header))

    index = columns.LEGAL.index(name)
    assert got.only("COLONNE_ABSENTE").column == name
    assert got.reading.absent == {index}
    assert got.column(index) == [""]
    assert got.column(columns.DEBIT) == ["100,00"]
    assert (got.worst, got.structure) == ("warning", "non conforme")


def test_a_treasury_layout_wants_its_columns(tmp_path: Path) -> None:
    header = [name for name in TREASURY if name != "NatOp"]

    got = read(tmp_path, text(header=header))

    assert got.reading.layout == "BNCT"
    assert got.only("COLONNE_ABSENTE").column == "NatOp"


def test_a_column_that_comes_twice_is_an_error_and_the_first_is_read(tmp_path: Path) -> None:
    header = [*HEADER, "Debit"]

    got = read(tmp_path, text([*zones(), "999,00"], header=header))

    found = got.only("COLONNE_EN_DOUBLE")
    assert (found.severity, found.column, got.structure) == ("error", "Debit", "conforme")
    assert got.column(columns.DEBIT) == ["100,00"]


def test_amount_beside_debit_is_an_unknown_column(tmp_path: Path) -> None:
    header = [*HEADER, "Montant", "Sens"]

    got = read(tmp_path, text(header=header))

    assert (got.reading.signed, got.reading.extra) == (False, ("Montant", "Sens"))


def test_amount_without_side_leaves_no_debit(tmp_path: Path) -> None:
    header = ["Montant" if name == "Debit" else name for name in HEADER if name != "Credit"]

    got = read(tmp_path, text(header=header))

    assert got.codes == {"COLONNE_INCONNUE": 1, "COLONNE_OBLIGATOIRE_ABSENTE": 2}


def test_a_nameless_column_is_kept_apart(tmp_path: Path) -> None:
    header = [*HEADER[:5], "", *HEADER[5:]]

    got = read(tmp_path, text(header=header))

    assert got.reading.extra == ("Colonne 6",)
    assert got.codes == {"COLONNE_INCONNUE": 1}


def test_a_file_without_header_asks_for_the_legal_order(tmp_path: Path) -> None:
    content = text(zones(), zones(), header=zones())

    got = read(tmp_path, content)

    found = got.only("ENTETE_ABSENT")
    assert (found.severity, found.settle, got.structure) == (
        "error",
        "standard_order",
        "non conforme",
    )
    assert got.records == []


@pytest.mark.parametrize("size", [18, 21, 22])
def test_the_legal_order_once_chosen_reads_the_first_line_as_a_record(
    tmp_path: Path, size: int
) -> None:
    line = zones(TREASURY[:size])

    got = read(tmp_path, text(line, header=line), choices=Choices(standard_order=True))

    assert got.records == [(1, line), (2, line)]
    assert got.only("ENTETE_ABSENT_ORDRE_STANDARD").severity == "warning"


def test_the_legal_order_leaves_an_empty_last_zone(tmp_path: Path) -> None:
    line = [*zones(), ""]

    got = read(tmp_path, text(line, header=line), choices=Choices(standard_order=True))

    assert got.records == [(1, zones()), (2, zones())]


def test_the_legal_order_knows_amount_and_side(tmp_path: Path) -> None:
    line = zones(Debit="100,00", Credit="C")

    got = read(tmp_path, text(header=line), choices=Choices(standard_order=True))

    assert got.reading.signed


def test_the_choice_of_the_legal_order_changes_nothing_where_a_header_stands(
    tmp_path: Path,
) -> None:
    got = read(tmp_path, text(), choices=Choices(standard_order=True))

    assert (got.numbers, got.codes) == ([2], {})


@pytest.mark.parametrize(
    "first_line",
    [
        "Grand livre de la société Martin, exercice 2025",
        "\t".join(f"Zone {number}" for number in range(18)),
        "\t".join(zones()[:12]),
    ],
    ids=["a title", "unknown names", "too few zones"],
)
def test_a_first_line_that_is_neither_header_nor_record_is_refused(
    tmp_path: Path, first_line: str
) -> None:
    got = read(tmp_path, first_line + "\r\n" + text())

    assert got.only("FICHIER_NON_FEC").line == 1
    assert got.structure == "refusé"


def test_a_header_repeated_among_the_lines_is_skipped(tmp_path: Path) -> None:
    got = read(tmp_path, text(zones(), HEADER, zones()))

    found = got.only("ENTETE_REPETE")
    assert (found.line, got.numbers, got.structure) == (3, [2, 4], "non conforme")
