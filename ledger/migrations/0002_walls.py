"""Composite keys, walls and guards of the books."""

from pathlib import Path

from django.db import migrations

from firm.mass_keys import Watch
from firm.migration_ops import TenantTable, run_sql_file

SQL = Path(__file__).parent / "sql"
# A line goes to no validated entry, and its entry must balance at commit.
JOINED = Watch(
    column="entry_id",
    met="p.state = 'validated'",
    total="debit - credit",
    call="ledger_entryline_judge",
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("clients", "0003_walls")]

    operations = [
        TenantTable("fecimport", root=True),
        TenantTable("fiscalyear", root=True),
        TenantTable("fecexport"),
        TenantTable("journal", root=True),
        TenantTable("account", root=True),
        TenantTable("thirdparty", root=True, mass=True),
        TenantTable("entry", mass=True),
        TenantTable("lettering", mass=True),
        TenantTable("entryline", mass=True, watch=JOINED),
        TenantTable("fecfinding", mass=True),
        TenantTable("bankaccount", root=True),
        TenantTable("banktransaction", mass=True),
        TenantTable("invoice", mass=True),
        TenantTable("invoiceline", mass=True),
        TenantTable("accountmonth", mass=True),
        TenantTable("thirdpartymonth", mass=True),
        TenantTable("journalmonth", mass=True),
        run_sql_file(SQL / "0001_guards.up.sql"),
    ]
