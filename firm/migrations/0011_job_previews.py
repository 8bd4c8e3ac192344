"""Jobs that are looked at before they run, and taken back afterwards."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("firm", "0010_firm_plan"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="about",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="job",
            name="undo_until",
            field=models.DateTimeField(null=True),
        ),
    ]
