"""One owner at any time, and both sides agree."""

from __future__ import annotations

import pytest
from django.utils import timezone

from clients.actions.blocks import block
from clients.actions.connection import disconnect
from clients.actions.grants import grant_access, revoke_access
from clients.actions.members import detach_from_firm
from clients.actions.ownership import (
    NotAnAdministrator,
    NotTheOwner,
    TransferOpen,
    TransferOver,
    accept_ownership,
    end_transfer,
    offer_ownership,
)
from clients.actions.ownership_undo import UNDOABLE, undo_transfer
from clients.demo import Cast, create_cast
from clients.models import Dossier, DossierGrant, OwnershipTransfer
from firm import scope
from tests.clients.account_acts import at_firm, fresh, letters, roles_of, signed_in
from tests.clients.test_accounts_connection import together
from tests.conftest import open_dossier

ACCOUNT = "/dossier/boulangerie/parametres/compte/"
PAGE = "/dossier/boulangerie/parametres/actions/"


@pytest.fixture(autouse=True)
def _own_cache(settings: object, tmp_path: object) -> None:
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path)}}  # type: ignore[attr-defined]


@pytest.mark.django_db
@pytest.mark.row("S2.34")
@pytest.mark.row("S2.35")
def test_the_owner_designates_an_administrator_who_accepts(cast: Cast) -> None:
    alice, denis = cast.people["alice"], cast.people["denis"]
    mine, his = fresh(alice), fresh(denis)
    assert "Denis Lefèvre" in mine.get(PAGE + f"ceder/?a={denis.pk}").text
    asked = {"to": str(denis.pk), "confirmation": "boulangerie"}
    assert mine.post(PAGE + "ceder/", {**asked, "confirmation": "x"}).status_code == 422
    assert mine.post(PAGE + "ceder/", asked).status_code == 302
    assert "dossier_owner" in roles_of(alice, cast.boulangerie)
    assert "dossier_owner" not in roles_of(denis, cast.boulangerie)
    assert "Accepter la cession" in his.get(ACCOUNT).text
    answer = his.post(PAGE + "cession/accepter/", {"confirmation": "boulangerie"})
    assert answer.status_code == 302
    assert roles_of(denis, cast.boulangerie) == {"dossier_owner"}
    assert "dossier_owner" not in roles_of(alice, cast.boulangerie)
    sent = letters(cast.boulangerie, "ownership", denis)
    assert [letter.recipient for letter in sent] == [alice.email] * 2 + [denis.email] * 2


@pytest.mark.django_db
def test_handing_over_wants_a_fresh_sign_in_and_the_owner(cast: Cast) -> None:
    asked = {"to": str(cast.people["denis"].pk), "confirmation": "boulangerie"}
    answer = signed_in(cast.people["alice"]).post(PAGE + "ceder/", asked)
    assert answer.status_code == 302
    assert "/compte/confirmer/" in answer.headers["Location"]
    assert fresh(cast.people["denis"]).post(PAGE + "ceder/", asked).status_code == 403
    with open_dossier(cast.people["alice"], cast.boulangerie):
        assert not OwnershipTransfer.objects.exists()


@pytest.mark.django_db
@pytest.mark.row("S2.36")
def test_after_disconnection_and_transfer_the_former_people_can_be_removed(cast: Cast) -> None:
    alice, denis, boulangerie = cast.people["alice"], cast.people["denis"], cast.boulangerie
    with open_dossier(alice, boulangerie):
        disconnect(boulangerie, by=alice)
        offer = offer_ownership(boulangerie, to=denis, by=alice)
    with open_dossier(denis, boulangerie):
        accept_ownership(offer, by=denis)
    assert roles_of(alice, boulangerie) == {"client_admin"}
    with open_dossier(denis, boulangerie):
        revoke_access(boulangerie, of=alice, by=denis)
        revoke_access(boulangerie, of=cast.people["emma"], by=denis)
        assert not DossierGrant.objects.exists()
    assert signed_in(alice).get("/dossier/boulangerie/").status_code == 404
    assert roles_of(denis, boulangerie) == {"dossier_owner"}


