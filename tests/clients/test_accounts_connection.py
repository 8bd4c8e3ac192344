"""Disconnecting a dossier, inviting a firm, and what the plan does meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from clients.actions.connection import JobRunning, disconnect
from clients.actions.dossiers import SirenTaken, create_dossier
from clients.actions.firm_invitations import (
    ConnectedAlready,
    FirmUnknown,
    InvitationOpen,
    InvitationOver,
    accept_client,
    decline_client,
    invite_firm,
)
from clients.demo import Cast, create_cast
from clients.models import Dossier, DossierGrant, FirmInvitation, PlanSubscription
from firm import jobs, scope
from firm.models import Job
from tests.clients.account_acts import at_firm, letters, roles_of, signed_in
from tests.conftest import open_dossier


def parted(cast: Cast) -> Dossier:
    """The boulangerie without a firm, still Alice's; Denis administers it."""
    alice = cast.people["alice"]
    with open_dossier(alice, cast.boulangerie):
        disconnect(cast.boulangerie, by=alice)
    return cast.boulangerie


@pytest.mark.django_db
@pytest.mark.row("S2.33")
def test_disconnecting_ends_what_came_through_the_firm_at_the_next_request(cast: Cast) -> None:
    alice, bruno, denis = (cast.people[who] for who in ("alice", "bruno", "denis"))
    old = signed_in(bruno)
    assert old.get("/dossier/boulangerie/").status_code == 200
    plan = _plan(cast)
    boulangerie = parted(cast)
    for address in ("/dossier/boulangerie/", "/api/dossiers/boulangerie/",
                    "/dossier/boulangerie/comptabilite/balance/",
                    "/cabinet/martin/clients/boulangerie/gerer/"):  # fmt: skip
        assert old.get(address).status_code == 404
    assert "Boulangerie" not in old.get("/cabinet/martin/clients/").text
    assert roles_of(bruno, boulangerie) == frozenset()
    assert roles_of(alice, boulangerie) == {"dossier_owner"}
    assert signed_in(denis).get("/dossier/boulangerie/").status_code == 200
    assert signed_in(alice).get("/dossier/boulangerie/").status_code == 200
    assert boulangerie.owner == alice
    assert _plan(cast) == plan
    with open_dossier(denis, boulangerie):
        roles = set(DossierGrant.objects.values_list("role", flat=True))
        assert roles == {"client_admin", "employee"}
    sent = letters(boulangerie, "connection", denis)
    assert [letter.recipient for letter in sent] == [alice.email, denis.email]


def _plan(cast: Cast) -> tuple[str, Any]:
    with open_dossier(cast.people["denis"], cast.boulangerie):
        kept = PlanSubscription.objects.get()
        return kept.plan, kept.ends_on


@pytest.mark.django_db
def test_a_dossier_at_work_is_not_disconnected(cast: Cast, inside: Dossier) -> None:
    alice = cast.people["alice"]
    job = jobs.start("ledger.fec_check", by=alice, dossier_id=inside.pk, firm_id=inside.firm_id)
    with pytest.raises(JobRunning):
        disconnect(inside, by=alice)
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
    disconnect(inside, by=alice)
    assert inside.firm is None


@pytest.mark.django_db
@pytest.mark.row("S4.3")
def test_a_client_invites_a_firm_by_its_exact_name_and_is_followed(cast: Cast) -> None:
    boulangerie, denis, eve = parted(cast), cast.people["denis"], cast.people["eve"]
    browser = signed_in(denis)
    page = "/dossier/boulangerie/parametres/actions/inviter-un-cabinet/"
    assert browser.post(page, {"wanted": "Cabinet Dur"}).status_code == 422
    assert browser.post(page, {"wanted": "cabinet durand", "message": "Bonjour"}).status_code == 302
    sent = letters(boulangerie, "firm_invited", denis)
    assert [letter.recipient for letter in sent] == [eve.email]
    hers = signed_in(eve)
    assert hers.get("/dossier/boulangerie/").status_code == 404
    with at_firm(eve, cast.firms["durand"]):
        invitation = FirmInvitation.objects.get()
    address = f"/cabinet/durand/invitations/{invitation.pk}/accepter/"
    assert signed_in(cast.people["fred"]).post(address).status_code == 403
    assert signed_in(cast.people["alice"]).post(address).status_code == 404
    assert hers.post(address).status_code == 302
    assert hers.get("/dossier/boulangerie/").status_code == 200
    with open_dossier(denis, boulangerie):
        found = Dossier.objects.get(pk=boulangerie.pk)
        assert (found.firm, found.status) == (cast.firms["durand"], "active")
        assert found.owner == cast.people["alice"]
    assert browser.post(page, {"wanted": "martin"}).status_code == 422


