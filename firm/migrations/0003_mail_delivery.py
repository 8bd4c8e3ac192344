"""The courier's own key: whoever delivers one message opens that message and nothing else.

A message may belong to nobody (an answer to an unknown address), and a worker is nobody either: its
scope carries `mail:<id>` as its token, and the policies let that one row through.
"""

from django.db import migrations

TABLE = "firm_outgoingemail"
OF_COURIER = "(SELECT app_token()) = 'mail:' || id::text"
READ = (
    "firm_id = (SELECT app_firm()) OR dossier_id IN (SELECT unnest(app_in_scope()))"
    " OR user_id = (SELECT app_user())"
)
CHANGE = (
    "(firm_id = (SELECT app_firm()) AND (SELECT app_firm_write()))"
    " OR user_id = (SELECT app_user()) OR dossier_id IN (SELECT unnest(app_in_write_scope()))"
)


def policies(read: str, change: str) -> str:
    """SQL that gives both policies these conditions."""
    return (
        f"ALTER POLICY {TABLE}_read ON {TABLE} USING ({read});"
        f"ALTER POLICY {TABLE}_change ON {TABLE} USING ({change}) WITH CHECK ({change});"
    )


class Migration(migrations.Migration):
    dependencies = [("firm", "0002_walls")]

    operations = [
        migrations.RunSQL(
            policies(f"{READ} OR {OF_COURIER}", f"{CHANGE} OR {OF_COURIER}"), policies(READ, CHANGE)
        )
    ]
