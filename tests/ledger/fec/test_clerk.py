"""The second process of a large check: it saves time and changes nothing."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import ledger.fec.check as checking
from ledger.fec.check import Context, Corrections, check_file, report_json
from ledger.fec.clerk import Clerk
from ledger.fec.findings import Finding
from ledger.fec.generate import generate
from tests.ledger.fec.checked import NAME, check, entry, fec, line, opening, payment, purchase, sale

ROOT = Path(checking.__file__).parents[2]
END = dt.date(2025, 12, 31)
YEAR = (dt.date(2025, 1, 1), END)
DATA = ROOT / "tests" / "data" / "fec"


@dataclass
class Clerks:
    """The clerks hired while a test runs, and how many were listened to."""

    hired: list[Clerk] = field(default_factory=list)
    heard: int = 0

    @property
    def are_gone(self) -> bool:
        return all(one._process.poll() is not None for one in self.hired)


@pytest.fixture
def clerks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clerks]:
    """Every file is worth a clerk, whatever its size and the processors of the machine."""
    found = Clerks()
    adopt = checking.adopt

    def hired(*args: Any, **options: Any) -> Clerk:
        found.hired.append(Clerk(*args, **options))
        return found.hired[-1]

    def heard(*args: Any) -> None:
        found.heard += 1
        adopt(*args)

    monkeypatch.setattr(checking, "may_hire", lambda _: True)
    monkeypatch.setattr(checking, "Clerk", hired)
    monkeypatch.setattr(checking, "adopt", heard)
    yield found
    assert found.are_gone


@dataclass
class Outcome:
    """All that a check answers and writes."""

    report: dict[str, Any]
    findings: list[Finding]
    counts: dict[str, int]
    summary: dict[str, Any]
    balances: dict[str, int]
    artefacts: dict[str, bytes]


def outcome(path: Path, out: Path, context: Context, name: str = NAME) -> Outcome:
    out.mkdir()
    report = check_file(path, name=name, context=context, out=out)
    with report.findings as sink:
        return Outcome(
            report_json(report),
            list(sink.iter()),
            dict(sink.counts),
            report.summary,
            report.balances,
            {one.name: one.read_bytes() for one in out.iterdir()},
        )


def both(
    path: Path, folder: Path, context: Context | None = None, name: str = NAME
) -> tuple[Outcome, Outcome]:
    """With a clerk, then without one."""
    context = context or Context()
    with_clerk = outcome(path, folder / "with", context, name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking, "may_hire", lambda _: False)
        return with_clerk, outcome(path, folder / "without", context, name)


def faulty() -> str:
    """A book with a fault of every sort that the second pass tells."""
    lettered = {"EcritureLet": "A"}
    return fec(
        opening(line("101000", -500), line("512000", 500)),
        purchase(1), purchase(2, PieceRef="FA1"), purchase(3, PieceRef=""),
        sale(1), sale(1, EcritureNum="2"), sale(3, EcritureDate="20260110"),
        sale(4, EcritureDate="20240110"), sale(5, EcritureDate=""),
        entry(line("606100", 100), line("512000", -99), EcritureNum="1"),
        entry(line("FMETRO", 100), line("512000", -100), EcritureNum="2"),
        entry(line("411000", 100, "C1", **lettered), line("512000", -100), EcritureNum="3"),
        entry(line("411000", 70, "C2", **lettered), line("512000", -70), EcritureNum="4"),
        entry(line("411000", 70, "C2", CompAuxLib="Autre"), line("707000", -70), EcritureNum="5"),
        entry(line("606100", 0), line("606100", 0), EcritureNum="6"),
        entry(line("606100", 100), line("512000", -100, EcritureDate="20250311"), EcritureNum="7"),
    )  # fmt: skip


@pytest.mark.parametrize("sector", ["negoce", "boulangerie"])
@pytest.mark.parametrize("layout", [18, 22])
def test_a_generated_book_comes_out_the_same_to_the_byte(
    tmp_path: Path, clerks: Clerks, sector: Any, layout: Any
) -> None:
    path = tmp_path / "book"
    generate(path, lines=6000, year_end=END, siren="552100554", sector=sector, layout=layout)

    got, expected = both(path, tmp_path)

    assert got == expected
    assert (clerks.heard, len(got.artefacts)) == (1, 8)


def test_its_findings_stand_in_the_same_order(tmp_path: Path, clerks: Clerks) -> None:
    path = tmp_path / "book"
    path.write_text(faulty(), "utf-8")

    got, expected = both(path, tmp_path)

    assert got == expected
    assert {
        "ECRITURE_DESEQUILIBREE", "COMPTE_NON_NUMERIQUE", "LETTRAGE_DESEQUILIBRE", "DATE_VIDE",
        "LETTRAGE_PARTAGE", "DATE_HORS_EXERCICE", "DATE_AVANT_EXERCICE",
        "TIERS_LIBELLES_MULTIPLES",
    } <= got.counts.keys()  # fmt: skip


@pytest.mark.parametrize(
    "context",
    [
        Context(takeover_date=dt.date(2025, 3, 5), exercise=YEAR),
        Context(corrections=Corrections(excluded=frozenset({("OD", "1"), ("VE", "1")}))),
        Context(corrections=Corrections(accounts={"FMETRO": ("401000", "Fournisseurs")})),
        Context(previous_closing={"512000": 400, "101000": -500}),
    ],
)
def test_what_the_dossier_and_a_person_say_counts_the_same(
    tmp_path: Path, clerks: Clerks, context: Context
) -> None:
    path = tmp_path / "book"
    path.write_text(faulty(), "utf-8")

    got, expected = both(path, tmp_path, context)

    assert got == expected


@pytest.mark.parametrize("name", ["0000000001FEC20220831.txt", "111111111FEC20221231.TXT"])
def test_a_real_file_comes_out_the_same(tmp_path: Path, clerks: Clerks, name: str) -> None:
    got, expected = both(DATA / name, tmp_path, name=name)

    assert got == expected
    assert len(clerks.hired) == 1


def test_more_findings_than_are_listed_are_counted_all_the_same(
    tmp_path: Path, clerks: Clerks
) -> None:
    path = tmp_path / "book"
    lines = [
        entry(
            line("606100", 100), line("411000", -99, "C", EcritureLet=f"L{i}"), EcritureNum=f"{i}"
        )
        for i in range(1, 1300)
    ]
    path.write_text(fec(*lines), "utf-8")

    got, expected = both(path, tmp_path)

    assert got == expected
    assert clerks.heard == 1
    assert got.counts["ECRITURE_DESEQUILIBREE"] == got.counts["LETTRAGE_DESEQUILIBRE"] == 1299


@pytest.mark.parametrize(
    "content",
    [
        fec(purchase(1), sale(1), purchase(1)),  # lines of an entry apart
        fec(*(sale(i, EcritureDate="20230510") for i in range(1, 9))),  # another exercise
        fec(sale(1), entry(line("707000", 10_000), line("120000", -10_000),
            EcritureDate="20251231", EcritureNum="9")),  # closing
    ],
)  # fmt: skip
def test_a_promise_that_is_not_kept_costs_nothing_but_the_clerk(
    tmp_path: Path, clerks: Clerks, content: str
) -> None:
    path = tmp_path / "book"
    path.write_text(content, "utf-8")

    got, expected = both(path, tmp_path)

    assert got == expected
    assert (len(clerks.hired), clerks.heard) == (1, 0)


def killed_at(moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clerk is killed just before its employer does something."""
    usual: Callable[..., Any] = getattr(Clerk, moment)

    def without(clerk: Clerk, *args: Any, **options: Any) -> Any:
        clerk._process.kill()
        clerk._process.wait()
        return usual(clerk, *args, **options)

    monkeypatch.setattr(Clerk, moment, without)


