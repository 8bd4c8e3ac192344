"""One more counter (what lacks its document), and what a disconnection ended."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from firm.migration_ops import AccessTable

# The walls are lifted for the owner, who sees nothing else.
TABLES = ("clients_dossier", "clients_dossierstats", "ledger_banktransaction", "ledger_invoice")
LIFT = "".join(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;\n" for table in TABLES)
BACK = "".join(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;\n" for table in TABLES)
COUNT = f"""
{LIFT}
UPDATE clients_dossierstats s SET missing_receipts = coalesce(b.missing, 0) + coalesce(i.missing, 0)
FROM clients_dossier d
LEFT JOIN (SELECT b.dossier_id, count(*) AS missing FROM ledger_banktransaction b
    JOIN clients_dossier d ON d.id = b.dossier_id
    WHERE b.amount < 0 AND b.document_id IS NULL AND NOT b.is_exempt AND b.booking <> 'archived'
      AND (b.date >= d.takeover_date OR (d.takeover_date IS NULL AND b.source <> 'fec'))
    GROUP BY 1) b ON b.dossier_id = d.id
LEFT JOIN (SELECT i.dossier_id, count(*) AS missing FROM ledger_invoice i
    JOIN clients_dossier d ON d.id = i.dossier_id
    WHERE i.direction = 'purchase' AND i.document_id IS NULL AND i.booking <> 'archived'
      AND i.type IN ('invoice', 'credit_note') AND i.state <> 'cancelled' AND i.source <> 'fec'
      AND (d.takeover_date IS NULL OR i.issue_date IS NULL OR i.issue_date >= d.takeover_date)
    GROUP BY 1) i ON i.dossier_id = d.id
WHERE d.id = s.dossier_id AND (b.missing > 0 OR i.missing > 0);
{BACK}
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0023_operator_firm"),
        ("firm", "0012_analyse_bins"),
        ("ledger", "0015_bin_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="dossierstats",
            name="missing_receipts",
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Disconnection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dossier_name", models.CharField(max_length=200)),
                ("firm_name", models.CharField(max_length=200)),
                ("is_by_firm", models.BooleanField()),
                ("was_confidential", models.BooleanField()),
                ("status", models.CharField(max_length=20)),
                ("grants", models.JSONField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="disconnections",
                        to="clients.dossier",
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="firm.firm",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["by", "-created_at"], name="disconnections_by_author")
                ]
            },
        ),
        AccessTable(
            "clients_disconnection",
            select="by_id = (SELECT app_user()) OR dossier_id IN (SELECT unnest(app_in_scope()))",
            insert="dossier_id IN (SELECT unnest(app_in_write_scope()))",
        ),
    ]
