"""Custom roles, the page of rights, the API's users, and what nobody is given by another."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clients import rights
from clients.demo import Cast
from firm import scope
from firm.models import CustomRole, Firm, User
from tests.clients.people import browser, memberships
from tests.firm.access_table import custom_role, member

pytestmark = pytest.mark.django_db
PEOPLE = "/cabinet/martin/utilisateurs/"
ROLES = "/cabinet/martin/parametres/roles/"
HERE = "/dossier/boulangerie/parametres/utilisateurs/"
ROOT = Path(__file__).resolve().parents[2]


def make_role(client: Any, *named: str, name: str = "Paie", **more: str) -> int:
    given = {"name": name, "reach": "all", "named": list(named), **more}
    return int(client.post(f"{ROLES}nouveau/", given).status_code)


def test_a_custom_role_is_made_given_changed_and_acts_at_once(
    alice: User, bruno: User, martin: Firm
) -> None:
    hers, his = browser(alice), browser(bruno)
    assert make_role(hers, "firm.create_dossier", "books.read") == 302
    with scope.open_scope(scope.Scope(firm=martin.pk)):
        role = CustomRole.objects.get(name="Paie")
    assert his.get("/cabinet/martin/clients/nouveau/").status_code == 403
    assert hers.post(f"{PEOPLE}{bruno.pk}/role/", {"role": f"c{role.pk}"}).status_code == 302
    assert memberships(martin)["bruno"] == "custom"
    assert his.get("/cabinet/martin/clients/nouveau/").status_code == 200

    hers.post(f"{ROLES}{role.pk}/", {"name": "Paie", "reach": "assigned", "named": ["books.read"]})
    assert his.get("/cabinet/martin/clients/nouveau/").status_code == 403
    refused = hers.post(f"{ROLES}{role.pk}/supprimer/")
    assert refused.status_code == 422
    assert "attribué" in refused.content.decode()
    hers.post(f"{PEOPLE}{bruno.pk}/role/", {"role": "staff"})
    assert hers.post(f"{ROLES}{role.pk}/supprimer/").status_code == 302


def test_a_custom_role_is_no_larger_than_its_makers_own(cast: Cast, martin: Firm) -> None:
    admin = browser(member(martin, "admin"))
    assert make_role(admin, "firm.break_glass") == 422  # the owner's alone
    weak = custom_role(martin, ["firm.manage_people", "books.read"], reach="assigned")
    his = browser(member(martin, "custom", weak))
    assert make_role(his, "fec.import") == 422
    assert make_role(his, "books.read", reach="all") == 422  # a reach larger than his
    assert make_role(his, "books.read", reach="assigned") == 302
    assert make_role(his, "books.read", reach="assigned") == 422  # the name is taken


def test_the_rights_page_says_what_the_table_says(alice: User) -> None:
    page = browser(alice).get(ROLES)
    assert page.status_code == 200
    shown = {
        (right, role)
        for part in page.context["matrix"]
        for right, _label, cells in part.rows
        for (role, _name), held in zip(part.roles, cells, strict=True)
        if held
    }
    table = rights.table()
    told = {
        (right, role)
        for part in ("rights", "firm_rights")
        for right, row in table[part].items()
        for role in row["roles"]
    }
    assert shown == told


def test_docs_permissions_md_is_the_table() -> None:
    made = subprocess.run([sys.executable, ROOT / "scripts/permissions", "--check"], check=False)
    assert made.returncode == 0


@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("staff_all", 200), ("staff", 403)])
def test_the_api_lists_the_firms_users(role: str, status: int, cast: Cast, martin: Firm) -> None:
    answer = browser(member(martin, role)).get("/api/firms/martin/users/?limit=3")
    assert answer.status_code == status
    if status == 200:
        body = answer.json()
        assert set(body) == {"results", "next"}
        assert body["results"][0]["email"] == "alice@martin.example"
        assert len(body["results"]) == 3
        rest = browser(member(martin, "admin")).get(
            f"/api/firms/martin/users/?cursor={body['next']}"
        )
        assert "emma@boulangerie.example" in {row["email"] for row in rest.json()["results"]}


def test_the_api_lists_a_dossiers_users(denis: User, emma: User, eve: User) -> None:
    answer = browser(denis).get("/api/dossiers/boulangerie/users/")
    assert answer.status_code == 200
    roles = {row["email"].split("@")[0]: row["role"] for row in answer.json()["results"]}
    assert roles == {"alice": "dossier_owner", "denis": "client_admin", "emma": "employee",
                     "bruno": "assigned", "chloe": "assigned"}  # fmt: skip
    assert browser(emma).get("/api/dossiers/boulangerie/users/").status_code == 403
    assert browser(eve).get("/api/dossiers/boulangerie/users/").status_code == 404


def test_nobody_is_given_a_password_by_another(cast: Cast) -> None:
    """No form about another person has a field for his password (C6)."""
    hers = browser(cast.people["alice"])
    for page in (f"{PEOPLE}inviter/", f"{PEOPLE}inviter/?type=entreprise", f"{HERE}inviter/",
                 f"{PEOPLE}{cast.people['denis'].pk}/"):  # fmt: skip
        assert 'type="password"' not in hers.get(page).content.decode(), page


def test_nobody_becomes_a_chief_by_an_oversight(alice: User) -> None:
    for page, role in ((f"{PEOPLE}inviter/", "staff"), (f"{HERE}inviter/", "client_user")):
        body = browser(alice).get(page).content.decode()
        assert f'<option value="{role}" selected>' in body, page
