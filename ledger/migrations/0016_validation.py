"""Links of validated entries, seals of closed years, and the guards of both."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import firm.tenancy
from firm.mass_keys import Watch
from firm.migration_ops import RenewKeys, TenantTable, run_sql_file

SQL = Path(__file__).parent / "sql"
# A new entry goes to no year that is locked or closed.
YEARS = Watch(
    column="fiscal_year_id", met="p.state <> 'open'", total="0", call="ledger_entry_judge"
)


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0023_operator_firm"),
        ("ledger", "0015_bin_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChainAnchor",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("chain_seq", models.BigIntegerField()),
                ("head", models.BinaryField(max_length=32)),
                (
                    "anchored_at",
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
                        fields=("dossier", "fiscal_year", "chain_seq"), name="one_anchor_per_link"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EntrySeal",
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
                ("chain_seq", models.BigIntegerField()),
                ("journal_no", models.IntegerField(null=True)),
                ("head", models.BinaryField(max_length=32)),
                ("documents", models.TextField(blank=True, db_default="")),
                ("validated_by", models.BigIntegerField(null=True)),
                (
                    "validated_at",
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
                    "entry",
                    firm.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="ledger.entry",
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
                (
                    "journal",
                    firm.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="ledger.journal",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dossier", "fiscal_year", "chain_seq"), name="one_entry_per_link"
                    ),
                    models.UniqueConstraint(
                        fields=("dossier", "fiscal_year", "journal", "journal_no"),
                        name="one_entry_per_number",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="YearSeal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("chain_seq", models.BigIntegerField()),
                ("head", models.BinaryField(max_length=32)),
                ("entry_count", models.BigIntegerField()),
                ("debit", models.BigIntegerField()),
                ("result", models.BigIntegerField()),
                ("closed_by", models.BigIntegerField(null=True)),
                (
                    "closed_at",
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
                        fields=("dossier", "fiscal_year"), name="one_seal_per_year"
                    )
                ],
            },
        ),
        TenantTable("entryseal", mass=True),
        TenantTable("yearseal"),
        TenantTable("chainanchor"),
        run_sql_file(SQL / "0016_validation.up.sql"),
        RenewKeys("entry", watch=YEARS),
    ]
