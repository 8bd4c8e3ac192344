"""Automatic lettering: what is proposed and why, what is left alone, and taking it all back."""

from __future__ import annotations

import pytest

from clients.models import Dossier
from firm.job_previews import NotUndoable, PreviewExpired, PreviewStale
from firm.models import User
from ledger.actions import lettering_batches as batches
from ledger.actions.lettering_lines import letter_lines, unletter
from ledger.models import Entry, EntryLine, Invoice, Lettering, LetteringProposal
from tests.conftest import open_dossier
from tests.ledger.bulk_books import check
from tests.ledger.lettering.desk import (
    Desk,
    books,
    letters,
    line_of,
    places,
    run,
    take_back,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.row("B24")]


def told(job_id: int, *, doubts: bool = False) -> list[str]:
    rows = LetteringProposal.objects.filter(job_id=job_id, is_ambiguous=doubts)
    return [row.why for row in rows.order_by("id")]


def test_each_group_is_told_with_its_reason(boulangerie: Dossier, alice: User) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        desk.line(10_000, piece="FA-1", customer="A")
        desk.line(-10_000, piece="FA-1", day=3, customer="A")
        desk.line(20_000, customer="B")
        desk.line(-20_000, day=12, customer="B")
        for cents in (1_000, 2_000, 4_000):
            desk.line(cents, customer="C")
        desk.line(-7_000, day=30, customer="C")
        desk.line(30_000, piece="FA-2025-77", customer="E")
        desk.line(12_345, piece="FA-2025-78", customer="E")
        desk.line(-42_345, label="VIR DUPONT FA-2025-77 FA-2025-78", day=9, customer="E")
        desk.line(5_000, customer="F")
        desk.line(-4_998, day=1, customer="F")
        job = desk.propose(tolerance=5)
        assert sorted(told(job.pk)) == [
            "3 factures pour un règlement",
            "Montant exact, écart de 12 jours",
            "Montant à 0,02\u00a0€ près, écart de 1 jour",
            "Même pièce FA-1",
            "Pièce FA-2025-78 citée dans le libellé",
        ]
    run(boulangerie, alice, job)
    assert (job.state, job.error) == ("done", "")
    with open_dossier(alice, boulangerie):
        open_lines = EntryLine.objects.filter(account__number="411000", lettering=None)
        assert not open_lines.exists()
        assert set(Lettering.objects.values_list("code", "is_balanced")) == {("AA", True)}
        check(boulangerie)


def test_two_equal_candidates_are_told_and_not_lettered(boulangerie: Dossier, alice: User) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        first, second = desk.line(10_000), desk.line(10_000, day=30)
        paid = desk.line(-10_000, day=31)
        fit = [desk.line(777, customer="B"), desk.line(-777, customer="B")]
        job = desk.propose()
        assert told(job.pk, doubts=True) == [
            "2 lignes au débit et 1 au crédit du même montant, 100,00\u00a0€\u00a0: à choisir"
        ]
        doubt = LetteringProposal.objects.get(job_id=job.pk, is_ambiguous=True)
        batches.choose(boulangerie, job, by=alice, ids=[doubt.pk], keep=True)
        doubt.refresh_from_db()
        assert not doubt.is_chosen
    run(boulangerie, alice, job)
    with open_dossier(alice, boulangerie):
        assert letters(first, second, paid, *fit) == [None, None, None, "AA", "AA"]


def test_a_later_line_completes_a_partial_lettering(boulangerie: Dossier, alice: User) -> None:
    """The residual counts, not the invoice: 100 less 40 leaves 60, and 60.02 closes it."""
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        sale, part = desk.line(10_000, piece="FA-9"), desk.line(-4_000, day=2)
        held = letter_lines(boulangerie, places(sale, part), by=alice, remainder="partial")
        assert (held.lettering.code, held.lettering.is_balanced) == ("aa", False)
        rest = desk.line(-6_002, day=20)
        then = books(boulangerie)
        with pytest.raises(batches.NothingToLetter):
            desk.propose(tolerance=1)
        job = desk.propose(tolerance=2)
        assert told(job.pk) == [
            "Montant à 0,02\u00a0€ près, écart de 18 jours, solde d’un lettrage partiel"
        ]
    run(boulangerie, alice, job)
    with open_dossier(alice, boulangerie):
        assert letters(sale, part, rest) == ["AA", "AA", "AA"]
        (lettering,) = Lettering.objects.all()
        assert (lettering.pk, lettering.is_balanced) == (held.lettering.pk, True)
        off = Entry.objects.get(shape="write_off")
        assert (off.debit, line_of(off, 2).account.number[:3]) == (2, "758")
        check(boulangerie)
    take_back(boulangerie, alice, job)
    with open_dossier(alice, boulangerie):
        assert books(boulangerie) == then
        check(boulangerie)


