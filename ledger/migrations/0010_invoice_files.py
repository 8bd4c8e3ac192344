"""Spreadsheets of invoices, between their reading and their writing."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from firm.migration_ops import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0016_documents"),
        ("ledger", "0009_auto_invoices"),
    ]

    operations = [
        migrations.CreateModel(
            name="InvoiceFile",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("direction", models.CharField(max_length=8)),
                ("name", models.CharField(max_length=255, verbose_name="nom")),
                ("heads", models.JSONField()),
                ("rows", models.JSONField()),
                ("mapping", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("previewed", "À confirmer"),
                            ("done", "Importé"),
                            ("dropped", "Abandonné"),
                        ],
                        default="previewed",
                        max_length=9,
                    ),
                ),
                ("made", models.IntegerField(db_default=0)),
                ("created_by", models.BigIntegerField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="reçu le"
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["dossier", "direction", "-created_at"], name="invoice_files_by_date"
                    )
                ],
            },
        ),
        TenantTable("invoicefile", root=True),
    ]
