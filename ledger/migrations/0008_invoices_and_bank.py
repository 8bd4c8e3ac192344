"""Invoices and bank transactions that live here: documents, accounts, archiving."""

import django.db.models.deletion
from django.db import migrations, models

import firm.tenancy
from firm.migration_ops import RenewKeys


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0016_documents"),
        ("ledger", "0007_imports_to_review"),
    ]

    operations = [
        migrations.AddField(
            model_name="banktransaction",
            name="account",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="ledger.account",
            ),
        ),
        migrations.AddField(
            model_name="banktransaction",
            name="archived_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="banktransaction",
            name="archived_by",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="banktransaction",
            name="document",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="clients.document",
            ),
        ),
        migrations.AddField(
            model_name="banktransaction",
            name="external_id",
            field=models.CharField(blank=True, db_default="", max_length=120),
        ),
        migrations.AddField(
            model_name="banktransaction",
            name="is_kept",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="banktransaction",
            name="note",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="banktransaction",
            name="third_party",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="ledger.thirdparty",
            ),
        ),
        migrations.AddField(
            model_name="banktransaction",
            name="value_date",
            field=models.DateField(null=True, verbose_name="date de valeur"),
        ),
        migrations.AddField(
            model_name="invoice",
            name="archived_at",
            field=models.DateTimeField(null=True, verbose_name="archivée le"),
        ),
        migrations.AddField(
            model_name="invoice",
            name="archived_by",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="corrects",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="ledger.invoice",
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="document",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="clients.document",
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="fx_rate",
            field=models.DecimalField(
                decimal_places=8, max_digits=18, null=True, verbose_name="cours"
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="is_kept",
            field=models.BooleanField(
                db_default=False, verbose_name="à comptabiliser malgré la reprise"
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="note",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="invoice",
            name="regime",
            field=models.CharField(
                blank=True, db_default="", max_length=24, verbose_name="régime de TVA"
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="sale_date",
            field=models.DateField(null=True, verbose_name="date de livraison"),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="account",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="ledger.account",
            ),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="deductible_pct",
            field=models.DecimalField(decimal_places=2, max_digits=5, null=True),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="discount_pct",
            field=models.DecimalField(
                decimal_places=4, max_digits=7, null=True, verbose_name="remise"
            ),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="kind",
            field=models.CharField(max_length=1, null=True),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="qty",
            field=models.DecimalField(
                decimal_places=6, max_digits=18, null=True, verbose_name="quantité"
            ),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="unit_price",
            field=models.DecimalField(
                decimal_places=6, max_digits=18, null=True, verbose_name="prix unitaire"
            ),
        ),
        migrations.AddField(
            model_name="thirdparty",
            name="default_account",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="ledger.account",
            ),
        ),
        migrations.AddField(
            model_name="thirdparty",
            name="default_vat_rate",
            field=models.DecimalField(decimal_places=2, max_digits=5, null=True),
        ),
        migrations.AddField(
            model_name="thirdparty",
            name="payment_days",
            field=models.IntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="banktransaction",
            name="booking",
            field=models.CharField(
                choices=[
                    ("to_process", "À comptabiliser"),
                    ("pending_client", "En attente du client"),
                    ("justified", "Justifiée"),
                    ("booked", "Comptabilisée"),
                    ("archived", "Archivée"),
                ],
                default="to_process",
                max_length=14,
            ),
        ),
        migrations.AddIndex(
            model_name="banktransaction",
            index=models.Index(
                condition=models.Q(("booking", "booked"), _negated=True),
                fields=["dossier", "booking", "date", "id"],
                name="transactions_by_booking",
            ),
        ),
        migrations.AddIndex(
            model_name="banktransaction",
            index=models.Index(
                condition=models.Q(("document__isnull", False)),
                fields=["document"],
                name="transactions_by_document",
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("document__isnull", False)),
                fields=["document"],
                name="invoices_by_document",
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("booking", "booked"), _negated=True),
                fields=["dossier", "booking", "direction", "issue_date", "id"],
                name="invoices_by_booking",
            ),
        ),
        migrations.AddConstraint(
            model_name="banktransaction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id", ""), _negated=True),
                fields=("dossier", "bank_account", "external_id"),
                name="one_transaction_per_external_id",
            ),
        ),
        RenewKeys("thirdparty"),
        RenewKeys("banktransaction"),
        RenewKeys("invoice"),
        RenewKeys("invoiceline"),
    ]
