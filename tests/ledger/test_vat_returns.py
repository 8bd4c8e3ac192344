"""The life of a VAT return: states, settlement entry, mails, calendar, races."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.actions.obligations import plan_obligations
from clients.models import Dossier, Obligation
from firm import scope
from firm.errors import BusinessError
from firm.models import AuditEvent, OutgoingEmail, User
from ledger.actions import vat_returns, vat_steps
from ledger.actions.bulk import preview_bulk
from ledger.actions.bulk_pick import Selection
from ledger.actions.entries import Line as NewLine
from ledger.actions.entries import create_entry, remove_entry
from ledger.actions.vat_settings import VatAccountRateInvalid, save_settings
from ledger.actions.vat_settlement import EntryOfVatReturn
from ledger.models import Account, Entry, FiscalYear, Journal, VatReturn
from ledger.portable.tables import portable_tables
from ledger.queries.vat import listed_returns, marks, vat_figures
from ledger.queries.vat_notes import notes_of
from tests.conftest import open_dossier
from tests.ledger.books import asked_of_the_books
from tests.ledger.vat_books import OCTOBER, balances, books, piece, purchase, sale

D = dt.date
State = VatReturn.State


@pytest.fixture
def october(inside: Dossier, alice: User) -> VatReturn:
    """A draft of October 2026: 1 000 € of sales and 100,50 € of purchases, without VAT."""
    books(inside, [sale(1_000_00, 200_00), purchase(100_50, 20_10)])
    return vat_returns.start_return(inside, start=OCTOBER[0], by=alice)


def fresh(row: VatReturn) -> VatReturn:
    found: VatReturn = VatReturn.objects.get(pk=row.pk)
    return found


def sell(dossier: Dossier, cents: int, by: User, day: dt.date = OCTOBER[1]) -> Entry:
    """One more sale, by the writer of the books."""
    ids = dict(Account.objects.values_list("number", "id"))
    return create_entry(
        dossier=dossier, journal=Journal.objects.get(code="VE"), date=day, by=by, lines=[
            NewLine.of(ids["411000"], cents + cents // 5), NewLine.of(ids["707000"], -cents),
            NewLine.of(ids["445710"], -(cents // 5)),
        ],
    )  # fmt: skip


def test_a_draft_holds_the_boxes_of_its_month(october: VatReturn) -> None:
    assert (october.start, october.end) == OCTOBER
    assert (october.state, october.due, october.credit_carried) == ("draft", 180, 0)
    assert october.base == {"A1": 1_000, "08": 1_000}
    assert october.tax["23"] == 20
    assert october.mark


def test_a_quarter_by_the_regime(inside: Dossier, alice: User) -> None:
    Dossier.objects.filter(pk=inside.pk).update(vat_regime="quarterly")
    inside.refresh_from_db()
    books(
        inside,
        [sale(1_000_00, 200_00, day=D(2026, 7, 3)), sale(500_00, 100_00, day=D(2026, 9, 30))],
    )
    row = vat_returns.start_return(inside, start=D(2026, 8, 12), by=alice)
    assert (row.start, row.end, row.due) == (D(2026, 7, 1), D(2026, 9, 30), 300)


@pytest.mark.parametrize("day", [D(2026, 11, 3), D(2027, 1, 1)])
def test_a_period_that_is_not_over_is_refused(inside: Dossier, alice: User, day: dt.date) -> None:
    with pytest.raises(vat_returns.VatPeriodInvalid):
        vat_returns.start_return(inside, start=day, by=alice)


def test_a_period_has_one_return(october: VatReturn, alice: User) -> None:
    dossier = october.dossier
    with pytest.raises(vat_returns.VatReturnExists):
        vat_returns.start_return(dossier, start=OCTOBER[1], by=alice)
    Dossier.objects.filter(pk=dossier.pk).update(vat_regime="quarterly")
    dossier.refresh_from_db()
    with pytest.raises(vat_returns.VatPeriodInvalid):
        vat_returns.start_return(dossier, start=D(2026, 10, 1), by=alice)


def test_preparing_writes_the_entry_that_empties_the_accounts(
    october: VatReturn, alice: User
) -> None:
    vat_steps.prepare(october, by=alice)
    row = fresh(october)
    assert row.state == "prepared"
    entry = row.settlement
    assert entry is not None
    assert (entry.date, entry.journal.code, entry.journal.nature) == (OCTOBER[1], "OD", "misc")
    lines = {(one.account.number, one.debit - one.credit)
             for one in entry.lines.select_related("account")}  # fmt: skip
    assert lines == {
        ("445710", 200_00), ("445660", -20_10), ("445510", -180_00), ("658000", 10),
    }  # fmt: skip
    assert balances() == {"445510": -180_00}
    assert not [one for one in notes_of(row.dossier, vat_figures(row.dossier, *OCTOBER), row)
                if one.code == "left_over"]  # fmt: skip


def test_a_credit_is_carried_to_the_next_return(inside: Dossier, alice: User) -> None:
    books(inside, [purchase(1_000_00, 200_00, day=D(2026, 9, 10)), sale(500_00, 100_00)])
    september = vat_returns.start_return(inside, start=D(2026, 9, 1), by=alice)
    vat_steps.prepare(september, by=alice)
    assert balances() == {"445670": 200_00, "445710": -100_00}
    october = vat_returns.start_return(inside, start=OCTOBER[0], by=alice)
    assert (october.credit_brought, october.credit_carried) == (200, 100)
    with pytest.raises(vat_returns.VatAmountInvalid):
        vat_returns.set_amounts(october, credit_brought=50, by=alice)
    vat_returns.set_amounts(october, refund=60, by=alice)
    vat_steps.prepare(october, by=alice)
    assert balances() == {"445670": 40_00, "445830": 60_00}
    with pytest.raises(vat_returns.VatStepRefused):
        vat_returns.delete_draft(september, by=alice)


def test_the_first_return_takes_the_credit_that_the_books_hold(
    inside: Dossier, alice: User
) -> None:
    books(inside, [
        piece(("445670", 300_00), ("120000", -300_00), day=D(2026, 1, 1), is_opening=True),
        sale(1_000_00, 200_00),
    ])  # fmt: skip
    row = vat_returns.start_return(inside, start=OCTOBER[0], by=alice)
    assert (row.credit_brought, row.credit_carried) == (300, 100)
    vat_returns.set_amounts(row, credit_brought=0, by=alice)
    assert fresh(row).due == 200


@pytest.mark.parametrize("euros", [{"refund": 1}, {"credit_brought": -1}, {"refund": -3}])
def test_amounts_that_cannot_be_are_refused(
    october: VatReturn, alice: User, euros: dict[str, int]
) -> None:
    with pytest.raises(vat_returns.VatAmountInvalid):
        vat_returns.set_amounts(october, by=alice, **euros)


def test_a_return_says_when_its_entries_have_moved(october: VatReturn, alice: User) -> None:
    vat_steps.prepare(october, by=alice)
    assert [one.has_moved for one in listed_returns(october.dossier)] == [False]
    sell(october.dossier, 500_00, alice)
    assert [one.has_moved for one in listed_returns(october.dossier)] == [True]
    with pytest.raises(vat_returns.VatStepRefused, match="recalculez"):
        vat_steps.hand_over(october, by=alice)
    vat_returns.recompute(october, by=alice)
    row = fresh(october)
    assert (row.due, row.state) == (280, "prepared")
    assert [one.has_moved for one in listed_returns(october.dossier)] == [False]
    assert balances() == {"445510": -280_00}
    vat_steps.hand_over(october, by=alice)


def test_an_entry_of_another_month_moves_nothing(october: VatReturn, alice: User) -> None:
    before = marks(october.dossier)
    sell(october.dossier, 500_00, alice, day=D(2026, 11, 3))
    assert marks(october.dossier) == before


def test_what_is_handed_over_is_frozen(october: VatReturn, alice: User) -> None:
    vat_steps.prepare(october, by=alice)
    vat_steps.hand_over(october, by=alice)
    sell(october.dossier, 500_00, alice)
    for act in (
        lambda: vat_returns.recompute(october, by=alice),
        lambda: vat_returns.set_amounts(october, refund=0, by=alice),
    ):
        with pytest.raises(vat_returns.VatReturnFrozen):
            act()
    for refused in (vat_steps.prepare, vat_steps.take_back, vat_returns.delete_draft):
        with pytest.raises(vat_returns.VatStepRefused):
            refused(october, by=alice)
    row = fresh(october)
    assert (row.due, row.state) == (180, "handed_over")
    assert [one.has_moved for one in listed_returns(row.dossier)] == [True]
    november = vat_figures(row.dossier, D(2026, 11, 1), D(2026, 11, 30))
    assert "earlier_moved" in {one.code for one in notes_of(row.dossier, november)}


def test_a_rejection_has_a_reason_and_leads_back_to_a_draft(
    october: VatReturn, alice: User
) -> None:
    vat_steps.prepare(october, by=alice)
    vat_steps.hand_over(october, by=alice)
    with pytest.raises(vat_returns.VatStepRefused):
        vat_steps.answer(october, accepted=False, by=alice)
    vat_steps.answer(october, accepted=False, reason="SIREN inconnu", by=alice)
    assert fresh(october).reason == "SIREN inconnu"
    vat_steps.take_back(october, by=alice)
    row = fresh(october)
    assert (row.state, row.settlement) == ("draft", None)
    assert [step["state"] for step in row.steps] == ["prepared", "handed_over", "rejected", "draft"]
    assert row.steps[0]["by"] == "Alice Martin"
    assert balances() == {"445710": -200_00, "445660": 20_10}


def test_an_accepted_return_settles_its_obligation(october: VatReturn, alice: User) -> None:
    dossier = october.dossier
    Dossier.objects.filter(pk=dossier.pk).update(vat_regime="monthly", tax_regime="is_normal")
    dossier.refresh_from_db()
    plan_obligations(dossier, by=alice, today=D(2026, 11, 10))
    vat_steps.prepare(october, by=alice)
    vat_steps.hand_over(october, by=alice)
    vat_steps.answer(october, accepted=True, reference="2026-0042", by=alice)
    row = Obligation.objects.get(kind="vat_monthly", period="2026-10")
    assert (row.state, row.is_final) == ("done", True)
    assert fresh(october).reference == "2026-0042"
    assert Obligation.objects.get(kind="vat_monthly", period="2026-11").state == "to_do"


def test_each_change_is_told_to_the_clients_people(
    october: VatReturn, alice: User, denis: User
) -> None:
    def told() -> list[tuple[str, str]]:
        mails = OutgoingEmail.objects.filter(kind="vat_return").order_by("created_at", "key")
        return [(mail.recipient, mail.subject.rpartition(": ")[2]) for mail in mails]

    vat_steps.prepare(october, by=alice)
    vat_steps.hand_over(october, by=alice)
    vat_steps.answer(october, accepted=False, reason="Fichier illisible", by=alice)
    with scope.extended(firm=october.dossier.firm_id):
        words = ["préparée", "transmise", "rejetée"]
        assert told() == [(denis.email, f"TVA d’octobre 2026 {word}") for word in words]
        rejected = OutgoingEmail.objects.get(subject__contains="rejetée")
    assert "Fichier illisible" in rejected.text
    assert rejected.dossier_id == october.dossier_id


def test_a_dossier_may_tell_nobody(october: VatReturn, alice: User) -> None:
    save_settings(october.dossier, by=alice, tells_client=False)
    vat_steps.prepare(october, by=alice)
    assert not OutgoingEmail.objects.filter(kind="vat_return").exists()


def test_rates_are_given_and_forgotten(inside: Dossier, alice: User) -> None:
    assert save_settings(inside, by=alice, rates={"445719": "20"}).rates == {"445719": "20"}
    with pytest.raises(VatAccountRateInvalid):
        save_settings(inside, by=alice, rates={"445719": "17"})
    assert save_settings(inside, by=alice, rates={"445719": ""}).rates == {}


def test_a_tax_without_a_rate_keeps_a_return_from_being_prepared(
    inside: Dossier, alice: User
) -> None:
    books(inside, [piece(("471000", 33_00), ("445719", -33_00))])
    row = vat_returns.start_return(inside, start=OCTOBER[0], by=alice)
    with pytest.raises(vat_returns.VatStepRefused, match="taux"):
        vat_steps.prepare(row, by=alice)
    assert fresh(row).state == "draft"
    assert Entry.objects.count() == 1


def test_the_settlement_goes_with_its_return_alone(october: VatReturn, alice: User) -> None:
    vat_steps.prepare(october, by=alice)
    entry = fresh(october).settlement
    with pytest.raises(EntryOfVatReturn):
        remove_entry(entry, by=alice)
    job = preview_bulk(october.dossier, Selection("archive", kinds=("entries",)), by=alice)
    reasons = {one["reason"] for one in _skipped(job)}
    assert "vat_return" in reasons
    vat_steps.take_back(october, by=alice)
    vat_returns.delete_draft(october, by=alice)
    assert not VatReturn.objects.exists()


def _skipped(job: Any) -> list[dict[str, Any]]:
    from firm.models import JobItem

    skipped: list[dict[str, Any]] = JobItem.objects.get(job_id=job.pk).result["preview"]["skipped"]
    return skipped


def test_nothing_is_half_written_when_the_year_is_closed(october: VatReturn, alice: User) -> None:
    FiscalYear.objects.update(state="closed")
    with pytest.raises(BusinessError):
        vat_steps.prepare(october, by=alice)
    assert fresh(october).state == "draft"
    vat_steps.prepare(october, by=alice, settles=False)
    assert fresh(october).settlement is None


def test_the_trail_tells_each_step(october: VatReturn, alice: User) -> None:
    vat_steps.prepare(october, by=alice)
    names = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"ledger.vat_return_started", "ledger.vat_return_step", "ledger.entry_created"} <= names


def test_the_list_asks_the_same_at_one_and_three(inside: Dossier, alice: User) -> None:
    books(inside, [sale(1_000_00, 200_00, day=D(2026, month, 5)) for month in (7, 8, 9)])
    vat_returns.start_return(inside, start=D(2026, 7, 1), by=alice)
    first = asked_of_the_books(lambda: listed_returns(inside))
    for month in (8, 9):
        vat_returns.start_return(inside, start=D(2026, month, 1), by=alice)
    assert asked_of_the_books(lambda: listed_returns(inside)) == first == 2


def test_returns_and_obligations_travel_with_the_dossier() -> None:
    tables = {table.label: table for table in portable_tables()}
    assert tables["ledger.vatreturn"].keys == {"settlement_id": "ledger_entry"}
    assert {"ledger.vatsettings", "clients.obligation", "clients.taxprofile"} <= set(tables)
    order = list(tables)
    assert order.index("ledger.entry") < order.index("ledger.vatreturn")


STEPS = {
    "prepare": (State.DRAFT, State.PREPARED), "take_back": (State.PREPARED, State.DRAFT),
    "take_back_": (State.REJECTED, State.DRAFT), "hand_over": (State.PREPARED, State.HANDED_OVER),
    "accept": (State.HANDED_OVER, State.ACCEPTED), "reject": (State.HANDED_OVER, State.REJECTED),
}  # fmt: skip


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(names=st.lists(st.sampled_from(sorted(STEPS)), max_size=6))
def test_only_the_steps_of_the_life_are_taken(
    october: VatReturn, alice: User, names: list[str]
) -> None:
    VatReturn.objects.filter(pk=october.pk).update(state=State.DRAFT, steps=[])
    expected = State.DRAFT
    for name in names:
        act = name.rstrip("_")
        ways = [to for known, (start, to) in STEPS.items()
                if known.rstrip("_") == act and start == expected]  # fmt: skip
        try:
            if act in ("accept", "reject"):
                vat_steps.answer(october, accepted=act == "accept", reason="Motif", by=alice)
            else:
                getattr(vat_steps, act)(october, by=alice)
        except vat_returns.VatStepRefused:
            assert not ways
        else:
            (expected,) = ways
        assert fresh(october).state == expected
    VatReturn.objects.filter(pk=october.pk).update(state=State.REJECTED)
    vat_steps.take_back(october, by=alice)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_start_the_same_period_make_one_return(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        books(boulangerie, [sale(1_000_00, 200_00)])
    barrier, out = threading.Barrier(2), []

    def run() -> None:
        try:
            with open_dossier(alice, boulangerie):
                barrier.wait(timeout=20)
                vat_returns.start_return(boulangerie, start=OCTOBER[0], by=alice)
            out.append("made")
        except vat_returns.VatReturnExists:
            out.append("exists")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(out) == ["exists", "made"]
    with open_dossier(alice, boulangerie):
        assert VatReturn.objects.count() == 1
