import datetime as dt
import gc
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ledger.fec
from ledger.fec.catalogue_accounting import ACCOUNTING
from ledger.fec.check import check_file, report_json
from ledger.fec.findings import CATALOGUE
from ledger.fec.generate import generate
from tests.ledger.fec.checked import NAME, check, entry, fec, line, payment, purchase, sale

SOURCES = Path(ledger.fec.__file__).parent
END = dt.date(2025, 12, 31)


def test_the_json_object_is_the_one_of_the_contract(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1), entry(line("606100", 100), line("512000", -99))))
    path = tmp_path / "input.fec"

    report = check_file(path, name=NAME)
    found = json.loads(json.dumps(report_json(report)))
    report.findings.close()

    assert list(found) == [
        "file", "structure", "accounting", "lines", "entries", "debit", "credit", "findings",
    ]  # fmt: skip
    assert (found["file"], found["debit"], found["credit"]) == (NAME, "121.00", "120.99")
    assert (found["structure"], found["accounting"]) == ("conforme", "reject")
    assert (found["lines"], found["entries"]) == (5, 2)
    [error] = found["findings"]
    assert list(error) == ["code", "severity", "line", "column", "message", "old", "new"]
    assert error["message"] == got.one("ECRITURE_DESEQUILIBREE").message


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04zip", b"%PDF-1.7"])
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(
    tmp_path: Path, content: bytes
) -> None:
    got = check(tmp_path, content)

    assert got.verdicts == ("refusé", "reject")
    assert (got.report.lines, len(got.findings)) == (0, 1)


def test_a_file_without_header_asks_whether_its_order_is_the_legal_one(tmp_path: Path) -> None:
    got = check(tmp_path, fec(purchase(1), purchase(2)).split("\r\n", 1)[1])

    assert got.report.accounting == "reject"
    assert [one["kind"] for one in got.summary["questions"]] == ["standard_order"]


def test_progress_is_told_in_bytes_up_to_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "book"
    generate(path, lines=5000, year_end=END, siren="552100554")
    told: list[tuple[int, int]] = []

    report = check_file(path, name=NAME, progress=lambda done, size: told.append((done, size)))
    report.findings.close()

    size = path.stat().st_size
    assert told[-1] == (size, size)
    assert told == sorted(told)


def test_a_check_stops_when_it_is_asked_to(tmp_path: Path) -> None:
    path = tmp_path / "book"
    generate(path, lines=5000, year_end=END, siren="552100554")

    report = check_file(path, name=NAME, should_stop=lambda: True)
    report.findings.close()

    assert (report.structure, report.accounting) == ("refusé", "reject")
    assert report.summary["stopped"] is True


def test_the_collector_runs_again_after_a_check(tmp_path: Path) -> None:
    check(tmp_path, fec(purchase(1)))

    assert gc.isenabled()


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (fec(purchase(1), sale(1), payment(1)), "accept"),
        (fec(purchase(1, CompAuxLib="")), "accept_with_warnings"),
        (fec(purchase(1, EcritureDate="20250230")), "reject"),
    ],
)
def test_the_heaviest_finding_is_the_verdict(tmp_path: Path, content: str, verdict: str) -> None:
    assert check(tmp_path, content).report.accounting == verdict


def test_a_padded_file_with_a_last_empty_zone_is_read_with_remarks_only(tmp_path: Path) -> None:
    rows = fec(purchase(1), sale(1), sep="|").split("\r\n")[:-1]
    padded = [rows[0] + "|"] + [
        "|".join(f"{zone:<8}" for zone in row.split("|")) + "|" for row in rows[1:]
    ]

    got = check(tmp_path, "\r\n".join(padded) + "\r\n")

    assert got.verdicts == ("conforme", "accept")
    assert (got.column("journals", 1), got.tables["letterings"]) == (["AC", "VE"], [])


def test_findings_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    wrong = [entry(line("606100", 5), line("512000", -4), EcritureNum=str(n)) for n in (1, 2, 3)]

    got = check(tmp_path, fec(*wrong, purchase(1, CompAuxLib="")))

    assert [one.line for one in got.findings] == [2, 4, 6, 10]


def test_every_code_that_the_check_can_write_is_in_the_catalogue_and_used() -> None:
    written = {
        code
        for path in SOURCES.glob("*.py")
        if not path.name.startswith("catalogue_")
        for code in re.findall(
            r'"([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+|BROUILLARD)"', path.read_text("utf-8")
        )
    }

    assert set(ACCOUNTING) <= written & set(CATALOGUE)


def test_every_sentence_is_french_typography(tmp_path: Path) -> None:
    late = purchase(1, EcritureDate="20260110", CompAuxLib="", PieceRef="", EcritureLib="")
    mixed = entry(line("606100", Debit="1.5"), line("512000", Credit="1,23456"), EcritureNum="9")

    got = check(tmp_path, fec(late, mixed, entry(line("FMETRO", 5), line("471000", -5))))

    assert len(got.codes) >= 8
    for one in got.findings:
        assert not re.search(" [:;?!»€%]|« |'", one.message), one.message
        assert one.message[-1] in ".…)", one.message


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for lines in (5_000, 50_000):
        path = tmp_path / str(lines)
        generate(path, lines=lines, year_end=END, siren="552100554")
        code = (
            "import resource, sys; from pathlib import Path;"
            "from ledger.fec.check import check_file;"
            f"out = Path({str(tmp_path / 'out')!r}); out.mkdir(exist_ok=True);"
            f"check_file(Path({str(path)!r}), name={NAME!r}, out=out).findings.close();"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        root = SOURCES.parents[1]
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=root, capture_output=True, check=True
        )
        peaks.append(int(done.stdout))

    # KiB: distinct third parties and bounded caches are what is left to grow.
    assert peaks[1] - peaks[0] < 16 * 1024
