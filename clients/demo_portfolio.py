"""A portfolio of any size without books, in a handful of statements: for benchmarks and tests.

Names, people, assignments and counters are invented, the same for the same size; none of it is
counted from entries, so such a firm is for looking at lists and measuring them.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from clients.models import Dossier
from firm import scope
from firm.models import Firm, Membership, User

TRADES = (
    "Boulangerie", "Garage", "Menuiserie", "Pharmacie", "Librairie", "Transports", "Restaurant",
    "Maçonnerie", "Plomberie", "Auberge", "École", "Épicerie", "Œnothèque", "Imprimerie", "SCI",
)  # fmt: skip
PLACES = (
    "du Pont Neuf", "des Lices", "Aubrac", "de la Halle", "des Trois Chênes", "Kervella",
    "Belle Rive", "du Lac", "Maréchal", "Delmas", "de l’Étang", "Vasseur et Filles", "Nord-Sud",
)  # fmt: skip
FIRST = ("Anne", "Éric", "Chloé", "Marc", "Inès", "Paul", "Zoé", "Hugo", "Léa", "Yves")
LAST = ("Martin", "Perrin", "Lemaire", "Nguyen", "Haddad", "Dubois", "Kerjean", "Roux", "Olivier")

_PEOPLE = """
INSERT INTO firm_user (email, name, password, is_superuser)
SELECT 'p' || n || '@' || %(slug)s || '.example',
    (%(first)s::text[])[1 + n %% %(firsts)s] || ' ' || (%(last)s::text[])[1 + n %% %(lasts)s],
    %(password)s, false
FROM generate_series(1, %(people)s) n
ON CONFLICT (email) DO NOTHING
"""
_MEMBERS = """
INSERT INTO firm_membership (firm_id, user_id, role, sees_all)
SELECT %(firm)s, id, CASE WHEN at <= 5 THEN 'admin' ELSE 'staff' END, at <= 5
FROM (SELECT id, row_number() OVER (ORDER BY id) AS at FROM firm_user
      WHERE email LIKE 'p%%@' || %(slug)s || '.example') people
ON CONFLICT (firm_id, user_id) DO NOTHING
"""
_DOSSIERS = """
INSERT INTO clients_dossier (id, firm_id, owner_id, name, slug, siren, status, is_confidential,
    lock_date, lock_mode)
SELECT id, %(firm)s, %(owner)s,
    (%(trades)s::text[])[1 + n %% %(trade_count)s] || ' '
        || (%(places)s::text[])[1 + n %% %(place_count)s] || ' ' || n,
    'dossier-' || %(slug)s || '-' || n, lpad((100000000 + n)::text, 9, '0'),
    CASE WHEN n %% 60 = 59 THEN 'onboarding' ELSE 'active' END, n %% 100 = 99,
    CASE WHEN n %% 3 = 0 THEN date '2025-12-31' END,
    CASE WHEN n %% 3 = 0 THEN 'users' ELSE 'none' END
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY t(id, n)
"""
_STATS = """
INSERT INTO clients_dossierstats (dossier_id, entries, lines, cash, suspense, unlettered, to_book,
    imports_to_review, missing_receipts, last_entry_on, last_import_at)
SELECT id, n %% 5000, n %% 5000 * 3, (n * 7919 %% 900001 - 90000)::bigint,
    CASE WHEN n %% 11 = 0 THEN (n * 31 %% 80000 - 40000)::bigint ELSE 0 END,
    CASE WHEN n %% 5 = 0 THEN n %% 17 ELSE 0 END, CASE WHEN n %% 7 = 0 THEN n %% 40 ELSE 0 END,
    CASE WHEN n %% 40 = 0 THEN 1 ELSE 0 END, CASE WHEN n %% 3 = 0 THEN n %% 23 ELSE 0 END,
    CASE WHEN n %% 50 <> 0 THEN current_date - (n * 13 %% 200)::int END,
    CASE WHEN n %% 50 <> 0 THEN now() - make_interval(days => (n %% 300)::int) END
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY t(id, n)
"""
# One or two accountants a dossier; the first five people are administrators and follow none.
_GRANTS = """
INSERT INTO clients_dossiergrant (dossier_id, user_id, role, granted_by_id)
SELECT t.id, p.id, 'assigned', %(owner)s
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY t(id, n)
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 6 AS at FROM firm_user
      WHERE email LIKE 'p%%@' || %(slug)s || '.example') p
  ON p.at >= 0 AND (p.at = t.n %% (%(people)s - 5)
    OR (t.n %% 4 = 0 AND p.at = t.n / 4 %% (%(people)s - 5)))
ON CONFLICT DO NOTHING
"""
_DERIVED = """
INSERT INTO clients_dossieruserobjectpermission (content_object_id, user_id, permission_id)
SELECT g.dossier_id, g.user_id, %(permission)s FROM clients_dossiergrant g
WHERE g.dossier_id = ANY (%(ids)s::bigint[])
ON CONFLICT DO NOTHING
"""


def portfolio_firm(name: str, slug: str, *, owner: User) -> Firm:
    """A firm for such a portfolio, made or found again."""
    with scope.open_scope(scope.Scope(user=owner.id)):
        found = Firm.objects.filter(slug=slug).first()
    if found:
        return found
    new_id = _reserved("firm_firm", 1)[0]
    with scope.open_scope(scope.Scope(user=owner.id, firm=new_id, firm_write=True)):
        firm = Firm.objects.create(id=new_id, name=name, slug=slug)
        Membership.objects.create(firm=firm, user=owner, role="owner", sees_all=True)
    return firm


def fill_portfolio(firm: Firm, *, dossiers: int, people: int, by: User) -> list[int]:
    """Add people and dossiers with assignments and counters; ids of the new dossiers.

    A firm that has dossiers is left as it is.  `people` is at least 7.
    """
    with scope.open_scope(scope.Scope(user=by.id, firm=firm.id, firm_write=True)):
        if Dossier.objects.filter(firm=firm).exists():
            return []
        ids = _reserved("clients_dossier", dossiers)
        only = frozenset(ids)
        with transaction.atomic(), scope.extended(read=only, write=only):
            _write(firm, ids, max(people, 7), by)
    return ids


def _write(firm: Firm, ids: list[int], people: int, by: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id FROM auth_permission p JOIN django_content_type t"
            " ON t.id = p.content_type_id"
            " WHERE t.app_label = 'clients' AND p.codename = 'view_dossier'"
        )
        known: dict[str, Any] = {
            "firm": firm.id, "slug": firm.slug, "owner": by.id, "ids": ids, "people": people,
            "first": list(FIRST), "firsts": len(FIRST), "last": list(LAST), "lasts": len(LAST),
            "trades": list(TRADES), "trade_count": len(TRADES),
            "places": list(PLACES), "place_count": len(PLACES),
            "password": make_password(None), "permission": cursor.fetchone()[0],
        }  # fmt: skip
        for statement in (_PEOPLE, _MEMBERS, _DOSSIERS, _STATS, _GRANTS, _DERIVED):
            cursor.execute(statement, known)


def _reserved(table: str, count: int) -> list[int]:
    """New ids of a table: the scope must be opened on a row before it is inserted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            (table, count),
        )
        return [row[0] for row in cursor.fetchall()]
