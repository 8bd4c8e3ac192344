"""Let the frozen entries of a dossier go with it."""

from pathlib import Path

from django.db import migrations

from firm.migration_ops import run_sql_file

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("clients", "0021_deletion_walls"), ("ledger", "0012_duplicates")]

    operations = [run_sql_file(SQL / "0013_deletion.up.sql")]
