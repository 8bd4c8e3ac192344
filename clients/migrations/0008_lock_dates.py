"""Who is stopped by a lock date, asked in one place by every guard of the books."""

from pathlib import Path

from django.db import migrations

from firm.migration_ops import run_sql_file

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("clients", "0007_people_walls")]

    operations = [run_sql_file(SQL / "0008_lock_dates.up.sql")]
