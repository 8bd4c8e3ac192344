"""Whether a former owner held the dossier as one of the firm's people: he takes it back as such."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0021_deletion_walls")]

    operations = [
        migrations.AddField(
            model_name="ownershiptransfer",
            name="from_firm_id",
            field=models.BigIntegerField(null=True),
        ),
    ]