@pytest.mark.django_db
def test_an_invitation_is_one_at_a_time_and_can_be_withdrawn(cast: Cast) -> None:
    boulangerie, denis = cast.boulangerie, cast.people["denis"]
    with open_dossier(denis, boulangerie), pytest.raises(ConnectedAlready):
        invite_firm(boulangerie, wanted="durand", by=denis)
    parted(cast)
    with open_dossier(denis, boulangerie):
        invitation = invite_firm(boulangerie, wanted="durand", by=denis)
        with pytest.raises(InvitationOpen):
            invite_firm(boulangerie, wanted="martin", by=denis)
        decline_client(invitation, by=denis)
        with pytest.raises(InvitationOver):
            decline_client(invitation, by=denis)
        with pytest.raises(FirmUnknown):
            invite_firm(boulangerie, wanted="nulle part", by=denis)
    with at_firm(cast.people["eve"], cast.firms["durand"]), pytest.raises(InvitationOver):
        accept_client(invitation, by=cast.people["eve"])


@pytest.mark.django_db
def test_a_firm_that_follows_the_siren_already_does_not_accept_it_twice(cast: Cast) -> None:
    denis, eve, durand = cast.people["denis"], cast.people["eve"], cast.firms["durand"]
    boulangerie = parted(cast)
    with open_dossier(denis, boulangerie):
        Dossier.objects.filter(pk=boulangerie.pk).update(siren="732829320")
        invitation = invite_firm(boulangerie, wanted="durand", by=denis)
    with at_firm(eve, durand):
        create_dossier(durand, name="La même", siren="732829320", by=eve)
        with pytest.raises(SirenTaken):
            accept_client(invitation, by=eve)


@pytest.mark.django_db
def test_what_a_firm_hid_is_no_longer_hidden_once_it_has_left(cast: Cast) -> None:
    alice = cast.people["alice"]
    with open_dossier(alice, cast.boulangerie):
        Dossier.objects.filter(pk=cast.boulangerie.pk).update(is_confidential=True)
        disconnect(cast.boulangerie, by=alice)
        assert not Dossier.objects.get(pk=cast.boulangerie.pk).is_confidential


@pytest.mark.django_db
def test_the_short_name_is_typed_before_disconnecting(cast: Cast) -> None:
    browser = signed_in(cast.people["alice"])
    page = "/dossier/boulangerie/parametres/actions/deconnecter/"
    assert "perdent l’accès" in browser.get(page).text
    assert browser.post(page, {"confirmation": "boulangrie"}).status_code == 422
    answer = browser.post(page, {"confirmation": "boulangerie"})
    assert answer.headers["Location"] == "/dossier/boulangerie/parametres/compte/"
    assert "Aucun cabinet ne suit" in browser.get(answer.headers["Location"]).text


def together(*acts: Callable[[], object]) -> list[object]:
    """Run acts at the same moment on connections of their own; what each gave or raised."""
    gate = threading.Barrier(len(acts))
    out: list[object] = [None] * len(acts)

    def run(at: int) -> None:
        gate.wait()
        try:
            out[at] = acts[at]()
        except Exception as error:
            out[at] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return out


@pytest.mark.django_db(transaction=True)
def test_two_accepts_and_a_withdrawal_at_once_leave_one_answer() -> None:
    cast = create_cast()
    denis, eve, durand = cast.people["denis"], cast.people["eve"], cast.firms["durand"]
    boulangerie = parted(cast)
    with open_dossier(denis, boulangerie):
        invitation = invite_firm(boulangerie, wanted="durand", by=denis)

    def accept() -> Dossier:
        with at_firm(eve, durand):
            return accept_client(invitation, by=eve)

    def withdraw() -> str:
        with open_dossier(denis, Dossier(pk=boulangerie.pk)):
            decline_client(invitation, by=denis)
        return "withdrawn"

    outcomes = together(accept, accept, withdraw)
    with scope.open_scope(scope.Scope(user=denis.pk)):
        followed = Dossier.objects.get(pk=boulangerie.pk).firm_id == durand.pk
    if followed:
        assert isinstance(outcomes[2], InvitationOver)
        assert not any(isinstance(outcome, Exception) for outcome in outcomes[:2])
    else:
        assert outcomes[2] == "withdrawn"
        assert all(isinstance(outcome, InvitationOver) for outcome in outcomes[:2])


@pytest.mark.django_db(transaction=True)
def test_an_old_job_of_the_firm_does_nothing_after_the_disconnection() -> None:
    cast = create_cast()
    alice, bruno = cast.people["alice"], cast.people["bruno"]
    boulangerie = parted(cast)
    with open_dossier(alice, boulangerie):
        job = jobs.start(
            "ledger.fec_check", by=bruno, dossier_id=boulangerie.pk, firm_id=cast.firms["martin"].pk
        )
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "forbidden")
