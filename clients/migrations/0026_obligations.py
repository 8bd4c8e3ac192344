"""Obligations of the dossiers: what is due when, and what that is planned from."""

from pathlib import Path

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from firm.migration_ops import TenantTable, run_sql_file

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0024_receipts_and_partings"),
    ]

    operations = [
        migrations.AddField(
            model_name="dossierstats",
            name="next_due_on",
            field=models.DateField(null=True),
        ),
        migrations.CreateModel(
            name="Obligation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=24, verbose_name="obligation")),
                ("period", models.CharField(max_length=24, verbose_name="période")),
                ("period_end", models.DateField(verbose_name="fin de période")),
                ("due_on", models.DateField(verbose_name="échéance")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("to_do", "À faire"),
                            ("done", "Fait"),
                            ("not_applicable", "Sans objet"),
                        ],
                        default="to_do",
                        max_length=14,
                    ),
                ),
                ("is_final", models.BooleanField(db_default=False, default=False)),
                (
                    "source",
                    models.CharField(
                        choices=[("planned", "Calendrier"), ("manual", "Saisie")],
                        default="planned",
                        max_length=7,
                    ),
                ),
                (
                    "label",
                    models.CharField(
                        blank=True, db_default="", max_length=150, verbose_name="intitulé"
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, db_default="", max_length=300, verbose_name="note"
                    ),
                ),
                ("decided_by", models.BigIntegerField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "to_do")),
                        fields=["dossier", "due_on", "id"],
                        name="obligations_to_do",
                    ),
                    models.Index(fields=["dossier", "due_on", "id"], name="obligations_by_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dossier", "kind", "period"), name="one_obligation_per_period"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaxProfile",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "vat_day",
                    models.IntegerField(
                        db_default=24,
                        default=24,
                        validators=[
                            django.core.validators.MinValueValidator(15),
                            django.core.validators.MaxValueValidator(24),
                        ],
                        verbose_name="jour de la TVA",
                    ),
                ),
                (
                    "payroll_day",
                    models.IntegerField(db_default=0, default=0, verbose_name="jour de la DSN"),
                ),
                (
                    "pays_instalments",
                    models.BooleanField(
                        db_default=True, default=True, verbose_name="verse des acomptes"
                    ),
                ),
                (
                    "pays_cfe",
                    models.BooleanField(
                        db_default=True, default=True, verbose_name="redevable de la CFE"
                    ),
                ),
                (
                    "pays_cfe_advance",
                    models.BooleanField(
                        db_default=False, default=False, verbose_name="acompte de CFE"
                    ),
                ),
                (
                    "pays_cvae",
                    models.BooleanField(
                        db_default=False, default=False, verbose_name="redevable de la CVAE"
                    ),
                ),
                (
                    "files_das2",
                    models.BooleanField(
                        db_default=True, default=True, verbose_name="dépose la DAS2"
                    ),
                ),
                (
                    "holds_meeting",
                    models.BooleanField(
                        db_default=True, default=True, verbose_name="approuve des comptes"
                    ),
                ),
                ("planned_until", models.DateField(null=True)),
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
                "constraints": [
                    models.UniqueConstraint(fields=("dossier",), name="one_tax_profile_per_dossier")
                ],
            },
        ),
        TenantTable("taxprofile", root=True),
        TenantTable("obligation", root=True),
        run_sql_file(SQL / "0026_obligations.up.sql"),
    ]
