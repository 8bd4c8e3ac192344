"""`manage doctor`: silent about health, plain about what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from clients.demo import Cast
from clients.models import Dossier
from firm import audit, doctor, scope
from firm.models import Job
from tests.conftest import open_dossier
from tests.firm.test_structure import OUTSIDE_THE_WALLS, TRANSIENT
from tests.ledger.test_fec_flow import DATA, REAL, confirm, send

pytestmark = pytest.mark.django_db(transaction=True)


def run(*options: str) -> tuple[int, str]:
    output = StringIO()
    try:
        call_command("doctor", *options, stdout=output)
    except SystemExit as ended:
        return int(ended.code or 0), output.getvalue()
    return 0, output.getvalue()


def as_owner(*statements: LiteralString) -> None:
    owner = settings.DATABASE_OWNER
    with psycopg.connect(
        dbname=connection.settings_dict["NAME"], user=owner["USER"], host=owner["HOST"]
    ) as db:
        for statement in statements:
            db.execute(statement)


@contextmanager
def broken(harm: LiteralString, mend: LiteralString) -> Iterator[None]:
    as_owner(harm)
    try:
        yield
    finally:
        as_owner(mend)


@pytest.fixture(autouse=True)
def _chains_begin_anew(transactional_db: None) -> None:
    """The end of a test empties the trail, but not the chains' ends, which are no model."""
    as_owner("TRUNCATE firm_auditchain")


def test_a_healthy_installation_has_nothing_to_mend(cast: Cast) -> None:
    code, said = run("--deep")

    assert (code, "à corriger" in said) == (0, False)
    assert said.count("en ordre") == len(doctor.CHECKS) + len(doctor.DEEP) == 11
    assert run()[1].count("en ordre") == 8


def test_it_knows_the_tables_that_the_structure_leaves_outside_the_walls() -> None:
    assert doctor.OUTSIDE_THE_WALLS == OUTSIDE_THE_WALLS | TRANSIENT


def test_a_table_without_its_wall_is_named(cast: Cast) -> None:
    with broken(
        "ALTER TABLE ledger_account NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE ledger_account FORCE ROW LEVEL SECURITY",
    ):
        code, said = run()

    assert code == 1
    assert said.count("  - ") == 1
    assert "La table ledger_account n’est pas derrière le mur" in said


def test_a_waiting_migration_is_named(cast: Cast) -> None:
    with broken(
        "UPDATE django_migrations SET name = name || '~' WHERE id ="
        " (SELECT max(id) FROM django_migrations WHERE app = 'firm')",
        "UPDATE django_migrations SET name = rtrim(name, '~')",
    ):
        code, said = run()

    assert code == 1
    assert "Migration en attente\u00a0: firm.0" in said


def test_a_runtime_role_that_passes_the_walls_is_named(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "BYPASSING", {"firm_search", "firm_missing"})
    code, said = run()

    assert code == 1
    assert "Le rôle firm_backup contourne les murs" in said
    assert "Le rôle firm_missing n’existe pas" in said


def test_engines_that_are_away_are_named(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    settings.IS_EMBEDDED_MAIL = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    (tmp_path / "storage").write_text("a file where the folder should be")
    code, said = run()

    assert code == 1
    assert said.count("  - ") == 3
    for word in ("La file d’attente", "La messagerie", "Le stockage"):
        assert word in said


def test_the_storage_is_left_as_it_was(cast: Cast) -> None:
    run()

    assert default_storage.listdir("doctor")[1] == []


def test_a_job_that_nobody_takes_or_finishes_is_named(cast: Cast) -> None:
    for kind in ("tests.waits", "tests.stuck", "tests.young"):
        Job.objects.create(kind=kind, idempotency_key=kind)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE firm_job SET next_try_at = now() - interval '16 minutes'"
            " WHERE kind = 'tests.waits'"
        )
        cursor.execute(
            "UPDATE firm_job SET state = 'running', lease_until = now() - interval '6 minutes'"
            " WHERE kind = 'tests.stuck'"
        )
    code, said = run()

    assert code == 1
    assert "tests.waits, essai 0) attend" in said
    assert "tests.stuck, essai 0) n’avance plus" in said
    assert "tests.young" not in said


