import datetime as dt
from pathlib import Path

import pytest

from ledger.fec.filenames import is_siren, read_name
from tests.ledger.fec.flat_files import read, text

CLOSING = dt.date(2025, 12, 31)


@pytest.mark.parametrize(
    "name",
    [
        "552100554FEC20251231.txt",
        "552100554FEC20251231",
        "552100554fec20251231.TXT",
        "552100554FEC20251231.xml",
        "552100554FEC20251231.csv",
    ],
)
def test_a_legal_name_tells_siren_and_closing_whatever_its_extension(name: str) -> None:
    got = read_name(name)

    assert (got.siren, got.year_end, got.findings) == ("552100554", CLOSING, ())


@pytest.mark.parametrize(
    ("name", "code", "siren", "year_end"),
    [
        ("fec.txt", "NOM_FICHIER", None, None),
        ("FEC20251231.txt", "NOM_FICHIER", None, None),
        ("552100554FEC311225.txt", "NOM_FICHIER", None, None),
        ("552100554FEC19991231.txt", "NOM_FICHIER", "552100554", None),
        ("552100554FEC20251231_v2.txt", "NOM_FICHIER_VARIANTE", None, CLOSING),
        ("SARL Martin FEC20251231.txt", "NOM_FICHIER_VARIANTE", None, CLOSING),
        ("5521005540FEC20251231.txt", "NOM_FICHIER_SIREN", "5521005540", CLOSING),
        ("552100555FEC20251231.txt", "NOM_FICHIER_SIREN", "552100555", CLOSING),
        ("552100554FEC20250231.txt", "NOM_FICHIER_DATE", "552100554", None),
    ],
)
def test_an_odd_name_is_a_warning_and_gives_what_it_holds(
    name: str, code: str, siren: str | None, year_end: dt.date | None
) -> None:
    got = read_name(name)

    assert [(found.code, found.severity) for found in got.findings] == [(code, "warning")]
    assert (got.siren, got.year_end) == (siren, year_end)


@pytest.mark.parametrize(
    ("name", "structure"),
    [
        ("fec.txt", "refusé"),
        ("5521005540FEC20251231.txt", "conforme"),
        ("552100554FEC20251231 (1).txt", "conforme"),
        ("552100554FEC20250231.txt", "conforme"),
    ],
)
def test_an_odd_name_blocks_no_reading_though_the_dgfip_tool_may_refuse(
    tmp_path: Path, name: str, structure: str
) -> None:
    got = read(tmp_path, text(), name=name)

    assert (got.numbers, got.worst, got.structure) == ([2], "warning", structure)


@pytest.mark.parametrize(
    ("digits", "right"),
    [
        ("552100554", True),
        ("732829320", True),
        ("000000000", True),
        ("552100553", False),
        ("55210055", False),
        ("55210055X", False),
        ("٥٥٢١٠٠٥٥٤", False),
    ],
)
def test_a_siren_is_nine_digits_with_a_luhn_key(digits: str, right: bool) -> None:
    assert is_siren(digits) is right
