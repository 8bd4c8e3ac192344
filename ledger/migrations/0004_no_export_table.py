"""Exports are written to the audit trail: no table beside it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_settle_length"),
    ]

    operations = [
        migrations.DeleteModel(
            name="FecExport",
        ),
    ]