def test_sums_and_counters_that_differ_from_the_lines_are_named(
    cast: Cast, boulangerie: Dossier
) -> None:
    alice = cast.people["alice"]
    confirm(boulangerie, alice, send(boulangerie, alice, (DATA / REAL).read_bytes(), REAL))
    assert run("--deep")[0] == 0
    with open_dossier(alice, boulangerie), connection.cursor() as cursor:
        for table, change in (
            ("ledger_accountmonth", "debit = debit + 1"),
            ("ledger_thirdpartymonth", "line_count = line_count + 1"),
            ("ledger_journalmonth", "entry_count = entry_count + 1"),
        ):
            cursor.execute(f"UPDATE {table} SET {change} WHERE id = (SELECT min(id) FROM {table})")
        cursor.execute("UPDATE clients_dossierstats SET cash = cash + 1")
    code, said = run("--deep")

    assert code == 1
    faults = [line.strip() for line in said.splitlines() if "  - boulangerie" in line]
    assert len(faults) == 5
    assert "compte " in faults[0]
    assert "0,01" in faults[0]
    assert "tiers " in faults[1]
    assert "1 ligne(s)" in faults[1]
    assert "journal " in faults[2]
    assert "1 écriture(s)" in faults[2]
    assert [line.split("«")[1].split("»")[0].strip() for line in faults[3:]] == ["cash", "entries"]
    assert run()[0] == 0


@pytest.mark.parametrize(
    ("harm", "fault"),
    [
        ("UPDATE firm_auditevent SET action = 'x' WHERE action = 'tests.two'", "ne dit plus"),
        ("DELETE FROM firm_auditevent WHERE action = 'tests.two'", "a disparu"),
        (
            "WITH last AS (DELETE FROM firm_auditseal WHERE seq = (SELECT max(seq) FROM"
            " firm_auditseal) RETURNING firm_id, seq, previous) UPDATE firm_auditchain c"
            " SET seq = last.seq - 1, digest = last.previous FROM last"
            " WHERE c.firm_id = last.firm_id",
            "un événement n’est pas scellé",
        ),
        (
            "UPDATE firm_auditchain SET seq = seq + 1 WHERE seq = (SELECT max(seq) FROM"
            " firm_auditseal)",
            "la fin de la chaîne manque",
        ),
    ],
)
def test_a_trail_that_somebody_touched_is_named(
    harm: LiteralString, fault: str, cast: Cast
) -> None:
    alice, martin = cast.people["alice"], cast.firms["martin"]
    with scope.open_scope(scope.Scope(user=alice.id, firm=martin.id)):
        for word in ("one", "two", "three"):
            audit.record(f"tests.{word}", by=alice)
    tables = ("firm_auditevent", "firm_auditseal", "firm_auditchain")
    off = [f"ALTER TABLE {t} NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER USER" for t in tables]
    on = [f"ALTER TABLE {t} FORCE ROW LEVEL SECURITY, ENABLE TRIGGER USER" for t in tables]
    assert run("--deep")[0] == 0

    as_owner(*off, harm, *on)
    code, said = run("--deep")

    assert code == 1
    assert said.count("  - ") == 1
    assert f"cabinet n° {martin.id}" in said
    assert fault in said
    assert run()[0] == 0


def test_the_roles_are_printed_as_the_launcher_makes_them() -> None:
    code, said = run("--roles")

    assert code == 0
    assert said == doctor.ROLES.read_text(encoding="utf-8")
    assert "ALTER ROLE firm_app LOGIN NOSUPERUSER" in said
