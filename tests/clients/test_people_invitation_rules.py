"""Who may invite whom, how many, and how an invitation is told to stand."""

from __future__ import annotations

import pytest
from django.test import Client

from clients.actions import invitations
from clients.demo import Cast
from clients.models import Dossier
from firm import scope
from firm.models import Firm, Membership, User
from tests.clients.invitations import INVITE, ZOE, invite
from tests.clients.people import (
    PASSWORD,
    browser,
    grants,
    invitation_of,
    link_of_last_mail,
    memberships,
)
from tests.firm.access_table import custom_role, member

pytestmark = pytest.mark.django_db
HERE = "/dossier/boulangerie/parametres/utilisateurs/"
NEWCOMER = {"name": "Zoé Martin", "password1": PASSWORD, "password2": PASSWORD}


def test_a_role_above_ones_own_is_refused(cast: Cast, martin: Firm) -> None:
    admin = browser(member(martin, "admin"))
    assert invite(admin, role="owner").status_code == 422
    assert invite(admin, role="admin").status_code == 302

    rights = ["firm.see_people", "firm.manage_people"]
    weak = member(martin, "custom", custom_role(martin, rights, reach="assigned"))
    with (
        scope.open_scope(scope.Scope(user=weak.pk, firm=martin.pk, firm_write=True)),
        pytest.raises(invitations.RoleTooHigh),
    ):
        invitations.invite_to_firm(martin, email="y@x.example", role="staff", by=weak)


def test_the_authors_rights_are_asked_again_when_the_link_is_used(
    cast: Cast, martin: Firm, client: Client
) -> None:
    admin = member(martin, "admin")
    invite(browser(admin))
    link = link_of_last_mail()
    with scope.open_scope(scope.Scope(firm=martin.pk, firm_write=True)):
        Membership.objects.filter(user=admin).delete()

    assert client.post(link, NEWCOMER).status_code in {404, 422}
    assert "zoe" not in memberships(martin)
    assert not User.objects.filter(email=ZOE).exists()


def test_an_address_is_invited_once_at_a_time(alice: User) -> None:
    mine = browser(alice)
    assert invite(mine).status_code == 302
    again = invite(mine, email=ZOE.upper())
    assert again.status_code == 422
    assert "est déjà invité" in again.content.decode()
    inside = invite(mine, email="bruno@martin.example")
    assert "travaille déjà dans le cabinet" in inside.content.decode()


@pytest.mark.row("X0.5")
def test_the_pill_is_red_until_sent_then_orange_then_green(
    alice: User, martin: Firm, client: Client
) -> None:
    mine = browser(alice)
    mine.post(INVITE, {"email": ZOE, "role": "staff"})  # « Envoyer » is not ticked
    there = "/cabinet/martin/utilisateurs/?q=zoe"

    page = mine.get(there).content.decode()
    assert 'class="pill danger"' in page
    assert "Non envoyée" in page
    made = invitation_of(ZOE, firm=martin)
    assert f"/invitations/{made.pk}/envoyer/" in page
    assert "Envoyer<span" in page

    mine.post(f"/cabinet/martin/utilisateurs/invitations/{made.pk}/envoyer/")
    page = mine.get(there).content.decode()
    assert 'class="pill warn"' in page
    assert "Invitation envoyée" in page

    client.post(link_of_last_mail(), NEWCOMER)
    page = mine.get(there).content.decode()
    assert 'class="pill ok"' in page
    assert "Actif" in page


@pytest.mark.row("S2.11")
def test_a_client_administrator_invites_four_collaborators_and_is_refused_the_fifth(
    denis: User, emma: User, boulangerie: Dossier, alice: User
) -> None:
    his = browser(denis)
    browser(alice).post(f"{HERE}{emma.pk}/detacher/")
    for number in range(4):
        made = his.post(f"{HERE}inviter/", {"email": f"c{number}@x.example", "role": "client_user"})
        assert made.status_code == 302
    fifth = his.post(f"{HERE}inviter/", {"email": "c5@x.example", "role": "client_user"})
    assert fifth.status_code == 422
    assert "4 sur 4" in fifth.content.decode()
    assert "4 sur 4" in his.get(HERE).content.decode()

    made = invitation_of("c0@x.example", dossier=boulangerie)
    his.post(f"{HERE}invitations/{made.pk}/revoquer/")
    assert (
        his.post(f"{HERE}inviter/", {"email": "c5@x.example", "role": "employee"}).status_code
        == 302
    )


@pytest.mark.row("S2.11")
def test_active_collaborators_count_and_the_firms_staff_do_not(
    denis: User, alice: User, boulangerie: Dossier
) -> None:
    his = browser(denis)
    assert "1 sur 4" in his.get(HERE).content.decode()  # Emma; not Bruno, Chloé, nor himself
    hers = browser(alice)
    assert "sur 4" not in hers.get(HERE).content.decode()
    for number in range(5):  # the firm has no such limit
        made = hers.post(f"{HERE}inviter/", {"email": f"c{number}@x.example", "role": "employee"})
        assert made.status_code == 302


def test_an_accepted_invitation_opens_the_dossier_and_a_new_hat(
    denis: User, fred: User, boulangerie: Dossier
) -> None:
    browser(denis).post(
        f"{HERE}inviter/", {"email": fred.email, "role": "client_accountant", "send": "on"}
    )
    his = browser(fred)
    assert his.get("/dossier/boulangerie/").status_code == 404

    assert his.post(link_of_last_mail()).status_code == 302
    assert grants(boulangerie)["fred"] == "client_accountant"
    assert his.get("/dossier/boulangerie/").status_code == 200
    assert his.get("/cabinet/durand/clients/").status_code == 200
