"""A confidential dossier opens to somebody of the firm whoever is shut out or leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clients.access import rights_on
from clients.actions.blocks import block, unblock
from clients.actions.confidentiality import assign_accountants
from clients.actions.grants import LastListed, revoke_access
from clients.actions.last_listed import ListedAlone
from clients.actions.members import detach_from_firm
from clients.demo import Cast
from clients.models import Dossier, DossierGrant
from firm import scope
from firm.models import AuditEvent, Block, Membership, OutgoingEmail, User
from tests.clients.account_acts import at_firm, letters, member, new_dossier, signed_in
from tests.clients.test_accounts_connection import together
from tests.conftest import open_dossier

PEOPLE = "/cabinet/martin/utilisateurs/"
NAME = "Zéphyrine"


def secret(cast: Cast, *listed: str, name: str = NAME) -> Dossier:
    """A confidential dossier, the client's own, on whose list these people stand alone."""
    alice = cast.people["alice"]
    made = new_dossier(cast, name)
    with open_dossier(alice, made):
        people = [cast.people[one].pk for one in listed]
        assign_accountants(made, people=people, confidential=True, by=alice)
        revoke_access(made, of=alice, by=alice)
        Dossier.objects.filter(pk=made.pk).update(owner=cast.people["denis"])
    return made


def opens(person: User, dossier: Dossier) -> bool:
    with scope.open_scope(scope.Scope(user=person.pk)):
        return rights_on(person, dossier.pk).may("dossier.open")


def leaves(cast: Cast, name: str) -> Callable[[], object]:
    def act() -> object:
        with at_firm(cast.people["alice"], cast.firms["martin"]):
            return detach_from_firm(
                cast.firms["martin"], cast.people[name], by=cast.people["alice"]
            )

    return act


def shut_out(cast: Cast, name: str) -> Callable[[], object]:
    def act() -> object:
        with at_firm(cast.people["alice"], cast.firms["martin"]):
            return block(cast.firms["martin"], cast.people[name], by=cast.people["alice"])

    return act


def taken_off(cast: Cast, dossier: Dossier, name: str) -> Callable[[], object]:
    def act() -> object:
        with open_dossier(cast.people["denis"], dossier):
            return revoke_access(dossier, of=cast.people[name], by=cast.people["denis"])

    return act


@pytest.mark.django_db
@pytest.mark.row("S0.21")
@pytest.mark.row("X0.4")
def test_who_stands_alone_on_a_list_is_not_detached_and_the_refusal_names_nothing(
    cast: Cast,
) -> None:
    alice, bruno = cast.people["alice"], cast.people["bruno"]
    made = secret(cast, "bruno")
    desk = signed_in(alice)
    answer = desk.post(f"{PEOPLE}{bruno.pk}/detacher/")
    assert answer.status_code == 422
    assert "au moins un dossier confidentiel" in answer.text
    assert NAME not in answer.text
    assert made.slug not in answer.text
    assert opens(bruno, made)
    with open_dossier(cast.people["denis"], made):
        assign_accountants(made, people=[bruno.pk, cast.people["chloe"].pk], by=alice)
    assert desk.post(f"{PEOPLE}{bruno.pk}/detacher/").status_code == 302
    assert not opens(bruno, made)
    assert opens(cast.people["chloe"], made)


@pytest.mark.django_db
@pytest.mark.row("S0.21")
def test_who_is_blocked_while_alone_on_a_list_is_followed_by_the_firms_owner(cast: Cast) -> None:
    alice, bruno, denis = (cast.people[name] for name in ("alice", "bruno", "denis"))
    admin = member(cast, "hugo@martin.example", "admin")
    made, shared = secret(cast, "bruno"), secret(cast, "bruno", "chloe", name="Partagé")
    answer = signed_in(admin).post(f"{PEOPLE}{bruno.pk}/bloquer/", follow=True)
    assert answer.status_code == 200
    assert NAME not in answer.text, "the administrator is told nothing of it"
    assert not opens(admin, made)
    assert not opens(bruno, made)
    assert opens(alice, made)
    assert not opens(alice, shared), "Chloé is left there"
    [letter] = letters(made, "list_inherited", denis)
    assert letter.recipient == alice.email
    assert NAME in letter.subject
    with open_dossier(denis, made):
        [told] = AuditEvent.objects.filter(action="clients.list_inherited")
        assert (told.user_id, told.details) == (admin.pk, {"to": alice.pk, "of": bruno.pk})
    with at_firm(admin, cast.firms["martin"]):
        assert not OutgoingEmail.objects.filter(kind="list_inherited").exists()
    assert signed_in(admin).post(f"{PEOPLE}{bruno.pk}/detacher/").status_code == 302
    assert opens(alice, made)


@pytest.mark.django_db
def test_a_person_who_is_blocked_does_not_count_as_listed(cast: Cast) -> None:
    denis, alice, martin = cast.people["denis"], cast.people["alice"], cast.firms["martin"]
    made = secret(cast, "bruno", "chloe")
    shut_out(cast, "chloe")()
    with open_dossier(denis, made), pytest.raises(LastListed):
        revoke_access(made, of=cast.people["bruno"], by=denis)
    with open_dossier(alice, made), pytest.raises(LastListed):
        assign_accountants(made, people=[cast.people["chloe"].pk], by=alice)
    with at_firm(alice, martin):
        unblock(martin, cast.people["chloe"], by=alice)
    with open_dossier(denis, made):
        revoke_access(made, of=cast.people["bruno"], by=denis)
    assert opens(cast.people["chloe"], made)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["blocked", "detached", "taken off"])
@pytest.mark.parametrize("second", ["blocked", "detached"])
def test_two_last_ones_who_go_at_once_leave_somebody(
    first: str, second: str, cast: Cast, boulangerie: Dossier
) -> None:
    made = secret(cast, "bruno", "chloe")
    acts: dict[str, Callable[[], object]] = {
        "blocked": shut_out(cast, "bruno"), "detached": leaves(cast, "bruno"),
        "taken off": taken_off(cast, made, "bruno"),
    }  # fmt: skip
    other = shut_out(cast, "chloe") if second == "blocked" else leaves(cast, "chloe")
    outcomes = together(acts[first], other)
    refused: list[Any] = [one for one in outcomes if one is not None]
    assert all(isinstance(one, ListedAlone | LastListed) for one in refused), refused
    firm = cast.firms["martin"]
    with open_dossier(cast.people["denis"], made), scope.extended(firm=firm.pk):
        listed = set(DossierGrant.objects.filter(role="assigned").values_list("user_id", flat=True))
        members = set(Membership.objects.filter(firm=firm).values_list("user_id", flat=True))
        blocked = set(Block.objects.filter(firm=firm).values_list("user_id", flat=True))
    assert (listed & members) - blocked, "nobody of the firm would open it"
    assert any(opens(cast.people[name], made) for name in ("alice", "bruno", "chloe"))
