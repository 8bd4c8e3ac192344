"""A counter of duplicates, and the end of a dossier: asked for, waited for, done."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0019_prices_and_transfers"),
        ("firm", "0008_operator_chain"),
    ]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="deletion_due_at",
            field=models.DateTimeField(null=True, verbose_name="supprimé le"),
        ),
        migrations.AddField(
            model_name="dossierstats",
            name="duplicates",
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="dossier",
            name="status",
            field=models.CharField(
                choices=[
                    ("invited", "Invité"),
                    ("onboarding", "Intégration"),
                    ("active", "Actif"),
                    ("disconnected", "Déconnecté"),
                    ("deletion_pending", "Suppression demandée"),
                    ("deleted", "Supprimé"),
                ],
                default="active",
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="DossierDeletion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dossier_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("slug", models.CharField(max_length=60)),
                ("siren", models.CharField(blank=True, db_default="", max_length=9)),
                ("is_confidential", models.BooleanField(db_default=False, default=False)),
                ("requested_by", models.BigIntegerField(null=True)),
                (
                    "requested_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("due_at", models.DateTimeField()),
                ("job_id", models.BigIntegerField(null=True)),
                ("archive_job_id", models.BigIntegerField(null=True)),
                ("archive_sha256", models.CharField(blank=True, db_default="", max_length=64)),
                ("manifest_sha256", models.CharField(blank=True, db_default="", max_length=64)),
                ("removed", models.JSONField(db_default={}, default=dict)),
                ("cancelled_by", models.BigIntegerField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("deleted_at", models.DateTimeField(null=True)),
                ("bytes_gone_at", models.DateTimeField(null=True)),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="dossier_deletions",
                        to="firm.firm",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["firm", "-requested_at"], name="deletions_by_firm")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cancelled_at", None)),
                        fields=("dossier_id",),
                        name="one_open_deletion_per_dossier",
                    )
                ],
            },
        ),
    ]
