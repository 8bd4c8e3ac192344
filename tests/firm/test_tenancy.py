"""The walls: what a scope shows, what it hides, what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Count, Sum

from clients.actions.dossiers import create_dossier
from clients.demo import Cast
from clients.models import Dossier
from firm import scope
from firm.models import Firm, Membership, User
from ledger.models import Account, Entry, FiscalYear, Journal
from tests.conftest import open_dossier

pytestmark = pytest.mark.django_db


@pytest.fixture
def pharmacie(durand: Firm, eve: User) -> Dossier:
    """A dossier of the other firm."""
    with scope.open_scope(scope.Scope(user=eve.id, firm=durand.id, firm_write=True)):
        return create_dossier(durand, name="Pharmacie de la Halle", by=eve)


def sql(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def account(dossier: Dossier, number: str) -> Account:
    return Account.objects.create(dossier=dossier, number=number, label="Essai")


def test_tests_run_as_the_runtime_role() -> None:
    assert sql("SELECT current_user") == [("firm_app",)]


def test_no_runtime_role_can_pass_the_walls() -> None:
    rows = sql(
        "SELECT rolname FROM pg_roles WHERE rolname IN ('firm_app', 'firm_owner')"
        " AND (rolsuper OR rolbypassrls)"
    )
    assert rows == []
    owned = sql(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = 'firm_app'"
    )
    assert owned == []


def test_business_rows_without_a_scope_raise(inside: Dossier) -> None:
    account(inside, "401000")
    with scope.open_scope(scope.Scope(user=1)):
        with pytest.raises(scope.NoScope):
            Account.objects.count()
        with pytest.raises(DatabaseError, match="no dossier scope is set"), transaction.atomic():
            sql("SELECT count(*) FROM ledger_account")


def test_another_firms_rows_cannot_be_seen_changed_or_made(
    boulangerie: Dossier, alice: User, pharmacie: Dossier, eve: User
) -> None:
    with open_dossier(eve, pharmacie):
        foreign = account(pharmacie, "512000")
    with open_dossier(alice, boulangerie):
        assert sql("SELECT count(*) FROM ledger_account WHERE id = %s", foreign.id) == [(0,)]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_account SET label = 'pris' WHERE id = %s", (foreign.id,))
            assert cursor.rowcount == 0
            cursor.execute("DELETE FROM ledger_account WHERE id = %s", (foreign.id,))
            assert cursor.rowcount == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            account(pharmacie, "401000")


def test_a_row_cannot_point_into_another_dossier_even_with_both_open(
    boulangerie: Dossier, alice: User, pharmacie: Dossier, eve: User
) -> None:
    with open_dossier(eve, pharmacie):
        journal = Journal.objects.create(dossier=pharmacie, code="AC", label="Achats")
        year = FiscalYear.objects.create(dossier=pharmacie, start="2025-01-01", end="2025-12-31")
    both = frozenset({boulangerie.id, pharmacie.id})
    with (
        scope.open_scope(scope.Scope(user=alice.id, read=both, write=both)),
        pytest.raises(IntegrityError, match="points to no row of the dossier"),
    ):
        Entry.objects.create(
            dossier=boulangerie, journal=journal, fiscal_year=year, number="1", date="2025-01-02"
        )


def test_a_read_scope_writes_nothing(boulangerie: Dossier, alice: User) -> None:
    only = frozenset({boulangerie.id})
    with (
        scope.open_scope(scope.Scope(user=alice.id, read=only)),
        pytest.raises(DatabaseError, match="row-level security"),
    ):
        account(boulangerie, "401000")


def test_a_scope_ends_with_its_block_and_gives_the_outer_one_back(
    boulangerie: Dossier, alice: User
) -> None:
    with open_dossier(alice, boulangerie):
        with scope.open_scope(scope.Scope(user=alice.id)):
            assert sql("SELECT app_in_scope()") == [([],)]
        assert sql("SELECT app_in_scope()") == [([boulangerie.id],)]
        with pytest.raises(RuntimeError), scope.open_scope(scope.Scope(user=alice.id)):
            raise RuntimeError
        assert sql("SELECT app_in_scope()") == [([boulangerie.id],)]
    assert sql("SELECT current_setting('app.dossiers', true)") in ([("",)], [(None,)])


def test_a_row_keeps_its_dossier_when_saved(inside: Dossier) -> None:
    row = account(inside, "401000")
    row.label = "Fournisseurs"
    row.save()
    assert Account.objects.get(number="401000").label == "Fournisseurs"


def test_grouping_works_on_composite_keys(inside: Dossier) -> None:
    journal = Journal.objects.create(dossier=inside, code="AC", label="Achats")
    year = FiscalYear.objects.create(dossier=inside, start="2025-01-01", end="2025-12-31")
    Entry.objects.create(
        dossier=inside, journal=journal, fiscal_year=year, number="1", date="2025-01-02"
    )
    row = Entry.objects.annotate(n=Count("lines"), total=Sum("lines__debit")).get()
    assert (row.n, row.total) == (0, None)


@pytest.mark.parametrize(
    ("first_name", "sees"),
    [
        ("alice", True),
        ("bruno", True),
        ("denis", True),
        ("emma", True),
        ("eve", False),
        ("fred", False),
    ],
)
def test_who_sees_the_dossier_exists(cast: Cast, first_name: str, sees: bool) -> None:
    with scope.open_scope(scope.Scope(user=cast.people[first_name].id)):
        assert Dossier.objects.filter(slug="boulangerie").exists() is sees


def test_a_confidential_dossier_hides_its_name_from_the_firms_owner(
    boulangerie: Dossier, alice: User, bruno: User
) -> None:
    with open_dossier(alice, boulangerie):
        Dossier.objects.filter(pk=boulangerie.pk).update(is_confidential=True, owner=None)
    with scope.open_scope(scope.Scope(user=alice.id)):
        assert not Dossier.objects.filter(slug="boulangerie").exists()
    with scope.open_scope(scope.Scope(user=bruno.id)):
        assert Dossier.objects.filter(slug="boulangerie").exists()


def test_a_stranger_sees_no_firm_and_no_colleagues(martin: Firm, eve: User) -> None:
    with scope.open_scope(scope.Scope(user=eve.id)):
        assert not Firm.objects.filter(slug="martin").exists()
        assert not Membership.objects.filter(firm=martin).exists()


def test_a_firms_scope_that_a_person_may_not_write_writes_nothing(
    martin: Firm, bruno: User, eve: User
) -> None:
    with (
        scope.open_scope(scope.Scope(user=bruno.id, firm=martin.id)),
        pytest.raises(DatabaseError, match="row-level security"),
    ):
        Membership.objects.create(firm=martin, user=eve, role="admin", sees_all=True)
