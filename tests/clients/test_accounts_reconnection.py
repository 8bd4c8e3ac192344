"""A disconnection is taken back within 72 hours by its author, with the roles that it ended."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from clients.actions.connection import disconnect
from clients.actions.dossiers import SirenTaken
from clients.actions.firm_invitations import accept_client, invite_firm
from clients.actions.grants import grant_access
from clients.actions.reconnection import UNDOABLE, DisconnectionOver, undo_disconnection
from clients.demo import Cast
from clients.models import Disconnection, Dossier, DossierGrant, DossierUserObjectPermission
from firm import scope
from firm.models import AuditEvent, Membership, User
from tests.clients.account_acts import (
    at_firm,
    fresh,
    letters,
    member,
    new_dossier,
    roles_of,
    signed_in,
)
from tests.conftest import open_dossier

pytestmark = pytest.mark.django_db
Row = tuple[int, str, dt.datetime | None, str]


def grants_of(dossier: Dossier, by: User) -> list[Row]:
    with open_dossier(by, dossier):
        rows = DossierGrant.objects.filter(dossier=dossier).order_by("user_id")
        return list(rows.values_list("user_id", "role", "expires_at", "reason"))


def derived(dossier: Dossier, by: User) -> set[int]:
    with open_dossier(by, dossier):
        rows = DossierUserObjectPermission.objects.filter(content_object=dossier)
        return set(rows.values_list("user_id", flat=True))


def parted(cast: Cast, by: str = "alice") -> Disconnection:
    with open_dossier(cast.people[by], cast.boulangerie):
        return disconnect(cast.boulangerie, by=cast.people[by])


def given_to_denis(cast: Cast) -> None:
    """Denis owns the dossier: Alice reaches it through the firm alone."""
    with open_dossier(cast.people["alice"], cast.boulangerie):
        Dossier.objects.filter(pk=cast.boulangerie.pk).update(owner=cast.people["denis"])
        cast.boulangerie.refresh_from_db()


def refused(parting: Disconnection, by: User, why: str = ".") -> None:
    with scope.open_scope(scope.Scope(user=by.pk)), pytest.raises(DisconnectionOver, match=why):
        undo_disconnection(parting, by=by)


@pytest.mark.row("S2.33")
def test_its_author_has_it_back_as_it_was(cast: Cast) -> None:
    alice, bruno, chloe = (cast.people[name] for name in ("alice", "bruno", "chloe"))
    given_to_denis(cast)
    with open_dossier(alice, cast.boulangerie):
        until = timezone.now() + dt.timedelta(days=9)
        grant_access(cast.boulangerie, to=chloe, role="assigned", by=alice, expires_at=until,
                     reason="Congés de Bruno")  # fmt: skip
        Dossier.objects.filter(pk=cast.boulangerie.pk).update(is_confidential=True)
    before, twins = grants_of(cast.boulangerie, alice), derived(cast.boulangerie, alice)
    parting = parted(cast)
    assert signed_in(alice).get("/dossier/boulangerie/").status_code == 404
    page = f"/compte/cessions/deconnexions/{parting.pk}/annuler/"
    assert signed_in(alice).get(page).status_code == 302, "the password first"
    hers = fresh(alice)
    assert "Boulangerie" in hers.get("/compte/cessions/").text
    seen = hers.get(page).text
    for words in (
        "2\u00a0personnes retrouvent leur rôle",
        "redevient confidentiel",
        "Chloé Nguyen",
    ):
        assert words in seen
    assert hers.post(page, {"confirmation": "oui"}).status_code == 422
    assert hers.post(page, {"confirmation": "annuler"}).status_code == 302

    assert grants_of(cast.boulangerie, alice) == before
    assert derived(cast.boulangerie, alice) == twins
    with open_dossier(alice, cast.boulangerie):
        now = Dossier.objects.get(pk=cast.boulangerie.pk)
        event = AuditEvent.objects.get(action="clients.reconnected")
    assert (now.firm_id, now.status, now.is_confidential, now.disconnected_at) == (
        cast.firms["martin"].pk, "active", True, None,
    )  # fmt: skip
    assert event.details["people"] == sorted([bruno.pk, chloe.pk])
    assert signed_in(bruno).get("/dossier/boulangerie/").status_code == 200
    told = [
        one for one in letters(cast.boulangerie, "connection", alice) if "nouveau" in one.subject
    ]
    assert [one.recipient for one in told] == ["denis@boulangerie.example"]
    assert hers.post(page, {"confirmation": "annuler"}).status_code == 409
    assert "Annulée" in hers.get("/compte/cessions/").text


def test_nobody_else_may_nor_its_author_later_or_once_the_client_has_invited_a_firm(
    cast: Cast,
) -> None:
    alice, denis = cast.people["alice"], cast.people["denis"]
    given_to_denis(cast)
    parting = parted(cast)
    assert (
        fresh(denis).get(f"/compte/cessions/deconnexions/{parting.pk}/annuler/").status_code == 404
    )
    refused(parting, denis)
    with open_dossier(alice, cast.boulangerie):
        Disconnection.objects.update(created_at=timezone.now() - UNDOABLE)
        parting.refresh_from_db()
    refused(parting, alice, "72")
    with open_dossier(alice, cast.boulangerie):
        Disconnection.objects.update(created_at=timezone.now() - dt.timedelta(hours=1))
        parting.refresh_from_db()
    with open_dossier(denis, cast.boulangerie):
        invitation = invite_firm(cast.boulangerie, wanted="durand", by=denis)
    with (
        scope.open_scope(scope.Scope(user=alice.pk)),
        pytest.raises(DisconnectionOver, match="inv"),
    ):
        undo_disconnection(parting, by=alice)
    with at_firm(cast.people["eve"], cast.firms["durand"]):
        accept_client(invitation, by=cast.people["eve"])
    with (
        scope.open_scope(scope.Scope(user=alice.pk)),
        pytest.raises(DisconnectionOver, match="sui"),
    ):
        undo_disconnection(parting, by=alice)
    assert (
        "suivi par un cabinet"
        in fresh(alice).get(f"/compte/cessions/deconnexions/{parting.pk}/annuler/").text
    )


def test_an_author_who_leads_the_firm_no_longer_may_not(cast: Cast) -> None:
    given_to_denis(cast)
    boss = member(cast, "paula@martin.example", "admin")
    with open_dossier(boss, cast.boulangerie):
        parting = disconnect(cast.boulangerie, by=boss)
    with at_firm(cast.people["alice"], cast.firms["martin"]):
        Membership.objects.filter(user=boss).update(role="staff", sees_all=False)
    refused(parting, boss, "adm")


def test_whoever_has_left_the_firm_has_no_role_again(cast: Cast) -> None:
    alice, bruno = cast.people["alice"], cast.people["bruno"]
    parting = parted(cast)
    with at_firm(alice, cast.firms["martin"]):
        Membership.objects.filter(user=bruno).delete()
    page = fresh(alice).get(f"/compte/cessions/deconnexions/{parting.pk}/annuler/").text
    assert "Ne le retrouvent pas" in page
    assert "Bruno Keller" in page
    with scope.open_scope(scope.Scope(user=alice.pk)):
        undo_disconnection(parting, by=alice)
    assert roles_of(bruno, cast.boulangerie) == frozenset()


def test_the_client_who_parted_them_joins_them_and_the_firm_is_told(cast: Cast) -> None:
    alice, denis = cast.people["alice"], cast.people["denis"]
    given_to_denis(cast)
    parting = parted(cast, "denis")
    assert not parting.is_by_firm
    refused(parting, alice)
    with scope.open_scope(scope.Scope(user=denis.pk)):
        undo_disconnection(parting, by=denis)
    told = {one.recipient for one in letters(cast.boulangerie, "connection", denis)
            if "de nouveau" in one.subject}  # fmt: skip
    assert told == {denis.email, alice.email}


def test_the_siren_may_be_another_dossiers_by_now(cast: Cast) -> None:
    alice = cast.people["alice"]
    with open_dossier(alice, cast.boulangerie):
        Dossier.objects.filter(pk=cast.boulangerie.pk).update(siren="732829320")
    parting = parted(cast)
    new_dossier(cast, "Boulangerie bis", siren="732829320")
    with scope.open_scope(scope.Scope(user=alice.pk)), pytest.raises(SirenTaken):
        undo_disconnection(parting, by=alice)


@pytest.mark.django_db(transaction=True)
def test_taken_back_twice_at_once_it_is_taken_back_once(cast: Cast) -> None:
    alice = cast.people["alice"]
    parting = parted(cast)
    came: list[Any] = []

    def act() -> None:
        try:
            with scope.open_scope(scope.Scope(user=alice.pk)):
                undo_disconnection(parting, by=alice)
            came.append("done")
        except DisconnectionOver:
            came.append("over")
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(came) == ["done", "over"]
    with open_dossier(alice, cast.boulangerie):
        assert AuditEvent.objects.filter(action="clients.reconnected").count() == 1
