"""The scope functions, the audit chain and the walls of the kernel's tables."""

from pathlib import Path

from django.db import migrations

from firm.migration_ops import AccessTable, TenantTable, run_sql_file

SQL = Path(__file__).parent / "sql"
MINE = "user_id = (SELECT app_user())"
OF_FIRM = "firm_id = (SELECT app_firm())"
OF_DOSSIER = "dossier_id IN (SELECT unnest(app_in_scope()))"
WRITES_FIRM = f"{OF_FIRM} AND (SELECT app_firm_write())"


class Migration(migrations.Migration):
    dependencies = [("firm", "0001_initial")]

    operations = [
        run_sql_file(SQL / "0001_scope.up.sql"),
        run_sql_file(SQL / "0002_audit.up.sql"),
        AccessTable("firm_membership", select=f"{MINE} OR {OF_FIRM}", insert=WRITES_FIRM),
        AccessTable(
            "firm_auditevent",
            select=f"{OF_FIRM} OR {OF_DOSSIER} OR {MINE}",
            insert="true",
            update="false",
        ),
        # Written and read by the sealing trigger and by verification, as the owner; the runtime
        # role has no right on them but to read its firm's seals.
        AccessTable(
            "firm_auditseal",
            select=f"{OF_FIRM} OR current_user = 'firm_owner'",
            insert="true",
            update="false",
        ),
        AccessTable("firm_auditchain", select="true", insert="true"),
        AccessTable(
            "firm_outgoingemail",
            select=f"{OF_FIRM} OR {OF_DOSSIER} OR {MINE}",
            insert="true",
            update=f"({WRITES_FIRM}) OR {MINE} OR dossier_id IN (SELECT unnest(app_in_write_scope()))",
            delete="false",
        ),
        TenantTable("jobitem"),
    ]
