"""Files of banks: what is read, and what is refused with a sentence."""

from __future__ import annotations

import datetime as dt
import io
import time
import tracemalloc
import zipfile

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ledger.bank import mapping, reading
from ledger.bank.amounts import cents
from ledger.bank.lines import Statement, StatementTooLong, UnreadableStatement
from ledger.bank.tables import read_table
from tests.conftest import DATA
from tests.ledger.bank.writing import Moved, as_camt, as_csv, as_ofx, as_xlsx

D = dt.date
FILES = DATA / "bank"


def read(content: bytes) -> list[Statement]:
    """As a file is read whose columns are guessed."""
    form = reading.form_of(content)
    if form in reading.TABLES:
        table = read_table(content)
        return [mapping.apply(table, mapping.guess(table))]
    return reading.read(content, form)


def of(name: str) -> Statement:
    (statement,) = read((FILES / name).read_bytes())
    return statement


def short(statement: Statement) -> list[tuple[str, int, str, str]]:
    return [
        (f"{line.date:%d/%m}", line.amount, line.label, line.external_id)
        for line in statement.lines
    ]


def test_a_camt_gives_account_balances_and_booked_entries_alone() -> None:
    got = of("credit-agricole-2025-03.xml")
    assert got.account == "FR1420041010050500013M02606"
    assert (got.since, got.until) == (D(2025, 3, 1), D(2025, 3, 31))
    assert (got.opening, got.closing) == (4_210_35, 4_931_57)
    edf = "PRLV SEPA EDF ENTREPRISES Facture 884512 mars 2025"
    hotel = "VIREMENT RECU Hôtel des Voyageurs FA-2025-0031"
    assert short(got) == [
        ("04/03", -118_43, edf, "2025063A0001"),
        ("07/03", 1_860_00, hotel, "2025066A0007"),
        ("31/03", -24_90, "FRAIS DE TENUE DE COMPTE", ""),
        ("17/03", -995_45, "PRLV URSSAF RHONE-ALPES", "2025076A0003"),
    ]
    assert got.lines[0].reference == "EDF-884512"
    assert got.lines[1].value_date == D(2025, 3, 8)
    assert [line.at for line in got.lines] == [11, 12, 13, 14]


def test_the_statements_of_several_days_are_one() -> None:
    got = of("qonto-2025-04.xml")
    assert (got.opening, got.closing) == (-100_00, 30_50)
    assert short(got) == [
        ("03/04", 250_50, "SARL Dupont & Fils", "tx-9f31"),
        ("28/04", -120_00, "OVH SAS Hébergement", ""),
    ]
    assert got.notes == []


@pytest.mark.parametrize("version", range(1, 14))
def test_every_version_of_camt_is_read(version: int) -> None:
    rows = [Moved(D(2025, 1, 2), -12_34, "PRLV", "A")]
    (got,) = read(as_camt(rows, opening=0, closing=-12_34, version=version))
    assert short(got) == [("02/01", -12_34, "PRLV", "A")]


def test_an_ofx_with_a_french_charset_empty_tags_and_a_comma_is_read() -> None:
    got = of("la-banque-postale-2025-04.ofx")
    assert got.account == "20041010050500013M026"
    assert (got.opening, got.closing) == (None, 5_663_64)
    assert short(got) == [
        ("02/04", -118_43, "PRLV EDF & CIE Échéance avril", "20250402-1"),
        ("09/04", -350_00, "CHEQUE", "20250409-1"),
        ("15/04", 1_200_50, "VIR LOYER", "20250415-1"),
    ]
    assert got.lines[1].reference == "0001234"


def test_an_ofx_2_is_read_with_its_cdata() -> None:
    got = of("boursobank-2025-05.ofx")
    assert short(got) == [("06/05", -42_10, "CARTE 05/05 L'ÉPICERIE", "B1")] * 2


def test_a_csv_is_read_below_its_preamble_and_above_its_totals() -> None:
    got = of("caisse-epargne-2025-05.csv")
    assert short(got) == [
        ("02/05", -45_99, "PRLV SEPA ORANGE Facture 0512", ""),
        ("05/05", 1_234_56, "REMISE CB ; TPE 01", ""),
        ("12/05", -350_00, "CHEQUE 0001235", ""),
        ("30/05", -12_50, "COTISATION PRO", ""),
    ]
    assert got.faults == []


def test_a_csv_without_headings_is_guessed_by_its_content() -> None:
    assert short(of("lcl-2025-06.csv"))[1] == ("04/06", 2_400_00, "VIR MAIRIE DE LYON FACT 88", "")


def test_an_english_csv_keeps_its_points() -> None:
    assert short(of("revolut-2025-06.csv")) == [
        ("02/06", -89_00, "SNCF Connect", ""),
        ("05/06", 1_250_00, "Client, facture 12", ""),
    ]


@pytest.mark.parametrize(
    ("text", "mark", "wanted"),
    [
        ("1.234,56-", ",", -1_234_56), ("-1 234,56", ",", -1_234_56), ("(12,50)", ",", -12_50),
        ("1\u202f234,5", ",", 1_234_50), ("+3", ",", 3_00), ("1,234.56", ".", 1_234_56),
        ("−0,01 €", ",", -1), ("1'234.00", ".", 1_234_00), (",5", ",", 50), ("", ",", None),
        ("12,500", ",", 12_50),
    ],
)  # fmt: skip
def test_amounts_are_read_as_banks_write_them(text: str, mark: str, wanted: int | None) -> None:
    assert cents(text, mark) == wanted


