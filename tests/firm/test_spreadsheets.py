"""Short tables as files."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from python_calamine import CalamineWorkbook

from firm.spreadsheets import as_csv, as_xlsx, download

HEADS = ["Nom", "Solde", "Depuis", "Actif", "Lignes"]
KINDS = ["", "amount", "", "", ""]
ROWS = [["=1+1", -123456, dt.date(2026, 11, 28), True, 12], ["Dupont; fils", 5, None, False, 0]]


def test_a_csv_is_read_by_a_french_spreadsheet_and_computes_nothing() -> None:
    lines = as_csv(HEADS, ROWS, KINDS).decode("utf-8-sig").splitlines()

    assert lines[1] == "'=1+1;-1234,56;28/11/2026;oui;12"
    assert lines[2] == '"Dupont; fils";0,05;;non;0'


def test_a_workbook_has_numbers_days_and_texts() -> None:
    content = io.BytesIO(as_xlsx(HEADS, ROWS, KINDS))
    first, second = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()[1:]

    assert first == ["=1+1", -1234.56, dt.date(2026, 11, 28), "oui", 12.0]
    assert second[:3] == ["Dupont; fils", 0.05, ""]


@pytest.mark.parametrize(("form", "name"), [("xlsx", "t.xlsx"), ("csv", "t.csv"), ("exe", "t.csv")])
def test_an_unknown_format_is_a_csv(form: str, name: str) -> None:
    answer = download(form, "t", HEADS, ROWS, kinds=KINDS)

    assert f'filename="{name}"' in answer["Content-Disposition"]
