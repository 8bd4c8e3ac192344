"""The operator's way in to one dossier."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection

from clients.demo import Cast, create_cast
from clients.models import Dossier
from clients.operators import every_dossier, operator_scope
from firm.errors import NotFound
from firm.owner import OperatorUnknown

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def committed() -> Cast:
    """The cast, where another connection sees it."""
    return create_cast()


def test_the_operator_works_on_a_dossier_in_the_name_of_its_owner(committed: Cast) -> None:
    with operator_scope("boulangerie") as found:
        assert found.dossier == committed.boulangerie
        assert found.owner == committed.people["alice"]
        assert list(Dossier.objects.values_list("slug", flat=True)) == ["boulangerie"]


def test_an_unknown_short_name_is_refused(committed: Cast) -> None:
    with pytest.raises(NotFound, match="boulangrie"), operator_scope("boulangrie"):
        pass


def test_the_operator_lists_every_dossier(committed: Cast) -> None:
    assert every_dossier() == ["boulangerie"]


@pytest.mark.parametrize(
    "question", ["operator_dossier(text)", "operator_dossiers()", "operator_broken_chains()"]
)
def test_the_runtime_role_may_not_ask_what_the_operator_may(question: str, committed: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_function_privilege('firm_app', %s, 'execute'),"
            " has_function_privilege('firm_owner', %s, 'execute')",
            (question, question),
        )
        assert cursor.fetchone() == (False, True)


def test_a_command_without_the_owner_of_the_database_says_which_setting_it_lacks(
    committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATABASE_OWNER", {**settings.DATABASE_OWNER, "USER": "firm_app"})
    with pytest.raises(OperatorUnknown, match="DATABASE_OWNER_URL"), operator_scope("boulangerie"):
        pass
