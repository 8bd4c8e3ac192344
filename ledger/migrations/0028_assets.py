"""Fixed assets with their charges, and cut-off entries."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import firm.tenancy
from firm.migration_ops import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0023_operator_firm"),
        ("ledger", "0026_entry_work"),
    ]

    operations = [
        migrations.CreateModel(
            name="CutOff",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("prepaid", "Charge constatée d’avance"),
                            ("deferred", "Produit constaté d’avance"),
                            ("accrued_purchase", "Facture non parvenue"),
                            ("accrued_sale", "Facture à établir"),
                            ("accrued_staff", "Charge à payer\u00a0: personnel"),
                            ("accrued_social", "Charge à payer\u00a0: organismes sociaux"),
                            ("accrued_tax", "Charge à payer\u00a0: État"),
                            ("accrued_other", "Charge à payer\u00a0: divers"),
                            ("accrued_income", "Produit à recevoir"),
                        ],
                        max_length=16,
                    ),
                ),
                ("label", models.CharField(max_length=300, verbose_name="libellé")),
                ("account", models.CharField(max_length=60, verbose_name="compte")),
                ("amount", models.BigIntegerField(verbose_name="montant hors taxes")),
                ("vat", models.BigIntegerField(db_default=0, default=0, verbose_name="TVA")),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("year_end", models.DateField()),
                ("source_entry_id", models.BigIntegerField(null=True)),
                ("source_line_no", models.IntegerField(null=True)),
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CutOffWriting",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("closing", models.DateField()),
                ("amount", models.BigIntegerField()),
                ("entry_id", models.BigIntegerField(null=True)),
                ("reversal_id", models.BigIntegerField(null=True)),
                ("batch", models.UUIDField()),
                ("created_by", models.BigIntegerField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "cutoff",
                    firm.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="ledger.cutoff",
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
            },
        ),
        migrations.CreateModel(
            name="FixedAsset",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=40,
                        verbose_name="référence",
                    ),
                ),
                ("label", models.CharField(max_length=300, verbose_name="libellé")),
                ("quantity", models.IntegerField(db_default=1, default=1)),
                ("account", models.CharField(max_length=60, verbose_name="compte")),
                (
                    "depreciation_account",
                    models.CharField(blank=True, db_default="", default="", max_length=60),
                ),
                (
                    "charge_account",
                    models.CharField(blank=True, db_default="", default="", max_length=60),
                ),
                (
                    "supplier",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=300,
                        verbose_name="fournisseur",
                    ),
                ),
                ("acquired_on", models.DateField(verbose_name="acquisition")),
                ("in_service_on", models.DateField(null=True, verbose_name="mise en service")),
                ("cost", models.BigIntegerField(verbose_name="valeur brute")),
                ("residual", models.BigIntegerField(db_default=0, default=0)),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("linear", "Linéaire"),
                            ("declining", "Dégressif"),
                            ("none", "Non amortissable"),
                        ],
                        default="linear",
                        max_length=9,
                    ),
                ),
                ("months", models.IntegerField(db_default=0, default=0)),
                (
                    "fiscal_method",
                    models.CharField(
                        blank=True,
                        choices=[("linear", "Linéaire"), ("declining", "Dégressif")],
                        db_default="",
                        default="",
                        max_length=9,
                    ),
                ),
                ("fiscal_months", models.IntegerField(db_default=0, default=0)),
                ("opening_on", models.DateField(null=True)),
                ("opening_depreciation", models.BigIntegerField(db_default=0, default=0)),
                ("opening_derogatory", models.BigIntegerField(db_default=0, default=0)),
                ("source_entry_id", models.BigIntegerField(null=True)),
                ("source_line_no", models.IntegerField(null=True)),
                (
                    "exit",
                    models.CharField(
                        blank=True,
                        choices=[("sold", "Cession"), ("scrapped", "Mise au rebut")],
                        db_default="",
                        default="",
                        max_length=8,
                    ),
                ),
                ("disposed_on", models.DateField(null=True)),
                ("disposal_price", models.BigIntegerField(null=True)),
                ("exit_entry_id", models.BigIntegerField(null=True)),
                ("exit_batch", models.UUIDField(null=True)),
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="AssetCharge",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("depreciation", "Amortissement"), ("derogatory", "Dérogatoire")],
                        max_length=12,
                    ),
                ),
                ("on", models.DateField()),
                ("amount", models.BigIntegerField()),
                ("entry_id", models.BigIntegerField(null=True)),
                ("batch", models.UUIDField()),
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
                    "asset",
                    firm.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="ledger.fixedasset",
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
            model_name="cutoff",
            index=models.Index(fields=["dossier", "kind", "id"], name="cutoffs_by_kind"),
        ),
        migrations.AddConstraint(
            model_name="cutoff",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), ("vat__gte", 0)), name="cutoff_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="cutoff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("since__isnull", True), ("since__lte", models.F("until")), _connector="OR"
                ),
                name="service_runs_forward",
            ),
        ),
        migrations.AddIndex(
            model_name="cutoffwriting",
            index=models.Index(fields=["dossier", "cutoff", "closing"], name="writings_by_cutoff"),
        ),
        migrations.AddIndex(
            model_name="cutoffwriting",
            index=models.Index(fields=["dossier", "batch"], name="writings_by_batch"),
        ),
        migrations.AddIndex(
            model_name="fixedasset",
            index=models.Index(fields=["dossier", "account", "id"], name="assets_by_account"),
        ),
        migrations.AddIndex(
            model_name="fixedasset",
            index=models.Index(
                condition=models.Q(("source_entry_id__isnull", False)),
                fields=["dossier", "source_entry_id"],
                name="assets_by_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="fixedasset",
            constraint=models.CheckConstraint(
                condition=models.Q(("residual__gte", 0), ("residual__lte", models.F("cost"))),
                name="residual_within_cost",
            ),
        ),
        migrations.AddConstraint(
            model_name="fixedasset",
            constraint=models.CheckConstraint(
                condition=models.Q(("exit", ""), ("disposed_on__isnull", False), _connector="OR"),
                name="exit_has_its_day",
            ),
        ),
        migrations.AddIndex(
            model_name="assetcharge",
            index=models.Index(fields=["dossier", "asset", "on"], name="charges_by_asset"),
        ),
        migrations.AddIndex(
            model_name="assetcharge",
            index=models.Index(fields=["dossier", "batch"], name="charges_by_batch"),
        ),
        TenantTable("fixedasset", root=True),
        TenantTable("assetcharge"),
        TenantTable("cutoff", root=True),
        TenantTable("cutoffwriting"),
    ]
