"""Sorting by name as French readers do, and one more counter: imports that wait for a decision."""

from django.db import migrations, models

# Accents and case do not count in the order of names; immutable, so that an index can hold it.
NAME_KEY = """
CREATE FUNCTION app_name_key(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT translate(replace(replace(lower(name), 'œ', 'oe'), 'æ', 'ae'),
                     'àâäáãçéèêëîïíìôöóòõùûüúÿñ’', 'aaaaaceeeeiiiiooooouuuuyn''')
$$;
CREATE INDEX clients_dossier_by_name_key ON clients_dossier (firm_id, app_name_key(name), id);
"""
GONE = """
DROP INDEX clients_dossier_by_name_key;
DROP FUNCTION app_name_key(text);
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0014_operator_dossiers")]

    operations = [
        migrations.AddField(
            model_name="dossierstats",
            name="imports_to_review",
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.RunSQL(NAME_KEY, GONE),
    ]
