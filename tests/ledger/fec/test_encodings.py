from pathlib import Path

import pytest

from ledger.fec import columns
from ledger.fec.encodings import decide, score
from ledger.fec.reading import Choices
from ledger.fec.survey import Survey
from tests.ledger.fec.flat_files import Read, read, text, zones

FRENCH = "Règlement n° 12, reçu à l'hôtel : 40 % dû"


def labels(got: Read) -> list[str]:
    return got.column(columns.ECRITURE_LIB)


def of(label: str, encoding: str, **changed: str) -> bytes:
    return text(zones(EcritureLib=label, **changed)).encode(encoding)


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-8", "utf-8"), ("iso8859-15", "iso8859-15"), ("ascii", "ascii")]
)
def test_the_encodings_of_the_law_are_read_in_silence(
    tmp_path: Path, encoding: str, name: str
) -> None:
    label = "FARINE" if encoding == "ascii" else FRENCH + " 3 €"

    got = read(tmp_path, of(label, encoding))

    assert (got.reading.encoding, got.codes, got.structure) == (name, {}, "conforme")
    assert labels(got) == [label]


def test_a_byte_order_mark_is_an_info(tmp_path: Path) -> None:
    got = read(tmp_path, of(FRENCH, "utf-8-sig"))

    assert got.only("BOM").severity == "info"
    assert (got.reading.encoding, got.structure, labels(got)) == ("utf-8", "conforme", [FRENCH])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("eol", ["\r\n", "\n", "\r"])
def test_utf_16_is_read_with_or_without_its_mark(tmp_path: Path, encoding: str, eol: str) -> None:
    content = text(zones(EcritureLib=FRENCH + " Ċ"), zones(), eol=eol).encode(encoding)

    got = read(tmp_path, content)

    assert got.codes.pop("ENCODAGE_UTF16") == 1
    assert set(got.codes) <= {"FIN_LIGNE_CR"}
    assert (got.worst, got.structure) == ("warning", "non conforme")
    assert labels(got) == [FRENCH + " Ċ", "MINOTERIE"]


def test_a_big_endian_mark_is_known(tmp_path: Path) -> None:
    got = read(tmp_path, b"\xfe\xff" + of(FRENCH, "utf-16-be"))

    assert (got.reading.encoding, labels(got)) == ("utf-16-be", [FRENCH])


@pytest.mark.parametrize("eol", ["\r\n", "\n"])
def test_utf_16_across_blocks_is_cut_on_whole_signs(tmp_path: Path, eol: str) -> None:
    # The bytes of « ਊĀ » hold those of a line feed, one byte aside.
    lines = [zones(EcritureLib=f"{number}" + "ਊĀ" * 500) for number in range(800)]

    got = read(tmp_path, text(*lines, eol=eol).encode("utf-16"))

    assert got.records == list(enumerate(lines, 2))


def test_a_utf_16_file_cut_inside_a_sign_says_both_faults(tmp_path: Path) -> None:
    got = read(tmp_path, of(FRENCH, "utf-16")[:-5])

    assert got.codes == {"ENCODAGE_UTF16": 1, "ENCODAGE_INVALIDE": 1, "FICHIER_TRONQUE": 1}


WINDOWS = {
    "accents and apostrophes": FRENCH + " d’été",
    "an ellipsis": "etc… café",
    "an ellipsis alone": "etc…",
    "a dash": "Paris – Lyon",
    "quotes": "dit “le bon”",
    "a euro": "12 €",
    "an apostrophe in capitals": "L’EAU D’EVIAN",
    "œ": "CŒUR et cœur, bœuf",
}


@pytest.mark.parametrize("label", WINDOWS.values(), ids=WINDOWS)
def test_windows_1252_is_told_and_read(tmp_path: Path, label: str) -> None:
    got = read(tmp_path, of(label, "cp1252"))

    found = got.only("ENCODAGE_CP1252")
    assert (found.severity, got.structure, labels(got)) == ("warning", "conforme", [label])
    assert "\\x" in str(found.old)


DOS = {
    "small letters": FRENCH,
    "a degree sign alone": "CREAT° MAQUETTE",
    "é alone": "facture réglée",
    "à alone": "reste à payer",
    "à in a word": "déjà payé",
    "capitals": "RÈGLEMENT DÉFINITIF",
    "É alone": "SOCIÉTÉ",
    "ç": "façade",
    "ô": "contrôle technique",
    "ù": "où",
    "î": "maîtrise d'œuvre".replace("œ", "oe"),
    "û": "coût",
}


@pytest.mark.parametrize("label", DOS.values(), ids=DOS)
def test_dos_cp850_is_recognised_by_its_french(tmp_path: Path, label: str) -> None:
    got = read(tmp_path, of(label, "cp850"))

    found = got.only("ENCODAGE_CP850")
    assert (found.severity, got.structure) == ("warning", "conforme")
    assert label.startswith(str(found.new))
    assert labels(got) == [label]


LATIN = {
    "é": "été",
    "è": "règle",
    "capitals": "SOCIÉTÉ FRANÇAISE",
    "small é in capitals": "RéGLEMENT CREATé",
    "no-break space": "1\xa0200",
    "degree": "n° 12",
    "euro": "12 €",
    "a Danish name": "Bjørn Sørensen",
    "a Spanish name": "Muñoz",
    "guillemets": "« Le Bon Coin »",
    "diameter": "tube Ø 50",
    "times": "2 × 3 m",
    "squared": "120 m²",
    "œ": "œuvre",
    "capital followed by a guillemet": "dit « CAFÉ»",
}


