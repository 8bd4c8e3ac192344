"""Merged duplicates, and a column that hides them."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0011_people_leaving")]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="merged_into_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="DossierMerge",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("source_id", models.BigIntegerField()),
                ("source_name", models.CharField(max_length=200)),
                ("source_siren", models.CharField(blank=True, db_default="", max_length=9)),
                ("filled", models.JSONField(db_default={}, default=dict)),
                ("contacts", models.JSONField(db_default=[], default=list)),
                ("grants", models.JSONField(db_default=[], default=list)),
                ("created_by", models.BigIntegerField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("undone_at", models.DateTimeField(null=True)),
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
            },
        ),
    ]
