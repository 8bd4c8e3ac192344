"""The longest way of settling a finding, `standard_order`, has fourteen letters."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Widen FecFinding.settle."""

    dependencies = [("ledger", "0002_walls")]

    operations = [
        migrations.AlterField(
            model_name="fecfinding",
            name="settle",
            field=models.CharField(blank=True, db_default="", max_length=20),
        )
    ]
