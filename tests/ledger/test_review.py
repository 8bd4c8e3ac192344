"""The review: who signs what at which figure, and what a later entry does to a signature."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from clients.models import Dossier, DossierStats
from firm.models import User
from ledger.actions import review as acts
from ledger.actions.entries import Line, create_entry, remove_entry
from ledger.actions.review_steps import answer_step, set_thresholds
from ledger.actions.summaries import refresh_stats
from ledger.models import Account, Journal, ReviewSheet
from ledger.queries.drift import stale_counters
from ledger.queries.review import Review, Sheet, Thresholds, review_of
from ledger.queries.years import years_of
from ledger.review.programme import cycle_of, cycles
from tests.ledger.books import Books

pytestmark = pytest.mark.django_db

D = dt.date


def reviewed(dossier: Dossier) -> Review:
    years = years_of(dossier)
    return review_of(dossier, years, years[0])


def account(dossier: Dossier, number: str) -> Sheet:
    return next(one for one in reviewed(dossier).sheets if one.account == number)


def sign(dossier: Dossier, number: str, act: str, by: User) -> object:
    one = account(dossier, number)
    year = reviewed(dossier).year.id
    return acts.sign(dossier, year, act=act, seen={one.account_id: one.now}, by=by)


def sell(dossier: Dossier, cents: int, by: User) -> object:
    numbers = dict(Account.objects.values_list("number", "id"))
    lines = [Line.of(numbers["411000"], cents), Line.of(numbers["707000"], -cents)]
    journal = Journal.objects.get(code="VE")
    return create_entry(dossier=dossier, journal=journal, date=D(2023, 6, 1), lines=lines, by=by)


@pytest.mark.row("B19")
def test_an_entry_after_sign_off_flips_the_account_to_review_again(
    inside: Dossier, books: Books, alice: User, bruno: User
) -> None:
    sign(inside, "707000", acts.REVISE, bruno)
    sign(inside, "707000", acts.SUPERVISE, alice)
    assert account(inside, "707000").state == "supervise"

    entry = sell(inside, 10_00, alice)

    assert account(inside, "707000").state == "a-revoir"
    assert account(inside, "411000").state == "a-reviser"
    assert DossierStats.objects.get(dossier=inside).review_stale == 1
    remove_entry(entry, by=alice)  # type: ignore[arg-type]
    assert account(inside, "707000").state == "supervise"
    assert DossierStats.objects.get(dossier=inside).review_stale == 0


@pytest.mark.row("B19")
def test_one_person_does_not_sign_twice(
    inside: Dossier, books: Books, alice: User, bruno: User
) -> None:
    with pytest.raises(acts.NotRevised):
        sign(inside, "707000", acts.SUPERVISE, alice)
    sign(inside, "707000", acts.REVISE, alice)
    with pytest.raises(acts.SamePerson, match="une autre personne"):
        sign(inside, "707000", acts.SUPERVISE, alice)
    with pytest.raises(acts.AlreadySigned):
        sign(inside, "707000", acts.REVISE, bruno)
    sign(inside, "707000", acts.SUPERVISE, bruno)

    assert account(inside, "707000").supervised_by == bruno.pk


def test_a_figure_that_moved_under_the_eyes_is_not_signed(
    inside: Dossier, books: Books, alice: User
) -> None:
    one = account(inside, "707000")
    sell(inside, 10_00, alice)

    with pytest.raises(acts.FigureMoved, match="707000"):
        acts.sign(inside, books.year.id, act=acts.REVISE, seen={one.account_id: one.now}, by=alice)

    assert not ReviewSheet.objects.exists()


def test_many_are_signed_and_taken_back_as_one_act(
    inside: Dossier, books: Books, alice: User, bruno: User
) -> None:
    sign(inside, "707000", acts.REVISE, bruno)
    sell(inside, 10_00, alice)
    before = [(one.account, one.state, one.revised_by) for one in reviewed(inside).sheets]
    seen = {one.account_id: one.now for one in reviewed(inside).sheets}

    batch = acts.sign(inside, books.year.id, act=acts.REVISE, seen=seen, by=alice)
    assert reviewed(inside).whole.done == len(seen)
    assert DossierStats.objects.get(dossier=inside).review_percent == 100
    with pytest.raises(acts.NothingToTakeBack):
        acts.undo_signing(inside, batch, by=bruno)
    assert acts.undo_signing(inside, batch, by=alice) == len(seen)

    assert [(one.account, one.state, one.revised_by) for one in reviewed(inside).sheets] == before
    with pytest.raises(acts.NothingToTakeBack):
        acts.undo_signing(inside, batch, by=alice)


def test_a_signature_withdrawn_can_be_given_back(
    inside: Dossier, books: Books, alice: User, bruno: User
) -> None:
    sign(inside, "707000", acts.REVISE, bruno)
    sign(inside, "707000", acts.SUPERVISE, alice)
    one = account(inside, "707000")

    batch, act = acts.withdraw(inside, books.year.id, one.account_id, by=alice)
    assert (act, account(inside, "707000").state) == (acts.SUPERVISE, "revise")
    acts.undo_signing(inside, batch, by=alice)
    assert account(inside, "707000").state == "supervise"
    acts.withdraw(inside, books.year.id, one.account_id, by=alice)
    _batch, act = acts.withdraw(inside, books.year.id, one.account_id, by=alice)
    assert (act, account(inside, "707000").state) == (acts.REVISE, "a-reviser")
    with pytest.raises(acts.NothingToTakeBack):
        acts.withdraw(inside, books.year.id, one.account_id, by=alice)


def test_the_counters_follow_what_the_page_shows(
    inside: Dossier, books: Books, alice: User
) -> None:
    refresh_stats(inside.id)
    assert DossierStats.objects.get(dossier=inside).review_percent is None
    sign(inside, "512000", acts.REVISE, alice)
    sign(inside, "707000", acts.REVISE, alice)
    sell(inside, 10_00, alice)

    whole = reviewed(inside).whole
    kept = DossierStats.objects.get(dossier=inside)
    assert (kept.review_percent, kept.review_stale) == (whole.percent, whole.stale)
    assert whole.stale == 1
    refresh_stats(inside.id)
    assert stale_counters(inside.id) == []


@pytest.mark.parametrize(
    ("now", "before", "own", "is_over"),
    [
        (600_00, 100_00, None, True),
        (599_99, 100_00, None, False),
        (10_500_00, 10_000_00, None, False),
        (-600_00, None, None, True),
        (499_99, None, None, False),
        (500_00, 0, None, True),
        (0, 600_00, None, True),
        (110_00, 100_00, 10_00, True),
        (600_00, 100_00, 600_00, False),
        (0, 0, 0, False),
    ],
)
def test_a_variation_is_flagged_from_both_thresholds_on(
    now: int, before: int | None, own: int | None, is_over: bool
) -> None:
    assert Thresholds(500_00, Decimal(10)).reached(now, before, own) is is_over


def test_a_year_has_its_own_thresholds_and_an_account_its_own(
    inside: Dossier, books: Books, alice: User
) -> None:
    assert account(inside, "707000").is_over
    set_thresholds(inside, books.year.id, cents=5_000_00, percent=None, by=alice)
    assert not account(inside, "707000").is_over
    one = account(inside, "707000")
    acts.write_note(inside, books.year.id, one.account_id, note="Vu", materiality=1_00, by=alice)
    assert account(inside, "707000").is_over
    assert account(inside, "707000").note == "Vu"


def test_each_question_of_a_cycle_counts_once_answered(
    inside: Dossier, books: Books, alice: User
) -> None:
    first = cycles()[0]
    states = [("etats", "fait"), ("releves", "sans-objet"), ("anciens", "a-faire")]
    for step, state in states:
        answer_step(inside, books.year.id, of=first.key, step=step, state=state, note="", by=alice)

    progress = reviewed(inside).progress(first)

    assert (progress.answered, progress.steps) == (2, len(first.steps))


def test_every_account_of_the_chart_has_a_cycle() -> None:
    wanted = {
        "512000": "tresorerie", "401000": "achats", "404100": "immobilisations",
        "411000": "ventes", "311000": "stocks", "603700": "stocks", "607000": "achats",
        "421000": "personnel", "445660": "etat", "101000": "capitaux", "164000": "capitaux",
        "455000": "capitaux", "471000": "autres", "675000": "immobilisations", "890": "autres",
        "491000": "ventes", "681500": "immobilisations", "ZZ": "autres",
    }  # fmt: skip
    assert {number: cycle_of(number) for number in wanted} == wanted
