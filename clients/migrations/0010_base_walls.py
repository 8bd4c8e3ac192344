"""The wall of the imports of a client base: one's own, in one's own firm.

A row may name a confidential dossier that another administrator must not know of.
"""

from django.db import migrations

from firm.migration_ops import AccessTable

MINE = "created_by_id = (SELECT app_user()) AND firm_id = (SELECT app_firm())"


class Migration(migrations.Migration):
    dependencies = [("clients", "0009_base_imports")]

    operations = [
        AccessTable(
            "clients_baseimport",
            select=MINE,
            insert=f"{MINE} AND (SELECT app_firm_write())",
        ),
    ]
