"""One owner at any time, and both sides agree."""

from __future__ import annotations

import pytest

from clients.actions.connection import disconnect
from clients.actions.grants import grant_access, revoke_access
from clients.actions.ownership import (
    NotAnAdministrator,
    NotTheOwner,
    TransferOpen,
    TransferOver,
    accept_ownership,
    end_transfer,
    offer_ownership,
)
from clients.demo import Cast, create_cast
from clients.models import Dossier, DossierGrant, OwnershipTransfer
from firm import scope
from tests.clients.account_acts import fresh, letters, roles_of, signed_in
from tests.clients.test_accounts_connection import together
from tests.conftest import open_dossier

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
    assert "Accepter la cession" in his.get(PAGE).text
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