@pytest.mark.parametrize("text", ["abc", "1,2,3", "1.23,45", "12,345", "--1", ",", "1e3", "9" * 20])
def test_what_is_no_amount_is_a_fault(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (its text is the amount)
        cents(text, ",")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "est vide"),
        (b" \r\n ", "est vide"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<!DOCTYPE html><html><body>Session", "page web"),
        (b"<html><table><tr><td>01/01/2025", "page web"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binaires"),
        (as_camt([Moved(D(2025, 1, 2), 1, "x")])[:-20], "incomplet"),
        (as_ofx([Moved(D(2025, 1, 2), 1, "x")])[:-20], "coupé"),
        (b"<?xml version='1.0'?><Document><a/></Document>", "pas un relevé"),
        (b"OFXHEADER:100\n\n<OFX></OFX>", "aucun relevé"),
        (b"PK\x03\x04 pas un classeur", "classeur"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_statement_is_refused_in_french(content: bytes, said: str) -> None:
    with pytest.raises(UnreadableStatement) as refusal:
        read(content)
    assert said in refusal.value.message


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (98 + at, b"&%c;" % (97 + at) * 10) for at in range(12)
    )
    + b"]><Document><Stmt>&m;</Stmt></Document>"
)  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        LAUGHS,
        b'<?xml version="1.0"?><!DOCTYPE d SYSTEM "file:///etc/passwd"><Document/>',
        b'OFXHEADER:100\n<!DOCTYPE OFX [<!ENTITY x "y">]><OFX><STMTRS></OFX>',
    ],
    ids=["billion laughs", "external", "ofx"],
)
def test_no_entity_is_ever_defined(content: bytes) -> None:
    began = time.process_time()
    with pytest.raises(UnreadableStatement) as refusal:
        read(content)
    assert "entités" in refusal.value.message
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "content",
    [
        b"Date;Libell\xe9;Montant\n" + b"01/01/2025;X;1\n" * 1_000_000,
        as_camt([Moved(D(2025, 1, 2), 1, "x")]).replace(
            b"<Ntry>", b"<Ntry><Amt>1</Amt><BookgDt><Dt>2025-01-01</Dt></BookgDt></Ntry>" * 100_000
            + b"<Ntry>"
        ),
        b"OFXHEADER:100\n<OFX><STMTRS>"
        + b"<STMTTRN><DTPOSTED>20250101<TRNAMT>1</STMTTRN>" * 100_000,
    ],
    ids=["csv", "camt", "ofx"],
)  # fmt: skip
def test_a_million_lines_are_refused_in_bounded_time_and_memory(content: bytes) -> None:
    began = time.process_time()
    tracemalloc.start()
    with pytest.raises(StatementTooLong) as refusal:
        read(content)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refusal.value.status == 413
    assert time.process_time() - began < 20  # traced memory makes it some five times slower
    assert peak < 150 * 1024 * 1024


def test_a_workbook_that_swells_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * (201 * 1024 * 1024))
    with pytest.raises(StatementTooLong):
        read(out.getvalue())


def test_the_faults_of_a_table_name_their_lines() -> None:
    content = (
        "Date;Libellé;Montant\n02/01/2025;Bon;1,00\n31/02/2025;Jour;1,00\n"
        "03/01/2025;Somme;douze\n04/01/2025;Rien;\n;Sans date;5,00\n"
    ).encode()
    (got,) = read(content)
    assert [(fault.line, fault.message) for fault in got.faults] == [
        (3, "«\u00a031/02/2025\u00a0» n’est pas une date au format jj/mm/aaaa"),
        (4, "«\u00a0douze\u00a0» n’est pas un montant"),
        (5, "le montant manque"),
        (6, "la date manque"),
    ]
    assert len(got.lines) == 1


def test_an_entry_in_another_currency_is_a_fault() -> None:
    content = as_camt([Moved(D(2025, 1, 2), 1_00, "x")]).replace(b'Ccy="EUR"', b'Ccy="USD"')
    (got,) = read(content)
    assert got.faults[0].message == "l’opération est en USD, pas en euros"


LABELS = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f\xa0\xad"),
    min_size=1, max_size=40,
).map(lambda text: " ".join("".join(c for c in text if c.isprintable()).split())).filter(
    lambda text: text and "<" not in text and not text.startswith("&")
)  # fmt: skip
ROWS = st.lists(
    st.builds(
        Moved,
        date=st.dates(D(2000, 1, 1), D(2098, 12, 31)),
        amount=st.integers(-(10**11), 10**11).filter(bool),
        label=LABELS,
        external_id=st.just(""),
    ),
    min_size=1,
    max_size=20,
)


def is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize("write", [as_camt, as_ofx, as_csv, as_xlsx])
@settings(max_examples=40, deadline=None)
@given(rows=ROWS)
def test_what_is_written_is_read_back(write: object, rows: list[Moved]) -> None:
    content: bytes = write(rows)  # type: ignore[operator]
    # Signs whose Windows-1252 bytes make UTF-8 can be told from it by nobody.
    assume(write not in {as_ofx, as_csv} or content.isascii() or not is_utf8(content))
    (got,) = read(content)
    assert got.faults == []
    assert [(line.date, line.amount, line.label) for line in got.lines] == [
        (row.date, row.amount, row.label) for row in rows
    ]
