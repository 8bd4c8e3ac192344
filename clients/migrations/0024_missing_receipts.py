"""One more counter: what lacks its document, counted of what an installation already holds."""

from django.db import migrations, models

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
    dependencies = [("clients", "0023_operator_firm"), ("ledger", "0015_bin_walls")]

    operations = [
        migrations.AddField(
            model_name="dossierstats",
            name="missing_receipts",
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
    ]
