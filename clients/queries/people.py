"""The firm's people and its clients' users, with what opens to them, and open invitations.

Only the dossiers in the read scope count: whoever looks learns nothing of those that he may not
see.  Every list takes a constant number of queries.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from clients import rights
from clients.models import AccessRequest, Dossier
from firm.models import Firm, User

# One row a person or open invitation.
_PEOPLE = """
WITH d AS MATERIALIZED (
         SELECT id, owner_id, is_confidential FROM clients_dossier
         WHERE firm_id = %(firm)s AND id IN (SELECT unnest(app_in_scope()))),
     m AS (SELECT m.user_id, m.role, m.sees_all, c.name AS custom FROM firm_membership m
           LEFT JOIN firm_customrole c ON c.id = m.custom_role_id WHERE m.firm_id = %(firm)s),
     g AS (SELECT g.user_id, g.dossier_id, g.role, d.is_confidential
           FROM clients_dossiergrant g JOIN d ON d.id = g.dossier_id
           WHERE g.expires_at IS NULL OR g.expires_at > now()),
     r AS (SELECT user_id, count(*) AS n, count(*) FILTER (WHERE is_confidential) AS hidden,
                  bool_or(is_clients) AS is_clients
           FROM (SELECT user_id, dossier_id, is_confidential, bool_or(is_clients) AS is_clients
                 FROM (SELECT user_id, dossier_id, is_confidential, role <> 'assigned' AS is_clients
                       FROM g WHERE role <> 'assigned' OR user_id IN (SELECT user_id FROM m)
                       UNION ALL
                       SELECT owner_id, id, is_confidential,
                              owner_id NOT IN (SELECT user_id FROM m) FROM d
                       WHERE owner_id IS NOT NULL) each
                 GROUP BY user_id, dossier_id, is_confidential) once
           GROUP BY user_id),
     b AS (SELECT user_id FROM firm_block WHERE firm_id = %(firm)s),
     people AS (
         SELECT u.id::text AS key, u.id AS user_id, NULL::uuid AS invitation_id, u.name, u.email,
                m.role AS firm_role, m.custom AS custom,
                coalesce(r.is_clients, false) AS is_clients,
                CASE WHEN m.sees_all
                     THEN (SELECT count(*) FROM d WHERE NOT is_confidential) + coalesce(r.hidden, 0)
                     ELSE coalesce(r.n, 0) END AS dossiers,
                greatest(u.last_login, (SELECT max(s.last_seen_at) FROM usersessions_usersession s
                                        WHERE s.user_id = u.id)) AS seen,
                EXISTS (SELECT 1 FROM mfa_authenticator a
                        WHERE a.user_id = u.id AND a.type = 'totp') AS mfa,
                CASE WHEN b.user_id IS NOT NULL THEN 'blocked' ELSE 'active' END AS state,
                NULL::bigint AS dossier_id, NULL::text AS offered
         FROM firm_user u LEFT JOIN m ON m.user_id = u.id LEFT JOIN r ON r.user_id = u.id
         LEFT JOIN b ON b.user_id = u.id
         WHERE m.user_id IS NOT NULL OR r.user_id IS NOT NULL OR b.user_id IS NOT NULL
         UNION ALL
         SELECT i.id::text, NULL, i.id, i.name, i.email,
                CASE WHEN i.firm_id IS NOT NULL THEN i.role END, c.name, i.firm_id IS NULL,
                CASE WHEN i.dossier_id IS NOT NULL THEN 1 ELSE 0 END, NULL, false,
                CASE WHEN i.sent_at IS NULL THEN 'not_sent'
                     WHEN i.expires_at <= now() THEN 'expired' ELSE 'sent' END,
                i.dossier_id, i.role
         FROM firm_invitation i LEFT JOIN firm_customrole c ON c.id = i.custom_role_id
         WHERE i.accepted_at IS NULL AND i.revoked_at IS NULL
           AND (i.firm_id = %(firm)s OR i.dossier_id IN (SELECT id FROM d)))
"""
_WHERE = """
FROM people WHERE (%(q)s = '' OR name ILIKE %(like)s OR email ILIKE %(like)s)
  AND (%(view)s = '' OR (%(view)s = 'cabinet' AND firm_role IS NOT NULL)
       OR (%(view)s = 'entreprise' AND is_clients)
       OR (%(view)s = 'invitations' AND user_id IS NULL)
       OR (%(view)s = 'bloques' AND state = 'blocked'))
  AND (%(role)s = '' OR firm_role = %(role)s OR (%(role)s = 'client' AND firm_role IS NULL))
  AND (%(state)s = '' OR state = %(state)s)
  AND (%(mfa)s = '' OR (user_id IS NOT NULL AND mfa = (%(mfa)s = 'oui')))
"""
VIEWS = ("cabinet", "entreprise", "invitations", "bloques")
SORTS = {
    "nom": "lower(coalesce(nullif(name, ''), email))",
    "email": "email",
    "role": "coalesce(firm_role, 'zz')",
    "dossiers": "dossiers",
    "vu": "coalesce(seen, '-infinity')",
}
_HATS = """
SELECT user_id, role, custom, name, slug, n FROM (
    SELECT h.*, count(*) OVER (PARTITION BY user_id, role) AS n,
           row_number() OVER (PARTITION BY user_id, role ORDER BY name, id) AS at
    FROM (SELECT g.user_id, g.role, c.name AS custom, d.name, d.slug, d.id
          FROM clients_dossiergrant g JOIN clients_dossier d ON d.id = g.dossier_id
          LEFT JOIN firm_customrole c ON c.id = g.custom_role_id
          WHERE d.firm_id = %(firm)s AND d.id IN (SELECT unnest(app_in_scope()))
            AND g.user_id = ANY(%(users)s) AND (g.expires_at IS NULL OR g.expires_at > now())
          UNION ALL
          SELECT owner_id, 'dossier_owner', NULL, name, slug, id FROM clients_dossier
          WHERE firm_id = %(firm)s AND id IN (SELECT unnest(app_in_scope()))
            AND owner_id = ANY(%(users)s)) h) ranked
