"""The plan of a firm: what the platform lets it use."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("firm", "0009_jobs_over_many")]

    operations = [
        migrations.AddField(
            model_name="firm",
            name="plan",
            field=models.CharField(
                choices=[("accounting", "Comptabilité"), ("none", "Sans abonnement")],
                db_default="accounting",
                default="accounting",
                max_length=12,
                verbose_name="abonnement",
            ),
        ),
    ]
