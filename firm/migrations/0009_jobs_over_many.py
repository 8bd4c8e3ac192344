"""Jobs over many dossiers: which, how far, and which job they take back."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("firm", "0008_operator_chain")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="targets",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                db_default=models.Value([]),
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="job", name="undoes", field=models.BigIntegerField(null=True)
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(state="previewed"),
                fields=["state", "created_at"],
                name="previews_by_age",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(
                condition=models.Q(state__in=["confirmed", "running", "done"]),
                fields=("undoes",),
                name="one_undo_per_job",
            ),
        ),
    ]