WHERE at = 1 ORDER BY user_id, role
"""
PILLS = {
    "active": ("Actif", "ok"),
    "sent": ("Invitation envoyée", "warn"),
    "expired": ("Invitation expirée", "danger"),
    "not_sent": ("Non envoyée", "danger"),
    "blocked": ("Bloqué", "line"),
}


@dataclass(slots=True)
class PersonRow:
    """A person or an open invitation; `hats` are (role, where)."""

    key: str
    user_id: int | None
    invitation_id: Any
    name: str
    email: str
    firm_role: str | None
    custom: str | None
    is_clients: bool
    dossiers: int
    seen: dt.datetime | None
    mfa: bool
    state: str
    dossier_id: int | None
    offered: str | None
    hats: list[tuple[str, str]] = field(default_factory=list)

    @property
    def label(self) -> str:
        """His name, or his address while he has none."""
        return self.name or self.email

    @property
    def pill(self) -> tuple[str, str]:
        """Words and colour of his state: green active, orange sent, red not sent."""
        return PILLS[self.state]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to, as the address says it."""

    q: str = ""
    view: str = ""
    role: str = ""
    state: str = ""
    mfa: str = ""
    sort: str = "nom"


def people(
    firm: Firm, filters: Filters, *, limit: int = 50, offset: int = 0
) -> tuple[list[PersonRow], int]:
    """Rows of the list and their whole number, in four queries."""
    values: dict[str, int | str] = {
        "firm": firm.pk, "q": filters.q, "view": filters.view, "role": filters.role,
        "state": filters.state, "mfa": filters.mfa, "limit": limit, "offset": offset,
        "like": "%" + filters.q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%",
    }  # fmt: skip
    key = filters.sort.removeprefix("-")
    order = f"{SORTS.get(key, SORTS['nom'])} {'DESC' if filters.sort.startswith('-') else 'ASC'}"
    with connection.cursor() as cursor:
        # Our own constants alone make the statement; what people type are its parameters.
        cursor.execute(f"{_PEOPLE} SELECT count(*) {_WHERE}", values)
        total = cursor.fetchone()[0]
        cursor.execute(
            f"{_PEOPLE} SELECT * {_WHERE} ORDER BY {order}, key LIMIT %(limit)s OFFSET %(offset)s",
            values,
        )
        rows = [PersonRow(*row) for row in cursor.fetchall()]
    _add_hats(firm, rows)
    return rows, total


def _add_hats(firm: Firm, rows: list[PersonRow]) -> None:
    """Each role once: in the firm, then in dossiers, with the first name and how many more."""
    users = [row.user_id for row in rows if row.user_id]
    with connection.cursor() as cursor:
        cursor.execute(_HATS, {"firm": firm.pk, "users": users})
        worn: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for user, role, custom, name, _slug, count in cursor.fetchall():
            more = f" et {count - 1} autre{'s' if count > 2 else ''}" if count > 1 else ""
            worn[user].append((custom or role_name(role), f"{name}{more}"))
    offered = [row.dossier_id for row in rows if row.dossier_id]
    names = dict(Dossier.objects.filter(pk__in=offered).values_list("pk", "name"))
    for row in rows:
        if row.firm_role:
            row.hats.append((row.custom or role_name(row.firm_role), firm.name))
        if row.user_id:
            row.hats += worn[row.user_id]
        elif row.dossier_id:
            row.hats.append((row.custom or role_name(row.offered or ""), names[row.dossier_id]))


def role_name(role: str) -> str:
    """A role's French name."""
    return str(rights.table()["roles"].get(role, role))


def counts(firm: Firm) -> dict[str, int]:
    """How many rows each view of the list has, in one query."""
    tests = {
        "": "true", "cabinet": "firm_role IS NOT NULL", "entreprise": "is_clients",
        "invitations": "user_id IS NULL", "bloques": "state = 'blocked'",
    }  # fmt: skip
    columns = ", ".join(f"count(*) FILTER (WHERE {test})" for test in tests.values())
    with connection.cursor() as cursor:
        question = f"{_PEOPLE} SELECT {columns} FROM people"  # noqa: S608 (idem)
        cursor.execute(question, {"firm": firm.pk})
        return dict(zip(tests, cursor.fetchone(), strict=True))


def open_requests(firm: Firm) -> list[AccessRequest]:
    """Accesses asked for that nobody has answered, on the dossiers in scope, oldest first."""
    return list(
        AccessRequest.objects.select_related("user", "dossier")
        .filter(dossier__firm=firm, state=AccessRequest.State.REQUESTED)
        .order_by("created_at", "id")
    )


def person_of(firm: Firm, user_id: int) -> User | None:
    """A person whom the firm's page shows: of the firm, of a dossier in scope, or blocked."""
    with connection.cursor() as cursor:
        question = f"{_PEOPLE} SELECT 1 FROM people WHERE user_id = %(user)s"  # noqa: S608 (idem)
        cursor.execute(question, {"firm": firm.pk, "user": user_id})
        known = cursor.fetchone()
    return User.objects.filter(pk=user_id).first() if known else None
