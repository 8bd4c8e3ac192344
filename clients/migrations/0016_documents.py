"""Documents of the dossiers."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from firm.migration_ops import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0015_portfolio"),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=255, verbose_name="nom")),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField(verbose_name="taille")),
                ("content_type", models.CharField(max_length=100)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("to_file", "À classer"),
                            ("filed", "Classé"),
                            ("trashed", "À la corbeille"),
                        ],
                        default="to_file",
                        max_length=7,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("upload", "Dépôt"),
                            ("request", "Demande de document"),
                            ("mail", "E-mail"),
                            ("api", "API"),
                            ("made", "Produit ici"),
                        ],
                        default="upload",
                        max_length=7,
                    ),
                ),
                ("created_by", models.BigIntegerField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="déposé le",
                    ),
                ),
                ("trashed_at", models.DateTimeField(null=True)),
                (
                    "dossier",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="clients.dossier",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["dossier", "state", "-created_at", "-id"], name="documents_by_state"
                    ),
                    models.Index(fields=["dossier", "sha256"], name="documents_by_content"),
                ],
            },
        ),
        TenantTable("document", root=True),
    ]
