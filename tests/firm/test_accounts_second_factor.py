"""The second factor: application, recovery codes, both doors."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from clients.demo import PASSWORD
from firm import scope
from firm.accounts import password_link
from firm.models import AuditEvent, User

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ACTIVATE = "/compte/securite/application/activer/"
DEACTIVATE = "/compte/securite/application/desactiver/"
CODES = "/compte/securite/codes/"


@pytest.fixture(autouse=True)
def _own_cache(settings: Any, tmp_path: Any) -> None:
    """Attempts are counted in the cache: each test counts its own."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path)}}


@pytest.fixture
def protected(alice: User) -> User:
    """Alice with an application and ten recovery codes."""
    TOTP.activate(alice, SECRET)
    RecoveryCodes.activate(alice)
    return alice


def code(secret: str = SECRET) -> str:
    """What the application shows now; a code about to change is not given, as nobody types it."""
    left = 30 - time.time() % 30
    if left < 3:
        time.sleep(left)
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def sign_in(client: Client, user: User) -> Any:
    return client.post("/connexion/", {"login": user.email, "password": PASSWORD})


def confirm(client: Client, page: str) -> Any:
    """Go to a page that wants a fresh proof, and give the password."""
    asked = client.get(page)
    assert asked["Location"].startswith("/compte/confirmer/?next=")
    return client.post(asked["Location"], {"password": PASSWORD, "next": page})


def recovery_codes(user: User) -> list[str]:
    row = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    return list(RecoveryCodes(row).get_unused_codes())


def test_activating_wants_the_password_then_a_right_code(client: Client, alice: User) -> None:
    sign_in(client, alice)
    assert confirm(client, ACTIVATE)["Location"] == ACTIVATE
    page = client.get(ACTIVATE)
    secret = page.context["form"].secret
    before = client.session.session_key

    assert client.post(ACTIVATE, {"code": "000000"}).status_code == 422
    answer = client.post(ACTIVATE, {"code": code(secret)})

    assert answer["Location"] == CODES
    assert set(Authenticator.objects.filter(user=alice).values_list("type", flat=True)) == {
        "totp",
        "recovery_codes",
    }
    assert client.session.session_key != before
    with scope.open_scope(scope.Scope(user=alice.pk)):
        assert AuditEvent.objects.filter(action="firm.second_factor_added").exists()


def test_the_code_to_scan_is_an_image_that_the_policy_allows(client: Client, alice: User) -> None:
    sign_in(client, alice)
    confirm(client, ACTIVATE)

    page = client.get(ACTIVATE)

    assert re.search(r'<img class="qr" src="data:image/svg\+xml;base64,[^"]+"', page.text)
    assert " style=" not in page.text
    assert "img-src 'self' data:" in page["Content-Security-Policy"]


def test_who_came_by_a_link_may_activate_it(client: Client, alice: User) -> None:
    password_link(alice)  # allauth writes the address down again, as unverified

    sign_in(client, alice)

    assert confirm(client, ACTIVATE)["Location"] == ACTIVATE
    assert client.get(ACTIVATE).status_code == 200


def test_the_password_alone_does_not_open_a_protected_account(
    client: Client, protected: User
) -> None:
    assert sign_in(client, protected)["Location"] == "/connexion/code/"
    assert client.get("/compte/")["Location"].startswith("/connexion/")
    assert client.get("/connexion/")["Location"] == "/connexion/code/"

    assert client.post("/connexion/code/", {"code": code()})["Location"] == "/"
    assert client.get("/compte/").status_code == 200


def test_the_code_page_without_a_password_before_it_leads_back(
    client: Client, protected: User
) -> None:
    assert client.get("/connexion/code/")["Location"] == "/connexion/"
    assert client.post("/connexion/code/", {"code": code()})["Location"] == "/connexion/"


def test_a_code_of_the_application_serves_once(client: Client, protected: User) -> None:
    sign_in(client, protected)
    shown = code()
    client.post("/connexion/code/", {"code": shown})

    other = Client()
    sign_in(other, protected)

    assert other.post("/connexion/code/", {"code": shown}).status_code == 422


def test_a_recovery_code_opens_once(client: Client, protected: User) -> None:
    spare = recovery_codes(protected)[0]
    sign_in(client, protected)
    assert client.post("/connexion/code/", {"code": spare})["Location"] == "/"

    other = Client()
    sign_in(other, protected)

    assert other.post("/connexion/code/", {"code": spare}).status_code == 422
    assert len(recovery_codes(protected)) == 9


def test_codes_cannot_be_guessed_at_leisure(client: Client, protected: User) -> None:
    sign_in(client, protected)

    statuses = [client.post("/connexion/code/", {"code": f"{n:06}"}).status_code for n in range(6)]

    assert statuses == [422] * 5 + [429]


def test_another_account_can_be_chosen_at_the_code_page(client: Client, protected: User) -> None:
    sign_in(client, protected)

    assert client.post("/deconnexion/", {"next": "/connexion/"})["Location"] == "/connexion/"
    assert client.get("/connexion/").status_code == 200


def test_recovery_codes_are_shown_and_downloaded_after_a_fresh_proof(
    client: Client, protected: User
) -> None:
    client.force_login(protected)
    confirm(client, CODES)

    page, file = client.get(CODES), client.get(CODES + "telecharger/")

    assert all(each in page.text and each in file.text for each in recovery_codes(protected))
    assert file["Content-Disposition"] == 'attachment; filename="codes-de-secours.txt"'
    assert "no-store" in page["Cache-Control"]
    assert "no-store" in file["Cache-Control"] or "no-cache" in file["Cache-Control"]


def test_renewed_codes_replace_the_former(client: Client, protected: User) -> None:
    former = recovery_codes(protected)
    client.force_login(protected)
    confirm(client, CODES + "renouveler/")

    assert client.post(CODES + "renouveler/")["Location"] == CODES

    assert not set(former) & set(recovery_codes(protected))


def test_deactivating_wants_a_fresh_proof_and_takes_the_codes_too(
    client: Client, protected: User
) -> None:
    stale = Client()
    stale.force_login(protected)
    assert stale.post(DEACTIVATE)["Location"].startswith("/compte/confirmer/")
    client.force_login(protected)
    assert Authenticator.objects.filter(user=protected).count() == 2

    confirm(client, DEACTIVATE)
    assert client.post(DEACTIVATE)["Location"] == "/compte/securite/"

    assert not Authenticator.objects.filter(user=protected).exists()
    with scope.open_scope(scope.Scope(user=protected.pk)):
        assert AuditEvent.objects.filter(action="firm.second_factor_removed").exists()


def test_who_is_protected_may_confirm_by_code(client: Client, protected: User) -> None:
    client.force_login(protected)
    asked = client.get(DEACTIVATE)
    assert "Utiliser un code de l’application" in client.get(asked["Location"]).text

    answer = client.post("/compte/confirmer/code/", {"code": code(), "next": DEACTIVATE})

    assert answer["Location"] == DEACTIVATE
    assert client.get(DEACTIVATE).status_code == 200


def test_a_wrong_password_confirms_nothing(client: Client, alice: User) -> None:
    client.force_login(alice)
    asked = client.get(ACTIVATE)

    assert client.post(asked["Location"], {"password": "not hers"}).status_code == 422
    assert client.get(ACTIVATE).status_code == 302
