"""The fault drills: every kind of job has one, and what is half done is counted as such."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from firm.job_kinds import KINDS
from ledger.bench import fault_desk, faults
from ledger.bench.fault_desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)
# One dossier, and rows that a person may miss: each of these has its drill.
DRILLED = {
    "ledger.book", "ledger.unbook", "ledger.bulk_archive", "ledger.bulk_restore",
    "ledger.bulk_delete", "ledger.bulk_reset", "ledger.bulk_undo_archive",
    "ledger.bulk_undo_restore", "ledger.bulk_undo_delete", "ledger.bulk_undo_reset",
    "ledger.find_duplicates", "ledger.fec_check", "ledger.fec_import", "ledger.fec_undo",
    "ledger.dossier_export", "ledger.dossier_import", "ledger.dossier_deletion",
}  # fmt: skip


@pytest.fixture(autouse=True, name="_small")
def small_books(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fault_desk, "LINES", 1_000)
    monkeypatch.setattr(fault_desk, "PIECES", 30)


@pytest.mark.row("B21")
def test_a_job_that_is_killed_is_untouched_or_done_and_anything_else_is_a_mismatch() -> None:
    with Desk.opened() as desk:
        (book, unbook), *circles = faults._every_drill(desk)
        sound = list(faults._round([book, unbook], 1))
        assert [(one.kills, one.before + one.after, one.mismatches) for one in sound] == [
            (1, 1, 0), (1, 1, 0),
        ]  # fmt: skip
        changing = map(str, itertools.count())
        never = [replace(book, look=lambda: next(changing)), unbook]
        assert [one.mismatches for one in faults._round(never, 1)] == [1, 0]
        twice = map(int, itertools.count(step=2))
        told = [replace(book, told=lambda: next(twice) ** 2), unbook]
        assert [one.mismatches for one in faults._round(told, 1)] == [1, 0]
        assert 2 + sum(map(len, circles)) == len(DRILLED)
    assert set(KINDS) >= DRILLED


def test_a_mismatch_makes_the_command_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [faults.Fault("archive", 0.5, 20, 12, 8, 0), faults.Fault("delete", 1, 20, 9, 11, 1)]
    monkeypatch.setattr(faults, "run", lambda _size: iter(found))
    with pytest.raises(CommandError, match="1 mismatches"):
        call_command("bench", "faults")
    assert "| archive | 0.50 | 20 | 12 | 8 | 0 |" in capsys.readouterr().out
