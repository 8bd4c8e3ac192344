"""The wall of deletions, and when the guards let a dossier go: asked for, and its day come."""

from django.db import migrations

from firm.migration_ops import AccessTable

IN_SCOPE = "dossier_id IN (SELECT unnest(app_in_scope()))"
IN_WRITE_SCOPE = "dossier_id IN (SELECT unnest(app_in_write_scope()))"
# The firm keeps the receipts; of a confidential dossier only whoever may open it.
OF_FIRM = "firm_id = (SELECT app_firm()) AND NOT is_confidential"
GOING = """
CREATE FUNCTION app_dossier_is_going(wanted bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM clients_dossier WHERE id = wanted
        AND status = 'deletion_pending' AND deletion_due_at <= clock_timestamp())
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0020_deletions")]

    operations = [
        AccessTable(
            "clients_dossierdeletion",
            select=f"{IN_SCOPE} OR ({OF_FIRM})",
            insert=IN_WRITE_SCOPE,
            update=f"{IN_WRITE_SCOPE} OR ((SELECT app_firm_write()) AND {OF_FIRM})",
        ),
        migrations.RunSQL(GOING, "DROP FUNCTION app_dossier_is_going(bigint);"),
    ]
