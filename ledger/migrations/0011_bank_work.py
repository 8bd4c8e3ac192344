"""Statements, connections, alerts and rules of the bank."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import firm.tenancy
from firm.migration_ops import RenewKeys, TenantTable, row_key, run_sql_file

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0016_documents"),
        ("ledger", "0010_invoice_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="BankAlert",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("expired", "Accès expiré"),
                            ("error", "Erreur de synchronisation"),
                            ("refused", "Fichier refusé"),
                            ("restored", "Connexion rétablie"),
                        ],
                        max_length=8,
                    ),
                ),
                ("message", models.TextField()),
                ("told", models.JSONField(db_default=[], default=list)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="BankConnection",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("folder", "Dossier surveillé"), ("http", "Adresse web")],
                        max_length=6,
                    ),
                ),
                (
                    "url",
                    models.URLField(
                        blank=True, db_default="", max_length=500, verbose_name="adresse"
                    ),
                ),
                ("token", models.TextField(blank=True, db_default="")),
                ("every_minutes", models.IntegerField(db_default=60, default=60)),
                ("is_active", models.BooleanField(db_default=True, default=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ok", "Connecté"),
                            ("expired", "Accès expiré"),
                            ("error", "En erreur"),
                        ],
                        default="ok",
                        max_length=7,
                    ),
                ),
                ("message", models.TextField(blank=True, db_default="")),
                ("checked_at", models.DateTimeField(null=True)),
                (
                    "due_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="BankRule",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                ("rank", models.IntegerField()),
                ("is_active", models.BooleanField(db_default=True, default=True)),
                (
                    "match",
                    models.CharField(
                        choices=[
                            ("contains", "contient"),
                            ("starts", "commence par"),
                            ("words", "contient tous les mots"),
                        ],
                        default="contains",
                        max_length=8,
                    ),
                ),
                ("words", models.CharField(blank=True, db_default="", max_length=200)),
                (
                    "sense",
                    models.CharField(
                        blank=True,
                        choices=[("", "Entrées et sorties"), ("in", "Entrées"), ("out", "Sorties")],
                        db_default="",
                        max_length=3,
                    ),
                ),
                ("least", models.BigIntegerField(null=True)),
                ("most", models.BigIntegerField(null=True)),
                ("vat_rate", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("entry_label", models.CharField(blank=True, db_default="", max_length=200)),
                ("created_by", models.BigIntegerField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="BankStatement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("file_name", models.CharField(max_length=150)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("form", models.CharField(max_length=5)),
                ("source", models.CharField(db_default="file", max_length=8)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("to_map", "Colonnes à choisir"),
                            ("previewed", "À confirmer"),
                            ("imported", "Importé"),
                            ("undoing", "Annulation en cours"),
                            ("undone", "Annulé"),
                            ("dropped", "Écarté"),
                        ],
                        default="previewed",
                        max_length=10,
                    ),
                ),
                ("mapping", models.JSONField(db_default={}, default=dict)),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("opening", models.BigIntegerField(null=True)),
                ("closing", models.BigIntegerField(null=True)),
                ("line_count", models.IntegerField(db_default=0, default=0)),
                ("added_count", models.IntegerField(db_default=0, default=0)),
                ("known_count", models.IntegerField(db_default=0, default=0)),
                ("repeated_count", models.IntegerField(db_default=0, default=0)),
                ("notes", models.JSONField(db_default=[], default=list)),
                ("job_id", models.BigIntegerField(null=True)),
                ("created_by", models.BigIntegerField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("imported_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="StatementMapping",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("header", models.CharField(max_length=64)),
                ("mapping", models.JSONField(default=dict)),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="bankaccount",
            name="bic",
            field=models.CharField(blank=True, db_default="", max_length=11, verbose_name="BIC"),
        ),
        migrations.AddField(
            model_name="bankaccount",
            name="is_closed",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="bankaccount",
            name="journal",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="ledger.journal",
            ),
        ),
        migrations.AddField(
            model_name="banktransaction",
            name="entry_label",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="banktransaction",
            name="is_exempt",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="banktransaction",
            name="repeats",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="banktransaction",
            name="vat_rate",
            field=models.DecimalField(
                decimal_places=2, max_digits=5, null=True, verbose_name="taux de TVA"
            ),
        ),
        migrations.AlterField(
            model_name="bankaccount",
            name="iban",
            field=models.CharField(blank=True, db_default="", max_length=34, verbose_name="IBAN"),
        ),
        migrations.AlterField(
            model_name="banktransaction",
            name="source",
            field=models.CharField(
                choices=[
                    ("fec", "FEC"),
                    ("file", "Relevé"),
                    ("link", "Connexion"),
                    ("manual", "Saisie"),
                    ("api", "API"),
                ],
                db_default="fec",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="bankaccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("iban", ""), _negated=True),
                fields=("dossier", "iban"),
                name="one_bank_account_per_iban",
            ),
        ),
        migrations.AddField(
            model_name="bankalert",
            name="bank_account",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="ledger.bankaccount",
            ),
        ),
        migrations.AddField(
            model_name="bankalert",
            name="dossier",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="clients.dossier",
            ),
        ),
        migrations.AddField(
            model_name="bankconnection",
            name="bank_account",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="ledger.bankaccount",
            ),
        ),
        migrations.AddField(
            model_name="bankconnection",
            name="dossier",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="clients.dossier",
            ),
        ),
        migrations.AddField(
            model_name="bankrule",
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
            model_name="bankrule",
            name="bank_account",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="ledger.bankaccount",
            ),
        ),
        migrations.AddField(
            model_name="bankrule",
            name="dossier",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="clients.dossier",
            ),
        ),
        migrations.AddField(
            model_name="bankrule",
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
            model_name="bankrule",
            name="when_third_party",
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
            name="rule",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="ledger.bankrule",
            ),
        ),
        migrations.AddField(
            model_name="bankstatement",
            name="bank_account",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="ledger.bankaccount",
            ),
        ),
        migrations.AddField(
            model_name="bankstatement",
            name="dossier",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="clients.dossier",
            ),
        ),
        migrations.AddField(
            model_name="banktransaction",
            name="statement",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="ledger.bankstatement",
            ),
        ),
        migrations.AddIndex(
            model_name="banktransaction",
            index=models.Index(
                condition=models.Q(("statement__isnull", False)),
                fields=["statement"],
                name="transactions_by_statement",
            ),
        ),
        migrations.AddField(
            model_name="statementmapping",
            name="bank_account",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="ledger.bankaccount",
            ),
        ),
        migrations.AddField(
            model_name="statementmapping",
            name="dossier",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="clients.dossier",
            ),
        ),
        migrations.AddIndex(
            model_name="bankalert",
            index=models.Index(
                fields=["dossier", "-created_at", "-id"], name="bank_alerts_by_date"
            ),
        ),
        migrations.AddIndex(
            model_name="bankconnection",
            index=models.Index(
                condition=models.Q(("is_active", True)), fields=["due_at"], name="connections_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankconnection",
            constraint=models.UniqueConstraint(
                fields=("dossier", "bank_account"), name="one_connection_per_bank_account"
            ),
        ),
        migrations.AddIndex(
            model_name="bankrule",
            index=models.Index(fields=["dossier", "rank", "id"], name="bank_rules_by_rank"),
        ),
        migrations.AddIndex(
            model_name="bankstatement",
            index=models.Index(
                fields=["bank_account", "-until", "-id"], name="statements_by_account"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankstatement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["to_map", "previewed", "imported", "undoing"])),
                fields=("dossier", "bank_account", "sha256"),
                name="one_statement_per_file",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementmapping",
            constraint=models.UniqueConstraint(
                fields=("dossier", "bank_account", "header"), name="one_mapping_per_header"
            ),
        ),
        TenantTable("bankstatement"),
        TenantTable("statementmapping"),
        TenantTable("bankconnection"),
        TenantTable("bankalert"),
        TenantTable("bankrule", root=True),
        migrations.RunSQL(row_key("ledger_bankaccount", "journal_id", "ledger_journal")),
        RenewKeys("banktransaction"),
        run_sql_file(SQL / "0011_bank_due.up.sql"),
    ]
