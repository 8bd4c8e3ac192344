from pathlib import Path

import pytest

from ledger.fec import columns
from ledger.fec.reading import raw_lines
from tests.ledger.fec.flat_files import NAME, Read, read

XML_NAME = NAME.replace(".txt", ".xml")
ROOT = (
    '<comptabilite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:noNamespaceSchemaLocation="formatA47A-I-VII-1.xsd">'
)
HEAD = (
    "<EcritureNum>1</EcritureNum><EcritureDate>2025-02-27</EcritureDate>"
    "<EcritureLib>MINOTERIE</EcritureLib><PieceRef>FA-0412</PieceRef>"
    "<PieceDate>2025-02-26</PieceDate><ValidDate>2025-03-31</ValidDate>"
)
DEBIT = (
    "<ligne><CompteNum>601100</CompteNum><CompteLib>Farines &amp; grains</CompteLib>"
    "<Debit>1234.50</Debit></ligne>"
)
CREDIT = (
    "<ligne><CompteNum>401000</CompteNum><CompteLib>Fournisseurs</CompteLib>"
    "<CompAuxNum>F1</CompAuxNum><CompAuxLib>Girardeau</CompAuxLib><Credit>1234.50</Credit></ligne>"
)


def document(
    *lines: str,
    head: str = HEAD,
    root: str = ROOT,
    closing: str = "2025-12-31",
    encoding: str = "UTF-8",
    eol: str = "\n",
) -> bytes:
    return eol.join(
        [
            f'<?xml version="1.0" encoding="{encoding}"?>',
            f"{root}<exercice><DateCloture>{closing}</DateCloture>",
            "<journal><JournalCode>AC</JournalCode><JournalLib>Achats</JournalLib>",
            f"<ecriture>{head}",
            *(lines or (DEBIT, CREDIT)),
            "</ecriture></journal></exercice></comptabilite>",
        ]
    ).encode(encoding)


def read_xml(folder: Path, content: bytes) -> Read:
    return read(folder, content, name=XML_NAME)


def test_an_xml_file_gives_the_records_of_the_flat_form(tmp_path: Path) -> None:
    got = read_xml(tmp_path, document())

    shared = ["AC", "Achats", "1", "20250227"]
    piece = ["FA-0412", "20250226", "MINOTERIE"]
    end = ["", "", "20250331", "", "", "", "", "", ""]
    assert got.records == [
        (5, [*shared, "601100", "Farines & grains", "", "", *piece, "1234,50", "", *end]),
        (6, [*shared, "401000", "Fournisseurs", "F1", "Girardeau", *piece, "", "1234,50", *end]),
    ]
    assert (got.codes, got.structure) == ({}, "conforme")
    assert (got.reading.is_xml, got.reading.layout, got.reading.separator) == (True, "BIC", None)
    assert got.reading.bytes_read == got.reading.size


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "ISO-8859-15", "UTF-16", "windows-1252"])
def test_the_declared_encoding_is_followed(tmp_path: Path, encoding: str) -> None:
    line = DEBIT.replace("Farines", "Été")

    got = read_xml(tmp_path, document(line, CREDIT, encoding=encoding))

    assert got.column(columns.COMPTE_LIB)[0] == "Été & grains"


def test_treasury_values_of_the_entry_go_to_each_line_its_lettering_to_third_parties(
    tmp_path: Path,
) -> None:
    head = HEAD.replace(
        "<ValidDate>", "<EcritureLet>AA</EcritureLet><DateLet>2025-03-02</DateLet><ValidDate>"
    ) + (
        "<DateRglt>2025-03-01</DateRglt><ModeRglt>virement</ModeRglt>"
        "<NatOp>achat</NatOp><IdClient>C9</IdClient>"
    )

    got = read_xml(tmp_path, document(head=head))

    assert got.reading.layout == "BNCT"
    assert got.column(columns.ECRITURE_LET) == ["", "AA"]
    assert got.column(columns.DATE_LET) == ["", "20250302"]
    assert (got.only("XML_LETTRAGE").severity, got.only("XML_LETTRAGE").line) == ("info", 6)
    assert got.column(columns.DATE_RGLT) == ["20250301", "20250301"]
    assert got.column(columns.ID_CLIENT) == ["C9", "C9"]


