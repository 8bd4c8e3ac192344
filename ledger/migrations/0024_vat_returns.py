"""VAT returns and how a dossier declares VAT."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import firm.tenancy
from firm.migration_ops import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0026_obligations"),
        ("ledger", "0022_anomaly_dismissals"),
    ]

    operations = [
        migrations.CreateModel(
            name="VatReturn",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("start", models.DateField(verbose_name="début")),
                ("end", models.DateField(verbose_name="fin")),
                (
                    "regime",
                    models.CharField(
                        blank=True, db_default="", max_length=12, verbose_name="régime"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Brouillon"),
                            ("prepared", "Préparée"),
                            ("handed_over", "Transmise"),
                            ("accepted", "Acceptée"),
                            ("rejected", "Rejetée"),
                        ],
                        default="draft",
                        max_length=11,
                    ),
                ),
                ("base", models.JSONField(db_default={}, default=dict)),
                ("tax", models.JSONField(db_default={}, default=dict)),
                ("mark", models.CharField(blank=True, db_default="", max_length=32)),
                (
                    "credit_brought",
                    models.BigIntegerField(db_default=0, default=0, verbose_name="crédit imputé"),
                ),
                (
                    "refund",
                    models.BigIntegerField(
                        db_default=0, default=0, verbose_name="remboursement demandé"
                    ),
                ),
                ("due", models.BigIntegerField(db_default=0, default=0, verbose_name="à payer")),
                (
                    "credit_carried",
                    models.BigIntegerField(
                        db_default=0, default=0, verbose_name="crédit à reporter"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        blank=True, db_default="", max_length=100, verbose_name="référence"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, db_default="", max_length=500, verbose_name="motif"
                    ),
                ),
                ("steps", models.JSONField(db_default=[], default=list)),
                ("created_by", models.BigIntegerField(null=True)),
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
                (
                    "settlement",
                    firm.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("settlement__isnull", False)),
                        fields=["settlement"],
                        name="vat_returns_by_settlement",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dossier", "end"), name="one_vat_return_per_end"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("start__lte", models.F("end"))),
                        name="vat_return_runs_forward",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VatSettings",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("tells_client", models.BooleanField(db_default=True, default=True)),
                ("rates", models.JSONField(db_default={}, default=dict)),
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
                    models.UniqueConstraint(
                        fields=("dossier",), name="one_vat_settings_per_dossier"
                    )
                ],
            },
        ),
        TenantTable("vatreturn", root=True),
        TenantTable("vatsettings", root=True),
    ]
