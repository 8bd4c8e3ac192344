from collections.abc import Sequence
from pathlib import Path

import pytest

from ledger.fec import columns
from tests.ledger.fec.flat_files import HEADER, read, text, zones


@pytest.mark.parametrize("sep", [";", ","])
def test_the_separators_of_spreadsheets_are_read_and_told(tmp_path: Path, sep: str) -> None:
    line = zones(Debit="100", Credit="0")

    got = read(tmp_path, text(line, sep=sep))

    found = got.only("SEPARATEUR")
    assert (found.severity, found.old, got.structure) == ("warning", sep, "refusé")
    assert got.records == [(2, line)]


def test_before_2013_the_semicolon_was_lawful(tmp_path: Path) -> None:
    got = read(tmp_path, text(sep=";"), name="552100554FEC20121231.txt")

    assert got.only("SEPARATEUR_ANCIEN").severity == "warning"
    assert got.structure == "conforme"


@pytest.mark.parametrize("sep", ["|", "\t", ";"])
def test_a_separator_in_the_label_is_anchored_by_dates_and_amounts(
    tmp_path: Path, sep: str
) -> None:
    label = f"FARINE{sep}T65{sep}bio"

    got = read(tmp_path, text(zones(), zones(EcritureLib=label), zones(), sep=sep))

    found = next(one for one in got.findings if one.code == "SEPARATEUR_LIBELLE")
    new = label.replace("\t", " ")
    assert (found.line, found.column, found.severity) == (3, "EcritureLib", "warning")
    assert found.old == "«\u00a0FARINE\u00a0» «\u00a0T65\u00a0» «\u00a0bio\u00a0»"
    assert found.new == new
    assert got.column(columns.ECRITURE_LIB) == ["MINOTERIE", new, "MINOTERIE"]
    assert got.numbers == [2, 3, 4]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("JournalLib", "Achats | frais"),
        ("CompteLib", "Achats | farines"),
        ("PieceRef", "FA|12"),
        ("EcritureLib", "| FARINE"),
        ("EcritureLib", "FARINE |"),
        ("EcritureLib", "Facture|12"),
    ],
)
def test_a_bar_is_put_back_where_one_reading_alone_fits(
    tmp_path: Path, column: str, value: str
) -> None:
    got = read(tmp_path, text(zones(**{column: value}), sep="|"))

    assert got.only("SEPARATEUR_LIBELLE").column == column
    assert got.records == [(2, zones(**{column: value}))]
    assert got.structure == "non conforme"


@pytest.mark.parametrize(
    "changed",
    [
        {"CompAuxNum": "F1", "CompAuxLib": "Dupont | Fils"},
        {"EcritureLib": "20250101|12,00"},
        {"CompteLib": "Four|nisseurs", "CompAuxNum": "F1", "CompAuxLib": "Dupont"},
        {"EcritureLib": "a|b", "JournalLib": "c|d", "CompAuxNum": "F1", "CompAuxLib": "x|y"},
    ],
)
def test_a_bar_that_fits_in_two_places_is_an_error_on_its_line(
    tmp_path: Path, changed: dict[str, str]
) -> None:
    got = read(tmp_path, text(zones(), zones(**changed), zones(), sep="|"))

    found = got.only("ZONES_NOMBRE")
    assert (found.line, found.severity, got.numbers) == (3, "error", [2, 4])


def test_too_many_zones_that_fit_nowhere_are_an_error(tmp_path: Path) -> None:
    got = read(tmp_path, text(zones(), ["x"] * 25, ["y"] * 60, zones()))

    assert got.codes == {"ZONES_NOMBRE": 2}


def test_a_bar_in_one_label_does_not_hide_the_empty_end_of_another_line(tmp_path: Path) -> None:
    lines = [[*zones(), ""], zones(EcritureLib="A|B"), zones()]

    got = read(tmp_path, text(*lines, sep="|"))

    assert got.codes == {"ZONE_FINALE_IRREGULIERE": 1, "SEPARATEUR_LIBELLE": 1}
    assert got.column(columns.ECRITURE_LIB) == ["MINOTERIE", "A|B", "MINOTERIE"]


