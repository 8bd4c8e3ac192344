from pathlib import Path

import pytest

from ledger.fec import columns
from tests.ledger.fec.flat_files import HEADER, read, text, zones


def test_cr_cr_lf_is_one_line_end(tmp_path: Path) -> None:
    got = read(tmp_path, text(zones(), zones(), eol="\r\r\n"))

    found = got.only("FIN_LIGNE_DOUBLE")
    assert (found.severity, found.line, got.structure) == ("warning", 1, "non conforme")
    assert got.records == [(2, zones()), (3, zones())]


def test_cr_alone_is_a_line_end(tmp_path: Path) -> None:
    got = read(tmp_path, text(zones(), zones(), eol="\r"))

    assert got.only("FIN_LIGNE_CR").severity == "warning"
    assert (got.numbers, got.structure) == ([2, 3], "conforme")


def test_a_last_cr_lf_in_a_cr_file_is_one_end(tmp_path: Path) -> None:
    got = read(tmp_path, text(*[zones()] * 60, eol="\r") + "\n")

    assert (got.codes, len(got.records)) == ({"FIN_LIGNE_CR": 1}, 60)


@pytest.mark.parametrize("eol", ["\n", "\r", "\r\n"])
def test_every_line_end_counts_once_in_the_numbers(tmp_path: Path, eol: str) -> None:
    header, line = "\t".join(HEADER), "\t".join(zones())

    got = read(tmp_path, f"{header}{eol}{line}\n{line}\r{line}\r\n{line}{eol}{line}")

    assert got.numbers == [2, 3, 4, 5, 6]


def test_cr_cr_lf_after_a_sound_header_varies_without_harm(tmp_path: Path) -> None:
    content = "\t".join(HEADER) + "\r\n" + "\t".join(zones()) + "\r\r\n"

    got = read(tmp_path, content * 1 + "\t".join(zones()) + "\r\n")

    assert got.only("FIN_LIGNE_VARIABLE").line == 2
    assert (got.records, got.structure) == ([(2, zones()), (3, zones())], "conforme")


def test_cr_lf_late_in_an_lf_file_varies_without_harm(tmp_path: Path) -> None:
    content = text(*[zones()] * 40, eol="\n") + "\t".join(zones()) + "\r\n"

    got = read(tmp_path, content)

    assert got.only("FIN_LIGNE_VARIABLE").line == 42
    assert (len(got.records), got.structure) == (41, "conforme")


def test_lf_among_cr_lf_ends_lines_too(tmp_path: Path) -> None:
    line = "\t".join(zones())

    got = read(tmp_path, text(zones()) + line + "\n" + line + "\r\n" + line + "\r\n")

    found = got.only("FIN_LIGNE_MIXTE")
    assert (found.line, got.numbers, got.structure) == (3, [2, 3, 4, 5], "non conforme")


def test_a_stray_cr_early_in_an_lf_file_misleads_the_dgfip_tool(tmp_path: Path) -> None:
    got = read(tmp_path, text(zones(EcritureLib="FARINE\rT65"), eol="\n"))

    assert got.codes == {"FIN_LIGNE_AMBIGUE": 1, "SAUT_DE_LIGNE_DONNEE": 1}
    assert got.column(columns.ECRITURE_LIB) == ["FARINE T65"]
    assert got.structure == "non conforme"


def test_lf_inside_a_text_of_a_cr_lf_file_is_data(tmp_path: Path) -> None:
    got = read(tmp_path, text(zones(EcritureLib="FARINE\nT65"), zones()))

    found = got.only("SAUT_DE_LIGNE_DONNEE")
    assert (found.line, found.column) == (2, "EcritureLib")
    assert (found.old, found.new) == ("FARINE\nT65", "FARINE T65")
    assert got.column(columns.ECRITURE_LIB) == ["FARINE T65", "MINOTERIE"]
    assert (got.numbers, got.worst, got.structure) == ([2, 4], "warning", "conforme")


def test_a_text_cut_by_a_line_end_is_joined_and_keeps_its_first_line(tmp_path: Path) -> None:
    got = read(tmp_path, text(zones(), zones(EcritureLib="FARINE\nT65"), zones(), eol="\n"))

    found = got.only("SAUT_DE_LIGNE_LIBELLE")
    assert (found.line, found.column) == (3, "EcritureLib")
    assert (found.old, found.new) == ("FARINE\nT65", "FARINE T65")
    assert got.column(columns.ECRITURE_LIB) == ["MINOTERIE", "FARINE T65", "MINOTERIE"]
    assert (got.numbers, got.structure) == ([2, 3, 5], "non conforme")


