import datetime as dt
import re
from pathlib import Path
from typing import Literal

import pytest

from ledger.fec import columns
from ledger.fec.generate import generate
from tests.ledger.fec.checked import Line, check, entry, fec, line, opening, payment, purchase, sale
from tests.ledger.fec.given_back import of_text, records

DATA = Path(__file__).parents[2] / "data" / "fec"
WIDTHS = {
    "journals": 4, "accounts": 3, "thirds": 6, "letterings": 8, "entries": 13, "lines": 13,
    "invoices": 15, "bank": 7,
}  # fmt: skip


def test_every_artefact_is_there_with_its_columns_even_empty(tmp_path: Path) -> None:
    got = check(tmp_path, fec(entry(line("606100", 5), line("101000", -5))))

    assert set(got.tables) == set(WIDTHS)
    for name, rows in got.tables.items():
        assert {len(row) for row in rows} <= {WIDTHS[name]}
    assert (tmp_path / "out" / "invoices.tsv").read_bytes() == b""


def test_rows_are_plain_utf8_lines_without_quotes(tmp_path: Path) -> None:
    odd = 'Dépôt "A"\tx, œuvre'

    got = check(tmp_path, fec(purchase(1, EcritureLib=odd), sep="|"))

    raw = (tmp_path / "out" / "lines.tsv").read_bytes()
    assert raw.count(b"\n") == 3
    assert b"\r" not in raw
    assert got.column("lines", 4) == ['Dépôt "A" x, œuvre'] * 3
    assert got.report.accounting == "accept"


def test_ordinals_are_dense_from_one(tmp_path: Path) -> None:
    path = tmp_path / "book"
    generate(path, lines=2000, year_end=dt.date(2025, 12, 31), siren="552100554")

    got = check(tmp_path, path.read_bytes())

    for name in ("journals", "accounts", "thirds", "letterings", "entries"):
        assert got.column(name, 0) == [str(n + 1) for n in range(len(got.tables[name]))]
    for column, name in ((0, "entries"), (2, "accounts"), (3, "thirds"), (7, "letterings")):
        used = {int(one) for one in got.column("lines", column) if one}
        assert used == set(range(1, len(got.tables[name]) + 1))


def test_entries_agree_with_their_lines(tmp_path: Path) -> None:
    got = check(tmp_path, (DATA / "0000000001FEC20220831.txt").read_bytes())

    lines: dict[str, list[list[str]]] = {}
    for row in got.tables["lines"]:
        lines.setdefault(row[0], []).append(row)
    for row in got.tables["entries"]:
        own = lines[row[0]]
        assert (row[12], row[11]) == (str(len(own)), str(sum(int(one[5]) for one in own)))
        assert row[8] == own[0][1]


@pytest.mark.row("B10")
@pytest.mark.parametrize(
    ("name", "encoding", "sep"),
    [("0000000001FEC20220831.txt", "utf-8-sig", "\t"), ("111111111FEC20221231.TXT", "cp850", "|")],
)
def test_the_real_files_are_given_back_record_by_record(
    tmp_path: Path, name: str, encoding: str, sep: str
) -> None:
    content = (DATA / name).read_bytes()

    got = check(tmp_path, content, name=name)

    assert list(records(got)) == of_text(content.decode(encoding), sep)


@pytest.mark.row("B10")
@pytest.mark.parametrize("layout", [18, 21, 22])
def test_generated_books_of_every_layout_are_given_back(
    tmp_path: Path, layout: Literal[18, 21, 22]
) -> None:
    path = tmp_path / "book"
    end = dt.date(2025, 12, 31)
    generate(path, lines=1500, year_end=end, siren="552100554", layout=layout, seed=3)

    got = check(tmp_path, path.read_bytes())

    assert list(records(got)) == of_text(path.read_text("utf-8"))


def _odd_book() -> list[list[Line]]:
    """Everything that lines may say otherwise than their entry, account, journal or third party."""
    first, second = purchase(1), purchase(2, EcritureDate="20250411", JournalLib="Achats 2")
    first[1] |= {"PieceRef": "AUTRE", "PieceDate": "20250301", "ValidDate": "20260201"}
    first[2]["CompAuxLib"] = "Ancien nom"
    second[0]["CompteLib"] = "Nouveau libellé"
    staff = entry(line("641000", 500), line("421000", -500, "S1"), EcritureNum="3")
    foreign = sale(1)
    foreign[0] |= {
        "Montantdevise": "-130,5",
        "Idevise": "USD",
        "EcritureLet": "A",
        "DateLet": "20250501",
    }
    bare = purchase(4)
    bare[2] |= {"CompteNum": "401ABC", "CompAuxNum": "", "CompAuxLib": ""}
    mixed = [one for pair in zip(first, second, strict=True) for one in pair]
    opened = opening(line("512000", 5), line("101000", -5))
    return [opened, mixed, staff, foreign, bare, payment(1, EcritureLet="A")]


@pytest.mark.row("B10")
def test_whatever_lines_say_otherwise_is_given_back(tmp_path: Path) -> None:
    content = fec(*_odd_book())

    got = check(tmp_path, content)

    assert list(records(got)) == of_text(content)
    assert got.report.accounting == "accept_with_warnings"


@pytest.mark.row("B10")
def test_unknown_and_treasury_columns_are_given_back(tmp_path: Path) -> None:
    header = (*columns.ALL, "DateEcheance")
    pieces = _odd_book()
    pieces[0][0] |= {"NatOp": "achat", "IdClient": "DUPONT", "DateEcheance": "20250430"}
    content = fec(*pieces, header=header)

    got = check(tmp_path, content)

    assert list(records(got)) == of_text(content)
    assert got.summary["layout"] == "BNCT"


@pytest.mark.row("B10")
def test_entries_told_apart_by_month_give_their_dates_back(tmp_path: Path) -> None:
    pieces = []
    for month in ("01", "02", "03"):
        piece = purchase(1, EcritureDate=f"2025{month}05", PieceRef=month)
        piece[2] |= {"EcritureDate": f"2025{month}09", "PieceDate": f"2025{month}01"}
        pieces.append(piece)
    content = fec(*pieces)

    got = check(tmp_path, content)

    assert list(records(got)) == of_text(content)


def test_no_artefact_is_written_for_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    got = check(tmp_path, b"%PDF-1.7 nothing to read")

    assert (got.verdicts, got.tables) == (("refusé", "reject"), {})


def test_numbers_are_written_without_leading_text(tmp_path: Path) -> None:
    path = tmp_path / "book"
    generate(path, lines=1500, year_end=dt.date(2025, 12, 31), siren="552100554")

    got = check(tmp_path, path.read_bytes())

    for name, numeric in (
        ("lines", (0, 1, 2, 5, 6)),
        ("entries", (0, 1, 8, 11, 12)),
        ("bank", (0, 1, 2, 4)),
    ):
        for index in numeric:
            assert all(re.fullmatch(r"-?\d+", one) for one in got.column(name, index))
