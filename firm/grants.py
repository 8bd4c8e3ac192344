"""What the runtime role may do on each table, granted by their owner after every migration."""

from __future__ import annotations

from typing import Any

from django.db import connection

# The trail only grows; the chain and the migrations are written by the owner alone.
APPEND_ONLY = ("firm_auditevent",)
READ_ONLY = ("firm_auditseal", "firm_auditchain", "django_migrations")


def grant_runtime_rights(sender: Any, **_kwargs: Any) -> None:
    """Give firm_app DML on all tables, then take away what would break the trail or the schema."""
    if sender.name != "firm":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_tables WHERE tablename = 'firm_auditevent'"
            " AND tableowner = current_user"
        )
        if not cursor.fetchone():
            return
        cursor.execute(
            "GRANT USAGE ON SCHEMA public TO firm_app;"
            " GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO firm_app;"
            " GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO firm_app"
        )
        for table in APPEND_ONLY:
            cursor.execute(f"REVOKE UPDATE, DELETE ON {table} FROM firm_app")
        for table in READ_ONLY:
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM firm_app")