def test_a_text_cut_twice_and_by_a_blank_line_is_joined(tmp_path: Path) -> None:
    got = read(tmp_path, text(zones(CompteLib="A\nB\n\nC"), zones(), eol="\n"))

    assert got.codes == {"SAUT_DE_LIGNE_LIBELLE": 1}
    assert got.column(columns.COMPTE_LIB) == ["A B  C", "Farines"]
    assert got.numbers == [2, 6]


def test_a_text_of_a_cr_lf_file_cut_by_cr_lf_is_joined(tmp_path: Path) -> None:
    got = read(tmp_path, text(zones(EcritureLib="FARINE\r\nT65")))

    assert got.codes == {"SAUT_DE_LIGNE_LIBELLE": 1}
    assert got.column(columns.ECRITURE_LIB) == ["FARINE T65"]


def test_pieces_that_do_not_make_a_record_are_not_joined(tmp_path: Path) -> None:
    broken = zones()
    first, second = broken[:12], ["n’importe quoi", *broken[12:]]

    got = read(tmp_path, text(zones(), first, second, zones(), eol="\n"))

    assert got.codes == {"ZONES_NOMBRE": 2}
    assert [found.line for found in got.findings] == [3, 4]
    assert got.numbers == [2, 5]


def test_a_short_line_before_a_cut_one_does_not_spoil_the_join(tmp_path: Path) -> None:
    got = read(tmp_path, text(zones()[:6], zones(EcritureLib="A\nB"), eol="\n"))

    assert got.codes == {"ZONES_NOMBRE": 1, "SAUT_DE_LIGNE_LIBELLE": 1}
    assert got.numbers == [3]


def test_each_short_line_is_an_error_of_its_own(tmp_path: Path) -> None:
    got = read(tmp_path, text(*[zones()[:17]] * 30, zones()))

    assert got.codes == {"ZONES_NOMBRE": 30}
    assert [found.line for found in got.findings] == list(range(2, 32))
    assert (got.numbers, got.worst, got.structure) == ([32], "error", "non conforme")


@pytest.mark.parametrize("blank", ["", "   ", "\t" * 17, " \t "])
def test_a_blank_line_is_skipped_with_a_warning(tmp_path: Path, blank: str) -> None:
    line = "\t".join(zones())

    got = read(tmp_path, text(zones()) + f"{blank}\r\n{line}\r\n")

    found = got.only("LIGNE_VIDE")
    assert (found.line, found.severity) == (3, "warning")
    assert (got.numbers, got.structure) == ([2, 4], "non conforme")


def test_blank_lines_at_the_end_are_told(tmp_path: Path) -> None:
    got = read(tmp_path, text() + "\r\n\r\n")

    assert got.codes == {"LIGNE_VIDE": 2}


def test_blank_lines_before_the_header_are_skipped(tmp_path: Path) -> None:
    got = read(tmp_path, "\r\n\r\n" + text())

    assert got.codes == {"LIGNE_VIDE_DEBUT": 2}
    assert (got.numbers, got.structure) == ([4], "refusé")


def test_the_dos_end_mark_goes(tmp_path: Path) -> None:
    got = read(tmp_path, text() + "\x1a")

    found = got.only("CARACTERE_FIN_DOS")
    assert (found.line, found.severity) == (3, "warning")
    assert (got.records, got.structure) == ([(2, zones())], "non conforme")


def test_the_dos_end_mark_glued_to_the_last_record_goes_too(tmp_path: Path) -> None:
    got = read(tmp_path, text().removesuffix("\r\n") + "\x1a")

    assert got.only("CARACTERE_FIN_DOS_ACCOLE").line == 2
    assert (got.records, got.structure) == ([(2, zones())], "conforme")


def test_nul_bytes_go_with_a_warning(tmp_path: Path) -> None:
    got = read(tmp_path, text(zones(EcritureLib="FAR\0INE"), zones()))

    found = got.only("CARACTERE_NUL")
    assert (found.line, found.severity, got.structure) == (2, "warning", "conforme")
    assert got.column(columns.ECRITURE_LIB) == ["FARINE", "MINOTERIE"]


def test_a_tail_of_nul_bytes_is_a_blank_line(tmp_path: Path) -> None:
    got = read(tmp_path, text() + "\0" * 3)

    assert got.codes == {"CARACTERE_NUL": 1, "LIGNE_VIDE": 1}