def test_a_separator_too_many_at_the_end_of_all_lines_is_an_info(tmp_path: Path) -> None:
    got = read(tmp_path, text([*zones(), ""], [*zones(), " "], header=[*HEADER, ""]))

    assert got.only("ZONE_FINALE_VIDE").severity == "info"
    assert (got.structure, got.records) == ("conforme", [(2, zones()), (3, zones())])


def test_the_dgfip_tool_counts_one_empty_zone_after_the_names_however_many_there_are(
    tmp_path: Path,
) -> None:
    got = read(tmp_path, text([*zones(), ""], header=[*HEADER, "", ""]))

    assert (got.codes, got.structure) == ({"ZONE_FINALE_VIDE": 1}, "conforme")


@pytest.mark.parametrize(
    ("header", "line"),
    [
        (HEADER, [*zones(), ""]),
        (HEADER, [*zones(), "", "", ""]),
        ([*HEADER, ""], zones()),
        ([*HEADER, "", ""], [*zones(), "", ""]),
    ],
)
def test_empty_zones_that_header_and_lines_do_not_share_are_one_info(
    tmp_path: Path, header: list[str], line: list[str]
) -> None:
    got = read(tmp_path, text(line, line, line, header=header))

    assert got.only("ZONE_FINALE_IRREGULIERE").severity == "info"
    assert got.structure == "non conforme"
    assert got.records == [(2, zones()), (3, zones()), (4, zones())]


def test_some_lines_with_an_empty_zone_too_many_are_one_info(tmp_path: Path) -> None:
    got = read(tmp_path, text(zones(), zones(), zones(), [*zones(), ""], [*zones(), ""]))

    found = got.only("ZONE_FINALE_IRREGULIERE")
    assert (found.line, len(got.records)) == (5, 5)
    assert "2 lignes" in found.message


def test_a_line_without_the_empty_end_of_the_others_is_read(tmp_path: Path) -> None:
    whole = [*zones(), ""]

    got = read(tmp_path, text(whole, zones(), whole, header=[*HEADER, ""]))

    assert got.codes == {"ZONE_FINALE_VIDE": 1, "ZONE_FINALE_IRREGULIERE": 1}
    assert len(got.records) == 3


def test_a_value_under_no_name_is_left_out_with_a_warning(tmp_path: Path) -> None:
    whole = [*zones(), ""]

    got = read(tmp_path, text(whole, [*zones(), "oups"], whole, header=[*HEADER, ""]))

    found = next(one for one in got.findings if one.code == "COLONNE_SANS_NOM")
    assert (found.line, found.old, found.severity) == (3, "oups", "warning")
    assert got.records == [(2, zones()), (3, zones()), (4, zones())]


def test_padded_zones_are_one_info_for_the_file(tmp_path: Path) -> None:
    padded = [zone.ljust(12) for zone in zones()]

    got = read(tmp_path, text(*[padded] * 50))

    found = got.only("ZONES_COMPLETEES")
    assert (found.severity, found.line, got.structure) == ("info", 2, "conforme")
    assert got.records[0] == (2, padded)


def quoted(line: Sequence[str]) -> list[str]:
    return ['"' + zone.replace('"', '""') + '"' for zone in line]