@pytest.mark.parametrize(
    ("left", "currency", "root"),
    [(3, None, "658"), (-3, None, "758"), (3, "USD", "666"), (-3, "USD", "766")],
)
def test_a_difference_is_a_loss_or_a_gain_of_exchange_if_the_line_is_foreign(
    left: int, currency: str | None, root: str, boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        desk.line(10_000, currency=currency)
        desk.line(-10_000 + left, day=1)
        job = desk.propose(tolerance=3)
    run(boulangerie, alice, job)
    with open_dossier(alice, boulangerie):
        off = Entry.objects.get(shape="write_off")
        settled, cost = line_of(off), line_of(off, 2)
        assert (settled.debit - settled.credit, settled.lettering_code) == (-left, "AA")
        assert cost.account.number.startswith(root)
        assert off.journal.code == "OD"
        check(boulangerie)


def test_one_cent_above_the_tolerance_is_never_written_off(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        desk.line(10_000)
        desk.line(-9_994)
        with pytest.raises(batches.NothingToLetter):
            desk.propose(tolerance=5)
        with pytest.raises(ValueError, match="1001"):
            desk.propose(tolerance=1001)


def test_what_is_left_out_is_not_lettered(boulangerie: Dossier, alice: User) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        kept = [desk.line(100, customer="A"), desk.line(-100, customer="A")]
        out = [desk.line(200, customer="B"), desk.line(-200, customer="B")]
        job = desk.propose()
        row = LetteringProposal.objects.get(job_id=job.pk, debit=200)
        assert batches.choose(boulangerie, job, by=alice, ids=[row.pk], keep=False) == 1
    run(boulangerie, alice, job)
    with open_dossier(alice, boulangerie):
        assert letters(*kept, *out) == ["AA", "AA", None, None]


def test_nothing_kept_is_refused(boulangerie: Dossier, alice: User) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        desk.line(100)
        desk.line(-100)
        job = desk.propose()
        batches.choose(boulangerie, job, by=alice, keep=False, tab="proposes")
        with pytest.raises(batches.NothingToLetter):
            batches.confirm_letterings(boulangerie, job, by=alice)


def test_a_line_lettered_since_makes_the_proposals_stale(boulangerie: Dossier, alice: User) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        one, two = desk.line(100), desk.line(-100)
        job = desk.propose()
        letter_lines(boulangerie, places(one, two), by=alice)
    with pytest.raises(PreviewStale), open_dossier(alice, boulangerie):
        batches.confirm_letterings(boulangerie, job, by=alice)


def test_a_line_lettered_between_confirmation_and_run_stops_it_whole(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        one, two = desk.line(100), desk.line(-100)
        other = [desk.line(200, customer="B"), desk.line(-200, customer="B")]
        job = desk.propose()
        batches.confirm_letterings(boulangerie, job, by=alice)
        letter_lines(boulangerie, places(one, two), by=alice)
    batches.jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "preview_stale")
    with open_dossier(alice, boulangerie):
        assert letters(one, two, *other) == ["AA", "AA", None, None]


def test_taking_it_back_gives_the_very_books_that_were(boulangerie: Dossier, alice: User) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        desk.invoice(5_000, state="sent")
        desk.line(-4_999, day=4)
        desk.invoice(700, customer="B")
        desk.line(-700, customer="B")
        for account in ("658000", "758000"):
            desk.account(account)
        desk.journal("OD")
        then = books(boulangerie)
        job = desk.propose(tolerance=1)
    run(boulangerie, alice, job)
    with open_dossier(alice, boulangerie):
        assert set(Invoice.objects.values_list("state", flat=True)) == {"paid"}
    take_back(boulangerie, alice, job)
    assert job.state == "undone"
    with open_dossier(alice, boulangerie):
        assert books(boulangerie) == then
        check(boulangerie)
    with pytest.raises(NotUndoable), open_dossier(alice, boulangerie):
        batches.undo_batch(boulangerie, job, by=alice)


def test_what_somebody_undid_since_is_left_alone(boulangerie: Dossier, alice: User) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        one = [desk.line(100, customer="A"), desk.line(-100, customer="A")]
        two = [desk.line(200, customer="B"), desk.line(-200, customer="B")]
        job = desk.propose()
    run(boulangerie, alice, job)
    with open_dossier(alice, boulangerie):
        pk = line_of(one[0].entry_id).lettering_id
        unletter(boulangerie, [pk or 0], by=alice)
        letter_lines(boulangerie, places(*one), by=alice)
    take_back(boulangerie, alice, job)
    with open_dossier(alice, boulangerie):
        assert letters(*one, *two) == ["AA", "AA", None, None]


def test_codes_follow_each_other_past_z_for_each_third_party(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        for rank in range(28):
            desk.line(100 + rank)
            desk.line(-100 - rank)
        job = desk.propose()
    run(boulangerie, alice, job)
    with open_dossier(alice, boulangerie):
        codes = list(Lettering.objects.order_by("id").values_list("code", flat=True))
        assert (codes[0], codes[25], codes[26], codes[27]) == ("AA", "AZ", "BA", "BB")


def test_given_up_proposals_are_gone(boulangerie: Dossier, alice: User) -> None:
    with open_dossier(alice, boulangerie):
        desk = Desk(boulangerie, alice)
        desk.line(100)
        desk.line(-100)
        job = desk.propose()
        batches.give_up_letterings(boulangerie, job, by=alice)
        assert not LetteringProposal.objects.exists()
        with pytest.raises(PreviewExpired):
            batches.choose(boulangerie, job, by=alice, keep=True, tab="proposes")
