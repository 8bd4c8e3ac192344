"""Answers of the API kept under an `Idempotency-Key`, each behind the wall of its person."""

from django.db import migrations, models
from django.db.models.functions import Now

from firm.migration_ops import AccessTable

MINE = "user_id = (SELECT app_user())"


class Migration(migrations.Migration):
    dependencies = [("firm", "0006_people_walls")]

    operations = [
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("user_id", models.BigIntegerField()),
                ("key", models.CharField(max_length=255)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("body", models.TextField(db_default="", default="")),
                ("created_at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user_id", "key"), name="one_answer_per_key")
                ],
            },
        ),
        AccessTable("firm_keptanswer", select=MINE, insert=MINE),
    ]
