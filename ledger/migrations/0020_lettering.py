"""Proposals of automatic lettering, and lines pointed on bank statements."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import firm.tenancy
from firm.migration_ops import TenantTable

# A pointing says something of a line and of an operation: it goes with either of them.
GOES_ALONG = """
ALTER TABLE {parent} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger_bankpointing NO FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger_bankpointing DROP CONSTRAINT ledger_bankpointing_{column}_fk,
    ADD CONSTRAINT ledger_bankpointing_{column}_fk FOREIGN KEY (dossier_id, {column})
        REFERENCES {parent} (dossier_id, id) ON DELETE CASCADE;
ALTER TABLE ledger_bankpointing FORCE ROW LEVEL SECURITY;
ALTER TABLE {parent} FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0023_operator_firm"),
        ("ledger", "0016_validation"),
    ]

    operations = [
        migrations.CreateModel(
            name="BankPointing",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("line_no", models.IntegerField()),
                ("cleared_on", models.DateField()),
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
                    "transaction",
                    firm.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="ledger.banktransaction",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dossier", "entry", "line_no"), name="one_pointing_per_line"
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("transaction__isnull", False)),
                        fields=["dossier", "transaction"],
                        name="pointings_by_transaction",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LetteringProposal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("job_id", models.BigIntegerField()),
                ("account_id", models.BigIntegerField()),
                ("third_party_id", models.BigIntegerField(null=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("piece", "Même pièce"),
                            ("cited", "Pièce citée"),
                            ("amount", "Montant exact"),
                            ("sum", "Plusieurs pour une"),
                            ("near", "Montant à l’écart près"),
                        ],
                        max_length=6,
                    ),
                ),
                ("why", models.CharField(max_length=200)),
                ("is_ambiguous", models.BooleanField(db_default=False)),
                ("is_chosen", models.BooleanField(db_default=True)),
                ("is_foreign", models.BooleanField(db_default=False)),
                (
                    "entry_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                (
                    "line_nos",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), size=None
                    ),
                ),
                ("debit", models.BigIntegerField()),
                ("credit", models.BigIntegerField()),
                ("lettered_on", models.DateField()),
                ("completes_id", models.BigIntegerField(null=True)),
                ("lettering_id", models.BigIntegerField(null=True)),
                ("write_off_id", models.BigIntegerField(null=True)),
                ("before", models.JSONField(null=True)),
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
                    models.Index(fields=["dossier", "job_id", "id"], name="proposals_by_job")
                ],
            },
        ),
        TenantTable("letteringproposal"),
        TenantTable("bankpointing"),
        migrations.RunSQL(
            [
                GOES_ALONG.format(parent="ledger_entry", column="entry_id"),
                GOES_ALONG.format(parent="ledger_banktransaction", column="transaction_id"),
            ]
        ),
    ]