@pytest.mark.parametrize("label", LATIN.values(), ids=LATIN)
def test_iso_8859_15_is_not_mistaken_for_dos(tmp_path: Path, label: str) -> None:
    got = read(tmp_path, of(label, "iso8859-15"))

    assert (got.reading.encoding, got.codes, labels(got)) == ("iso8859-15", {}, [label])


def test_two_alphabets_that_make_as_good_french_are_a_question(tmp_path: Path) -> None:
    content = of("HÔTEL", "iso8859-15")
    assert content == of("HÈTEL", "cp850")

    got = read(tmp_path, content)

    found = got.only("ENCODAGE_AMBIGU")
    assert (found.severity, found.settle) == ("error", "encoding")
    assert "HÔTEL" in found.message
    assert "HÈTEL" in found.message


@pytest.mark.parametrize(
    ("chosen", "label", "codes"),
    [
        ("iso8859-15", "HÔTEL", {}),
        ("cp1252", "HÔTEL", {"ENCODAGE_CP1252": 1}),
        ("cp850", "HÈTEL", {"ENCODAGE_CP850": 1}),
    ],
)
def test_the_encoding_once_chosen_settles_it(
    tmp_path: Path, chosen: str, label: str, codes: dict[str, int]
) -> None:
    got = read(tmp_path, of("HÔTEL", "iso8859-15"), choices=Choices(encoding=chosen))

    assert (labels(got), got.codes) == ([label], codes)


def test_lines_of_another_alphabet_in_a_utf_8_file_are_repaired_one_by_one(tmp_path: Path) -> None:
    good, bad = text(zones(EcritureLib="été")), text(zones(EcritureLib="réglé"))
    lines = bad.split("\r\n")[1] + "\r\n"

    got = read(tmp_path, good.encode() + lines.encode("iso8859-15") + lines.encode("utf-8"))

    found = got.only("ENCODAGE_MIXTE")
    assert (found.line, found.severity, got.structure) == (3, "warning", "conforme")
    assert "r\\xe9gl\\xe9" in str(found.old)
    assert "réglé" in str(found.new)
    assert labels(got) == ["été", "réglé", "réglé"]
    assert got.reading.encoding == "utf-8"


def test_one_line_may_mix_two_alphabets(tmp_path: Path) -> None:
    line = "\t".join(zones(EcritureLib="été ")).encode().replace(b" \t100", b" \x82t\x82\t100")

    got = read(tmp_path, text().encode() + line + b"\r\n")

    assert got.codes == {"ENCODAGE_MIXTE": 1}
    assert labels(got) == ["MINOTERIE", "été été"]


def test_a_file_cut_inside_a_sign_is_repaired_or_told(tmp_path: Path) -> None:
    content = text(zones(EcritureLib="été"), [*zones()[:17], "é"]).encode().rstrip(b"\r\n")[:-1]

    got = read(tmp_path, content)

    assert set(got.codes) <= {"ENCODAGE_MIXTE", "ENCODAGE_AMBIGU"}
    assert got.numbers == [2, 3]


def test_bytes_that_the_chosen_encoding_does_not_know_are_errors(tmp_path: Path) -> None:
    content = of("été", "iso8859-15")

    got = read(tmp_path, content, choices=Choices(encoding="utf-8"))

    found = got.only("ENCODAGE_INVALIDE")
    assert (found.line, found.severity) == (2, "error")


def test_utf_8_of_any_language_is_utf_8(tmp_path: Path) -> None:
    got = read(tmp_path, of("Łódź, Αθήνα, 東京 😀", "utf-8"))

    assert (got.reading.encoding, got.codes, labels(got)) == (
        "utf-8",
        {},
        ["Łódź, Αθήνα, 東京 😀"],
    )


@pytest.mark.parametrize("size", [1 << 18, 1 << 20, (1 << 20) + 1])
def test_a_sign_across_two_blocks_is_whole(tmp_path: Path, size: int) -> None:
    start = text(zones(EcritureLib="x"))
    fill = zones(EcritureLib="y" * 1000)
    content = start
    while len(content.encode()) < size - 3000:
        content += "\t".join(fill) + "\r\n"
    for shift in range(4):
        room = size - len(content.encode()) - 80 + shift
        last = "\t".join(zones(EcritureLib="z" * room + "é" * 40)) + "\r\n"

        got = read(tmp_path, content + last)

        assert (got.codes, labels(got)[-1]) == ({}, "z" * room + "é" * 40)


def test_the_survey_samples_a_bounded_number_of_signs(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(b"\xe9t\xe9 " * 100_000)

    survey = Survey(path)

    assert survey.contexts.total() == 20_000
    assert score(survey, "iso8859-15") > score(survey, "cp850")
    assert decide(survey).codec == "iso8859-15"


def test_a_late_windows_byte_counts_though_the_sample_is_full(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(b"\xe9t\xe9 " * 400_000 + b"l\x92eau")

    assert decide(Survey(path)).codec == "cp1252"