@pytest.mark.parametrize("sign", ["\x01", "\x0b", "\x0c", "\x1f", "\x85", "\u2028", "\u2029"])
def test_an_odd_character_in_a_text_is_an_info_and_cuts_no_record(
    tmp_path: Path, sign: str
) -> None:
    got = read(tmp_path, text(zones(EcritureLib=f"FARINE{sign}T65"), zones()))

    found = got.only("CARACTERE_CONTROLE")
    assert (found.severity, found.line, found.column) == ("info", 2, "EcritureLib")
    assert got.column(columns.ECRITURE_LIB) == ["FARINE T65", "MINOTERIE"]
    assert (got.numbers, got.structure) == ([2, 3], "conforme")


@pytest.mark.parametrize(
    ("column", "zone", "sign", "code", "structure"),
    [
        ("EcritureLib", "FARINE\x07T65", "\x07", "CARACTERE_CONTROLE", "conforme"),
        ("JournalCode", "A\x07C", "\x07", "CARACTERE_CONTROLE_CODE", "conforme"),
        ("CompteNum", "607000\x07", "\x07", "CARACTERE_CONTROLE_CODE", "conforme"),
        ("Debit", "12,00\x07", "\x07", "CARACTERE_CONTROLE_VALEUR", "non conforme"),
        ("EcritureDate", "\x0720250310", "\x07", "CARACTERE_CONTROLE_VALEUR", "non conforme"),
        ("Debit", "12,00\x0b", "\x0b", "CARACTERE_CONTROLE_CODE", "conforme"),
    ],
)
def test_a_control_character_is_judged_by_the_zone_that_holds_it(
    tmp_path: Path, column: str, zone: str, sign: str, code: str, structure: str
) -> None:
    got = read(tmp_path, text(zones(**{column: zone}), zones()))

    found = got.only(code)
    escaped = f"\\x{ord(sign):02x}"
    assert (found.column, found.old) == (column, zone.replace(sign, escaped))
    assert found.new == zone.replace(sign, " ")
    assert (got.structure, found.severity == "info") == (structure, column == "EcritureLib")


def test_a_tabulation_in_a_text_of_a_bar_file_becomes_a_space(tmp_path: Path) -> None:
    got = read(tmp_path, text(zones(EcritureLib="FARINE\tT65"), sep="|"))

    assert got.codes == {"CARACTERE_CONTROLE": 1}
    assert got.column(columns.ECRITURE_LIB) == ["FARINE T65"]


def test_a_file_cut_short_says_so(tmp_path: Path) -> None:
    whole = text(zones(), zones())

    got = read(tmp_path, whole[:-60])

    found = got.only("FICHIER_TRONQUE")
    assert (found.line, found.severity, got.structure) == (3, "error", "non conforme")
    assert got.numbers == [2]


def test_a_file_cut_in_the_first_zone_says_so(tmp_path: Path) -> None:
    got = read(tmp_path, text() + "A")

    assert got.only("FICHIER_TRONQUE").line == 3


def test_a_file_cut_after_a_broken_record_names_both_faults(tmp_path: Path) -> None:
    got = read(tmp_path, text(zones(), zones()[:5], eol="\n") + "AC\tAchats")

    assert got.codes == {"ZONES_NOMBRE": 1, "FICHIER_TRONQUE": 1}


def test_the_last_piece_of_a_cut_record_may_lack_its_end(tmp_path: Path) -> None:
    content = text(zones(), zones(EcritureLib="A\nB"), eol="\n").removesuffix("\n")

    got = read(tmp_path, content)

    assert (got.codes, got.numbers) == ({"SAUT_DE_LIGNE_LIBELLE": 1}, [2, 3])


@pytest.mark.parametrize("rest", ["", "\r\n", "\r\n\r\n\r\n"])
def test_a_header_alone_has_no_entries(tmp_path: Path, rest: str) -> None:
    got = read(tmp_path, "\t".join(HEADER) + rest)

    assert got.codes.pop("FICHIER_SANS_ECRITURE") == 1
    assert set(got.codes) <= {"LIGNE_VIDE"}
    assert (got.worst, got.structure) == ("error", "non conforme")


def test_a_line_that_no_record_can_be_is_left_out(tmp_path: Path) -> None:
    got = read(tmp_path, text(zones(), zones(EcritureLib="x" * 70_000), zones()))

    found = got.only("LIGNE_TROP_LONGUE")
    assert (found.line, found.severity, got.numbers) == (3, "error", [2, 4])


def test_an_apostrophe_byte_that_splitlines_would_cut_stays_in_its_label(tmp_path: Path) -> None:
    content = text(zones(EcritureLib="etc…"), zones(EcritureLib="été")).encode("cp1252")
    assert b"\x85" in content

    got = read(tmp_path, content)

    assert got.numbers == [2, 3]
    assert got.column(columns.ECRITURE_LIB) == ["etc…", "été"]