def test_amount_and_side_are_signed_and_a_debit_among_them_follows(tmp_path: Path) -> None:
    signed = CREDIT.replace("<Credit>1234.50</Credit>", "<Montant>1234.50</Montant><Sens>C</Sens>")

    got = read_xml(tmp_path, document(DEBIT, signed))

    assert got.reading.signed
    assert got.column(columns.MONTANT) == ["1234,50", "1234,50"]
    assert got.column(columns.SENS) == ["D", "C"]


def test_the_older_names_of_auxiliaries_that_the_schema_allows_are_read(tmp_path: Path) -> None:
    line = CREDIT.replace("CompAux", "CompteAux")

    got = read_xml(tmp_path, document(DEBIT, line))

    assert (got.codes, got.column(columns.COMP_AUX_NUM)) == ({}, ["", "F1"])


def test_other_elements_of_a_line_follow_the_legal_zones(tmp_path: Path) -> None:
    line = DEBIT.replace("</ligne>", "<Axe>paris</Axe></ligne>")

    got = read_xml(tmp_path, document(line, CREDIT))

    assert got.reading.extra == ("Axe",)
    assert (got.codes, got.column(22)) == ({"COLONNE_INCONNUE": 1}, ["paris", ""])


def test_foreign_amounts_have_a_comma(tmp_path: Path) -> None:
    line = DEBIT.replace(
        "<Debit>", "<Montantdevise>99.9</Montantdevise><Idevise>USD</Idevise><Debit>"
    )

    got = read_xml(tmp_path, document(line, CREDIT))

    assert got.column(columns.MONTANT_DEVISE) == ["99,9", ""]
    assert got.column(columns.IDEVISE) == ["USD", ""]


def test_dates_may_have_a_time_and_a_zone(tmp_path: Path) -> None:
    got = read_xml(tmp_path, document(head=HEAD.replace("03-31", "03-31T10:25:37.5+01:00")))

    assert (got.codes, got.column(columns.VALID_DATE)) == ({}, ["20250331"] * 2)


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("1234.50", "1234,50", "Debit"),
        ("1234.50", "1 234.50", "Debit"),
        ("2025-02-27", "20250227", "EcritureDate"),
        ("2025-02-27", "27/02/2025", "EcritureDate"),
    ],
)
def test_a_value_that_the_schema_forbids_is_read_as_the_flat_form_would(
    tmp_path: Path, old: str, new: str, column: str
) -> None:
    line, head = DEBIT.replace(old, new), HEAD.replace(old, new)

    got = read_xml(tmp_path, document(line, CREDIT, head=head))

    found = got.only("XML_VALEUR")
    assert (found.column, found.old, found.severity) == (column, new, "warning")
    assert got.column(columns.LEGAL.index(column))[0] == new
    assert got.structure == "non conforme"


def test_findings_carry_the_physical_line(tmp_path: Path) -> None:
    got = read_xml(tmp_path, document(DEBIT, CREDIT.replace("1234.50", "1234,50")))

    assert got.only("XML_VALEUR").line == 6


def test_a_closing_date_that_is_not_the_name_s_is_a_warning(tmp_path: Path) -> None:
    got = read_xml(tmp_path, document(closing="2024-12-31"))

    assert got.only("XML_CLOTURE").old == "2024-12-31"


def test_a_document_without_its_schema_is_an_info_and_not_conforming(tmp_path: Path) -> None:
    got = read_xml(tmp_path, document(root="<comptabilite>"))

    assert (got.only("XML_SANS_SCHEMA").severity, got.structure) == ("info", "non conforme")
    assert got.numbers == [5, 6]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
