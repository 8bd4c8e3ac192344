"""The API's lists of people: a firm's, and a dossier's."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clients.api import DossierAPIView
from clients.models import Dossier
from clients.queries.people import Filters, people
from clients.queries.people_dossier import users_of
from clients.rights import may_in_firm
from firm import scope
from firm.access import open_firm
from firm.api import FirmAPIView, page_limit
from firm.errors import Forbidden
from firm.models import ApiToken, User


class FirmUserOut(serializers.Serializer[Any]):
    """A person of the firm's page, or an open invitation (whose `id` is then null)."""

    id = serializers.CharField(source="user_id", allow_null=True)
    name = serializers.CharField()
    email = serializers.EmailField()
    role = serializers.CharField(source="firm_role", allow_null=True)
    roles = serializers.SerializerMethodField()
    dossiers = serializers.IntegerField()
    last_seen = serializers.DateTimeField(source="seen", allow_null=True)
    second_factor = serializers.BooleanField(source="mfa")
    state = serializers.CharField()

    def get_roles(self, row: Any) -> list[dict[str, str]]:
        """Each hat and where he wears it."""
        return [{"role": role, "where": where} for role, where in row.hats]


class FirmUsers(FirmAPIView):
    """`GET /api/firms/{firm}/users/`."""

    needs = {"GET": "firm.see_people"}

    @extend_schema(
        summary="Collaborateurs du cabinet et utilisateurs de ses clients",
        responses=FirmUserOut(many=True),
    )
    def get(self, request: Request, firm: str) -> Response:
        """The firm's people and its clients' users, by name; `q` searches."""
        opened, membership = open_firm(cast(User, request.user), firm, write=False)
        if not may_in_firm(membership, "firm.see_people"):
            raise Forbidden("Votre rôle dans ce cabinet ne le permet pas.")
        visible = Dossier.objects.filter(firm=opened)
        if isinstance(request.auth, ApiToken) and request.auth.dossiers:
            visible = visible.filter(slug__in=request.auth.dossiers)
        scope.extend(read=frozenset(visible.values_list("pk", flat=True)))
        limit, typed = page_limit(request), request.query_params.get("cursor", "")
        offset = int(typed) if typed.isdecimal() and len(typed) < 7 else 0
        rows, total = people(
            opened, Filters(q=request.query_params.get("q", "")), limit=limit, offset=offset
        )
        more = offset + len(rows) < total
        return Response({"results": FirmUserOut(rows, many=True).data,
                         "next": str(offset + len(rows)) if more else None})  # fmt: skip


class DossierUserOut(serializers.Serializer[Any]):
    """A person with a role on the dossier."""

    id = serializers.CharField()
    name = serializers.CharField()
    email = serializers.EmailField()
    role = serializers.CharField()
    role_label = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)


class DossierUsers(DossierAPIView):
    """`GET /api/dossiers/{d}/users/`."""

    needs = {"GET": "dossier.people"}

    @extend_schema(
        summary="Propriétaire, utilisateurs et comptables d’un dossier",
        responses=DossierUserOut(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        """Its owner, then its users and accountants by name."""
        del request, slug
        page = users_of(self.dossier, by=self.person)
        rows: list[tuple[User, str, str, dt.datetime | None]] = []
        if page.owner:
            rows.append((page.owner, "dossier_owner", "Propriétaire", None))
        rows += [
            (grant.user, grant.role, grant.role_label, grant.expires_at)
            for grant in [*page.users, *page.accountants]
        ]
        shown = [
            {"id": str(one.pk), "name": one.name, "email": one.email, "role": role,
             "role_label": label, "expires_at": until}
            for one, role, label, until in rows
        ]  # fmt: skip
        return Response({"results": DossierUserOut(shown, many=True).data, "next": None})
