"""Counters of the review."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0026_obligations"),
    ]

    operations = [
        migrations.AddField(
            model_name="dossierstats",
            name="review_percent",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="dossierstats",
            name="review_stale",
            field=models.IntegerField(db_default=0, default=0),
        ),
    ]
