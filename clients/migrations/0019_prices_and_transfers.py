"""Prices of the plans as dated data, and transfers that may be taken back for a while."""

import django.db.models.functions.datetime
from django.db import migrations, models

from firm.migration_ops import AccessTable

PLANS = [("pro", "PRO"), ("max", "MAX")]
BY_COMMAND = "(SELECT app_token()) = 'prices'"


class Migration(migrations.Migration):
    dependencies = [("clients", "0018_last_listed")]

    operations = [
        migrations.AddField(
            model_name="ownershiptransfer",
            name="dossier_name",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="ownershiptransfer",
            name="undone_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="plansubscription",
            name="price",
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="PlanPrice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("plan", models.CharField(choices=PLANS, max_length=4, verbose_name="formule")),
                ("starts_on", models.DateField(verbose_name="à partir du")),
                (
                    "price",
                    models.BigIntegerField(verbose_name="prix annuel hors taxes, en centimes"),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "starts_on"), name="one_price_a_plan_and_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price__gte", 0)), name="plan_price_not_negative"
                    ),
                ],
            },
        ),
        AccessTable("clients_planprice", select="true", insert=BY_COMMAND),
    ]
