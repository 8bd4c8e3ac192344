"""Pairs of items that look like one and the same, and the functions that compare them."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from firm.migration_ops import TenantTable, run_sql_file

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0020_deletions"),
        ("ledger", "0011_bank_work"),
    ]

    operations = [
        migrations.CreateModel(
            name="DuplicateFlag",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("invoice", "Factures"), ("transaction", "Opérations bancaires")],
                        max_length=11,
                    ),
                ),
                ("first_id", models.BigIntegerField()),
                ("second_id", models.BigIntegerField()),
                ("reasons", models.JSONField(db_default={}, default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("suspected", "À trancher"),
                            ("confirmed", "Doublon"),
                            ("dismissed", "Pas un doublon"),
                        ],
                        db_default="suspected",
                        default="suspected",
                        max_length=9,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("decided_by", models.BigIntegerField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
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
                "indexes": [
                    models.Index(fields=["dossier", "kind", "second_id"], name="flags_by_second")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dossier", "kind", "first_id", "second_id"),
                        name="one_flag_per_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first_id__lt", models.F("second_id"))),
                        name="pair_is_in_order",
                    ),
                ],
            },
        ),
        TenantTable("duplicateflag", root=True),
        run_sql_file(SQL / "0012_duplicates.up.sql"),
    ]
