"""What the tests of the portfolio share: dossiers with counters, and the list as it is read."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from clients.actions.dossiers import create_dossier
from clients.actions.grants import grant_access
from clients.models import Dossier, DossierStats, FirmInvitation
from firm import scope
from firm.models import Firm, User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def make(firm: Firm, by: User, name: str, *, to: User | None = None, **fields: Any) -> Dossier:
    """One more dossier of a firm; `stats` are its counters, `to` its accountant."""
    stats = fields.pop("stats", {})
    with scope.open_scope(scope.Scope(user=by.id, firm=firm.id, firm_write=True)):
        dossier = create_dossier(firm, name=name, by=by)
        only = frozenset({dossier.id})
        with scope.extended(read=only, write=only):
            Dossier.objects.filter(pk=dossier.pk).update(**fields)
            DossierStats.objects.filter(dossier=dossier).update(**stats)
            if to:
                grant_access(dossier, to=to, role="assigned", by=by)
    return dossier


def invite(firm: Firm, dossier: Dossier) -> FirmInvitation:
    """A client without a firm invites one."""
    only = frozenset({dossier.id})
    with scope.open_scope(scope.Scope(user=dossier.owner_id, read=only, write=only)):
        return FirmInvitation.objects.create(
            dossier=dossier, dossier_name=dossier.name, firm=firm, message="Suivez-nous"
        )


def enter(client: Client, person: User) -> Client:
    client.force_login(person, backend=BACKEND)
    return client


def page(client: Client, query: str = "", firm: str = "martin") -> str:
    response = client.get(reverse("clients:list", args=[firm]) + query)
    assert response.status_code == 200, response.content[:300]
    return response.content.decode()


def names(html: str) -> list[str]:
    return [
        found.replace("&amp;", "&")
        for found in re.findall(r'class="cell name" href="[^"]*">([^<]+)<', html)
    ]


def tabs(html: str) -> list[str]:
    part = html[html.index('class="tabs"') :]
    return re.findall(r'class="tab"[^>]*>([^<]+?) <span', part[: part.index("</nav>")])
