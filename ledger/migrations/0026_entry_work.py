"""Sheets, templates, recurring entries and documents of the entries made here."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import firm.tenancy
from firm.migration_ops import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0023_operator_firm"),
        ("ledger", "0024_vat_returns"),
    ]

    operations = [
        migrations.CreateModel(
            name="EntryDocument",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
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
            name="EntryFile",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
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
                            ("undone", "Annulé"),
                            ("dropped", "Abandonné"),
                        ],
                        default="previewed",
                        max_length=9,
                    ),
                ),
                ("made", models.IntegerField(db_default=0)),
                ("debit", models.BigIntegerField(db_default=0)),
                ("created_by", models.BigIntegerField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="reçu le"
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
            name="EntryOrigin",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("line", models.IntegerField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("batch", models.BigIntegerField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="EntryTemplate",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                ("journal", models.CharField(max_length=60)),
                ("label", models.CharField(max_length=200, verbose_name="libellé")),
                (
                    "piece_ref",
                    models.CharField(
                        blank=True, db_default="", max_length=100, verbose_name="pièce"
                    ),
                ),
                ("lines", models.JSONField()),
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
            name="RecurringEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "rhythm",
                    models.IntegerField(
                        choices=[
                            (1, "Tous les mois"),
                            (3, "Tous les trimestres"),
                            (12, "Tous les ans"),
                        ],
                        default=1,
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("next_on", models.DateField(null=True)),
                ("amount", models.BigIntegerField(null=True)),
                ("is_active", models.BooleanField(db_default=True, default=True)),
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
        migrations.AddConstraint(
            model_name="entryline",
            constraint=models.CheckConstraint(
                condition=models.Q(("debit", 0), ("credit", 0), _connector="OR"),
                name="line_has_one_side",
            ),
        ),
        migrations.AddField(
            model_name="entrydocument",
            name="document",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="clients.document",
            ),
        ),
        migrations.AddField(
            model_name="entrydocument",
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
            model_name="entrydocument",
            name="entry",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="ledger.entry",
            ),
        ),
        migrations.AddField(
            model_name="entryfile",
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
            model_name="entryorigin",
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
            model_name="entryorigin",
            name="entry",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="ledger.entry",
            ),
        ),
        migrations.AddField(
            model_name="entryorigin",
            name="file",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="ledger.entryfile",
            ),
        ),
        migrations.AddField(
            model_name="entrytemplate",
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
            model_name="recurringentry",
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
            model_name="recurringentry",
            name="template",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="ledger.entrytemplate",
            ),
        ),
        migrations.AddField(
            model_name="entryorigin",
            name="recurring",
            field=firm.tenancy.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="ledger.recurringentry",
            ),
        ),
        migrations.AddIndex(
            model_name="entrydocument",
            index=models.Index(fields=["document"], name="entry_documents_by_document"),
        ),
        migrations.AddConstraint(
            model_name="entrydocument",
            constraint=models.UniqueConstraint(
                fields=("dossier", "entry", "document"), name="one_document_once_per_entry"
            ),
        ),
        migrations.AddIndex(
            model_name="entryfile",
            index=models.Index(fields=["dossier", "-created_at"], name="entry_files_by_date"),
        ),
        migrations.AddConstraint(
            model_name="entrytemplate",
            constraint=models.UniqueConstraint(
                fields=("dossier", "name"), name="one_template_per_name"
            ),
        ),
        migrations.AddIndex(
            model_name="recurringentry",
            index=models.Index(
                condition=models.Q(("is_active", True), ("next_on__isnull", False)),
                fields=["dossier", "next_on"],
                name="recurring_entries_due",
            ),
        ),
        migrations.AddIndex(
            model_name="entryorigin",
            index=models.Index(
                condition=models.Q(("entry__isnull", False)),
                fields=["entry"],
                name="entry_origins_by_entry",
            ),
        ),
        migrations.AddIndex(
            model_name="entryorigin",
            index=models.Index(
                condition=models.Q(("file__isnull", False)),
                fields=["file"],
                name="entry_origins_by_file",
            ),
        ),
        migrations.AddConstraint(
            model_name="entryorigin",
            constraint=models.UniqueConstraint(
                condition=models.Q(("recurring__isnull", False)),
                fields=("dossier", "recurring", "due_on"),
                name="one_entry_per_occurrence",
            ),
        ),
        TenantTable("entryfile", root=True),
        TenantTable("entrytemplate", root=True),
        TenantTable("recurringentry"),
        TenantTable("entryorigin"),
        TenantTable("entrydocument"),
    ]
