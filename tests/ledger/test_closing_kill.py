"""Killed at any moment, a validation or a closing is done once or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from clients.models import Dossier
from firm.models import User
from ledger.actions import closing, validation
from ledger.actions.validation import Choice
from ledger.models import EntrySeal, FiscalYear
from ledger.queries.chain import verify_year
from tests.conftest import open_dossier
from tests.ledger.bulk_books import check
from tests.ledger.import_programs import own_cache, run_all
from tests.ledger.test_closing import TODAY
from tests.ledger.test_fec_flow import DATA, REAL, confirm, send
from tests.ledger.test_import_kill import kill_then_finish

__all__ = ["own_cache"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.row("B21")
def test_killed_anywhere_a_year_is_validated_then_closed_as_if_undisturbed(
    boulangerie: Dossier, alice: User, tmp_path: Path
) -> None:
    confirm(boulangerie, alice, send(boulangerie, alice, (DATA / REAL).read_bytes(), REAL))
    run_all()
    with open_dossier(alice, boulangerie):
        year = FiscalYear.objects.get()
        job = validation.preview_validation(boulangerie, Choice(year.id), today=TODAY, by=alice)
        validation.confirm_validation(boulangerie, job, by=alice)
    seen: list[str] = []
    kill_then_finish(job.id, tmp_path, seen)
    job.refresh_from_db()
    assert job.state == "done", (job.error, seen)
    with open_dossier(alice, boulangerie):
        assert EntrySeal.objects.count() == job.total
        assert verify_year(year) == (job.total, None)
        close = closing.preview_closing(boulangerie, year, by=alice)
        closing.confirm_closing(boulangerie, close, confirmation=boulangerie.slug, by=alice)
    kill_then_finish(close.id, tmp_path, seen)
    close.refresh_from_db()
    assert close.state == "done", (close.error, seen)
    with open_dossier(alice, boulangerie):
        assert FiscalYear.objects.get(pk=year.pk).state == "closed"
        after = FiscalYear.objects.get(start__gt=year.end)
        assert verify_year(after) == (1, None)
        check(boulangerie)
