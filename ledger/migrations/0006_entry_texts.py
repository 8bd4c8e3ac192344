"""Texts of the imported entries, and the one function that may search them by their trigrams."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from firm.migration_ops import TenantTable, run_sql_file

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_lock_dates")]

    operations = [
        migrations.CreateModel(
            name="EntryText",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "dossier_id",
                        "entry_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
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
                ("entry_id", models.BigIntegerField()),
                ("import_id", models.BigIntegerField()),
                ("date", models.DateField()),
                ("said", models.TextField()),
                (
                    "amounts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["import_id"], name="texts_by_import"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["dossier", "said", "amounts"],
                        name="texts_by_words",
                        opclasses=["int8_ops", "gin_trgm_ops", "array_ops"],
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="fecimport",
            name="searchable_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("fec_import__isnull", True)),
                fields=["dossier", "date", "id"],
                name="own_entries_by_date",
            ),
        ),
        TenantTable("entrytext"),
        run_sql_file(SQL / "0006_search.up.sql"),
    ]