@pytest.mark.parametrize("sep", ["\t", "|", ";", ","])
def test_a_file_that_quotes_all_its_lines_is_read_by_the_rules_of_csv(
    tmp_path: Path, sep: str
) -> None:
    line = zones(EcritureLib=f'VIS 3"{sep} inox')

    got = read(tmp_path, text(quoted(line), quoted(zones()), sep=sep, header=quoted(HEADER)))

    assert got.codes.pop("ZONES_GUILLEMETS") == 1
    assert set(got.codes) <= {"SEPARATEUR", "CARACTERE_CONTROLE"}
    shown = " " if sep == "\t" else sep
    assert got.column(columns.ECRITURE_LIB) == [f'VIS 3"{shown} inox', "MINOTERIE"]
    assert got.column(columns.DEBIT) == ["100,00", "100,00"]
    assert got.numbers == [2, 3]


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
def test_a_line_end_inside_quotes_is_part_of_the_text(tmp_path: Path, eol: str) -> None:
    line = quoted(zones(EcritureLib="FARINE\nT65"))

    got = read(tmp_path, text(line, quoted(zones()), header=quoted(HEADER), eol=eol))

    assert got.column(columns.ECRITURE_LIB) == ["FARINE T65", "MINOTERIE"]
    assert got.numbers == [2, 4]


def test_an_unclosed_quote_spoils_its_line_only(tmp_path: Path) -> None:
    bad = ['"AC', *quoted(zones())[1:]]

    got = read(tmp_path, text(quoted(zones()), bad, *[quoted(zones())] * 40, header=quoted(HEADER)))

    assert got.codes == {"ZONES_GUILLEMETS": 1, "ZONES_NOMBRE": 1}
    assert got.numbers == [2, *range(4, 44)]


def test_quotes_are_data_where_not_all_lines_are_quoted(tmp_path: Path) -> None:
    line = zones(JournalCode='"AC"', EcritureLib='VIS 3" inox')

    got = read(tmp_path, text(zones(), line, zones()))

    assert (got.codes, got.records[1]) == ({}, (3, line))


def test_a_quoted_zone_that_holds_the_separator_loses_its_quotes(tmp_path: Path) -> None:
    line = zones(EcritureLib='"FARINE;T65 ""bio"""')

    got = read(tmp_path, text(zones(), line, sep=";"))

    assert got.codes == {"SEPARATEUR": 1, "SEPARATEUR_LIBELLE": 1}
    assert got.column(columns.ECRITURE_LIB)[1] == 'FARINE;T65 "bio"'


def test_a_header_in_quotes_above_plain_lines_is_read(tmp_path: Path) -> None:
    got = read(tmp_path, text(zones(), header=quoted(HEADER)))

    assert (got.codes, got.records) == ({"ZONES_GUILLEMETS": 1}, [(2, zones())])


def test_a_bar_is_put_back_in_a_file_without_auxiliary_columns(tmp_path: Path) -> None:
    header = [name for name in HEADER if not name.startswith("CompAux")]

    got = read(tmp_path, text(zones(header, EcritureLib="A|B"), header=header, sep="|"))

    assert got.codes == {"COLONNE_ABSENTE": 2, "SEPARATEUR_LIBELLE": 1}
    assert got.column(columns.ECRITURE_LIB) == ["A|B"]


def test_a_bar_that_fits_in_very_many_ways_is_an_error(tmp_path: Path) -> None:
    header = [*HEADER, *(f"Axe{number}" for number in range(10))]

    got = read(tmp_path, text(zones(header), [*zones(header), *"abcdefgh"], header=header, sep="|"))

    assert got.codes == {"COLONNE_INCONNUE": 10, "ZONES_NOMBRE": 1}


def test_quotes_that_do_not_make_a_line_regular_are_data(tmp_path: Path) -> None:
    line = [*zones(EcritureLib='"A|B')]

    got = read(tmp_path, text(zones(), line, sep="|"))

    assert got.column(columns.ECRITURE_LIB) == ["MINOTERIE", '"A|B']


def test_a_quoted_zone_beyond_any_measure_spoils_its_line_only(tmp_path: Path) -> None:
    long = quoted(zones(EcritureLib="x" * 140_000))

    got = read(tmp_path, text(quoted(zones()), long, quoted(zones()), header=quoted(HEADER)))

    assert got.codes == {"ZONES_GUILLEMETS": 1, "LIGNE_TROP_LONGUE": 1}
    assert got.numbers == [2, 4]