@pytest.mark.django_db
def test_a_half_accepted_transfer_changes_nothing(cast: Cast, inside: Dossier) -> None:
    alice, denis, emma = (cast.people[who] for who in ("alice", "denis", "emma"))
    with pytest.raises(NotAnAdministrator):
        offer_ownership(inside, to=emma, by=alice)
    with pytest.raises(NotTheOwner):
        offer_ownership(inside, to=denis, by=cast.people["bruno"])
    offer = offer_ownership(inside, to=denis, by=alice)
    with pytest.raises(TransferOpen):
        offer_ownership(inside, to=denis, by=alice)
    with pytest.raises(NotAnAdministrator):
        accept_ownership(offer, by=emma)
    grant_access(inside, to=denis, role="client_user", by=alice)
    with pytest.raises(NotAnAdministrator):
        accept_ownership(offer, by=denis)
    with pytest.raises(NotTheOwner):
        end_transfer(offer, by=emma)
    end_transfer(offer, by=alice)
    with pytest.raises(TransferOver):
        accept_ownership(offer, by=denis)
    inside.refresh_from_db()
    assert inside.owner == alice


@pytest.mark.django_db(transaction=True)
def test_accepting_twice_while_it_is_taken_back_leaves_exactly_one_owner() -> None:
    cast = create_cast()
    alice, denis, boulangerie = cast.people["alice"], cast.people["denis"], cast.boulangerie
    with open_dossier(alice, boulangerie):
        offer = offer_ownership(boulangerie, to=denis, by=alice)

    def accept() -> str:
        with open_dossier(denis, boulangerie):
            accept_ownership(offer, by=denis)
        return "accepted"

    def take_back() -> str:
        with open_dossier(alice, boulangerie):
            end_transfer(offer, by=alice)
        return "taken back"

    first, second, third = together(accept, accept, take_back)
    with scope.open_scope(scope.Scope(user=denis.pk)):
        owner = Dossier.objects.get(pk=boulangerie.pk).owner_id
    if third == "taken back":
        assert owner == alice.pk
        assert {type(first), type(second)} == {TransferOver}
    else:
        assert owner == denis.pk
        assert isinstance(third, TransferOver)
        assert [first, second] == ["accepted", "accepted"]


def handed_over(cast: Cast, by: str = "alice") -> OwnershipTransfer:
    """The boulangerie is Denis's, whom its owner had offered it to."""
    owner, denis = cast.people[by], cast.people["denis"]
    with open_dossier(owner, cast.boulangerie):
        offer = offer_ownership(cast.boulangerie, to=denis, by=owner)
    with open_dossier(denis, cast.boulangerie):
        accept_ownership(offer, by=denis)
        return OwnershipTransfer.objects.get(pk=offer.pk)


@pytest.mark.django_db
@pytest.mark.row("S2.34")
def test_a_hand_over_is_taken_back_within_72_hours_even_by_who_lost_his_access(cast: Cast) -> None:
    alice, denis = cast.people["alice"], cast.people["denis"]
    with open_dossier(alice, cast.boulangerie):
        disconnect(cast.boulangerie, by=alice)
    transfer = handed_over(cast)
    with open_dossier(denis, cast.boulangerie):
        revoke_access(cast.boulangerie, of=alice, by=denis)
    assert roles_of(alice, cast.boulangerie) == frozenset()
    page = f"/compte/cessions/{transfer.pk}/annuler/"
    assert signed_in(alice).get(page).status_code == 302, "the password first"
    hers = fresh(alice)
    assert "Boulangerie" in hers.get("/compte/cessions/").text
    assert hers.post(page, {"confirmation": "non"}).status_code == 422
    assert fresh(denis).get(page).status_code == 404, "the new owner offers it back instead"
    assert hers.post(page, {"confirmation": "annuler"}).status_code == 302
    assert roles_of(alice, cast.boulangerie) == {"dossier_owner"}
    assert roles_of(denis, cast.boulangerie) == {"client_admin"}
    sent = [
        one for one in letters(cast.boulangerie, "ownership", denis) if "annulée" in one.subject
    ]
    assert [one.recipient for one in sent] == [alice.email, denis.email]
    assert hers.post(page, {"confirmation": "annuler"}).status_code == 409
    assert "Annulée après coup" in hers.get("/compte/cessions/").text


