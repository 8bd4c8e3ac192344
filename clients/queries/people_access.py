"""Why a person may open a dossier: every role that he holds there, and where it comes from.

The same rule as `clients.access.rights_on`, over many people and dossiers at once; a test holds the
two against each other for everybody and every dossier.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from clients import rights
from clients.access import Rights
from clients.models import Dossier, DossierGrant
from firm.formats import date_fr, datetime_fr
from firm.models import Block, Membership, User

# Everyone who holds something on the dossiers, each role with its source.  Dossiers of one firm.
_REASONS = """
WITH d AS (SELECT id, firm_id, owner_id, is_confidential FROM clients_dossier
           WHERE id = ANY(%(dossiers)s)),
     g AS (SELECT g.* FROM clients_dossiergrant g
           WHERE g.dossier_id = ANY(%(dossiers)s) AND (g.expires_at IS NULL OR g.expires_at > now())
             AND (%(person)s IS NULL OR g.user_id = %(person)s)),
     m AS (SELECT m.user_id, m.role, m.sees_all, m.created_at, c.rights, c.name
           FROM firm_membership m LEFT JOIN firm_customrole c ON c.id = m.custom_role_id
           WHERE m.firm_id = %(firm)s AND (%(person)s IS NULL OR m.user_id = %(person)s)),
     held AS (
         SELECT g.user_id, g.dossier_id, CASE WHEN g.is_break_glass THEN 'emergency'
                ELSE 'grant' END AS source,
                g.role, c.rights, c.name, g.created_at AS since, g.expires_at, g.reason,
                g.granted_by_id
         FROM g LEFT JOIN firm_customrole c ON c.id = g.custom_role_id
         WHERE g.role <> 'assigned'
            OR EXISTS (SELECT 1 FROM m WHERE m.user_id = g.user_id AND m.role <> 'custom')
         UNION ALL
         SELECT m.user_id, d.id, CASE WHEN m.sees_all AND NOT d.is_confidential THEN 'member'
                ELSE 'listed' END,
                m.role, m.rights, m.name, m.created_at, a.expires_at, coalesce(a.reason, ''),
                a.granted_by_id
         FROM m CROSS JOIN d
         LEFT JOIN g a ON a.user_id = m.user_id AND a.dossier_id = d.id AND a.role = 'assigned'
         WHERE d.firm_id = %(firm)s
           AND ((m.sees_all AND NOT d.is_confidential) OR (m.role <> 'staff' AND a.id IS NOT NULL))
         UNION ALL
         SELECT owner_id, id, 'owner', 'dossier_owner', NULL, NULL, NULL, NULL, '', NULL FROM d
         WHERE owner_id IS NOT NULL AND (%(person)s IS NULL OR owner_id = %(person)s))
SELECT user_id, dossier_id, source, role, rights, name, since, expires_at, reason, granted_by_id
FROM held WHERE user_id NOT IN (SELECT user_id FROM firm_block WHERE firm_id = %(firm)s)
ORDER BY dossier_id, user_id, source, role
"""


@dataclass(frozen=True, slots=True)
class Reason:
    """One role that a person holds on a dossier.

    `source`: grant (given on this dossier), emergency (break-glass), member (his role in the firm
    opens all that is not confidential), listed (the same role, because he is assigned), owner.
    """

    source: str
    role: str
    named: list[str] | None
    custom_name: str
    since: dt.datetime | None
    expires_at: dt.datetime | None
    note: str
    by: User | None

    @property
    def label(self) -> str:
        """The role's French name; a custom role's own."""
        return self.custom_name or rights.table()["roles"].get(self.role, self.role)

    @property
    def sentence(self) -> str:
        """Where the role comes from, in a sentence."""
        said = SENTENCES[self.source].format(self.label)
        if self.source in {"grant", "emergency"} and self.since:
            said += f" depuis le {date_fr(self.since)}"
        if self.by:
            said += f", par {self.by}"
        if self.expires_at:
            said += f", jusqu’au {datetime_fr(self.expires_at)}"
        return f"{said} (motif\u00a0: {self.note})." if self.note else f"{said}."


SENTENCES = {
    "grant": "{}\u00a0: rôle donné sur ce dossier",
    "emergency": "{}\u00a0: entrée en urgence",
    "member": "{}\u00a0: ce rôle ouvre tous les dossiers du cabinet qui ne sont pas confidentiels",
    "listed": "{}\u00a0: rôle dans le cabinet, actif ici par son affectation au dossier",
    "owner": "{}",
}


def reasons(
    firm_id: int | None, dossiers: Iterable[int], *, person: int | None = None
) -> dict[tuple[int, int], list[Reason]]:
    """(person, dossier) → the roles held there, in two queries; `person` narrows to one.

    All dossiers must be this firm's (or no firm's), in the read scope, and the firm in scope.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _REASONS.replace("%(person)s", "%(person)s::bigint"),
            {"firm": firm_id, "dossiers": list(dossiers), "person": person},
        )
        rows = cursor.fetchall()
    givers = User.objects.in_bulk({row[9] for row in rows if row[9]})
    found: dict[tuple[int, int], list[Reason]] = defaultdict(list)
    for user, dossier, source, role, named, name, since, until, note, by in rows:
        listed = json.loads(named) if isinstance(named, str) else named
        found[user, dossier].append(
            Reason(source, role, listed, name or "", since, until, note or "", givers.get(by))
        )
    return dict(found)


def rights_from(held: Iterable[Reason]) -> Rights:
    """The rights that these roles add up to: what `rights_on` answers."""
    rows = list(held)
    return Rights(
        frozenset(row.role for row in rows), rights.of_rows((row.role, row.named) for row in rows)
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """« Pourquoi X voit-il ce dossier ? »"""

    person: User
    dossier: Dossier
    reasons: list[Reason]
    refusals: list[str]

    @property
    def is_open(self) -> bool:
        """Whether he may open it."""
        return bool(self.reasons)

    @property
    def rights(self) -> list[str]:
        """French names of what he may do there, in the table's order."""
        held = rights_from(self.reasons).held
        return [right["label"] for name, right in rights.table()["rights"].items() if name in held]


def why(person: User, dossier: Dossier) -> Answer:
    """Which roles open the dossier to a person, or what keeps it from him."""
    held = reasons(dossier.firm_id, [dossier.pk], person=person.pk).get((person.pk, dossier.pk), [])
    return Answer(person, dossier, held, [] if held else _why_not(person, dossier))


def _why_not(person: User, dossier: Dossier) -> list[str]:
    firm = dossier.firm_id or 0
    if Block.objects.filter(firm_id=firm, user=person).exists():
        return ["Le cabinet a bloqué cette personne."]
    said = []
    mine = Membership.objects.filter(firm_id=firm, user=person).first()
    if DossierGrant.objects.filter(dossier=dossier, user=person, expires_at__isnull=False).exists():
        said.append("Son accès temporaire est terminé.")
    if mine is None:
        said.append("Elle n’a ni rôle dans le cabinet ni rôle dans ce dossier.")
    elif dossier.is_confidential and mine.sees_all:
        said.append("Le dossier est confidentiel et elle n’est pas sur sa liste.")
    else:
        said.append("Elle n’est pas affectée à ce dossier.")
    return said