UNREADABLE = {
    "entities": document(root=BOMB + ROOT),
    "an external file": document(root='<!DOCTYPE x SYSTEM "file:///etc/passwd">' + ROOT),
    "a wrong end": document().replace(b"</ecriture>", b"</ecritures>"),
    "cut short": document()[:-30],
    "bytes of another alphabet": document(DEBIT.replace("F", "\xe9")).replace(b"\xc3\xa9", b"\xe9"),
    "an unknown encoding": document().replace(b"UTF-8", b"klingon"),
    "endless depth": document("<a>" * 50 + "</a>" * 50),
    "an endless value": document(DEBIT.replace("Farines", "F" * 100_000)),
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_sound_xml_is_refused_with_its_line(tmp_path: Path, content: bytes) -> None:
    got = read_xml(tmp_path, content)

    found = next(one for one in got.findings if one.code == "XML_ILLISIBLE")
    assert found.line is not None
    assert (got.worst, got.structure) == ("error", "refusé")


def test_another_xml_is_refused_at_once(tmp_path: Path) -> None:
    got = read_xml(tmp_path, b'<?xml version="1.0"?><Invoice><ID>1</ID></Invoice>')

    found = got.only("XML_ILLISIBLE")
    assert "<Invoice>" in found.message
    assert got.reading.refusal == found


def test_another_xml_in_utf_16_is_refused_too(tmp_path: Path) -> None:
    got = read_xml(tmp_path, '<?xml version="1.0" encoding="UTF-16"?><Invoice/>'.encode("utf-16"))

    assert "XML_ILLISIBLE" in got.codes


def test_a_document_without_lines_has_no_entries(tmp_path: Path) -> None:
    content = document().replace(DEBIT.encode(), b"").replace(CREDIT.encode(), b"")

    got = read_xml(tmp_path, content)

    assert got.only("FICHIER_SANS_ECRITURE").severity == "error"


def test_too_many_kinds_of_elements_are_refused(tmp_path: Path) -> None:
    line = DEBIT.replace("</ligne>", "".join(f"<a{n}/>" for n in range(80)) + "</ligne>")

    assert read_xml(tmp_path, document(line)).only("FICHIER_TROP_LARGE")


def test_a_giant_entry_is_given_in_several_batches(tmp_path: Path) -> None:
    lines = [DEBIT.replace("1234.50", f"{n}.00") for n in range(11_000)]

    got = read_xml(tmp_path, document(*lines))

    assert got.numbers == list(range(5, 11_005))
    assert got.column(columns.DEBIT) == [f"{n},00" for n in range(11_000)]


def test_raw_lines_of_a_document_are_its_lines(tmp_path: Path) -> None:
    content = document(encoding="ISO-8859-1")
    got = read_xml(tmp_path, content)

    shown = raw_lines(tmp_path / "upload", got.reading, 5, 0)

    assert shown == [(5, DEBIT)]


def test_a_document_on_one_line_shows_the_record_that_a_finding_names(tmp_path: Path) -> None:
    lines = [DEBIT.replace("1234.50", f"{n}.00") for n in range(100)]
    broken = DEBIT.replace("1234.50", "12O,00")
    got = read_xml(tmp_path, document(*lines, broken, *lines, eol=""))

    found = got.only("XML_VALEUR")
    assert got.numbers == list(range(2, 203))
    assert found.line == 102
    shown = raw_lines(tmp_path / "upload", got.reading, 102, 1)

    assert shown == [(101, lines[99]), (102, broken), (103, lines[0])]
    head = HEAD.replace("2025-02-27", "27/02/2025")
    assert read_xml(tmp_path, document(head=head, eol="")).only("XML_VALEUR").line == 2


@pytest.mark.parametrize("fault", ["<ligne", "<!DOCTYPE x>", "</journal>"])
def test_what_stands_before_the_fault_of_a_document_is_shown(tmp_path: Path, fault: str) -> None:
    content = document(DEBIT, CREDIT, eol="").replace(b"</ecriture>", fault.encode())
    got = read_xml(tmp_path, content)

    assert raw_lines(tmp_path / "upload", got.reading, 3, 0) == [(3, CREDIT)]


def test_values_outside_journals_are_no_one_s(tmp_path: Path) -> None:
    content = document().replace(b"</DateCloture>", b"</DateCloture><EcritureLib>x</EcritureLib>")

    assert read_xml(tmp_path, content).column(columns.ECRITURE_LIB) == ["MINOTERIE", "MINOTERIE"]
