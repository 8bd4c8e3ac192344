"""How the tests invite people to the firm."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client
from django.utils import timezone

from firm import scope
from firm.models import Firm, Invitation

INVITE = "/cabinet/martin/utilisateurs/inviter/"
ZOE = "zoe@martin.example"


def invite(client: Client, email: str = ZOE, role: str = "staff", **more: str) -> Any:
    return client.post(INVITE, {"email": email, "role": role, "send": "on", **more})


def age(email: str, firm: Firm, **by: int) -> None:
    """Let time pass for an invitation."""
    with scope.open_scope(scope.Scope(firm=firm.pk, firm_write=True)):
        Invitation.objects.filter(email=email).update(
            expires_at=timezone.now() - dt.timedelta(**by)
        )