@pytest.mark.django_db
def test_a_hand_over_is_not_taken_back_later_nor_over_another_one(cast: Cast) -> None:
    alice, denis, emma = (cast.people[name] for name in ("alice", "denis", "emma"))
    transfer = handed_over(cast)
    dossier = cast.boulangerie
    with open_dossier(denis, dossier):
        OwnershipTransfer.objects.filter(pk=transfer.pk).update(
            accepted_at=timezone.now() - UNDOABLE
        )
    with scope.open_scope(scope.Scope(user=alice.pk)), pytest.raises(TransferOver):
        undo_transfer(transfer, by=alice)
    with open_dossier(denis, dossier):
        OwnershipTransfer.objects.filter(pk=transfer.pk).update(accepted_at=timezone.now())
        grant_access(dossier, to=emma, role="client_admin", by=denis)
        dossier.refresh_from_db()
        onward = offer_ownership(dossier, to=emma, by=denis)
    with open_dossier(emma, dossier):
        accept_ownership(onward, by=emma)
    with scope.open_scope(scope.Scope(user=alice.pk)), pytest.raises(TransferOver):
        undo_transfer(transfer, by=alice)
    assert "dossier_owner" in roles_of(emma, dossier)


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["blocked", "detached"])
def test_whom_the_firm_has_parted_from_takes_nothing_back_of_what_it_follows(
    how: str, cast: Cast
) -> None:
    alice, bruno, martin = cast.people["alice"], cast.people["bruno"], cast.firms["martin"]
    with open_dossier(alice, cast.boulangerie):
        Dossier.objects.filter(pk=cast.boulangerie.pk).update(owner=bruno)
        cast.boulangerie.refresh_from_db()
    transfer = handed_over(cast, by="bruno")
    assert transfer.from_firm_id == martin.pk
    with at_firm(alice, martin):
        if how == "blocked":
            block(martin, bruno, by=alice)
        else:
            detach_from_firm(martin, bruno, by=alice)
    with scope.open_scope(scope.Scope(user=bruno.pk)), pytest.raises(TransferOver):
        undo_transfer(transfer, by=bruno)
    assert "dossier_owner" in roles_of(cast.people["denis"], cast.boulangerie)


@pytest.mark.django_db(transaction=True)
def test_taking_back_and_handing_on_at_once_leave_one_owner() -> None:
    cast = create_cast()
    alice, denis, emma = (cast.people[name] for name in ("alice", "denis", "emma"))
    dossier = cast.boulangerie
    transfer = handed_over(cast)
    with open_dossier(denis, dossier):
        grant_access(dossier, to=emma, role="client_admin", by=denis)
        dossier.refresh_from_db()
        onward = offer_ownership(dossier, to=emma, by=denis)

    def back() -> None:
        with scope.open_scope(scope.Scope(user=alice.pk)):
            undo_transfer(transfer, by=alice)

    def on() -> None:
        with open_dossier(emma, dossier):
            accept_ownership(onward, by=emma)

    outcomes = together(back, on)
    assert sum(isinstance(outcome, TransferOver) for outcome in outcomes) == 1, outcomes
    owners = [one for one in (alice, denis, emma) if "dossier_owner" in roles_of(one, dossier)]
    assert len(owners) == 1
