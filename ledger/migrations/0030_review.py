"""The review of a year: thresholds, sheets of accounts, steps; what a firm sets for its books."""

import django.db.models.deletion
from django.db import migrations, models

import firm.tenancy
from firm.migration_ops import AccessTable, TenantTable

OF_FIRM = "firm_id = (SELECT app_firm())"
# Whoever prints a dossier's books, the client too, sees its firm's colour.
OF_DOSSIER = """firm_id IN (SELECT firm_id FROM clients_dossier
    WHERE id IN (SELECT unnest(app_in_scope())))"""


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0028_review_counters"),
        ("firm", "0012_analyse_bins"),
        ("ledger", "0028_assets"),
    ]

    operations = [
        migrations.CreateModel(
            name="FirmBooks",
            fields=[
                (
                    "firm",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="firm.firm",
                    ),
                ),
                (
                    "materiality",
                    models.BigIntegerField(
                        db_default=50000, default=50000, verbose_name="seuil en euros"
                    ),
                ),
                (
                    "materiality_percent",
                    models.DecimalField(
                        db_default=10,
                        decimal_places=1,
                        default=10,
                        max_digits=5,
                        verbose_name="seuil en pour cent",
                    ),
                ),
                (
                    "colour",
                    models.CharField(
                        db_default="#2a50c7",
                        default="#2a50c7",
                        max_length=7,
                        verbose_name="couleur",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("materiality__gte", 0), ("materiality_percent__gte", 0)
                        ),
                        name="firm_materiality_not_negative",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewSheet",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("note", models.TextField(blank=True, db_default="", default="")),
                ("materiality", models.BigIntegerField(null=True)),
                ("signed", models.BigIntegerField(null=True)),
                ("revised_by", models.BigIntegerField(null=True)),
                ("revised_at", models.DateTimeField(null=True)),
                ("supervised_by", models.BigIntegerField(null=True)),
                ("supervised_at", models.DateTimeField(null=True)),
                ("batch", models.UUIDField(default=None, null=True)),
                ("previous", models.JSONField(null=True)),
                (
                    "account",
                    firm.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
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
                    "fiscal_year",
                    firm.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="ledger.fiscalyear",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dossier", "fiscal_year", "account"), name="one_sheet_per_account"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revised_at__isnull", True), ("signed__isnull", True)),
                            models.Q(("revised_at__isnull", False), ("signed__isnull", False)),
                            _connector="OR",
                        ),
                        name="sheet_signed_with_its_figure",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("supervised_at__isnull", True),
                            ("revised_at__isnull", False),
                            _connector="OR",
                        ),
                        name="sheet_revised_before_supervised",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("supervised_by__isnull", True),
                            ("revised_by__isnull", True),
                            models.Q(("supervised_by", models.F("revised_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="sheet_signed_by_two_people",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewStep",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("cycle", models.CharField(max_length=20)),
                ("step", models.CharField(max_length=40)),
                ("is_applicable", models.BooleanField(db_default=True, default=True)),
                ("note", models.TextField(blank=True, db_default="", default="")),
                ("done_by", models.BigIntegerField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
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
                    "fiscal_year",
                    firm.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="ledger.fiscalyear",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dossier", "fiscal_year", "cycle", "step"),
                        name="one_answer_per_step",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewYear",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("materiality", models.BigIntegerField(null=True)),
                (
                    "materiality_percent",
                    models.DecimalField(decimal_places=1, max_digits=5, null=True),
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
                    "fiscal_year",
                    firm.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="ledger.fiscalyear",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dossier", "fiscal_year"), name="one_review_per_year"
                    )
                ],
            },
        ),
        TenantTable("reviewyear"),
        TenantTable("reviewsheet"),
        TenantTable("reviewstep"),
        AccessTable(
            "ledger_firmbooks",
            select=f"{OF_FIRM} OR {OF_DOSSIER}",
            insert=f"{OF_FIRM} AND (SELECT app_firm_write())",
        ),
    ]
