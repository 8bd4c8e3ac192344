"""Sign-in, sign-out and password by django-allauth, dressed for this product.

Nobody signs up: people come by invitation, and the link that lets them choose their password proves
their address.  Every account message goes through the outbox, every act into the trail.
"""

from __future__ import annotations

import logging
import time
import uuid
from typing import Any
from urllib.parse import urlsplit

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.core.exceptions import ReauthenticationRequired
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from firm import audit, mailer, scope
from firm.devices import device_name
from firm.models import User

log = logging.getLogger(__name__)

DEMO_PASSWORD = "demo-2026"  # noqa: S105 (of the demo cast; refused unless the host is loopback)
DEMO_CAST = (
    ("alice@martin.example", "administratrice, Cabinet Martin"),
    ("bruno@martin.example", "collaborateur, Cabinet Martin"),
    ("chloe@martin.example", "collaboratrice, Cabinet Martin"),
    ("denis@boulangerie.example", "client, boulangerie"),
    ("emma@boulangerie.example", "employée, boulangerie"),
    ("eve@durand.example", "administratrice, Cabinet Durand"),
    ("fred@durand.example", "collaborateur, Cabinet Durand"),
)


def is_on_this_machine() -> bool:
    """Whether the installation listens here alone and calls itself by a name of this machine.

    A proxy may open a loopback port to the world; it then gives itself away by `BASE_URL`.
    """
    own = str(urlsplit(settings.BASE_URL).hostname) in {"127.0.0.1", "localhost", "::1"}
    return bool(settings.IS_LOOPBACK) and own


def password_link(user: User) -> str:
    """The one-time link with which a person chooses his password; it dies with its first use."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return f"{settings.BASE_URL}{reverse('account_reset_password_from_key', kwargs=key)}"


def vouch_for_address(user: User) -> None:
    """Mark a person's own address as verified, which allauth wants before a second factor.

    It was proved by the invitation; allauth's reset links write it down again as unverified.
    """
    EmailAddress.objects.filter(user_id=user.pk, email=user.email).update(verified=True)


def record_own(action: str, *, by: User, **details: Any) -> None:
    """Write down what a person did with his own account, in his scope whatever the request's is.

    The request that signs him in began as nobody's, and the trail is readable by its author alone.
    """
    with scope.open_scope(scope.Scope(user=by.pk)):
        audit.record(action, by=by, **details)


def require_fresh_sign_in(request: HttpRequest) -> None:
    """Let pass who proved who he is in the last ten minutes; the others do so first.

    Raises:
        ReauthenticationRequired: a middleware sends the person to confirm, then back here.
    """
    person = request.user if request.user.is_authenticated else None
    records = get_authentication_records(request, person)
    oldest = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    if not any(record["at"] > oldest for record in records):
        raise ReauthenticationRequired


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's hooks: no open sign-up, mails through the outbox, sentences that say what to do."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": (
            "Adresse ou mot de passe incorrect. Vérifiez-les, ou demandez un nouveau mot de passe."
        ),
        "too_many_login_attempts": (
            "Trop d’essais en peu de temps. Attendez cinq minutes, puis recommencez."
        ),
        "rate_limited": "Trop d’essais en peu de temps. Attendez un peu, puis recommencez.",
        "incorrect_password": "Mot de passe incorrect. Saisissez celui de votre compte.",
        "enter_current_password": "Ce n’est pas votre mot de passe actuel. Ressaisissez-le.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come by invitation only."""
        del request
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The person who holds this password; the demo one opens nothing off this machine.

        A refused demo password costs the same time and counts as a failed attempt.
        """
        if credentials.get("password") == DEMO_PASSWORD and not is_on_this_machine():
            credentials["password"] = f"{DEMO_PASSWORD} {uuid.uuid4().hex}"
        found: User | None = super().authenticate(request, **credentials)
        return found

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Say where a wrong password came from, never which."""
        del credentials
        log.warning("A sign-in was refused from %s.", self.get_client_ip(request))

    def login(self, request: HttpRequest, user: User) -> None:
        """Open the session, under a new key, and write it down."""
        super().login(request, user)
        record_own("firm.signed_in", by=user, ip=self.get_client_ip(request))

    def logout(self, request: HttpRequest) -> None:
        """Close the session, forget it in the person's list, and write it down."""
        by = request.user
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        super().logout(request)
        if isinstance(by, User):
            record_own("firm.signed_out", by=by)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the security page."""
        del request
        return reverse("mfa_index")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """A link under the installation's own address, whatever host the request named."""
        uid, _, secret = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": secret})
        return f"{settings.BASE_URL}{path}"

    def format_email_subject(self, subject: str) -> str:
        """The subject as written in its template."""
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the message into the outbox instead of sending it from the request."""
        shown = {
            **context,
            "email": email,
            "product": settings.PRODUCT,
            "site": settings.BASE_URL,
            "days": settings.PASSWORD_RESET_TIMEOUT // 86400,
        }
        message = self.render_mail(template_prefix, email, shown)
        user = context.get("user")
        mailer.queue(
            kind="account",
            key=f"account:{uuid.uuid4()}",
            to=email,
            subject=message.subject,
            text=str(message.body),
            user_id=user.pk if isinstance(user, User) else None,
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell a person of each change to how he signs in, and where it came from."""
        request: HttpRequest = self.request
        shown = {
            "user": user,
            "at": timezone.localtime(),
            "ip": self.get_client_ip(request),
            "device": device_name(request.headers.get("User-Agent", "")),
            **(context or {}),
        }
        self.send_mail(template_prefix, email or user.email, shown)
