"""What dossiers are put in order and searched by becomes a column that the database keeps.

`app_name_key` took most of the time of a search over thousands of dossiers: it ran on each of them.
"""

from django.db import migrations, models

import clients.models.names

COMPUTED = (
    "CREATE INDEX clients_dossier_by_name_key ON clients_dossier (firm_id, app_name_key(name), id)"
)


class Migration(migrations.Migration):
    dependencies = [("clients", "0016_documents")]

    operations = [
        migrations.RunSQL("DROP INDEX clients_dossier_by_name_key", COMPUTED),
        migrations.AddField(
            model_name="dossier",
            name="name_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=clients.models.names.NameKey(models.F("name")),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(fields=["firm", "name_key", "id"], name="dossiers_by_name_key"),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(fields=["name_key", "id"], name="dossiers_by_name_key_alone"),
        ),
    ]
