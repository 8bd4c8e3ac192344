"""Who may open which dossier, and the decorators that guard every page of one.

One person's rights are the union of his roles, per dossier: his membership of the firm that owns it
(not for a confidential dossier unless he is listed), his grants while they last, and his ownership.
Stranger or hidden → 404; insider without the right → 403; anonymous → sign in.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.db import connection
from django.http import HttpRequest, HttpResponseBase

from clients import rights
from clients.models import Dossier
from firm import scope
from firm.access import View, require_method, require_person
from firm.errors import BusinessError, Forbidden, NotFound
from firm.models import User

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# What is still written in a dossier whose deletion was asked for: the taking back, and its archive.
STILL_WRITTEN = frozenset({"dossier.delete", "dossier.export"})


class DossierIsGoing(BusinessError):
    """The dossier's deletion was asked for: it is read, and no longer written."""

    code = "dossier_is_going"
    title = "Dossier en cours de suppression"


# (role, rights of a custom role).  « assigned » says which dossiers a member works on, and lists
# him on a confidential one; what he may do there is his role's, or a custom role's.  The role of a
# client in a dossier (an employee's, say) never lends him the firm's.
_ROLES = """
WITH d AS (SELECT id, firm_id, owner_id, is_confidential FROM clients_dossier
           WHERE id = %(dossier)s),
     g AS (SELECT g.role, c.rights FROM clients_dossiergrant g
           LEFT JOIN firm_customrole c ON c.id = g.custom_role_id
           WHERE g.dossier_id = %(dossier)s AND g.user_id = %(user)s
             AND (g.expires_at IS NULL OR g.expires_at > now())),
     m AS (SELECT m.role, m.sees_all, c.rights FROM firm_membership m
           LEFT JOIN firm_customrole c ON c.id = m.custom_role_id
           WHERE m.user_id = %(user)s AND m.firm_id = (SELECT firm_id FROM d)),
     b AS (SELECT 1 FROM firm_block
           WHERE user_id = %(user)s AND firm_id = (SELECT firm_id FROM d))
SELECT role, rights FROM (
    SELECT role, rights FROM g
    WHERE role <> 'assigned' OR EXISTS (SELECT 1 FROM m WHERE m.role <> 'custom')
    UNION ALL
    SELECT role, rights FROM m
    WHERE (sees_all AND NOT (SELECT is_confidential FROM d))
       OR (role <> 'staff' AND EXISTS (SELECT 1 FROM g WHERE g.role = 'assigned'))
    UNION ALL
    SELECT 'dossier_owner', NULL FROM d WHERE owner_id = %(user)s
) held WHERE EXISTS (SELECT 1 FROM d) AND NOT EXISTS (SELECT 1 FROM b)
"""


@dataclass(frozen=True)
class Rights:
    """What one person may do in one dossier, and through which roles."""

    roles: frozenset[str]
    held: frozenset[str]

    def may(self, right: str) -> bool:
        """Whether he holds the right."""
        return right in self.held

    def require(self, right: str) -> None:
        """Go on only with the right.

        Raises:
            Forbidden: it is missing.
        """
        if right not in self.held:
            raise Forbidden(missing(right), right=right)


class DossierRequest(HttpRequest):
    """A request whose dossier has been opened by `dossier_view`."""

    user: User
    dossier: Dossier
    rights: Rights


def rights_on(user: User, dossier_id: int) -> Rights:
    """The union of a person's rights on a dossier, in one query; empty for a stranger."""
    with connection.cursor() as cursor:
        cursor.execute(_ROLES, {"dossier": dossier_id, "user": user.id})
        rows = [(role, _list(named)) for role, named in cursor.fetchall()]
    return Rights(frozenset(role for role, _named in rows), rights.of_rows(rows))


def _list(named: str | list[str] | None) -> list[str] | None:
    """A JSON column as raw SQL gives it."""
    return json.loads(named) if isinstance(named, str) else named


def open_dossier(
    user: User, slug: str, *, needs: str, write: bool, token_dossiers: list[str] | None = None
) -> tuple[Dossier, Rights]:
    """Find a dossier, check the right and widen the scope in force to it.

    Raises:
        NotFound: no such dossier, or not for this person (or token).
        Forbidden: he may see it but lacks `needs`.
        DossierIsGoing: it would be written although its deletion was asked for.
    """
    dossier = Dossier.objects.select_related("firm").filter(slug=slug).first()
    held = rights_on(user, dossier.id) if dossier else None
    if not dossier or not held or not held.may("dossier.open"):
        raise NotFound("Ce dossier n’existe pas ou ne vous est pas ouvert.")
    if token_dossiers and slug not in token_dossiers:
        raise NotFound("Ce dossier n’existe pas ou ne vous est pas ouvert.")
    if not held.may(needs):
        raise Forbidden(missing(needs), right=needs)
    if write:
        _refuse_to_write(dossier, needs)
    only = frozenset({dossier.id})
    scope.extend(
        firm=_firm_in_scope(dossier, held), read=only, write=only if write else frozenset()
    )
    return dossier, held


def _refuse_to_write(dossier: Dossier, needs: str) -> None:
    if dossier.status == Dossier.Status.DELETION_PENDING and needs not in STILL_WRITTEN:
        raise DossierIsGoing(
            "La suppression de ce dossier est demandée : il reste consultable, et n’est plus "
            "modifiable. Un administrateur du cabinet peut annuler la suppression."
        )


def missing(right: str) -> str:
    """The sentence that says which right is missing and who holds it."""
    every = {**rights.table()["rights"], **rights.table()["firm_rights"]}
    who = ", ".join(name.lower() for name in rights.holders(right))
    return f"Il vous manque le droit « {every[right]['label']} ». Le détiennent : {who}."


def _firm_in_scope(dossier: Dossier, held: Rights) -> int | None:
    inside = {"owner", "admin", "staff_all", "assigned", "custom"} & held.roles
    return dossier.firm_id if inside else None


def dossier_view(*, needs: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Guard a page of `/dossier/<slug>/`: the whole security story of the view, on one line."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            refused = require_person(request)
            if refused:
                return refused
            opened = cast(DossierRequest, request)
            opened.dossier, opened.rights = open_dossier(
                opened.user, slug, needs=needs, write=request.method not in SAFE
            )
            return require_method(request, methods) or view(opened, *args, **kwargs)

        guarded.needs = needs  # type: ignore[attr-defined]
        return guarded

    return decorate


def scope_for_job(user: User | None, dossier_id: int, needs: str) -> scope.Scope:
    """The scope of a job on a dossier, from the requester's rights at this moment.

    Raises:
        Forbidden: he has lost the right since he asked.
        DossierIsGoing: the dossier's deletion was asked for since.
    """
    if user is None:
        raise Forbidden("La personne qui a demandé ce travail n’a plus accès à la plateforme.")
    with scope.open_scope(scope.Scope(user=user.id)):
        held = rights_on(user, dossier_id)
        dossier = Dossier.objects.filter(pk=dossier_id).first()
    if dossier is None or (needs and not held.may(needs)):
        raise Forbidden("La personne qui a demandé ce travail n’a plus ce droit sur le dossier.")
    _refuse_to_write(dossier, needs)
    only = frozenset({dossier_id})
    return scope.Scope(user=user.id, firm=_firm_in_scope(dossier, held), read=only, write=only)
