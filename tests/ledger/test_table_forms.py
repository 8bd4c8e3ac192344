"""The forms of a long table: pages of a PDF, sheets of a workbook."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from ledger.tables import Column, Row, Table, pdf, xlsx
from tests.ledger.table_files import read_pdf


def long_table(rows: int) -> Table:
    columns = [Column("Date", "date"), Column("Libellé", width=5), Column("Montant", "amount")]
    day = dt.date(2022, 1, 31)
    body = (Row([day, f"Écriture {at} — œuf Łódź", at]) for at in range(rows))
    return Table("Écritures", "Essai", columns, body, [None, "Total", 1], rows)


def test_each_page_of_a_pdf_has_its_header_its_number_and_who_printed_it(tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    pages = pdf.write(long_table(400), path, printed="Imprimé par Alice le 20/11/2026")
    texts = read_pdf(path.read_bytes())
    assert len(texts) == pages > 5
    for number, text in enumerate(texts, 1):
        assert "Libellé" in text
        assert "Écritures" in text
        assert f"page {number}" in text
        assert "Imprimé par Alice le 20/11/2026" in text


def test_a_title_of_a_group_in_odd_letters_is_still_printed(tmp_path: Path) -> None:
    path = tmp_path / "odd.pdf"
    table = replace(long_table(0), rows=[Row(["401 · Łódź 東京"], "group")])
    pdf.write(table, path, printed="x")
    assert "401 · " in read_pdf(path.read_bytes())[0]


def test_a_sheet_that_is_full_goes_on_in_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 50)
    path = tmp_path / "long.xlsx"
    xlsx.write(long_table(100), path)
    book = CalamineWorkbook.from_path(str(path))
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    assert len(book.sheet_names) > 1
    assert sum(isinstance(row[0], dt.date) for row in rows) == 100
