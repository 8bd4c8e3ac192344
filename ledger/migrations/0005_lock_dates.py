"""The lock date, kept by the database: a check in Python lets two races in three through."""

from pathlib import Path

from django.db import migrations

from firm.migration_ops import run_sql_file

SQL = Path(__file__).parent / "sql"

# Table, date column, columns whose change counts.
GUARDED = (
    (
        "ledger_entry",
        "date",
        "dossier_id, id, fiscal_year_id, journal_id, number, date, piece_ref, piece_date, label",
    ),
    (
        "ledger_entryline",
        "date",
        "dossier_id, entry_id, line_no, account_id, third_party_id, date, label, debit, credit,"
        " foreign_amount, currency",
    ),
    (
        "ledger_invoice",
        "issue_date",
        "dossier_id, id, direction, type, number, issue_date, third_party_id, net, vat, gross,"
        " currency, booking, entry_id",
    ),
    (
        "ledger_banktransaction",
        "date",
        "dossier_id, id, bank_account_id, date, amount, label, reference, booking, entry_id",
    ),
)
TRANSITIONS = {
    "INSERT": "NEW TABLE AS fresh",
    "UPDATE": "NEW TABLE AS fresh OLD TABLE AS gone",
    "DELETE": "OLD TABLE AS gone",
}


def triggers() -> str:
    """One statement-level trigger a table and a command."""
    return "\n".join(
        f"CREATE TRIGGER {table}_locked_{event.lower()} AFTER {event} ON {table}"
        f" REFERENCING {rows} FOR EACH STATEMENT"
        f" EXECUTE FUNCTION ledger_keep_locked('{dated}', '{counted}');"
        for table, dated, counted in GUARDED
        for event, rows in TRANSITIONS.items()
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_no_export_table"), ("clients", "0008_lock_dates")]

    operations = [
        run_sql_file(SQL / "0005_lock_dates.up.sql"),
        migrations.RunSQL(triggers(), migrations.RunSQL.noop),
    ]