@pytest.mark.parametrize("moment", ["tell", "settle"])
def test_a_clerk_that_is_killed_is_not_missed(
    tmp_path: Path, clerks: Clerks, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    path = tmp_path / "book"
    generate(path, lines=20_000, year_end=END, siren="552100554")
    killed_at(moment, monkeypatch)

    got, expected = both(path, tmp_path)

    assert got == expected
    assert (len(clerks.hired), clerks.heard) == (1, 0)


@pytest.mark.parametrize("asked", [1, 60])
def test_a_check_that_is_stopped_leaves_no_process(
    tmp_path: Path, clerks: Clerks, asked: int
) -> None:
    path = tmp_path / "book"
    generate(path, lines=20_000, year_end=END, siren="552100554")
    times = iter(range(asked))

    report = check_file(path, name=NAME, should_stop=lambda: next(times, None) is None)
    report.findings.close()

    assert len(clerks.hired) == 1
    if asked == 1:
        assert report.summary["stopped"] is True


def test_a_stop_is_heard_while_the_clerk_settles(tmp_path: Path, clerks: Clerks) -> None:
    path = tmp_path / "book"
    generate(path, lines=2000, year_end=END, siren="552100554")
    read: list[int] = []

    def stop() -> bool:
        whole = bool(read) and read[-1] == path.stat().st_size
        if whole and len(read) > 1 and read[-2] == read[-1]:
            return True
        if whole:
            os.kill(clerks.hired[0]._process.pid, signal.SIGSTOP)
            read.append(read[-1])
        return False

    report = check_file(
        path, name=NAME, progress=lambda done, _: read.append(done), should_stop=stop
    )
    report.findings.close()

    assert report.summary["stopped"] is True


def test_a_clerk_ends_with_its_employer(tmp_path: Path) -> None:
    path = tmp_path / "book"
    generate(path, lines=2000, year_end=END, siren="552100554")
    code = (
        "import sys, time; from pathlib import Path; import ledger.fec.check as c;"
        "c.may_hire = lambda _: True; hire = c.Clerk; clerks = [];"
        "c.Clerk = lambda *a, **k: clerks.append(hire(*a, **k)) or clerks[0];"
        "tell = lambda *_: (print(clerks[0]._process.pid, flush=True), time.sleep(60));"
        f"c.check_file(Path(sys.argv[1]), name={NAME!r}, progress=tell)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as employer:
        assert employer.stdout is not None
        clerk = int(employer.stdout.readline())
        employer.kill()

    until = time.monotonic() + 20
    while _runs(clerk) and time.monotonic() < until:
        time.sleep(0.05)

    assert not _runs(clerk)


def _runs(process: int) -> bool:
    """True while a process works; one that nobody has waited for yet is dead all the same."""
    try:
        state = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_the_memory_of_both_processes_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for lines in (30_000, 120_000):
        path = tmp_path / str(lines)
        generate(path, lines=lines, year_end=END, siren="552100554")
        code = (
            "import resource, sys; from pathlib import Path; import ledger.fec.check as c;"
            "c.may_hire = lambda _: True; out = Path(sys.argv[2]); out.mkdir(exist_ok=True);"
            "idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
            f"c.check_file(Path(sys.argv[1]), name={NAME!r}, out=out).findings.close();"
            "own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
            "print(own - idle + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(path), str(tmp_path / "out")],
            cwd=ROOT, capture_output=True, check=True,
        )  # fmt: skip
        peaks.append(int(done.stdout))

    # KiB; distinct third parties and bounded caches are what is left to grow.
    assert peaks[1] - peaks[0] < 16 * 1024
    assert peaks[1] < 80 * 1024


def test_a_small_file_has_no_clerk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hired: list[object] = []
    monkeypatch.setattr(checking, "Clerk", lambda *args, **_: hired.append(args))

    check(tmp_path, fec(sale(1), payment(1)))

    assert hired == []
