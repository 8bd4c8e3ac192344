"""What people decided about the anomalies of a year."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from firm.migration_ops import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0023_operator_firm"),
        ("ledger", "0020_lettering"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnomalyDismissal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("year_end", models.DateField()),
                ("rule", models.CharField(max_length=40)),
                ("is_whole", models.BooleanField(db_default=False, default=False)),
                ("entry_id", models.BigIntegerField(db_default=0, default=0)),
                ("line_no", models.IntegerField(db_default=0, default=0)),
                ("account", models.CharField(db_default="", default="", max_length=60)),
                ("third", models.CharField(db_default="", default="", max_length=100)),
                ("amount", models.BigIntegerField(db_default=0, default=0)),
                ("fingerprint", models.CharField(db_default="", default="", max_length=32)),
                ("reason", models.CharField(max_length=500)),
                ("act", models.UUIDField()),
                ("created_by", models.BigIntegerField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("revoked_by", models.BigIntegerField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "dossier",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="clients.dossier",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["dossier", "act"], name="dismissals_by_act")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=(
                            "dossier", "year_end", "rule", "is_whole", "entry_id", "line_no",
                            "account", "third",
                        ),
                        name="one_dismissal_per_hit",
                    )
                ],
            },
        ),
        TenantTable("anomalydismissal", root=True),
    ]  # fmt: skip
