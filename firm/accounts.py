"""Sign-in, sign-out and password by django-allauth, dressed for this product."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from firm import mailer
from firm.models import User


class AccountAdapter(DefaultAccountAdapter):
    """No open sign-up; every mail goes through the outbox."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come by invitation only."""
        del request
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the message into the outbox instead of sending it from the request."""
        message = self.render_mail(template_prefix, email, context)
        user = context.get("user")
        known = user if isinstance(user, User) else User.objects.filter(email=email).first()
        owner = None if known is None or isinstance(known, AnonymousUser) else known.id
        mailer.queue(
            kind="account", key=uuid.uuid4().hex, to=email, subject=message.subject,
            text=str(message.body), user_id=owner,
        )
