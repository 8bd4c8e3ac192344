"""The walls of people, invitations, notifications, and of what a firm says of itself."""

from django.db import migrations, models

from firm.migration_ops import AccessTable

ME = "(SELECT app_user())"
MINE = f"user_id = {ME}"
OF_FIRM = "firm_id = (SELECT app_firm())"
WRITES_FIRM = f"{OF_FIRM} AND (SELECT app_firm_write())"
IN_SCOPE = "dossier_id IN (SELECT unnest(app_in_scope()))"
IN_WRITE_SCOPE = "dossier_id IN (SELECT unnest(app_in_write_scope()))"
BY_LINK = "digest <> '' AND digest = (SELECT app_token())"
DIGESTS = "(SELECT app_token()) = 'digests'"

# Whoever is blocked has no membership to himself: all that follows from it is gone at once.
NOT_BLOCKED = f"""
ALTER POLICY firm_membership_read ON firm_membership USING (
    ({MINE} AND firm_id NOT IN (SELECT firm_id FROM firm_block WHERE user_id = {ME}))
    OR {OF_FIRM});
"""


class Migration(migrations.Migration):
    dependencies = [("firm", "0005_reach")]

    operations = [
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role", "custom"),
                    models.Q(("role", "staff"), ("sees_all", False)),
                    models.Q(("role__in", ["owner", "admin", "staff_all"]), ("sees_all", True)),
                    _connector="OR",
                ),
                name="membership_reach_follows_role",
            ),
        ),
        AccessTable("firm_block", select=f"{MINE} OR {OF_FIRM}", insert=WRITES_FIRM),
        migrations.RunSQL(NOT_BLOCKED, migrations.RunSQL.noop),
        AccessTable(
            "firm_invitation",
            select=f"{OF_FIRM} OR {IN_SCOPE} OR ({BY_LINK})",
            insert=f"({WRITES_FIRM}) OR {IN_WRITE_SCOPE}",
            update=f"({WRITES_FIRM}) OR {IN_WRITE_SCOPE} OR ({BY_LINK})",
            delete="false",
        ),
        AccessTable("firm_notification", select=MINE, insert="true", update=MINE),
        AccessTable(
            "firm_digestpreference",
            select=f"{MINE} OR {DIGESTS}",
            insert=MINE,
            update=f"{MINE} OR {DIGESTS}",
        ),
        AccessTable("firm_setupstep", select=OF_FIRM, insert=WRITES_FIRM),
        AccessTable("firm_savedview", select=MINE, insert=MINE),
    ]
