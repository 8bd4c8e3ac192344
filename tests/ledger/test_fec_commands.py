"""`manage fec_check` and `manage fec_import`: what they print, and the codes they end with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clients.models import Dossier
from firm.models import User
from ledger.models import Entry
from tests.conftest import open_dossier
from tests.ledger import small_fec
from tests.ledger.test_fec_flow import DATA, REAL

ROOT = Path(__file__).parents[2]
KEYS = ["file", "structure", "accounting", "lines", "entries", "debit", "credit", "findings"]
FINDING = ["code", "severity", "line", "column", "message", "old", "new"]
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


def fec_check(*names: str, python: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, without any database."""
    env = {**os.environ, "DATABASE_URL": NOWHERE, "DATABASE_OWNER_URL": NOWHERE}
    command = [sys.executable, *python, str(ROOT / "manage.py"), "fec_check", *names]
    return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)


def test_fec_check_needs_no_database_and_prints_one_object_a_line(tmp_path: Path) -> None:
    missing = tmp_path / "absent.txt"
    uneven = tmp_path / small_fec.name()
    pieces = small_fec.ordinary()
    uneven.write_bytes(small_fec.content([replace(pieces[0], lines=pieces[0].lines[:1])]))

    done = fec_check("--json", str(DATA / REAL), str(missing), str(uneven))

    assert done.returncode == 2, done.stderr
    assert "absent.txt" in done.stderr
    real, refused = [json.loads(line) for line in done.stdout.splitlines()]
    assert sorted(real) == sorted(KEYS)
    assert (real["file"], real["structure"], real["accounting"]) == (
        str(DATA / REAL), "conforme", "accept_with_warnings",
    )  # fmt: skip
    assert (real["lines"], real["entries"]) == (5422, 2033)
    assert (real["debit"], real["credit"]) == ("10186219.81", "10186219.81")
    assert all(list(one) == FINDING for one in real["findings"])
    assert refused["accounting"] == "reject"
    assert {one["code"] for one in refused["findings"] if one["severity"] == "error"} == {
        "ECRITURE_DESEQUILIBREE"
    }


def test_fec_check_ends_with_0_on_what_it_could_read_and_speaks_french(tmp_path: Path) -> None:
    uneven = tmp_path / small_fec.name()
    pieces = small_fec.ordinary()
    uneven.write_bytes(small_fec.content([replace(pieces[0], lines=pieces[0].lines[:1])]))
    done = fec_check(str(uneven))
    assert (done.returncode, done.stderr) == (0, "")
    assert "refusé" in done.stdout


def test_fec_check_does_not_wait_for_the_apps_to_load() -> None:
    done = fec_check(str(DATA / REAL), python=["-X", "importtime"])
    assert done.returncode == 0
    assert "ledger.fec.check" in done.stderr
    assert "ledger.models" not in done.stderr
    assert "celery" not in done.stderr


def fec_import(*options: str) -> tuple[int, str]:
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("fec_import", "--dossier", "boulangerie", *options, stdout=out, stderr=out)
    return int(ended.value.code or 0), out.getvalue()


@pytest.fixture
def _operator(settings: object) -> None:
    """The command looks the dossier up as the owner of the database, as on an installation."""


@pytest.mark.django_db(transaction=True)
def test_fec_import_ends_with_the_code_of_what_happened(
    tmp_path: Path, boulangerie: Dossier, alice: User
) -> None:
    file = tmp_path / small_fec.name()
    file.write_bytes(small_fec.content(small_fec.ordinary()))
    code, out = fec_import(str(file), "--json")
    assert code == 0
    previewed = json.loads(out)
    assert (previewed["state"], previewed["totals"]["debit"]) == ("to_review", "4600.00")

    code, out = fec_import(str(file), "--yes", "--json")
    assert (code, json.loads(out)["state"]) == (0, "imported")
    with open_dossier(alice, boulangerie):
        assert Entry.objects.count() == 5

    file.write_bytes(small_fec.content(small_fec.ordinary(sale="Vente")))
    assert fec_import(str(file), "--yes")[0] == 4
    assert fec_import(str(file), "--yes", "--mode", "refuse")[0] == 1
    assert fec_import(str(file), "--yes", "--mode", "append")[0] == 0

    pieces = small_fec.ordinary()
    file.write_bytes(small_fec.content([replace(pieces[0], lines=pieces[0].lines[:1])]))
    assert fec_import(str(file), "--yes")[0] == 3
    file.write_bytes(b"%PDF-1.4 nothing of a FEC")
    assert fec_import(str(file))[0] == 3
    file.write_bytes(b"")
    assert fec_import(str(file))[0] == 1
    with pytest.raises(CommandError):
        call_command("fec_import", "--dossier", "boulangerie", str(tmp_path / "absent.txt"))
