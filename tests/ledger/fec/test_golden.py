"""The two real files against what was reckoned from them by hand, in integer cents."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.fec.checked import Checked, check

DATA = Path(__file__).parents[2] / "data" / "fec"
FILES = ("0000000001FEC20220831.txt", "111111111FEC20221231.TXT")


@pytest.fixture(params=FILES)
def real(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Checked, dict[str, Any]]:
    name: str = request.param
    truth = json.loads((DATA / f"{name}.truth.json").read_text("utf-8"))
    return check(tmp_path, (DATA / name).read_bytes(), name=name), truth


def test_a_real_file_has_its_lines_entries_and_totals(real: tuple[Checked, dict[str, Any]]) -> None:
    got, truth = real

    assert got.report.lines == truth["lines"]
    assert got.report.entries == truth["entries_by_journal_num"]
    assert (got.report.debit, got.report.credit) == (truth["total_debit"], truth["total_credit"])
    assert (got.summary["result"], truth["unbalanced_entries"]) == (truth["result"], [])
    assert got.verdicts == ("conforme", "accept_with_warnings")
    assert not [one for one in got.findings if one.severity == "error"]


def test_a_real_file_has_its_sums_by_account_journal_and_third_party(
    real: tuple[Checked, dict[str, Any]],
) -> None:
    got, truth = real
    accounts = dict(row[:2] for row in got.tables["accounts"])
    journals = dict(row[:2] for row in got.tables["journals"])
    thirds = {row[0]: row[2] for row in got.tables["thirds"]}
    entries = {row[0]: journals[row[1]] for row in got.tables["entries"]}
    sums: dict[str, dict[str, list[int]]] = {
        name: defaultdict(lambda: [0, 0]) for name in ("accounts", "journals", "auxiliaries")
    }
    for row in got.tables["lines"]:
        account = accounts[row[2]]
        keys = {"accounts": account, "journals": entries[row[0]]}
        if row[3]:
            keys["auxiliaries"] = f"{account}/{thirds[row[3]]}"
        for name, key in keys.items():
            sums[name][key][0] += int(row[5])
            sums[name][key][1] += int(row[6])

    for name, reckoned in sums.items():
        found = dict(reckoned)
        wanted = {key: [one["debit"], one["credit"]] for key, one in truth[name].items()}
        if name == "auxiliaries":
            wanted = {key: one for key, one in wanted.items() if key[:2] in {"40", "41"}}
            found = {key: one for key, one in found.items() if key in wanted}
        assert found == wanted
    assert got.report.balances == {key: one["balance"] for key, one in truth["accounts"].items()}


def test_a_real_file_has_its_lettering_groups(real: tuple[Checked, dict[str, Any]]) -> None:
    got, truth = real
    letterings = got.summary["letterings"]

    assert letterings["full"] + letterings["partial"] == truth["lettrage_groups"]
    assert letterings["partial"] == truth["lettrage_unbalanced"]
    assert got.codes.get("LETTRAGE_DESEQUILIBRE", 0) == truth["lettrage_unbalanced"]
    assert len(got.tables["letterings"]) == truth["lettrage_groups"]


def test_the_journals_of_the_first_real_file_are_what_they_record(tmp_path: Path) -> None:
    got = check(tmp_path, (DATA / FILES[0]).read_bytes(), name=FILES[0])

    assert {row[1]: row[3] for row in got.tables["journals"]} == {
        "ANO": "opening", "ACH": "purchases", "CH": "bank", "CRC": "bank", "O.I": "misc",
        "OD": "misc", "PA": "misc", "RCH": "bank", "VEN": "sales",
    }  # fmt: skip
    assert str(got.report.year_start) == "2021-09-01"
    assert got.codes["ECRITURE_DISPERSEE"] == 1


def test_the_journals_of_the_second_real_file_are_what_they_record(tmp_path: Path) -> None:
    got = check(tmp_path, (DATA / FILES[1]).read_bytes(), name=FILES[1])

    assert {row[1]: row[3] for row in got.tables["journals"]} == {
        "VE": "sales", "C1": "bank", "CA": "bank", "CIC": "bank", "AN": "opening", "IN": "misc",
        "FG": "purchases", "OD": "misc", "OJRA": "misc",
    }  # fmt: skip
    assert got.one("EXERCICE_DIFFERENT").new == "2023-12-31"
    assert got.one("OUVERTURE_NON_EN_TETE").line == 730
