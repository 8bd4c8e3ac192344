"""Who verifies the chain: the command, the doctor, and the anchor that leaves every day."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from clients.models import Dossier
from firm import jobs
from firm.models import Job, OutgoingEmail, User
from ledger.actions import anchors
from ledger.actions.validation import Choice, validate
from ledger.chain import first_head, heads
from ledger.doctor import chains
from ledger.models import ChainAnchor, Entry
from ledger.queries.chain import head_of, verify_year
from tests.conftest import open_dossier
from tests.ledger import books as books_of
from tests.ledger.books import Y2023, Books, Piece, make_books

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.date(2023, 5, 17)
FIVE = dt.datetime(2026, 3, 2, 5, 10, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def books(alice: User, boulangerie: Dossier) -> Books:
    """Two validated entries."""
    lines = [books_of.Line("512000", debit=100), books_of.Line("707000", credit=100)]
    with open_dossier(alice, boulangerie):
        made = make_books(boulangerie, [Piece("BQ", DAY, lines), Piece("BQ", DAY, lines)], **Y2023)
        validate(boulangerie, Choice(made.year.id), by=alice)
    return made


def alter(statement: str, *values: object) -> None:
    """As somebody would who holds the owner's key."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        for table in ("ledger_entry", "ledger_entryseal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER, NO FORCE ROW LEVEL SECURITY")
        cursor.execute(statement, values)
        for table in ("ledger_entry", "ledger_entryseal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER, FORCE ROW LEVEL SECURITY")
        cursor.execute("SET ROLE firm_app")


def test_heads_follow_one_another_and_the_year() -> None:
    start = first_head(dt.date(2023, 1, 1), dt.date(2023, 12, 31))
    one, two = b"a" * 32, b"b" * 32
    first, second = heads(start, one + two)
    assert list(heads(first, two)) == [second]
    assert next(heads(start, two)) != second
    assert first_head(dt.date(2023, 1, 1), dt.date(2024, 12, 31)) != start


@pytest.mark.row("B15")
def test_the_command_names_the_first_broken_entry(
    books: Books, boulangerie: Dossier, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_chain", dossier=boulangerie.slug)
    assert "2\u00a0écritures validées" in capsys.readouterr().out.replace("2 é", "2\u00a0é")
    victim = books.entries[1]
    alter("UPDATE ledger_entry SET label = 'autre' WHERE id = %s", victim.id)
    with pytest.raises(SystemExit) as ended:
        call_command("verify_chain", dossier=boulangerie.slug)
    assert ended.value.code == 1
    out = capsys.readouterr().out
    assert f"BQ-00002 (n° {victim.id})" in out.replace("n°\u00a0", "n° ")
    assert any(boulangerie.slug in line for line in chains())


def test_the_anchor_leaves_once_a_day_and_is_a_witness(
    books: Books, boulangerie: Dossier, alice: User
) -> None:
    assert anchors.start_due(now=FIVE + dt.timedelta(hours=2)) == 0
    assert anchors.start_due(now=FIVE) == 1
    anchors.start_due(now=FIVE)
    job = Job.objects.get(kind=anchors.KIND)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    with open_dossier(alice, boulangerie):
        head = head_of(books.year)
        mail = OutgoingEmail.objects.get(kind="chain_anchor")
        assert mail.recipient == alice.email
        assert head.head.hex() in mail.text
        assert boulangerie.name in mail.text
        kept = ChainAnchor.objects.get()
        assert bytes(kept.head) == head.head
        with pytest.raises(IntegrityError), transaction.atomic():
            ChainAnchor.objects.all().delete()
    assert anchors.start_due(now=FIVE + dt.timedelta(days=1)) == 0
    # A chain that was shortened is told by its witness alone.
    alter("DELETE FROM ledger_entryseal WHERE chain_seq = 2")
    alter("UPDATE ledger_entry SET state = 'draft' WHERE id = %s", books.entries[1].id)
    with open_dossier(alice, boulangerie):
        _seen, broken = verify_year(books.year)
        assert broken is not None
        assert broken.seq == 2
        assert Entry.objects.filter(state="validated").count() == 1
