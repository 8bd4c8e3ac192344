"""The calendar of obligations: dated by the rules, planned once, decided on by people (B22)."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.actions import obligations as acts
from clients.actions.dossiers import update_dossier
from clients.actions.merges import merge_dossiers, undo_merge
from clients.models import Dossier, DossierStats, Obligation, TaxProfile
from clients.obligations.calendar import Situation, plan, rules
from clients.obligations.days import easter, holidays, is_working, months_after, working_after
from clients.queries import counters
from clients.queries.obligations import Wanted, of_dossier, period_of
from firm import scope
from firm.models import AuditEvent, Firm, User
from tests.clients.portfolio import enter, make, names
from tests.conftest import open_dossier

D = dt.date
YEAR = (D(2026, 1, 1), D(2026, 12, 31))
CLOSED_IN_DECEMBER = Situation("is_normal", "monthly", (12, 31))
CLOSED_IN_JUNE = Situation("is_normal", "quarterly", (6, 30))


def days(situation: Situation, kind: str, year: int = 2026) -> list[str]:
    found = plan(situation, D(year, 1, 1), D(year, 12, 31))
    return [f"{one.due_on:%d/%m}" for one in found if one.kind == kind]


def test_easter_and_the_holidays_of_france() -> None:
    assert [easter(year) for year in (2024, 2025, 2026, 2038)] == [
        D(2024, 3, 31), D(2025, 4, 20), D(2026, 4, 5), D(2038, 4, 25),
    ]  # fmt: skip
    assert len(holidays(2026)) == 11
    assert {D(2026, 4, 6), D(2026, 5, 14), D(2026, 5, 25)} <= holidays(2026)
    assert not is_working(D(2026, 5, 1))
    assert not is_working(D(2026, 11, 28))
    # The liasse of three years that the administration announced.
    assert [working_after(D(year, 5, 1), 2) for year in (2024, 2025, 2026)] == [
        D(2024, 5, 3), D(2025, 5, 5), D(2026, 5, 5),
    ]  # fmt: skip


def test_a_last_day_of_month_stays_the_last_day() -> None:
    assert months_after(D(2025, 12, 31), 6) == D(2026, 6, 30)
    assert months_after(D(2026, 6, 30), 3) == D(2026, 9, 30)
    assert months_after(D(2026, 2, 28), 3) == D(2026, 5, 31)
    assert months_after(D(2026, 1, 15), -2) == D(2025, 11, 15)


@pytest.mark.row("B22")
def test_a_company_closed_on_31_december_with_a_monthly_ca3_gets_the_dated_set() -> None:
    found = [(f"{one.due_on:%d/%m}", one.kind) for one in plan(CLOSED_IN_DECEMBER, *YEAR)]
    assert found == [
        ("26/01", "vat_monthly"), ("24/02", "vat_monthly"), ("16/03", "is_instalment"),
        ("24/03", "vat_monthly"), ("24/04", "vat_monthly"), ("05/05", "das2"),
        ("15/05", "is_balance"), ("20/05", "result_is"), ("26/05", "vat_monthly"),
        ("15/06", "is_instalment"), ("24/06", "vat_monthly"), ("30/06", "meeting"),
        ("24/07", "vat_monthly"), ("24/08", "vat_monthly"), ("31/08", "accounts_filing"),
        ("15/09", "is_instalment"), ("24/09", "vat_monthly"), ("26/10", "vat_monthly"),
        ("24/11", "vat_monthly"), ("15/12", "cfe"), ("15/12", "is_instalment"),
        ("24/12", "vat_monthly"),
    ]  # fmt: skip


@pytest.mark.row("B22")
def test_a_company_closed_on_30_june_with_a_quarterly_ca3_gets_the_dated_set() -> None:
    found = [(f"{one.due_on:%d/%m}", one.kind) for one in plan(CLOSED_IN_JUNE, *YEAR)]
    assert found == [
        ("26/01", "vat_quarterly"), ("28/02", "accounts_filing"), ("16/03", "is_instalment"),
        ("24/04", "vat_quarterly"), ("15/06", "is_instalment"), ("24/07", "vat_quarterly"),
        ("15/09", "is_instalment"), ("30/09", "das2"), ("15/10", "is_balance"),
        ("15/10", "result_is"), ("26/10", "vat_quarterly"), ("15/12", "cfe"),
        ("15/12", "is_instalment"), ("31/12", "meeting"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("situation", "kind", "expected"),
    [
        (Situation("bic_normal", "yearly", (12, 31)), "vat_yearly", ["05/05"]),
        (Situation("bic_normal", "yearly", (9, 30)), "vat_yearly", ["31/12"]),
        (Situation("bnc", "yearly", (12, 31), vat_day=19), "vat_advance", ["20/07", "21/12"]),
        (Situation("bic_normal", "", (9, 30)), "result_bic", ["20/05"]),
        (Situation("bnc", "", (12, 31)), "result_bnc", ["20/05"]),
        (Situation("ba", "", (12, 31)), "result_ba", ["20/05"]),
        (Situation("is_simple", "franchise", (12, 31)), "vat_monthly", []),
        (Situation("is_normal", "", (12, 31), pays_instalments=False), "is_instalment", []),
        (Situation("is_normal", "", (12, 31), pays_cfe_advance=True), "cfe_advance", ["15/06"]),
        (Situation("is_normal", "", (12, 31), pays_cvae=True), "cvae_advance", ["15/06", "15/09"]),
        (Situation("is_normal", "", (12, 31), pays_cvae=True), "cvae_balance", ["05/05"]),
        (Situation("is_normal", "", (12, 31), pays_cvae=True), "cvae_return", ["20/05"]),
        (Situation("exempt", "", (12, 31)), "cfe", []),
        (Situation("is_normal", "", None), "result_is", []),
        (Situation("is_normal", "", (2, 28)), "result_is", ["15/06"]),
    ],
)  # fmt: skip
def test_each_regime_has_its_dates(situation: Situation, kind: str, expected: list[str]) -> None:
    assert days(situation, kind) == expected


def test_wages_are_declared_each_month_moved_to_a_working_day() -> None:
    found = days(Situation("is_normal", "", (12, 31), payroll_day=15), "payroll")
    assert len(found) == 12
    assert found[1] == "16/02"  # the 15th is a Sunday
    assert days(Situation("is_normal", "", (12, 31)), "payroll") == []


def test_a_rule_ends_with_its_law() -> None:
    pays = Situation("is_normal", "", (12, 31), pays_cvae=True)
    assert days(pays, "cvae_advance", 2029) == ["15/06", "17/09"]
    assert days(pays, "cvae_advance", 2030) == []


def test_every_rule_names_its_source() -> None:
    assert all(rule.source and rule.label for rule in rules())


def planned(dossier: Dossier) -> dict[tuple[str, str], Obligation]:
    return {(row.kind, row.period): row for row in Obligation.objects.filter(dossier=dossier)}


TODAY = D(2026, 11, 10)
IS = {"tax_regime": "is_normal", "vat_regime": "monthly", "year_end": "31/12"}


@pytest.fixture
def company(inside: Dossier, alice: User) -> Dossier:
    """A company that closes on 31 December, planned from November 2026 on."""
    Dossier.objects.filter(pk=inside.pk).update(**{**IS, "year_end": "12-31"})
    inside.refresh_from_db()
    acts.plan_obligations(inside, by=alice, today=TODAY)
    return inside


@pytest.mark.row("B22")
def test_planning_twice_changes_nothing(company: Dossier, alice: User) -> None:
    before = {key: row.pk for key, row in planned(company).items()}
    assert ("vat_monthly", "2026-10") in before
    assert not acts.plan_obligations(company, by=alice, today=TODAY)
    assert {key: row.pk for key, row in planned(company).items()} == before


@pytest.mark.row("B22")
def test_another_regime_replans_only_what_is_not_final(company: Dossier, alice: User) -> None:
    rows = planned(company)
    done = acts.decide(rows["vat_monthly", "2026-10"], state="done", by=alice)
    acts.decide(rows["vat_monthly", "2026-12"], state="not_applicable", by=alice)
    acts.move_obligation(rows["vat_monthly", "2027-01"], due_on=D(2027, 2, 19), by=alice)
    Dossier.objects.filter(pk=company.pk).update(vat_regime="quarterly")
    company.refresh_from_db()

    acts.plan_obligations(company, by=alice, today=TODAY)

    now = planned(company)
    assert sorted(period for kind, period in now if kind == "vat_monthly") == [
        "2026-10", "2026-12", "2027-01",
    ]  # fmt: skip
    assert now["vat_monthly", "2026-10"].decided_at == done.decided_at
    assert now["vat_monthly", "2027-01"].due_on == D(2027, 2, 19)
    assert ("vat_quarterly", "2026-T4") in now
    assert now["is_instalment", "2026-12"].pk == rows["is_instalment", "2026-12"].pk


def test_what_is_over_stays_when_the_regime_changes(company: Dossier, alice: User) -> None:
    Dossier.objects.filter(pk=company.pk).update(vat_regime="franchise")
    company.refresh_from_db()
    acts.plan_obligations(company, by=alice, today=D(2026, 12, 2))
    kept = [period for kind, period in planned(company) if kind == "vat_monthly"]
    assert kept == ["2026-10"]


@pytest.mark.row("B22")
def test_a_change_of_regime_or_year_end_plans_by_itself(inside: Dossier, alice: User) -> None:
    update_dossier(inside, by=alice, **IS)
    kinds = {kind for kind, _period in planned(inside)}
    assert {"vat_monthly", "is_instalment", "is_balance", "result_is", "cfe", "meeting"} <= kinds
    update_dossier(inside, by=alice, vat_regime="franchise", tax_regime="bnc")
    kinds = {kind for kind, _period in planned(inside)}
    assert "result_bnc" in kinds
    assert not kinds & {"vat_monthly", "is_instalment", "meeting"}


def test_another_vat_day_moves_the_dates(company: Dossier, alice: User) -> None:
    acts.save_profile(company, by=alice, vat_day=19, payroll_day=15)
    acts.plan_obligations(company, by=alice, today=TODAY)
    rows = planned(company)
    assert rows["vat_monthly", "2026-10"].due_on == D(2026, 11, 19)
    assert rows["payroll", "2026-11"].due_on == D(2026, 12, 15)
    with pytest.raises(acts.ProfileInvalid):
        acts.save_profile(company, by=alice, vat_day=25)


def test_an_obligation_is_done_and_opened_again(company: Dossier, alice: User) -> None:
    row = planned(company)["cfe", "2026"]
    acts.decide(row, state="done", by=alice)
    row.refresh_from_db()
    assert (row.state, row.is_final, row.decided_by) == ("done", True, alice.pk)
    acts.decide(row, state="to_do", by=alice)
    row.refresh_from_db()
    assert (row.state, row.is_final, row.decided_by) == ("to_do", False, None)
    with pytest.raises(acts.ObligationInvalid):
        acts.decide(row, state="perhaps", by=alice)


def test_one_of_ones_own_is_added_and_removed(company: Dossier, alice: User) -> None:
    made = acts.add_obligation(company, label="  Prime  d’activité ", due_on=TODAY, by=alice)
    again = acts.add_obligation(company, label="Prime d’activité", due_on=TODAY, by=alice)
    assert made.pk == again.pk
    acts.plan_obligations(company, by=alice, today=TODAY)
    assert Obligation.objects.filter(pk=made.pk).exists()
    acts.remove_obligation(made, by=alice)
    assert not Obligation.objects.filter(pk=made.pk).exists()
    with pytest.raises(acts.ObligationInvalid):
        acts.remove_obligation(planned(company)["cfe", "2026"], by=alice)
    with pytest.raises(acts.ObligationInvalid):
        acts.add_obligation(company, label=" ", due_on=TODAY, by=alice)


def test_the_counter_is_the_first_day_to_do(company: Dossier, alice: User) -> None:
    def first() -> dt.date | None:
        return DossierStats.objects.get(dossier=company).next_due_on

    assert first() == D(2026, 11, 24)
    acts.decide(planned(company)["vat_monthly", "2026-10"], state="done", by=alice)
    assert first() == D(2026, 12, 15)


def test_what_is_done_is_told_in_the_trail(company: Dossier, alice: User) -> None:
    acts.decide(planned(company)["cfe", "2026"], state="done", by=alice)
    names_of = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"clients.obligations_planned", "clients.obligation_decided"} <= names_of


@pytest.mark.django_db(transaction=True)
def test_the_clock_extends_the_calendars_that_run_out(boulangerie: Dossier, alice: User) -> None:
    with open_dossier(alice, boulangerie):
        update_dossier(boulangerie, by=alice, **IS)
        TaxProfile.objects.update(planned_until=timezone.localdate())
        Obligation.objects.all().delete()
    assert acts.plan_due() == 1
    assert acts.plan_due() == 0
    with open_dossier(alice, boulangerie):
        assert Obligation.objects.count() > 20


def test_periods_read_in_french(company: Dossier) -> None:
    rows = planned(company)
    assert period_of(rows["vat_monthly", "2026-10"]) == "octobre 2026"
    assert period_of(rows["result_is", "2026-12"]) == "exercice clos le 31/12/2026"
    assert period_of(rows["cfe", "2026"]) == "2026"
    assert period_of(rows["is_instalment", "2027-03"]) == "mars 2027"
    assert period_of(Obligation(kind="vat_quarterly", period="2026-T1")) == "1er trimestre 2026"
    assert period_of(Obligation(kind="vat_quarterly", period="2026-T4")) == "4e trimestre 2026"


PAGE = "/dossier/boulangerie/parametres/obligations/"


def test_the_page_shows_plans_and_decides(
    client: Client, alice: User, boulangerie: Dossier
) -> None:
    enter(client, alice)
    assert "Aucune obligation à venir" in client.get(PAGE).content.decode()
    with open_dossier(alice, boulangerie):
        update_dossier(boulangerie, by=alice, **IS)
    sent: dict[str, Any] = {"vat_day": "21", "payroll_day": "15", "pays_cfe": "on",
                            "holds_meeting": "on"}  # fmt: skip
    assert client.post(f"{PAGE}planifier/", sent).status_code == 302
    shown = client.get(PAGE).content.decode()
    assert "Déclaration sociale nominative" in shown
    assert "TVA, déclaration CA3" in shown
    with open_dossier(alice, boulangerie):
        row = of_dossier(boulangerie, Wanted())[0].row
    assert client.post(f"{PAGE}{row.pk}/etat/", {"etat": "done"}).status_code == 302
    assert client.post(f"{PAGE}{row.pk}/etat/?etat=to_do").status_code == 302
    assert client.post(f"{PAGE}{row.pk}/echeance/", {"due_on": "31/12/2027"}).status_code == 302
    with open_dossier(alice, boulangerie):
        row.refresh_from_db()
        assert (row.state, row.due_on, row.is_final) == ("to_do", D(2027, 12, 31), True)
    refused = client.post(f"{PAGE}planifier/", {**sent, "vat_day": "31"})
    assert refused.status_code == 422
    assert client.post(f"{PAGE}nouvelle/", {"label": "", "due_on": "demain"}).status_code == 422


@pytest.mark.row("B22")
def test_the_cockpit_and_the_list_show_what_falls_due(
    client: Client, martin: Firm, alice: User, eve: User
) -> None:
    late = make(martin, alice, "En retard SARL")
    calm = make(martin, alice, "Tranquille SARL")
    today = timezone.localdate()
    for dossier, away in ((late, -3), (calm, 200)):
        with open_dossier(alice, dossier):
            acts.add_obligation(
                dossier, label="Dépôt spécial", due_on=today + dt.timedelta(away), by=alice
            )
    enter(client, alice)
    cockpit = client.get("/cabinet/martin/").content.decode()
    assert "En retard SARL" in cockpit
    assert "Dépôt spécial" in cockpit
    assert names(client.get("/cabinet/martin/clients/?echeance=1").content.decode()) == [
        "En retard SARL"
    ]
    every = client.get("/cabinet/martin/echeances/").content.decode()
    assert names(every) == ["En retard SARL", "Tranquille SARL"]
    assert names(client.get("/cabinet/martin/echeances/?etat=retard").content.decode()) == [
        "En retard SARL"
    ]
    assert client.get("/cabinet/martin/echeances/exporter/?format=csv").status_code == 200
    enter(client, eve)
    assert client.get("/cabinet/durand/echeances/").content.decode().count("SARL") == 0


@pytest.mark.parametrize("path", ["/cabinet/martin/echeances/", "/cabinet/martin/"])
def test_the_pages_ask_the_same_number_of_queries_at_one_and_three(
    path: str, client: Client, martin: Firm, alice: User
) -> None:
    enter(client, alice)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured.captured_queries)

    def one_more(name: str) -> None:
        dossier = make(martin, alice, name)
        with open_dossier(alice, dossier):
            acts.add_obligation(dossier, label="Dépôt", due_on=timezone.localdate(), by=alice)

    one_more("Un")
    asked()
    first = asked()
    one_more("Deux")
    one_more("Trois")
    assert asked() == first


def test_the_counter_has_its_filter_in_the_list() -> None:
    counter = counters.by_key("echeance")
    assert counter is not None
    assert (counter.column, counter.rule) == ("next_due_on", "past")


def test_a_merged_duplicate_gives_its_regimes_and_they_are_planned(
    martin: Firm, alice: User
) -> None:
    kept = make(martin, alice, "Gardée SARL")
    twin = make(martin, alice, "Doublon SARL")
    with open_dossier(alice, twin):
        twin = update_dossier(twin, by=alice, **IS)
    both = frozenset({kept.pk, twin.pk})
    with scope.open_scope(scope.Scope(user=alice.pk, firm=martin.pk, read=both, write=both)):
        merge = merge_dossiers(twin, into=kept, by=alice)
    with open_dossier(alice, kept):
        assert Obligation.objects.filter(kind="vat_monthly").exists()
        undo_merge(merge, by=alice)
        assert not Obligation.objects.filter(
            kind="vat_monthly", due_on__gte=timezone.localdate().replace(day=1)
        ).exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_plan_at_once_plan_once(boulangerie: Dossier, alice: User) -> None:
    barrier, out = threading.Barrier(2), []

    def run() -> None:
        with open_dossier(alice, boulangerie):
            barrier.wait(timeout=20)
            out.append(acts.plan_obligations(boulangerie, by=alice, today=TODAY))
        connection.close()

    with open_dossier(alice, boulangerie):
        Dossier.objects.filter(pk=boulangerie.pk).update(**{**IS, "year_end": "12-31"})
        boulangerie.refresh_from_db()
    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(bool(done) for done in out) == [False, True]
