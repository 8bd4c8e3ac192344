"""What is wrong with an installation: each check answers sentences, none when all is well.

The kernel checks what it knows; an app adds the deep checks of its tables (`firm.deep_checks`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import redis
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import get_connection
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from firm.deep_checks import DEEP, Check, register_deep
from firm.owner import ask_owner

__all__ = ["CHECKS", "DEEP", "OUTSIDE_THE_WALLS", "ROLES", "Check"]

ROLES = Path(__file__).parent / "launcher" / "roles.sql"
OURS = ("firm_", "clients_", "ledger_", "collaboration_", "billing_")
# Ids, states and people: read before any scope is known.  (Balance checks live for one statement.)
OUTSIDE_THE_WALLS = {
    "firm_job",
    "firm_apitoken",
    "firm_user",
    "firm_user_groups",
    "firm_user_user_permissions",
    "ledger_balancecheck",
}
BYPASSING = {"firm_backup", "firm_search"}
FAULTS = {
    "gone": "l’événement a disparu",
    "changed": "l’événement ne dit plus la même chose",
    "unlinked": "le maillon ne suit pas le précédent",
    "cut": "la fin de la chaîne manque",
    "unsealed": "un événement n’est pas scellé",
}


def roles() -> Iterator[str]:
    """Only the backup and the search look past the walls, and nobody is a superuser."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname::text, rolsuper, rolbypassrls FROM pg_roles"
            " WHERE rolname LIKE 'firm\\_%' OR rolname = current_user"
        )
        found = {name: (is_super, bypasses) for name, is_super, bypasses in cursor.fetchall()}
    for name in sorted({"firm_owner", "firm_app", *BYPASSING} - found.keys()):
        yield f"Le rôle {name} n’existe pas. Créez-le : manage doctor --roles."
    for name, (is_super, bypasses) in sorted(found.items()):
        if is_super:
            yield f"Le rôle {name} est superutilisateur : aucun mur ne l’arrête."
        elif bypasses and name not in BYPASSING:
            yield f"Le rôle {name} contourne les murs (BYPASSRLS)."
    ((owner, is_super, bypasses),) = ask_owner(
        "SELECT rolname::text, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    if owner not in found and (is_super or bypasses):
        yield f"Le propriétaire de la base, {owner}, contourne les murs."


def walls() -> Iterator[str]:
    """Row-level security is forced, with policies, on every table of ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
            " AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity"
            " AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)) ORDER BY 1"
        )
        bare = [name for (name,) in cursor.fetchall()]
    for name in bare:
        if name.startswith(OURS) and name not in OUTSIDE_THE_WALLS:
            yield f"La table {name} n’est pas derrière le mur de son dossier."


def migrations() -> Iterator[str]:
    """The tables are those of this version."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    for migration, _backwards in waiting:
        yield f"Migration en attente : {migration.app_label}.{migration.name}. Relancez ./run."


def broker() -> Iterator[str]:
    """The queue answers."""
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3, socket_timeout=3).ping()
    except (redis.RedisError, OSError) as error:
        yield f"La file d’attente ne répond pas ({error}) : les travaux attendent le balayage."


def storage() -> Iterator[str]:
    """A file can be written, read and removed."""
    name = f"doctor/{uuid.uuid4().hex}"
    try:
        kept = default_storage.save(name, ContentFile(b"doctor"))
        with default_storage.open(kept) as file:
            is_same = file.read() == b"doctor"
        default_storage.delete(kept)
    except Exception as error:
        yield f"Le stockage des fichiers refuse d’écrire ou de lire ({error})."
        return
    if not is_same:
        yield "Le stockage des fichiers ne rend pas ce qu’on lui a confié."


def mail() -> Iterator[str]:
    """The mail server answers; the local mailbox can be written."""
    try:
        if settings.IS_EMBEDDED_MAIL:
            Path(settings.EMAIL_FILE_PATH).mkdir(parents=True, exist_ok=True)
            return
        server = get_connection()
        server.open()
        server.close()
    except Exception as error:
        yield f"La messagerie ne répond pas ({error}). Vérifiez EMAIL_URL."


def jobs() -> Iterator[str]:
    """No job has been left by its runner, or waits without anybody taking it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, kind, state, attempts FROM firm_job WHERE"
            " state = 'running' AND lease_until < now() - interval '5 minutes'"
            " OR state = 'confirmed' AND next_try_at < now() - interval '15 minutes' ORDER BY id"
        )
        stuck = cursor.fetchall()
    for job, kind, state, attempts in stuck:
        what = "n’avance plus" if state == "running" else "attend que quelqu’un le prenne"
        yield f"Le travail n° {job} ({kind}, essai {attempts}) {what}. Vérifiez que ./run tourne."


def settings_of_production() -> Iterator[str]:
    """What is fit for this machine alone is not shown to others."""
    if settings.SECRET_KEY.startswith("insecure"):
        yield "SECRET_KEY n’est pas renseignée : les sessions peuvent être contrefaites."
    if settings.DEBUG and not settings.IS_LOOPBACK:
        yield "DEBUG est actif sur une adresse que d’autres atteignent."


def audit_chains() -> Iterator[str]:
    """Every firm's audit trail is whole: nothing was changed, taken out or put in between."""
    for firm, seq, fault in ask_owner("SELECT firm, seq, fault FROM operator_broken_chains()"):
        where = f" au maillon {seq}" if seq else ""
        whose = f"du cabinet n° {firm}" if firm else "hors cabinet"
        yield f"Le journal d’audit {whose} est rompu{where} : {FAULTS[fault]}."


CHECKS: dict[str, Check] = {
    "Rôles de la base": roles,
    "Murs entre les dossiers": walls,
    "Migrations": migrations,
    "File d’attente": broker,
    "Stockage": storage,
    "Messagerie": mail,
    "Travaux": jobs,
    "Réglages": settings_of_production,
}
register_deep("Journal d’audit", audit_chains)
