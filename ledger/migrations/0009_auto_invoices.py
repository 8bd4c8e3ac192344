"""Auto-factures: the rules of suppliers, and the records that they made."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import firm.tenancy
from firm.migration_ops import TenantTable, run_sql_file

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0016_documents"),
        ("ledger", "0008_invoices_and_bank"),
    ]

    operations = [
        migrations.CreateModel(
            name="AutoInvoiceRule",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("words", models.CharField(max_length=200, verbose_name="mots du libellé")),
                ("least", models.BigIntegerField(null=True, verbose_name="montant minimal")),
                ("most", models.BigIntegerField(null=True, verbose_name="montant maximal")),
                (
                    "rhythm",
                    models.CharField(
                        choices=[
                            ("weekly", "Chaque semaine"),
                            ("monthly", "Chaque mois"),
                            ("quarterly", "Chaque trimestre"),
                            ("yearly", "Chaque année"),
                            ("any", "À chaque opération"),
                        ],
                        default="monthly",
                        max_length=9,
                        verbose_name="rythme",
                    ),
                ),
                (
                    "vat_rate",
                    models.DecimalField(
                        decimal_places=2, max_digits=5, null=True, verbose_name="taux de TVA"
                    ),
                ),
                ("is_active", models.BooleanField(db_default=False, default=False)),
                ("created_by", models.BigIntegerField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "account",
                    firm.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="ledger.account",
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
                (
                    "third_party",
                    firm.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="ledger.thirdparty",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="AutoInvoice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
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
                    "invoice",
                    firm.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="ledger.invoice",
                    ),
                ),
                (
                    "transaction",
                    firm.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="ledger.banktransaction",
                    ),
                ),
                (
                    "rule",
                    firm.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="ledger.autoinvoicerule",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="autoinvoicerule",
            index=models.Index(fields=["third_party"], name="rules_by_third_party"),
        ),
        migrations.AddIndex(
            model_name="autoinvoice",
            index=models.Index(
                condition=models.Q(("invoice__isnull", False)),
                fields=["invoice"],
                name="auto_invoices_by_invoice",
            ),
        ),
        migrations.AddIndex(
            model_name="autoinvoice",
            index=models.Index(fields=["rule"], name="auto_invoices_by_rule"),
        ),
        migrations.AddConstraint(
            model_name="autoinvoice",
            constraint=models.UniqueConstraint(
                fields=("dossier", "transaction"), name="one_auto_invoice_per_transaction"
            ),
        ),
        TenantTable("autoinvoicerule", mass=True),
        TenantTable("autoinvoice", mass=True),
        run_sql_file(SQL / "0009_auto_invoices.up.sql"),
    ]
