"""Killed at any moment, an automatic lettering and its undoing are done once or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from clients.models import Dossier
from firm.models import User
from ledger.actions.lettering_batches import confirm_letterings, undo_batch
from ledger.models import Lettering
from tests.conftest import open_dossier
from tests.ledger.bulk_books import check
from tests.ledger.import_programs import run_all
from tests.ledger.lettering.desk import Desk, books
from tests.ledger.test_import_kill import kill_then_finish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.row("B24")]


def test_killed_anywhere_it_ends_as_if_undisturbed(
    boulangerie: Dossier, alice: User, tmp_path: Path
) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        for rank in range(20):
            desk.line(1_000 + rank, customer=f"C{rank}")
            desk.line(-1_000 - rank + rank % 2, customer=f"C{rank}")
        desk.account("658000")
        desk.journal("OD")
        then = books(boulangerie)
        job = desk.propose(tolerance=1)
        confirm_letterings(boulangerie, job, by=alice)
    seen: list[str] = []
    kill_then_finish(job.pk, tmp_path, seen)
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    with open_dossier(alice, boulangerie):
        assert Lettering.objects.filter(is_balanced=True).count() == 20
        check(boulangerie)
        undo_batch(boulangerie, job, by=alice)
    run_all()
    with open_dossier(alice, boulangerie):
        assert books(boulangerie) == then
